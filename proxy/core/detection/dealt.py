"""
Account and card numbers dealt out between words: `Teil 1: DE02 1203, Teil 2: 0000 0000 ...`, a rhyme on every group.

Where groups stand next to each other, the view `grouped` shows the number. Here the words between them are left out as
well, so chance has more to choose from and more is asked: a German IBAN needs a bank code in use, any other one groups
of four, a card groups of four and a word about cards or a line for each.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import replace
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.checks import iban, luhn
from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.issuers import card_lengths
from proxy.core.detection.listmarks import without_marks
from proxy.core.detection.tables.bank_codes import is_bank_code
from proxy.core.model import Confidence, Finding, View, count_digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.model import Surface

__all__ = ["find_dealt"]

DETECTOR = "identifiers"
IBAN_RULE = "common/iban-dealt"
CARD_RULE = "common/card-dealt"
_FEWEST_DIGITS = 12
_MOST_PIECES = 200
_REACH = 12
"""Groups after the first one that a number may be made of."""
_CARD = 16
_PRINTED = 4
_MARGIN = 17
_PIECE = re.compile(r"(?<![^\W_])(?P<country>[A-Za-z]{2}[ ]?)?(?P<digits>[0-9]{4}[ ][0-9]|[0-9]{2,20})(?![^\W_])")
_CUE = re.compile(
    r"(?i)kart|card|visa|mastercard|amex|prüfz|pruefz|\bcv[cv]|gültig bis|gueltig bis|ablauf|läuft ab|expir"
    r"|valid (?:thru|until|to)|security code|trak|drac"
)
"""Words about cards, forwards and backwards."""
_OPENS_A_LINE = re.compile(r"(?:\A|\n)[^\w\n]{0,16}\Z")


class _Piece(NamedTuple):
    start: int
    """Where the piece begins in the view, the letters of the country included."""
    first: int
    """Where its digits begin."""
    country: str
    digits: str
    end: int


def find_dealt(surface: Surface, key: bytes) -> tuple[Finding, ...]:
    """Return the numbers of a view in which words stand apart whose groups have words between them."""
    text = surface.text
    if count_digits(text) < _FEWEST_DIGITS:
        return ()
    unmarked = without_marks(text)
    pieces = [_piece(match) for match in islice(_PIECE.finditer(unmarked), _MOST_PIECES)]
    found: list[Finding] = []
    for place, piece in enumerate(pieces):
        several = pieces[place : place + 1 + _REACH]
        if place and _beside(text, pieces[place - 1], piece):
            continue
        if piece.country and (length := _iban(several)) and _dealt(text, several, length):
            found.extend(_finding(surface, several[:length], key, ("IBAN_CODE", IBAN_RULE, Confidence.HIGH)))
        elif (
            (length := _card(several))
            and _dealt(text, several, length)
            and (_CUE.search(text) or _in_lines(unmarked, several[:length]))
        ):
            found.extend(_finding(surface, several[:length], key, ("CREDIT_CARD", CARD_RULE, Confidence.MEDIUM)))
    return tuple(found)


def _piece(match: re.Match[str]) -> _Piece:
    return _Piece(
        start=match.start(),
        first=match.start("digits"),
        country=(match["country"] or "").strip().upper(),
        digits=match["digits"].replace(" ", ""),
        end=match.end(),
    )


def _dealt(text: str, pieces: Sequence[_Piece], length: int) -> bool:
    """Return whether words or marks stand between the pieces, and no further group beside the last one."""
    between = (text[left.end : right.first] for left, right in pairwise(pieces[:length]))
    if not any(character.isalnum() for gap in between for character in gap):
        return False
    return length == len(pieces) or not _beside(text, pieces[length - 1], pieces[length])


def _in_lines(text: str, pieces: Sequence[_Piece]) -> bool:
    """Return whether each piece is four digits and opens a line of its own, as in a rhyme for remembering them."""
    return all(
        len(piece.digits) == _PRINTED and _OPENS_A_LINE.search(text, max(0, piece.start - _MARGIN), piece.start)
        for piece in pieces
    )


def _beside(text: str, left: _Piece, right: _Piece) -> bool:
    """Return whether two pieces are groups of one number, such as the middle of a card that stands there whole."""
    return not right.country and text[left.end : right.start] in {" ", "-", ".", "/"}


def _iban(pieces: Sequence[_Piece]) -> int:
    """Return how many pieces from the first one on are an IBAN, 0 for none."""
    expected = len(iban.structure(pieces[0].country) or "")
    number = pieces[0].country
    printed = len(pieces[0].digits) % 4 == 2
    for length, piece in enumerate(pieces, start=1):
        number += piece.digits
        if len(number) >= expected:
            whole = len(number) == expected and length > 1 and iban.valid(number)
            return length if whole and _believed(number, printed=printed) else 0
        printed = printed and (length == 1 or len(piece.digits) % 4 == 0)
    return 0


def _believed(number: str, *, printed: bool) -> bool:
    return is_bank_code(number[4:12]) if number.startswith("DE") else printed


def _card(pieces: Sequence[_Piece]) -> int:
    number = ""
    for length, piece in enumerate(pieces, start=1):
        if len(piece.digits) % 4:
            return 0
        number += piece.digits
        if len(number) >= _CARD:
            right = len(number) == _CARD and _CARD in card_lengths(number[:4]) and luhn.valid(number)
            return length if length > 1 and right else 0
    return 0


def _finding(
    surface: Surface, pieces: Sequence[_Piece], key: bytes, kind: tuple[str, str, Confidence]
) -> Iterator[Finding]:
    """Yield the finding, unless nothing of the number stands in the post."""
    view = _without_words(surface, pieces)
    placed = view.place(0, len(view.text))
    if placed is None:
        return
    entity, rule, confidence = kind
    part, span = placed
    shown = surface.view_of(span)
    yield Finding(
        rule=rule,
        entity=entity,
        confidence=confidence,
        part=part,
        span=span,
        view=shown,
        transforms=surface.transforms if shown is View.DEOBFUSCATED else (),
        fingerprint=fingerprint(key, entity, pieces[0].country + "".join(piece.digits for piece in pieces)),
        detector=DETECTOR,
    )


def _without_words(surface: Surface, pieces: Sequence[_Piece]) -> Surface:
    kept = [
        place
        for piece in pieces
        for place in range(piece.start if piece is pieces[0] else piece.first, piece.end)
        if surface.text[place] != " "
    ]
    starts, ends = surface.starts, surface.ends
    return replace(
        surface,
        text="".join(surface.text[place] for place in kept),
        starts=array("I", (place if starts is None else starts[place] for place in kept)),
        ends=array("I", (place + 1 if ends is None else ends[place] for place in kept)),
    )
