"""
Disguise the examples of a corpus: every marked place that a disguise fits, with the marks moved along.

Clean posts are disguised as a whole, to see that a disguise alone is no find.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proxy.core.model import Part, PartKind, Span, View
from proxy.scoring import disguises
from proxy.scoring.report import CHECKSUMMED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from proxy.scoring.corpus import Example, Mark

NUMBERS = CHECKSUMMED | {"PHONE_NUMBER", "POLICY_NUMBER", "CLAIM_NUMBER", "CUSTOMER_NUMBER", "CONTRACT_NUMBER"}
"""Entities that stand for themselves or after a cue, in digits."""
NAMES = frozenset({"PERSON", "ORGANIZATION"})
PHRASES = frozenset(
    {
        "CUSTOMER_RELATION", "INFERRED_CUSTOMER", "HEALTH_CONDITION", "WORDS", "INSIDER_TOPIC", "CONFIDENTIAL_TERM",
        "ADDRESS", "DATE_OF_BIRTH", "MONEY_AMOUNT",
    }
)  # fmt: skip
CONTACTS = frozenset({"EMAIL_ADDRESS"})
TEXTS = NUMBERS | NAMES | PHRASES | CONTACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """A disguise, and what it is tried on."""

    id: str
    """As in the catalogue of transforms, such as `T2`."""
    name: str
    apply: Callable[[str, Random], str | None]
    fits: frozenset[str]
    view: View | None = View.DEOBFUSCATED
    """What a finding has to say about where it was seen; None where honest posts do the same."""
    whole: bool = False
    """Whether all of a part is disguised, not only the marked places."""


TRANSFORMS = (
    Transform(id="T1", name="entities", apply=disguises.entities, fits=TEXTS, view=View.PLAIN),
    Transform(id="T2", name="invisible", apply=disguises.invisible, fits=TEXTS),
    Transform(id="T3", name="spaces", apply=disguises.spaces, fits=TEXTS, view=View.PLAIN),
    Transform(id="T4", name="compatibility", apply=disguises.compatibility, fits=TEXTS),
    Transform(id="T5", name="marks", apply=disguises.marks, fits=TEXTS),
    Transform(id="T6", name="lookalikes", apply=disguises.lookalikes, fits=TEXTS),
    Transform(id="T7", name="digits", apply=disguises.digit_families, fits=NUMBERS),
    Transform(id="T8", name="case", apply=disguises.case, fits=TEXTS, view=View.PLAIN),
    Transform(id="T9", name="number-words", apply=disguises.number_words, fits=NUMBERS),
    Transform(id="T10", name="letters-for-digits", apply=disguises.letters_for_digits, fits=CHECKSUMMED),
    Transform(id="T11", name="contact-words", apply=disguises.contact_words, fits=CONTACTS),
    Transform(id="T12", name="backwards", apply=disguises.backwards, fits=CHECKSUMMED | CONTACTS),
    Transform(id="T13", name="encoded", apply=disguises.encoded, fits=CHECKSUMMED | CONTACTS),
    Transform(id="T13", name="rot13", apply=disguises.rotated, fits=CHECKSUMMED | CONTACTS, whole=True),
    Transform(id="T14", name="lines", apply=disguises.lines, fits=CHECKSUMMED, view=None),
)
PAIRS = (("case", "invisible"), ("digits", "invisible"), ("lookalikes", "marks"), ("compatibility", "spaces"),
         ("invisible", "lines"), ("spaces", "entities"), ("digits", "lines"), ("case", "backwards"))  # fmt: skip
"""Disguises that people lay over each other; by name, the inner one first."""
BY_NAME = {transform.name: transform for transform in TRANSFORMS}


def mutate(example: Example, transform: Transform, draw: Random) -> Example | None:
    """Return the example in disguise, None when nothing in it fits."""
    if transform.whole:
        return _whole(example, transform, draw)
    edits: dict[int, list[tuple[Span, str]]] = {}
    for mark in example.marks:
        own = edits.setdefault(mark.part, [])
        hidden = None if mark.entity not in transform.fits else transform.apply(_text(example, mark), draw)
        if hidden is not None and not any(mark.span.overlaps(span) for span, _ in own):
            own.append((mark.span, hidden))
    if not any(edits.values()):
        return None
    return _edited(example, {part: sorted(own, key=lambda edit: edit[0].start) for part, own in edits.items()})


def disguise_clean(example: Example, transform: Transform, draw: Random) -> Example | None:
    """Return a clean post with its longest parts in disguise; None when the disguise changes nothing."""
    parts = []
    for part in example.parts:
        hidden = transform.apply(part.text, draw) if len(part.text) > 1 else None
        parts.append(part if hidden is None else replace(part, text=hidden))
    return None if tuple(parts) == example.parts else replace(example, parts=tuple(parts))


def split_parts(example: Example, draw: Random) -> Example | None:
    """T14: return the example with a number that begins in one part and ends in a new one."""
    mark = _number(example)
    if mark is None:
        return None
    before, after, cut = _cut(example, mark, draw)
    parts = [*example.parts]
    parts[mark.part : mark.part + 1] = [before, replace(after, kind=PartKind.POLL_OPTION)]
    marks = tuple(one for other in example.marks for one in _halves(other, mark.part, cut))
    return replace(example, parts=_numbered(parts), marks=marks)


def split_thread(example: Example, draw: Random) -> Example | None:
    """T14: return the example with a number that begins in the post before it."""
    mark = _number(example)
    if mark is None or mark.part != 0:
        return None
    before, after, cut = _cut(example, mark, draw)
    rest = (half for other in example.marks for half in _halves(other, 0, cut))
    marks = tuple(replace(one, part=one.part - 1) for one in rest if one.part > 0)
    return replace(
        example, parts=_numbered([after, *example.parts[1:]]), marks=marks, thread=(*example.thread, before.text)
    )


def _whole(example: Example, transform: Transform, draw: Random) -> Example | None:
    hidden = {mark.part for mark in example.marks if mark.entity in transform.fits}
    texts = [transform.apply(part.text, draw) if index in hidden else None for index, part in enumerate(example.parts)]
    if not any(texts):
        return None
    pairs = zip(example.parts, texts, strict=True)
    return replace(example, parts=tuple(part if text is None else replace(part, text=text) for part, text in pairs))


def _text(example: Example, mark: Mark) -> str:
    return example.parts[mark.part].text[mark.span.start : mark.span.end]


def _edited(example: Example, edits: dict[int, list[tuple[Span, str]]]) -> Example:
    parts = list(example.parts)
    for index, own in edits.items():
        text = parts[index].text
        for span, hidden in reversed(own):
            text = text[: span.start] + hidden + text[span.end :]
        parts[index] = replace(parts[index], text=text)
    marks = tuple(replace(mark, span=_moved(mark.span, edits.get(mark.part, []))) for mark in example.marks)
    return replace(example, parts=tuple(parts), marks=marks)


def _moved(span: Span, edits: Sequence[tuple[Span, str]]) -> Span:
    start, end = span.start, span.end
    for place, hidden in edits:
        grown = len(hidden) - (place.end - place.start)
        start += grown if place.end <= span.start else 0
        end += grown if place.start < span.end else 0
    return Span(start=start, end=max(start + 1, end))


def _number(example: Example) -> Mark | None:
    long_enough = (
        mark for mark in example.marks if mark.entity in CHECKSUMMED and mark.span.end - mark.span.start >= 8
    )
    return next(long_enough, None)


def _cut(example: Example, mark: Mark, draw: Random) -> tuple[Part, Part, int]:
    middle = (mark.span.start + mark.span.end) // 2
    cut = middle + draw.randint(-1, 1)
    part = example.parts[mark.part]
    return replace(part, text=part.text[:cut]), replace(part, text=part.text[cut:]), cut


def _halves(mark: Mark, part: int, cut: int) -> Iterator[Mark]:
    if mark.part != part:
        yield replace(mark, part=mark.part + (mark.part > part))
        return
    if mark.span.start < cut:
        yield replace(mark, span=Span(start=mark.span.start, end=min(mark.span.end, cut)))
    if mark.span.end > cut:
        start = max(0, mark.span.start - cut)
        yield replace(mark, part=part + 1, span=Span(start=start, end=mark.span.end - cut))


def _numbered(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(replace(part, slot=f"parts.{index}") for index, part in enumerate(parts))
