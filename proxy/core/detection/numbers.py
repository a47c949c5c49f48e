"""
Account and card numbers in all views of a text.

| view | what is looked for |
|---|---|
| `grouped` | both, in any grouping; once more with letters read as digits (T10) |
| `grouped` of `reversed` | both; a card only where the author speaks of cards or of writing backwards |
| `stream` | IBANs of digits only; a German one needs a bank code in use, because everything stands together there |
| where words stand apart | numbers with words between their groups |
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.detection.candidates import find_numbers, iban_candidates
from proxy.core.detection.checks import iban
from proxy.core.detection.dealt import find_dealt
from proxy.core.detection.lookalikes import with_digits
from proxy.core.detection.tables.bank_codes import is_bank_code
from proxy.core.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.model import Finding, Surface

__all__ = ["find_in_views"]

_GROUPED, _STREAM, _REVERSED, _ORIGINAL, _NORMALISED = "grouped", "stream", "reversed", "original", "normalised"
_SPOKEN_OF = re.compile(r"(?i)kart|card|visa|rückw|rueckw|backw|revers|umgedreht|verkehrt|gespiegelt|von hinten")


def find_in_views(surfaces: Sequence[Surface], key: bytes) -> list[Finding]:
    """Return the numbers of views, each joined view standing behind the one that it was made from."""
    found: list[Finding] = []
    made_from = None
    for surface in surfaces:
        if surface.name == _GROUPED:
            numbers = _grouped(surface, key)
            backwards = made_from is not None and made_from.name == _REVERSED
            found += _believed(numbers, surfaces) if backwards else numbers
        elif surface.name == _STREAM:
            found += _stream(surface, key)
        else:
            made_from = surface
            if surface.name != _ORIGINAL:
                found += find_dealt(surface, key)
    return found


def _grouped(surface: Surface, key: bytes) -> Iterator[Finding]:
    yield from find_numbers(surface, key)
    for disguised in with_digits(surface):
        # What is low is only part of a longer number, and with letters in it not even that.
        yield from (one for one in find_numbers(disguised, key) if one.confidence is not Confidence.LOW)


def _believed(found: Iterator[Finding], surfaces: Sequence[Surface]) -> list[Finding]:
    """Return findings of a text read backwards: one number in ten passes Luhn that way too."""
    said = any(_SPOKEN_OF.search(one.text) for one in surfaces if one.name == _NORMALISED)
    return [one if said or one.entity != "CREDIT_CARD" else replace(one, confidence=Confidence.LOW) for one in found]


def _stream(surface: Surface, key: bytes) -> Iterator[Finding]:
    trusted = {
        surface.place(start, end)
        for start, end in iban_candidates(surface)
        if _trusted(surface.text[start:end].upper())
    }
    if trusted:
        yield from (
            one for one in find_numbers(surface, key) if one.entity == "IBAN_CODE" and (one.part, one.span) in trusted
        )


def _trusted(number: str) -> bool:
    if number.startswith("DE"):
        return is_bank_code(number[4:12])
    return (iban.structure(number[:2]) or "").endswith("nnnnnnnnnnnn") and number[2:].isdecimal()
