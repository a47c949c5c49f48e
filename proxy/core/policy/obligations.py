"""
What the gate has to do because of a verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.model import Obligation, Verdict
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.registry import action_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.core.policy.options import ActionSpec

_NO_TERM = 1 << 31
"""A review without a due time of its own comes after those with one."""


def due(verdict: Verdict, actions: Mapping[str, ActionSpec]) -> tuple[Obligation, ...]:
    """
    Return what the rules of the winning strength ask for, by rule name.

    A hold leads to exactly one review: the one with most stages, then the earliest due time. A hold that only the gate
    itself asks for goes to the queue `compliance`; when it is due is then a setting.
    """
    asked = [
        obligation
        for rule, action in sorted(actions.items())
        if action.verdict is verdict
        for obligation in action_of(action).obligations(action, rule)
    ]
    if verdict is not Verdict.HOLD:
        return tuple(asked)
    if not asked:
        hold = HoldSpec()
        asked = [*action_of(hold).obligations(hold, "gate")]
    return (min(asked, key=_review_order),)


def _review_order(review: Obligation) -> tuple[int, int, str]:
    arguments = dict(review.arguments)
    return (-int(arguments["stages"]), int(arguments.get("due_seconds", _NO_TERM)), str(arguments["rule"]))
