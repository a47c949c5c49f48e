"""
A post as combinations see it: which signals stand in which sentence, and what stands around them.

Signals are findings; small words that every post is full of (we, my, her) are looked up in the text where a rule asks.
Order of findings never matters: everything is sorted first.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from proxy.core.detection.combining.cues import MONEY, cues_in
from proxy.core.model import Confidence, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from proxy.core.model import Finding

SMALL = 600
"""Code points up to which a whole post is about one thing."""
AHEAD, BACK = 2, 1
"""How many sentences after and before a name a longer post speaks about it."""

SUSPECT = "DISCLOSURE"
"""What the judge of whole posts finds, however unsure it is."""
NUMBERED = "classifier/identifier"
"""The rule of what reads as if there were a number in it."""

TOPICS = ("contract-topic", "claim-event", "health", "financial-distress", "investment-product")


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence of the post, as the author wrote it. Without slots, so that its cues are looked for once."""

    number: int
    part: int
    span: Span
    text: str = field(repr=False)
    found: frozenset[str]
    """Lexicon ids of word hits, and entities of other findings."""

    @cached_property
    def signals(self) -> frozenset[str]:
        """Return what was found and the cues of the words, which are looked for when the first rule asks."""
        money = {MONEY} if "MONEY_AMOUNT" in self.found else set()
        return cues_in(self.text).union(self.found, money)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All sentences and findings of a post."""

    texts: tuple[str, ...] = field(repr=False)
    findings: tuple[Finding, ...]
    sentences: tuple[Sentence, ...]
    places: Mapping[int, tuple[tuple[int, ...], tuple[int, ...]]]
    """By part: where its sentences start, and their numbers."""
    small: bool
    weak: Confidence
    """How sure weak evidence makes: `medium` in a post that as a whole reads like one that gives something away."""
    telling: bool
    """Whether it reads so for more than the looks of a number in it."""

    def number(self, part: int, position: int) -> int | None:
        """Return the number of the sentence that a place stands in, or of the one before it."""
        starts, numbers = self.places.get(part, ((), ()))
        return numbers[max(bisect_right(starts, position) - 1, 0)] if numbers else None

    def around(self, number: int, *, back: int = BACK, ahead: int = AHEAD) -> Iterator[Sentence]:
        """Yield the sentences near one: all of a small post, the neighbours in the same part of a long one."""
        if self.small:
            yield from self.sentences
            return
        part = self.sentences[number].part
        for near in range(max(number - back, 0), min(number + ahead + 1, len(self.sentences))):
            if self.sentences[near].part == part:
                yield self.sentences[near]

    def words(self, lexicon: str) -> Iterator[Finding]:
        """Yield the word hits of a list."""
        return (one for one in self.findings if one.entity == "WORDS" and one.rule == lexicon)


def look(texts: Sequence[str], sentences: Sequence[Sequence[Span]], findings: Iterable[Finding]) -> Scene:
    """Put a post in order."""
    ordered = tuple(sorted(findings, key=order))
    spans = [
        (part, span)
        for part, text in enumerate(texts)
        for span in (sentences[part] if part < len(sentences) and sentences[part] else (_whole(text),))
        if span is not None
    ]
    signals: list[set[str]] = [set() for _ in spans]
    places: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = {}
    for part in range(len(texts)):
        numbers = tuple(number for number, (owner, _) in enumerate(spans) if owner == part)
        places[part] = (tuple(spans[number][1].start for number in numbers), numbers)
    for finding in ordered:
        if finding.entity == SUSPECT:  # says something of the post, not of one sentence
            continue
        starts, numbers = places.get(finding.part, ((), ()))
        if numbers:
            first = max(bisect_right(starts, finding.span.start) - 1, 0)
            last = max(bisect_right(starts, finding.span.end - 1) - 1, first)
            for number in numbers[first : last + 1]:
                signals[number].add(finding.rule if finding.entity == "WORDS" else finding.entity)
    return Scene(
        texts=tuple(texts),
        findings=ordered,
        sentences=tuple(
            Sentence(
                number=number,
                part=part,
                span=span,
                text=texts[part][span.start : span.end],
                found=frozenset(signals[number]),
            )
            for number, (part, span) in enumerate(spans)
        ),
        places=places,
        small=sum(map(len, texts)) <= SMALL,
        weak=Confidence.MEDIUM if any(one.entity == SUSPECT for one in ordered) else Confidence.LOW,
        telling=any(one.entity == SUSPECT and not _for_a_number(one) for one in ordered),
    )


def _for_a_number(suspicion: Finding) -> bool:
    """Return whether a post is suspected, and not much, for having a number or address in it: those have rules."""
    return suspicion.rule == NUMBERED and suspicion.confidence is Confidence.LOW


def order(finding: Finding) -> tuple[int, int, int, str, str, int, str]:
    """Return the place of a finding in the one order that all rules see."""
    return (
        finding.part,
        finding.span.start,
        finding.span.end,
        finding.entity,
        finding.rule,
        -finding.confidence.rank,
        finding.detector,
    )


def _whole(text: str) -> Span | None:
    return Span(start=0, end=len(text)) if text else None
