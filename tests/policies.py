"""
Plain functions that make policies for tests, with keyword defaults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.model import Calendar, Localised, PostKind, Verdict
from proxy.core.policy.actions.allow import AllowSpec
from proxy.core.policy.actions.block import BlockSpec
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.actions.redact import RedactSpec
from proxy.core.policy.bundle import PolicyBundle
from proxy.core.policy.facts import MatcherSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.policy import Condition, Mode, Policy, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.policy.options import ActionSpec

ROLLOUT_KEY = b"an invented key."
TITLE = Localised(de="Beispiel", en="sample")

ACTIONS: dict[Verdict, ActionSpec] = {
    Verdict.ALLOW: AllowSpec(),
    Verdict.REDACT: RedactSpec(),
    Verdict.HOLD: HoldSpec(),
    Verdict.BLOCK: BlockSpec(),
}


class BrokenSpec(MatcherSpec):
    """A spec that no matcher takes: asking it raises."""


def make_rule(
    identifier: str = "iban",
    *,
    when: Condition | None = None,
    unless: tuple[MatcherSpec, ...] = (),
    action: Verdict | ActionSpec = Verdict.BLOCK,
    mode: Mode = Mode.ENFORCE,
    rollout: int | None = None,
    retain: str | None = None,
) -> Rule:
    """Make a rule that blocks account numbers."""
    return Rule(
        id=identifier,
        title=TITLE,
        when=FindingSpec(entities=("IBAN_CODE",)) if when is None else when,
        unless=unless,
        action=ACTIONS[action] if isinstance(action, Verdict) else action,
        message=Localised(de=f"Regel {identifier}", en=f"rule {identifier}"),
        mode=mode,
        rollout=rollout,
        retain=retain,
    )


def make_policy(
    *rules: Rule,
    identifier: str = "sample",
    mode: Mode = Mode.ENFORCE,
    platforms: frozenset[str] | None = None,
    kinds: frozenset[PostKind] = frozenset(PostKind) - {PostKind.MEDIA},
) -> Policy:
    """Make a policy of one rule, or of the rules given."""
    return Policy(
        id=identifier,
        title=TITLE,
        owner="compliance",
        norms=("REG-DE-BANK",),
        mode=mode,
        platforms=platforms,
        kinds=kinds,
        rules=rules or (make_rule(),),
        default=Verdict.ALLOW,
    )


def make_bundle(
    *policies: Policy,
    calendars: tuple[Calendar, ...] = (),
    allow_lists: Mapping[str, frozenset[str]] | None = None,
    default: Verdict = Verdict.ALLOW,
    on_incomplete: Verdict = Verdict.HOLD,
    rollout_key: bytes | None = ROLLOUT_KEY,
) -> PolicyBundle:
    """Make a bundle of one policy, or of the policies given."""
    return PolicyBundle(
        digest="b" * 64,
        rules_digest="r" * 64,
        organisation_digest="o" * 64,
        policies=policies or (make_policy(),),
        lexicons=(),
        allow_lists={} if allow_lists is None else allow_lists,
        calendars=calendars,
        default=default,
        on_incomplete=on_incomplete,
        rollout_key=rollout_key,
    )
