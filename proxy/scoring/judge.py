"""
Put examples through the real scanner and the real decision, many at a time.

What is not answered counts as if it had been allowed: a detector that is missing must not look like one that caught
something, even though the gate itself would hold the post.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.model import Verdict, strictest
from proxy.gate.check import Question, check
from proxy.observability.system import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from proxy.core.model import Decision, Finding
    from proxy.gate.ports import Policies, Scanner
    from proxy.scoring.corpus import Example


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the gate said about an example."""

    example: Example
    verdict: Verdict
    """As counted: without the gate's own reasons when a leak was not looked at completely."""
    rules: tuple[str, ...] = ()
    """Policy rules that matched."""
    findings: tuple[Finding, ...] = ()
    blamed: frozenset[int] = frozenset()
    """Indexes of the findings that made a rule match."""
    missing: tuple[str, ...] = ()

    @property
    def stopped(self) -> bool:
        """Return whether the post would not have appeared as it was written."""
        return self.verdict is not Verdict.ALLOW


async def judge(example: Example, scanner: Scanner, policies: Policies) -> Outcome:
    """Return what the gate says about one example."""
    question = Question(id=example.id, platform="mastodon", parts=example.parts, thread=example.thread)
    opinion = await check(question, scanner=scanner, policies=policies, clock=SystemClock())
    decision = opinion.decision
    return Outcome(
        example=example,
        verdict=_counted(decision) if example.leak else decision.verdict,
        rules=tuple(match.rule for match in decision.matched),
        findings=opinion.scan.findings,
        blamed=frozenset(index for match in decision.matched for index in match.findings),
        missing=decision.missing,
    )


async def judge_all(
    examples: Iterable[Example],
    scanner: Scanner,
    policies: Policies,
    *,
    width: int,
    done: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """
    Return the outcomes in the order of the examples, with at most `width` in flight.

    Args:
        examples: what to judge.
        scanner: started detectors.
        policies: with the bundle of the examples' house.
        width: enough to fill the workers' batches, less than their queue.
        done: told after each example, for a progress bar.
    """
    places = asyncio.Semaphore(width)

    async def one(example: Example) -> Outcome:
        async with places:
            outcome = await judge(example, scanner, policies)
        done()
        return outcome

    return await asyncio.gather(*(one(example) for example in examples))


def _counted(decision: Decision) -> Verdict:
    """Return the verdict of the policies alone when not every detector answered."""
    if not decision.missing:
        return decision.verdict
    return strictest((Verdict.ALLOW, *(match.verdict for match in decision.matched)))
