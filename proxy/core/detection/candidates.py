"""
Account and card numbers in whatever grouping they are written.

Made for the `grouped` view, where groups already stand together: word boundaries mean nothing there, proof is the
check digit. Every step is linear in the text: byte searches find the few places worth looking at, each look is bounded.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.checks import iban
from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.issuers import card_lengths
from proxy.core.model import Confidence, Finding, View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proxy.core.model import Surface

__all__ = ["card_candidates", "find_numbers", "iban_candidates"]

DETECTOR = "identifiers"
IBAN_RULE = "common/iban"
CARD_RULE = "common/card"

_UNGROUPED = frozenset({"original", "normalised"})
_SHORTEST_CARD = 13
_CUE_BEFORE, _CUE_AFTER = 40, 25
_CUES = (
    "karte", "visa", "mastercard", "maestro", "amex", "americanexpress", "diners", "card", "cvc", "cvv", "prüfziffer",
    "pruefziffer", "gültigbis", "expir",
)  # fmt: skip
_GROUPINGS = frozenset({(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (4, 4, 4, 1), (6, 13), (8, 8)})
"""As printed on cards and asked for in forms."""
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

_SHAPES = bytes(
    ord("0") if 48 <= code <= 57 else ord("a") if chr(code).isalpha() and code < 128 else ord("#")
    for code in range(256)
)


def iban_candidates(surface: Surface) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the view that are IBANs with right check digits, wherever in a word or number they stand."""
    raw = _ascii(surface.text)
    shapes = raw.translate(_SHAPES)
    position = shapes.find(b"aa00")
    while position >= 0:
        expected = iban.structure(raw[position : position + 2].decode("ascii").upper())
        end = position + len(expected or "")
        if expected is not None and iban.valid(raw[position:end].decode("ascii")):
            yield position, end
        position = shapes.find(b"aa00", position + 1)


class _Card(NamedTuple):
    """A range of a view that passes Luhn, with what speaks for it."""

    start: int
    end: int
    confidence: Confidence


def card_candidates(surface: Surface) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the view that may be card numbers: 13 to 19 digits, an issuer's prefix, Luhn; no overlaps."""
    for card in _cards(surface):
        yield card.start, card.end


def find_numbers(surface: Surface, key: bytes) -> tuple[Finding, ...]:
    """
    Return the IBANs and card numbers of a view.

    An IBAN is proven by its check digits. A card number is high when it is printed in groups or a word nearby says
    card, medium when it stands alone, low inside a longer number. Digits of an IBAN are no card. The views in which
    groups stand apart give nothing: the grouped one shows all they show, and whether a digit belongs to an IBAN.
    """
    if surface.name in _UNGROUPED:
        return ()
    ibans = [(start, end, Confidence.HIGH) for start, end in iban_candidates(surface)]
    starts = [start for start, _, _ in ibans]
    found = [hit for place in ibans for hit in _findings(surface, key, "IBAN_CODE", IBAN_RULE, place)]
    for card in _cards(surface):
        before = bisect_left(starts, card.start + 1) - 1
        if before < 0 or ibans[before][1] < card.end:
            found.extend(_findings(surface, key, "CREDIT_CARD", CARD_RULE, card))
    return tuple(sorted(found, key=lambda finding: (finding.span.start, finding.span.end, finding.entity)))


def _findings(
    surface: Surface, key: bytes, entity: str, rule: str, where: tuple[int, int, Confidence]
) -> Iterator[Finding]:
    start, end, confidence = where
    place = surface.place(start, end)
    if place is None:
        return
    part, span = place
    view = surface.view_of(span)
    yield Finding(
        rule=rule,
        entity=entity,
        confidence=confidence,
        part=part,
        span=span,
        view=view,
        transforms=surface.transforms if view is View.DEOBFUSCATED else (),
        fingerprint=fingerprint(key, entity, surface.text[start:end]),
        detector=DETECTOR,
    )


def _ascii(text: str) -> bytes:
    """Return one byte per character, `?` for what is not ASCII."""
    return text.encode("ascii", "replace")


def _cards(surface: Surface) -> Iterator[_Card]:
    folded = ""
    for start, end in _digit_runs(_ascii(surface.text).translate(_SHAPES)):
        gaps = _gaps(surface, start, end)
        candidates = [
            (first, last, _rate(first, last, gaps)) for first, last in _luhn_ranges(surface.text[start:end], start)
        ]
        if not candidates:
            continue
        folded = folded or _lower(surface.text)
        cards = [_Card(first, last, _raise(rate, folded, first, last)) for first, last, rate in candidates]
        yield from _whole(cards, start, end) or _pick(cards)


def _whole(cards: list[_Card], start: int, end: int) -> list[_Card]:
    """
    Return the card that takes up a digit run from end to end, as sure as anything inside it.

    In a card with odd groups some shorter range may pass too, and by chance in better groups.
    """
    if not any((card.start, card.end) == (start, end) and card.confidence is not Confidence.LOW for card in cards):
        return []
    return [_Card(start, end, max((card.confidence for card in cards), key=lambda confidence: confidence.rank))]


def _lower(text: str) -> str:
    """Return small letters, one per character: places in the text stay the same."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)


def _digit_runs(shapes: bytes) -> Iterator[tuple[int, int]]:
    position = shapes.find(b"0" * _SHORTEST_CARD)
    while position >= 0:
        end = position + _SHORTEST_CARD
        while end < len(shapes) and shapes[end] == 48:
            end += 1
        yield position, end
        position = shapes.find(b"0" * _SHORTEST_CARD, end)


def _gaps(surface: Surface, start: int, end: int) -> list[int]:
    """Return the positions in `start..end` before which the author's text has something between two digits."""
    starts, ends = surface.starts, surface.ends
    if starts is None or ends is None:
        return [start, end]
    inner = [position for position in range(start + 1, end) if starts[position] > ends[position - 1]]
    return [start, *inner, end]


def _luhn_ranges(digits: str, base: int) -> Iterator[tuple[int, int]]:
    """Yield every range of a digit run with an issuer's prefix, a length of that issuer and the right check digit."""
    numbers = [int(digit) for digit in digits]
    # Sums with every even, or every odd, position doubled: the sum of any range is then one subtraction.
    doubled = [_DOUBLED[number] for number in numbers]
    sums = [[0, *accumulate(doubled[i] if i % 2 == odd else numbers[i] for i in range(len(numbers)))] for odd in (0, 1)]
    for first in range(len(digits) - _SHORTEST_CARD + 1):
        for length in card_lengths(digits[first : first + 4]):
            last = first + length
            # The check digit, at last - 1, is not doubled, its neighbour is.
            table = sums[last % 2]
            if last <= len(digits) and (table[last] - table[first]) % 10 == 0:
                yield base + first, base + last


def _rate(first: int, last: int, gaps: list[int]) -> Confidence:
    """Rate a range by how the author's text groups its digits."""
    low, high = bisect_left(gaps, first), bisect_left(gaps, last)
    if gaps[low] != first or high == len(gaps) or gaps[high] != last:
        return Confidence.LOW
    groups = tuple(gaps[i + 1] - gaps[i] for i in range(low, high))
    if groups in _GROUPINGS or (len(groups) > 1 and max(groups) == 1):
        return Confidence.HIGH
    # Pairs are prices and times too; 13 and 14 digits in odd groups are dates and prices far more often than cards.
    return Confidence.MEDIUM if len(groups) == 1 or last - first > 14 else Confidence.LOW


def _raise(rate: Confidence, text: str, first: int, last: int) -> Confidence:
    if rate is not Confidence.MEDIUM:
        return rate
    nearby = text[max(0, first - _CUE_BEFORE) : first] + " " + text[last : last + _CUE_AFTER]
    return Confidence.HIGH if any(cue in nearby for cue in _CUES) else rate


def _pick(cards: Iterable[_Card]) -> Iterator[_Card]:
    """Yield the best of overlapping ranges: surer first, then longer, then earlier."""
    taken: list[int] = []
    ends: dict[int, int] = {}
    for card in sorted(cards, key=lambda card: (-card.confidence.rank, card.start - card.end, card.start)):
        after = bisect_left(taken, card.start)
        free_before = after == 0 or ends[taken[after - 1]] <= card.start
        if free_before and (after == len(taken) or taken[after] >= card.end):
            taken.insert(after, card.start)
            ends[card.start] = card.end
            yield card
