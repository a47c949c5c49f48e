"""
What rules say to authors, by the names that a record has of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.model import Localised, Verdict
from proxy.core.policy import reasons
from proxy.gate.appeals import APPEAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proxy.core.policy.bundle import PolicyBundle

_OWN: dict[str, Localised] = {
    reason.rule: reason.message
    for reason in (
        reasons.incomplete_scan(Verdict.HOLD),
        reasons.no_policy(),
        reasons.default(Verdict.HOLD),
        reasons.not_redactable(),
        reasons.not_clean(),
        reasons.limit_reached(),
        reasons.topic_closed(Verdict.BLOCK),
        APPEAL,
    )
}
"""The gate's own reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSays:
    """A rule, and what its author reads."""

    rule: str
    title: Localised | None
    """None: one of the gate's own reasons, or a rule that is not in force any more."""
    message: Localised | None
    """None: a rule that is not in force any more."""
    remedy: Localised | None = None
    """What would make a post pass; None: the rule does not say."""


def said(rules: Iterable[str], bundle: PolicyBundle) -> tuple[RuleSays, ...]:
    """Return what rules say, in the words of the policies in force."""
    known = {f"{policy.id}/{rule.id}": rule for policy in bundle.policies for rule in policy.rules}
    found = []
    for name in dict.fromkeys(rules):
        rule = known.get(name)
        if rule is not None:
            found.append(RuleSays(rule=name, title=rule.title, message=rule.message, remedy=rule.remedy))
        else:
            found.append(RuleSays(rule=name, title=None, message=_OWN.get(name)))
    return tuple(found)
