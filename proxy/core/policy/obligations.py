"""
What the gate has to do because of a verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.model import Obligation, Verdict
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.registry import action_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from proxy.core.model import Post
    from proxy.core.policy.policy import Rule

RETAIN = "retain"
"""Name of the obligation to keep a content longer than its verdict says."""


def asking(post: Post, verdict: Verdict) -> Verdict:
    """Return what strength asks: people may decide on an appeal although it is blocked, on the terms of every hold."""
    appealed = post.appeal_of is not None and verdict is Verdict.BLOCK
    return Verdict.HOLD if appealed else verdict


def due(verdict: Verdict, rules: Mapping[str, Rule], *, quiet: frozenset[str] = frozenset()) -> tuple[Obligation, ...]:
    """
    Return what the rules that matched ask for, by rule name.

    What an action asks for counts with the winning strength only. Every hold asks for a review; the gate opens one, on
    the strictest terms of all. A hold that only the gate itself asks for goes to the queue `compliance`; when it is due
    is then a setting. A retention class counts whatever the verdict; the gate takes the longest.

    `quiet` names rules that ask for no review although they matched: the author sees queue and time, and would learn by
    them what must not be told.
    """
    asked = tuple(
        obligation
        for name, rule in sorted(rules.items())
        if rule.action.verdict is verdict and name not in quiet
        for obligation in action_of(rule.action).obligations(rule.action, name)
    )
    if verdict is Verdict.HOLD and not asked:
        hold = HoldSpec()
        asked = action_of(hold).obligations(hold, "gate")
    return (*asked, *_retained(rules))


def _retained(rules: Mapping[str, Rule]) -> Iterator[Obligation]:
    for name, rule in sorted(rules.items()):
        if rule.retain is not None:
            yield Obligation(name=RETAIN, arguments=(("class", rule.retain), ("rule", name)))
