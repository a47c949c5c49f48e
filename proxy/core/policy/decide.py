"""
The verdict on one post: pure, the strictest of everything that speaks, whatever the order.

1. every rule of every policy that names the platform and kind is evaluated
2. what was not checked completely, is covered by no policy or cannot be redacted adds the gate's own reasons
3. the strictest reason wins; rules in monitor mode, and those whose sample the post is not in, only show in
   `would_have`

Nothing here can weaken: an `allow` rule, a default and a list of the house excuse nothing that another rule found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.model import (
    Decision,
    MatchedRule,
    Phase,
    Post,
    Reason,
    Scan,
    Verdict,
    strictest,
)
from proxy.core.policy import reasons
from proxy.core.policy.conditions import evaluate
from proxy.core.policy.facts import Facts, Match, look
from proxy.core.policy.obligations import asking, due
from proxy.core.policy.policy import Mode, Policy, Rule
from proxy.core.policy.redact import redactable
from proxy.core.policy.rollout import mode_for
from proxy.core.policy.told import marked, unasked

if TYPE_CHECKING:
    from proxy.core.model import DetectorId
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.consent import Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    """A rule and its answer: that it matched, or which consents kept it from that."""

    name: str
    rule: Rule
    mode: Mode
    match: Match

    def matched(self) -> MatchedRule:
        """Return it as it is recorded."""
        return MatchedRule(
            rule=self.name,
            verdict=self.rule.action.verdict,
            findings=tuple(sorted(self.match.findings)),
            rollout=self.rule.rollout,
            hard=self.rule.hard,
        )

    def reason(self) -> Reason:
        message = reasons.unevaluated(self.rule.message) if self.match.raised else self.rule.message
        return Reason(rule=self.name, verdict=self.rule.action.verdict, message=message, remedy=self.rule.remedy)


def decide(
    post: Post,
    scan: Scan,
    bundle: PolicyBundle,
    *,
    expected: frozenset[DetectorId],
    running: frozenset[str],
    consents: tuple[Consent, ...] = (),
    phase: Phase = Phase.SUBMIT,
) -> Decision:
    """Return the verdict on a post; `running` names the calendars with a period now, `consents` are in force now."""
    facts = look(post, scan, bundle.allow_lists, running, consents)
    applying = [policy for policy in bundle.policies if policy.applies(post.platform, post.kind)]
    asked = _asked(applying, facts, bundle.rollout_key)
    hits = [hit for hit in asked if hit.match.held]
    enforced = [hit for hit in hits if hit.mode is Mode.ENFORCE]
    rules = {hit.name: hit.rule for hit in enforced}
    matched = marked(tuple(hit.matched() for hit in enforced), rules, facts)
    in_force = [policy for policy in applying if policy.mode is Mode.ENFORCE]
    speaking = _speaking(facts, bundle, expected, enforced, in_force)
    if phase is Phase.REDACTED and strictest(reason.verdict for reason in speaking) is Verdict.REDACT:
        speaking.append(reasons.not_clean())
    verdict = strictest(reason.verdict for reason in speaking)
    deciding = [reason for reason in speaking if reason.verdict is verdict]
    return Decision(
        post=post.id,
        verdict=verdict,
        reasons=tuple(sorted(deciding, key=lambda one: one.rule)),
        matched=matched,
        would_have=tuple(hit.matched() for hit in hits if hit.mode is Mode.MONITOR),
        obligations=due(asking(post, verdict), rules, quiet=unasked(post, matched, deciding)),
        policy_digest=bundle.digest,
        rules_digest=bundle.rules_digest,
        organisation_digest=bundle.organisation_digest,
        expected=expected,
        completed=scan.completed,
        running=running,
        consents=frozenset().union(*(one.match.consents for one in asked)),
        phase=phase,
    )


def _asked(policies: list[Policy], facts: Facts, rollout_key: bytes | None) -> list[_Hit]:
    """Return the rules that matched, and those that consents kept from matching."""
    signals = facts.signals
    asked = [
        _Hit(
            name=f"{policy.id}/{rule.id}",
            rule=rule,
            mode=mode_for(policy, rule, facts.post, rollout_key),
            match=match,
        )
        for policy in policies
        for rule in policy.rules_for(signals)
        if policy.mode_of(rule) is not Mode.OFF and ((match := evaluate(rule, facts)).held or match.consents)
    ]
    return sorted(asked, key=lambda one: one.name)


def _speaking(
    facts: Facts,
    bundle: PolicyBundle,
    expected: frozenset[DetectorId],
    enforced: list[_Hit],
    in_force: list[Policy],
) -> list[Reason]:
    """Return the reasons of the rules, those of the gate, and which policies looked."""
    found = [hit.reason() for hit in enforced]
    found += [reasons.looked(policy, text=bool(facts.post.parts)) for policy in in_force]
    if not expected or expected - facts.scan.completed:
        found.append(reasons.incomplete_scan(bundle.on_incomplete))
    if not in_force:
        found.append(reasons.no_policy())
    if bundle.default is not Verdict.ALLOW:
        found.append(reasons.default(bundle.default))
    if any(not redactable(hit.match, facts) for hit in enforced if hit.rule.action.verdict is Verdict.REDACT):
        found.append(reasons.not_redactable())
    return found
