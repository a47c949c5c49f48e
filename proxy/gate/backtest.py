"""
Decide posts again under two bundles, send nothing, record nothing.

What is compared is the first verdict on a post: what a redacted text would get is not looked at. Every calendar counts
as running.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from proxy.core.policy.backtest import Step, compared
from proxy.core.policy.decide import decide
from proxy.core.policy.masking import masked

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Sequence
    from datetime import datetime

    from proxy.core.model import Decision, DetectorId, Finding, Part, Post, Scan
    from proxy.core.policy.bundle import PolicyBundle

__all__ = ["Known", "Place", "Replayed", "Rescanner", "Sample", "backtest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an earlier scan of the same post said."""

    findings: tuple[Finding, ...]
    completed: frozenset[DetectorId]


class Rescanner(Protocol):
    """The port that this use case needs: a scanner for posts that are looked at under several bundles."""

    def expected(self, bundle: PolicyBundle) -> frozenset[DetectorId]:
        """Return the same as that of a scanner."""
        ...

    async def load(self, bundle: PolicyBundle) -> None:
        """Bring the word lists of a bundle to every worker; those of the bundle before stay usable."""
        ...

    async def rescan(
        self,
        parts: Sequence[Part],
        bundles: Sequence[PolicyBundle],
        *,
        known: Known | None = None,
        thread: Sequence[str] = (),
    ) -> tuple[Scan, ...]:
        """Return one scan for each bundle; what does not depend on it is looked for once, or taken from `known`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A post to decide again."""

    post: Post
    at: datetime | None = None
    thread: tuple[str, ...] = field(default=(), repr=False)
    """Earlier posts of the same thread, oldest first."""
    known: Known | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a rule found something, without what stands there."""

    rule: str
    kind: str
    """Kind of the part."""
    start: int
    end: int
    snippet: str = field(repr=False)
    """The words around it, masked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What both bundles say to a post; of its text only masked snippets."""

    post: str
    step: Step
    rules: tuple[str, ...] = ()
    """The rules that make the stricter of both verdicts; empty where the verdict is the same."""
    places: tuple[Place, ...] = ()
    """What these rules found."""


async def backtest(
    samples: AsyncIterable[Sample], *, scanner: Rescanner, old: PolicyBundle, new: PolicyBundle, width: int
) -> AsyncGenerator[Replayed]:
    """Decide every post under both bundles, in order, `width` at the same time; their word lists must be loaded."""
    waiting: list[Sample] = []

    async def decided() -> list[Replayed]:
        taken, waiting[:] = list(waiting), []
        return await asyncio.gather(*(_replayed(one, scanner, old, new) for one in taken))

    async for sample in samples:
        waiting.append(sample)
        if len(waiting) >= width:
            for one in await decided():
                yield one
    for one in await decided():
        yield one


async def _replayed(sample: Sample, scanner: Rescanner, old: PolicyBundle, new: PolicyBundle) -> Replayed:
    post = sample.post
    scans = await scanner.rescan(post.parts, (old, new), known=sample.known, thread=sample.thread)
    before, after = (
        decide(post, scan, bundle, running=_calendars(bundle), expected=scanner.expected(bundle))
        for scan, bundle in zip(scans, (old, new), strict=True)
    )
    step = compared(before, after, sample.at)
    if not step.changed:
        return Replayed(post=post.id, step=step)
    stricter, scan = max(((before, scans[0]), (after, scans[1])), key=lambda pair: pair[0].verdict.rank)
    rules = tuple(reason.rule for reason in stricter.reasons)
    return Replayed(post=post.id, step=step, rules=rules, places=_places(post, scan, stricter, rules))


def _calendars(bundle: PolicyBundle) -> frozenset[str]:
    """Return all calendars: a rule for a period to come shows what it will do to posts such as these."""
    return frozenset(calendar.name for calendar in bundle.calendars)


def _places(post: Post, scan: Scan, decision: Decision, rules: tuple[str, ...]) -> tuple[Place, ...]:
    found = [
        (matched.rule, scan.findings[index])
        for matched in decision.matched
        if matched.rule in rules
        for index in matched.findings
    ]
    return tuple(
        Place(
            rule=rule,
            kind=post.parts[one.part].kind.value,
            start=one.span.start,
            end=one.span.end,
            snippet=masked(
                post.parts[one.part].text,
                [other for other in scan.findings if other.part == one.part],
                (one.span.start, one.span.end),
            ),
        )
        for rule, one in found
    )
