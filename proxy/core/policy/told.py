"""
What an author may hear of a decision: nothing that only the register of customers, or the house's closed list, knows.

Whoever hears why a post was stopped learns what was looked up. So the register is never the only reason: where other
rules stop the post as strictly, they alone are told, in the bytes that they have without it; where none does, the rule
that matched is told, and `needs_register` lets no rule load whose name and words can mean nothing else. Of a restricted
name or a confidential term an author hears only that the topic is closed (Regulation (EU) 596/2014, Articles 10 and 14,
forbids to pass on more).

What an author may still see is how strict a verdict is; limits and equal times bound what that tells.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import UNTOLD, Verdict
from proxy.core.policy import reasons
from proxy.core.policy.conditions import evaluate
from proxy.core.policy.facts import look
from proxy.core.policy.wider import uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proxy.core.model import Decision, Finding, MatchedRule, Post, Reason, Scan
    from proxy.core.policy.facts import Facts
    from proxy.core.policy.policy import Rule

CUSTOMER, TOPIC = "customer", "topic"
"""What a rule matched by: the register of customers; a restricted name or a confidential term."""
REGISTER = "CUSTOMER_RECORD"
_BY_REGISTER = frozenset(
    {REGISTER, "register/identifier", "register/contact", "register/name-and-attribute", "register/name"}
)
_RESTRICTED = frozenset({"RESTRICTED_NAME", "register/restricted"})
_CLOSED = UNTOLD | _BY_REGISTER | _RESTRICTED
"""Signals (`Facts.signals`) of what authors must not hear of."""


def open_to_authors(scan: Scan) -> Scan | None:
    """Return a scan without what authors must not hear of, and what follows from it; None where there is none of it."""
    if UNTOLD.isdisjoint(finding.entity for finding in (*scan.findings, *scan.earlier)):
        return None
    findings = scan.findings if scan.told is None else scan.told
    earlier = scan.earlier if scan.told_earlier is None else scan.told_earlier
    return replace(scan, findings=_told(findings), earlier=_told(earlier), told=None, told_earlier=None)


def marked(matched: tuple[MatchedRule, ...], rules: Mapping[str, Rule], facts: Facts) -> tuple[MatchedRule, ...]:
    """Return rules that matched, those marked that would not have matched by what is open to authors."""
    scan = open_to_authors(facts.scan)
    if scan is None:
        return matched
    seen = look(facts.post, scan, facts.allow_lists, facts.running, facts.consents)
    return tuple(
        one if evaluate(rules[one.rule], seen).held else replace(one, untold=_why(one, facts.scan)) for one in matched
    )


def unasked(post: Post, matched: Iterable[MatchedRule], deciding: Iterable[Reason]) -> frozenset[str]:
    """
    Return the rules whose review is not asked for: the author sees queue and time, and they would tell of the register.

    Where nothing but the register decides, its rules ask; an appeal is always held for a reason of its own.
    """
    by_register = frozenset(one.rule for one in matched if one.untold == CUSTOMER)
    alone = post.appeal_of is None and all(reason.rule in by_register for reason in deciding)
    return frozenset() if alone else by_register


def told(decision: Decision) -> Decision:
    """Return a decision with the reasons that its author may read; whatever is shown to authors goes through here."""
    if any(reason.rule == reasons.LIMIT for reason in decision.reasons):
        kept = tuple(one for one in decision.obligations if one.name != "review")
        return replace(decision, reasons=(reasons.limit_reached(),), obligations=kept)
    untold = {matched.rule: matched.untold for matched in decision.matched if matched.untold is not None}
    shown = [reason for reason in decision.reasons if reason.rule not in untold]
    if any(untold.get(reason.rule) == TOPIC for reason in decision.reasons):
        shown.append(reasons.topic_closed(decision.verdict))
    return replace(decision, reasons=tuple(shown)) if shown else decision


def decided_by_register(decision: Decision) -> bool:
    """Return whether a verdict other than `allow` is so strict only because of the register of customers."""
    if decision.verdict is Verdict.ALLOW:
        return False
    untold = {matched.rule for matched in decision.matched if matched.untold == CUSTOMER}
    return all(reason.rule in untold for reason in decision.reasons)


def needs_register(rule: Rule) -> bool:
    """Return whether only the register can make a rule match, so that its name would tell who is a customer."""
    return any(need <= _CLOSED and not need.isdisjoint(_BY_REGISTER) for need in rule.needs)


def replaces_untold(rule: Rule) -> bool:
    """Return whether a rule could put its label where a customer or a restricted name stands."""
    if rule.action.verdict is not Verdict.REDACT:
        return False
    asked = frozenset(signal for spec, _ in uses(rule.when) for signal in spec.needs() or ())
    return not asked.isdisjoint(_BY_REGISTER | _RESTRICTED)


def _told(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.entity not in UNTOLD)


def _why(matched: MatchedRule, scan: Scan) -> str:
    seen = {scan.findings[index].entity for index in matched.findings}
    return TOPIC if seen & UNTOLD - {REGISTER} else CUSTOMER
