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


def due(verdict: Verdict, actions: Mapping[str, ActionSpec]) -> tuple[Obligation, ...]:
    """
    Return what the rules of the winning strength ask for, by rule name.

    Every hold asks for a review; the gate opens one, on the strictest terms of all. A hold that only the gate itself
    asks for goes to the queue `compliance`; when it is due is then a setting.
    """
    asked = tuple(
        obligation
        for rule, action in sorted(actions.items())
        if action.verdict is verdict
        for obligation in action_of(action).obligations(action, rule)
    )
    if verdict is Verdict.HOLD and not asked:
        hold = HoldSpec()
        return action_of(hold).obligations(hold, "gate")
    return asked
