"""
Count outcomes: by category, language, organisation, evasion, entity and rule, and against the acceptance bars.

A post counts as stopped when it is redacted, held or blocked. Recall of an entity is counted over marked places, with
findings of at least medium confidence (low ones for what only combinations use); everything else over posts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.model import Confidence, Verdict
from proxy.scoring.corpus import PUBLIC
from proxy.scoring.figures import Share, f2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from proxy.core.model import Finding
    from proxy.scoring.corpus import Mark
    from proxy.scoring.judge import Outcome

CHECKSUMMED = frozenset(
    {
        "IBAN_CODE", "CREDIT_CARD", "DE_TAX_ID", "DE_SOCIAL_SECURITY", "AT_SOCIAL_SECURITY", "CH_SOCIAL_SECURITY",
        "DE_HEALTH_INSURANCE", "UK_NHS",
    }
)  # fmt: skip
"""Entities whose every value carries a check digit. Identity documents often stand without theirs: not here."""
_DEALT_OUT = "T14"
LOW_BY_DESIGN = frozenset({"PERSON", "ORGANIZATION", "MONEY_AMOUNT", "HEALTH_CONDITION"})
"""Signals for combinations; a finding of low confidence is a find."""
_ALIKE = (frozenset({"DE_ID_CARD", "DE_PASSPORT"}),)
"""Kinds that one number cannot be told apart by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Figures of one group."""

    name: str
    recall: Share
    precision: Share
    false_positives: Share
    blocked: Share
    """Clean posts that were blocked."""
    missing: int = 0
    """Posts that not every detector answered."""

    @property
    def f2(self) -> float | None:
        """Return the F2 measure of the group."""
        return f2(self.precision, self.recall)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A goal and how far we are."""

    name: str
    share: Share
    goal: float
    at_least: bool

    @property
    def met(self) -> bool:
        """Return whether the goal is reached; nothing counted reaches nothing."""
        value = self.share.value
        if value is None:
            return False
        return value >= self.goal if self.at_least else value <= self.goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures of one run."""

    posts: int
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    """Title of the table, its rows."""
    confusion: tuple[tuple[Verdict, tuple[tuple[Verdict, int], ...]], ...]
    """Expected verdict, decisions."""
    bars: tuple[Bar, ...]
    missing: tuple[tuple[str, int], ...]
    """Detector, posts it did not answer."""


def report(outcomes: Sequence[Outcome]) -> Report:
    """Return all figures of these outcomes."""
    return Report(
        posts=len(outcomes),
        groups=(
            ("all", (row("all posts", outcomes),)),
            ("category", _grouped(outcomes, lambda one: (one.example.category,))),
            ("language", _grouped(outcomes, lambda one: (one.example.lang,))),
            ("organisation", _grouped(outcomes, lambda one: (one.example.organisation,))),
            ("evasion", _grouped(outcomes, lambda one: one.example.evasion or ("plain",))),
            ("entity", _entities(outcomes)),
            ("policy rule", _blamed(outcomes, lambda one: one.rules)),
            ("detection rule", _blamed(outcomes, lambda one: (found.rule for found in _grounds(one)))),
        ),
        confusion=_confusion(outcomes),
        bars=bars(outcomes),
        missing=tuple(sorted(Counter(name for one in outcomes for name in one.missing).items())),
    )


def row(name: str, outcomes: Sequence[Outcome]) -> Row:
    """Return the figures over posts."""
    leaks = [one for one in outcomes if one.example.leak]
    clean = [one for one in outcomes if not one.example.leak]
    caught, flagged = sum(one.stopped for one in leaks), sum(one.stopped for one in clean)
    return Row(
        name=name,
        recall=Share(hits=caught, of=len(leaks)),
        precision=Share(hits=caught, of=caught + flagged),
        false_positives=Share(hits=flagged, of=len(clean)),
        blocked=Share(hits=sum(one.verdict is Verdict.BLOCK for one in clean), of=len(clean)),
        missing=sum(bool(one.missing) for one in outcomes),
    )


def bars(outcomes: Sequence[Outcome]) -> tuple[Bar, ...]:
    """Return the goals of the project and what was reached; for public posts, that few of them are flagged."""
    whole = row("", outcomes)
    if all(one.example.split == PUBLIC for one in outcomes):
        return (Bar(name="public posts held or blocked", share=whole.false_positives, goal=0.005, at_least=False),)
    proven = [(one, mark) for one in outcomes for mark in one.example.marks if mark.entity in CHECKSUMMED]
    found = Share(hits=sum(marked(one, mark) for one, mark in proven), of=len(proven))
    return (
        Bar(name="checksummed identifiers found", share=found, goal=0.995, at_least=True),
        Bar(name="leaks held or blocked", share=whole.recall, goal=0.95, at_least=True),
        Bar(name="clean posts held or blocked", share=whole.false_positives, goal=0.03, at_least=False),
        Bar(name="clean posts blocked", share=whole.blocked, goal=0.01, at_least=False),
    )


def marked(outcome: Outcome, mark: Mark) -> bool:
    """
    Return whether a finding of the mark's kind lies on it.

    Where the author dealt a value out, the marks of its kind are pieces of one: it is found when one of them is.
    """
    example = outcome.example
    pieces = [one for one in example.marks if one.entity == mark.entity] if _DEALT_OUT in example.evasion else [mark]
    return any(_lies_on(found, piece) for found in outcome.findings for piece in pieces)


def _lies_on(found: Finding, mark: Mark) -> bool:
    return (
        found.part == mark.part
        and found.span.overlaps(mark.span)
        and _same(found.entity, mark.entity)
        and (found.confidence is not Confidence.LOW or mark.entity in LOW_BY_DESIGN)
    )


def _same(one: str, other: str) -> bool:
    return one == other or any({one, other} <= kinds for kinds in _ALIKE)


def _grouped(outcomes: Iterable[Outcome], keys: Callable[[Outcome], Iterable[str]]) -> tuple[Row, ...]:
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        for key in keys(outcome):
            groups.setdefault(key, []).append(outcome)
    return tuple(row(name, group) for name, group in sorted(groups.items()))


def _grounds(outcome: Outcome) -> list[Finding]:
    return [outcome.findings[index] for index in sorted(outcome.blamed) if index < len(outcome.findings)]


def _entities(outcomes: Sequence[Outcome]) -> tuple[Row, ...]:
    places = [(one, mark) for one in outcomes for mark in one.example.marks]
    by_post = _blamed(outcomes, lambda one: (found.entity for found in _grounds(one)))
    stopped = {one.name: one for one in by_post}
    clean = sum(not one.example.leak for one in outcomes)
    rows = []
    for name in sorted({mark.entity for _, mark in places} | stopped.keys()):
        hits = [marked(one, mark) for one, mark in places if mark.entity == name]
        flags = stopped.get(name)
        rows.append(
            Row(
                name=name,
                recall=Share(hits=sum(hits), of=len(hits)),
                precision=Share(hits=0, of=0) if flags is None else flags.precision,
                false_positives=Share(hits=0, of=clean) if flags is None else flags.false_positives,
                blocked=Share(hits=0, of=clean) if flags is None else flags.blocked,
            )
        )
    return tuple(rows)


def _blamed(outcomes: Sequence[Outcome], names: Callable[[Outcome], Iterable[str]]) -> tuple[Row, ...]:
    """Return how often a rule stopped leaks and clean posts; what it should have found is not known."""
    leaks: Counter[str] = Counter()
    clean: Counter[str] = Counter()
    blocked: Counter[str] = Counter()
    harmless = sum(not one.example.leak for one in outcomes)
    for one in outcomes:
        touched = set(names(one)) if one.stopped else set()
        (leaks if one.example.leak else clean).update(touched)
        if not one.example.leak and one.verdict is Verdict.BLOCK:
            blocked.update(touched)
    return tuple(
        Row(
            name=name,
            recall=Share(hits=0, of=0),
            precision=Share(hits=leaks[name], of=leaks[name] + clean[name]),
            false_positives=Share(hits=clean[name], of=harmless),
            blocked=Share(hits=blocked[name], of=harmless),
        )
        for name in sorted(leaks.keys() | clean.keys())
    )


def _confusion(outcomes: Sequence[Outcome]) -> tuple[tuple[Verdict, tuple[tuple[Verdict, int], ...]], ...]:
    counts = Counter((one.example.expected, one.verdict) for one in outcomes)
    expected = (Verdict.ALLOW, Verdict.HOLD, Verdict.BLOCK)
    return tuple((wanted, tuple((got, counts[wanted, got]) for got in Verdict)) for wanted in expected)
