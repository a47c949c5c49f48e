"""
What an appeal against a block changes: people decide instead of the rule, as far as people may.

Whatever the policies say of the text now, an appeal is held when it is made. Before it is sent, a block by rules that
the house does not hold to be beyond weakening is a hold, which those who were asked may have approved; a hard one
stays a block, so that an appeal against it can change a rule, and publish nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import Localised, Phase, Reason, Verdict

if TYPE_CHECKING:
    from proxy.core.model import Decision, Post

APPEAL = Reason(
    rule="gate/appeal",
    verdict=Verdict.HOLD,
    message=Localised(
        de="Gegen die Sperre wurde Einspruch erhoben. Eine Person entscheidet.",
        en="The block was appealed against. A person decides.",
    ),
)


def heard(post: Post, decision: Decision) -> Decision:
    """Return the decision on a post, or what an appeal makes of it."""
    if post.appeal_of is None:
        return decision
    if decision.phase is Phase.SUBMIT:
        said = () if decision.verdict is Verdict.ALLOW else decision.reasons
        return replace(decision, verdict=Verdict.HOLD, reasons=(*said, APPEAL))
    hard = any(matched.hard and matched.verdict is Verdict.BLOCK for matched in decision.matched)
    if decision.verdict is not Verdict.BLOCK or hard:
        return decision
    return replace(decision, verdict=Verdict.HOLD, reasons=(*decision.reasons, APPEAL))
