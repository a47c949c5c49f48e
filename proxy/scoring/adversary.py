"""
The adversarial run of policies: what each rule still catches when its own samples are disguised.

A sample is disguised where its rule found something in plain spelling, with the transforms that fit what was found.
Samples that a rule does not catch undisguised say nothing about disguises and are left out: they fail as tests. Tries
are named by rule, sample and transform, never by text.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from proxy.core.model import Verdict, View, strictest
from proxy.core.policy.decide import decide
from proxy.scoring.corpus import Example, Mark
from proxy.scoring.endurance import Plan, variants
from proxy.scoring.figures import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from proxy.core.model import Decision, Post, Scan
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.ports import Scanner


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A sample post that has to be stopped."""

    rule: str
    """`policy/rule`, or `policy/*` where all rules of a policy are asked together."""
    sample: str
    """Number of the sample in its rule, or its name in a test file."""
    post: Post
    bundle: PolicyBundle = field(repr=False)
    """What decides."""
    running: frozenset[str] = frozenset()
    """Calendars that are running when it is posted."""
    expected: Verdict
    thread: tuple[str, ...] = field(default=(), repr=False)
    """Earlier posts of the same thread, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disguise:
    """A sample in one disguise."""

    target: Target
    transform: str
    """Such as `T2 invisible`."""
    post: Post
    thread: tuple[str, ...] = field(default=(), repr=False)
    """Earlier posts of the same thread, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resistance:
    """What disguises leave of one rule."""

    rule: str
    samples: int
    """How many samples could be disguised."""
    caught: Share
    """Disguises that still get at least the expected verdict."""
    slipped: tuple[tuple[str, str], ...]
    """Sample and transform of the others."""


async def disguises(targets: Sequence[Target], scanner: Scanner, *, seed: int, width: int) -> list[Disguise]:
    """Return every disguise of every sample that is caught undisguised; the same seed gives the same ones."""
    plan, places = Plan(seed=seed, rounds=()), asyncio.Semaphore(width)

    async def of(target: Target) -> list[Disguise]:
        async with places:
            scan = await scanner.scan(target.post.parts, target.bundle, target.thread)
        decision = _decided(target, target.post, scan, scanner)
        if not _caught(target, decision):
            return []
        return [
            Disguise(target=target, transform=name, post=replace(target.post, parts=hidden.parts), thread=hidden.thread)
            for name, hidden in variants(_example(target, scan, decision), plan, 0)
        ]

    return [one for some in await asyncio.gather(*map(of, targets)) for one in some]


async def resist(
    targets: Sequence[Target],
    tried: Sequence[Disguise],
    scanner: Scanner,
    *,
    width: int,
    done: Callable[[], None] = lambda: None,
) -> tuple[Resistance, ...]:
    """Scan and decide every disguise, at most `width` at a time, and return what is left of each rule, by name."""
    places = asyncio.Semaphore(width)

    async def holds(disguise: Disguise) -> bool:
        async with places:
            scan = await scanner.scan(disguise.post.parts, disguise.target.bundle, disguise.thread)
        done()
        return _caught(disguise.target, _decided(disguise.target, disguise.post, scan, scanner))

    trials = list(zip(tried, await asyncio.gather(*map(holds, tried)), strict=True))
    rules = sorted({target.rule for target in targets})
    return tuple(_resistance(rule, [trial for trial in trials if trial[0].target.rule == rule]) for rule in rules)


def _decided(target: Target, post: Post, scan: Scan, scanner: Scanner) -> Decision:
    return decide(post, scan, target.bundle, running=target.running, expected=scanner.expected(target.bundle))


def _caught(target: Target, decision: Decision) -> bool:
    """Tell whether the policy got at least the verdict; what the gate holds for a missing detector is not caught."""
    said = [match.verdict for match in decision.matched] if decision.missing else [decision.verdict]
    return strictest((Verdict.ALLOW, *said)).rank >= target.expected.rank


def _example(target: Target, scan: Scan, decision: Decision) -> Example:
    """Return the sample with a mark wherever the rule saw something in plain spelling."""
    seen = sorted({index for match in decision.matched for index in match.findings})
    plain = (scan.findings[index] for index in seen if scan.findings[index].view is View.PLAIN)
    marks = (Mark(part=one.part, span=one.span, entity=one.entity) for one in plain)
    return Example(
        id=f"{target.rule} {target.sample}",
        lang="any",
        category="sample",
        organisation="any",
        split="sample",
        leak=True,
        expected=target.expected,
        parts=target.post.parts,
        marks=tuple(dict.fromkeys(marks)),
        thread=target.thread,
    )


def _resistance(rule: str, trials: Sequence[tuple[Disguise, bool]]) -> Resistance:
    return Resistance(
        rule=rule,
        samples=len({tried.target.sample for tried, _ in trials}),
        caught=Share(hits=sum(caught for _, caught in trials), of=len(trials)),
        slipped=tuple((tried.target.sample, tried.transform) for tried, caught in trials if not caught),
    )
