"""
What would have been decided otherwise: decisions of the same posts under two bundles, compared and summed up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from proxy.core.model import Decision

__all__ = ["RuleTally", "Step", "Tally", "compared", "tally"]

_OF_THE_GATE = "gate/"
_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One post under both bundles."""

    before: Verdict
    after: Verdict
    newly: frozenset[str]
    """Rules that speak under the new bundle only: `policy/rule`, or `gate/NAME`."""
    no_longer: frozenset[str]
    incomplete: bool
    """A detector was missing, so this says little about the rules."""
    at: datetime | None = None
    """When it was decided; None where nobody knows."""

    @property
    def changed(self) -> bool:
        """Return whether the verdict is another one."""
        return self.before is not self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTally:
    """In how many posts a rule speaks under one of the bundles only."""

    rule: str
    newly: int
    no_longer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Everything that was compared, summed up."""

    posts: int
    incomplete: int
    table: tuple[tuple[Verdict, Verdict, int], ...]
    """(old verdict, new verdict, posts), strictest last; without pairs that no post has."""
    rules: tuple[RuleTally, ...]
    """By id; only those that speak otherwise somewhere."""
    days: float | None
    """Over how many days the posts were spread, at least one; None where nobody knows."""

    @property
    def changed(self) -> int:
        """Return how many posts get another verdict."""
        return sum(count for before, after, count in self.table if before is not after)

    @property
    def weaker(self) -> int:
        """Return how many posts get a weaker verdict."""
        return sum(count for before, after, count in self.table if after.rank < before.rank)

    @property
    def extra_reviews(self) -> int:
        """Return how many posts more, or less where negative, wait for a person."""
        held = Verdict.HOLD
        return sum(count * ((after is held) - (before is held)) for before, after, count in self.table)

    @property
    def extra_reviews_a_day(self) -> float | None:
        """Return the same for each day; None where the number of days is not known."""
        return None if self.days is None else self.extra_reviews / self.days


def compared(before: Decision, after: Decision, at: datetime | None = None) -> Step:
    """Return what differs between two decisions about one post."""
    spoke, speaks = _speaking(before), _speaking(after)
    return Step(
        before=before.verdict,
        after=after.verdict,
        newly=speaks - spoke,
        no_longer=spoke - speaks,
        incomplete=bool(before.missing or after.missing),
        at=at,
    )


def _speaking(decision: Decision) -> frozenset[str]:
    own = (reason.rule for reason in decision.reasons if reason.rule.startswith(_OF_THE_GATE))
    return frozenset({*own, *(matched.rule for matched in decision.matched)})


def tally(steps: Iterable[Step], *, days: float | None = None) -> Tally:
    """Sum up; `days` says over how many days the posts were spread where they do not say it themselves."""
    verdicts: Counter[tuple[Verdict, Verdict]] = Counter()
    newly: Counter[str] = Counter()
    no_longer: Counter[str] = Counter()
    moments: list[datetime] = []
    incomplete = 0
    for step in steps:
        verdicts[step.before, step.after] += 1
        newly.update(step.newly)
        no_longer.update(step.no_longer)
        incomplete += step.incomplete
        if step.at is not None:
            moments.append(step.at)
    if days is None and moments:
        days = max(1.0, (max(moments) - min(moments)).total_seconds() / _DAY)
    pairs = sorted(verdicts, key=lambda pair: (pair[0].rank, pair[1].rank))
    return Tally(
        posts=verdicts.total(),
        incomplete=incomplete,
        table=tuple((before, after, verdicts[before, after]) for before, after in pairs),
        rules=tuple(
            RuleTally(rule=rule, newly=newly[rule], no_longer=no_longer[rule]) for rule in sorted({*newly, *no_longer})
        ),
        days=days,
    )
