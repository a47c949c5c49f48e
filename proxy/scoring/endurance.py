"""
The mutation run: what is still caught when every leak is disguised, and whether a disguise alone looks like a leak.

Only leaks in plain spelling that the gate stops are disguised, so that the figures speak of disguises and not of rules,
and no value is taken apart that was in pieces before.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from proxy.core.model import Confidence, Verdict
from proxy.scoring.figures import Share
from proxy.scoring.judge import judge_all
from proxy.scoring.mutations import (
    BY_NAME,
    PAIRS,
    TRANSFORMS,
    disguise_clean,
    mutate,
    split_parts,
    split_thread,
)
from proxy.scoring.report import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from proxy.gate.ports import Policies, Scanner
    from proxy.scoring.corpus import Example
    from proxy.scoring.judge import Outcome

_NOT_FOR_CLEAN = frozenset({"contact-words", "number-words", "rot13"})
"""Undoing these in a whole text makes another text of it: "(at)" out of a mention is an e-mail address."""
_SPLITS = (("T14", "parts", split_parts), ("T14", "thread", split_thread))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is tried."""

    seed: int
    rounds: Iterable[int]
    """Each round draws anew; an iterator may end it when the time is over."""
    sample: float = 1.0
    """Share of the disguises of a round that is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One disguise of one example."""

    transform: str
    plain: Outcome
    disguised: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """What one transform leaves of the detection."""

    transform: str
    posts: Share
    """Leaks that are still stopped."""
    places: Share
    """Marked places on which the right entity is still found."""
    views: Share
    """Of those, found places that say rightly whether something was disguised."""
    clean: Share
    """Clean posts in which the disguise alone brought a finding."""


async def endure(
    examples: Sequence[Example],
    scanner: Scanner,
    policies: Policies,
    *,
    width: int,
    plan: Plan,
    done: Callable[[], None] = lambda: None,
) -> list[Trial]:
    """Judge the examples as they are, then every disguise of the plan, and return the trials."""
    plain = {
        one.example.id: one
        for one in await judge_all(examples, scanner, policies, width=width)
        if (one.stopped and not one.example.evasion if one.example.leak else not _finds(one))
    }
    trials: list[Trial] = []
    for number in plan.rounds:
        drawn = [variant for one in plain.values() for variant in variants(one.example, plan, number)]
        outcomes = await judge_all([example for _, example in drawn], scanner, policies, width=width, done=done)
        trials += [
            Trial(transform=name, plain=plain[outcome.example.id], disguised=outcome)
            for (name, _), outcome in zip(drawn, outcomes, strict=True)
        ]
    return trials


def survival(trials: Iterable[Trial]) -> tuple[Survival, ...]:
    """Return the figures of each transform, in the order of the catalogue, pairs last."""
    groups: dict[str, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(trial.transform, []).append(trial)
    return tuple(_survival(name, group) for name, group in sorted(groups.items(), key=_order))


def slipped(trial: Trial) -> bool:
    """Return whether a leak got through in disguise, or a clean post was found to be more than that."""
    if trial.plain.example.leak:
        return not trial.disguised.stopped
    return bool(_finds(trial.disguised) - _finds(trial.plain)) or trial.disguised.stopped


def variants(example: Example, plan: Plan, number: int) -> Iterator[tuple[str, Example]]:
    """Yield the disguises of an example in one round, with the names of their transforms."""
    draw = Random(f"{plan.seed}/{number}/{example.id}")  # noqa: S311 - repeatable on purpose, nothing secret
    for transform in TRANSFORMS:
        if draw.random() >= plan.sample:
            continue
        if example.leak:
            hidden = mutate(example, transform, draw)
        else:
            hidden = None if transform.name in _NOT_FOR_CLEAN else disguise_clean(example, transform, draw)
        if hidden is not None:
            yield f"{transform.id} {transform.name}", hidden
    if example.leak:
        yield from _compound(example, draw)


def _compound(example: Example, draw: Random) -> Iterator[tuple[str, Example]]:
    for name, kind, split in _SPLITS:
        if (torn := split(example, draw)) is not None:
            yield f"{name} {kind}", torn
    inner, outer = draw.choice(PAIRS)
    once = mutate(example, BY_NAME[inner], draw)
    twice = None if once is None else mutate(once, BY_NAME[outer], draw)
    if twice is not None:
        yield f"pair {inner} + {outer}", twice


def _finds(outcome: Outcome) -> set[str]:
    return {
        found.entity for found in outcome.findings if found.confidence is not Confidence.LOW and found.entity != "WORDS"
    }


def _survival(name: str, trials: Sequence[Trial]) -> Survival:
    leaks = [trial for trial in trials if trial.plain.example.leak]
    clean = [trial for trial in trials if not trial.plain.example.leak]
    found, places, views = 0, 0, 0
    for trial in leaks:
        for entity in _found_entities(trial.plain):
            own = [mark for mark in trial.disguised.example.marks if mark.entity == entity]
            hits = [mark for mark in own if marked(trial.disguised, mark)]
            places += 1
            found += bool(hits)
            views += bool(hits) and _view_fits(name, trial, entity)
    return Survival(
        transform=name,
        posts=Share(hits=sum(trial.disguised.verdict is not Verdict.ALLOW for trial in leaks), of=len(leaks)),
        places=Share(hits=found, of=places),
        views=Share(hits=views, of=found),
        clean=Share(hits=sum(map(slipped, clean)), of=len(clean)),
    )


def _found_entities(outcome: Outcome) -> set[str]:
    """Return the entities of which every marked place was found undisguised."""
    entities = {mark.entity for mark in outcome.example.marks}
    return entities - {mark.entity for mark in outcome.example.marks if not marked(outcome, mark)}


def _view_fits(name: str, trial: Trial, entity: str) -> bool:
    transform = BY_NAME.get(name.partition(" ")[2])
    if transform is None or transform.view is None or entity not in transform.fits or trial.plain.example.evasion:
        return True
    return any(found.entity == entity and found.view is transform.view for found in trial.disguised.findings)


def _order(group: tuple[str, object]) -> tuple[int, str]:
    name = group[0]
    kind = name.split()[0]
    return (int(kind[1:]) if kind[0] == "T" else 99), name
