"""
Telephone numbers by Presidio's recognizer: of Germany, Austria and Switzerland, and international ones.

A number counts when it is written so that it can be dialled: with `+`, `00` or the leading 0 of an area code. Without,
the library behind the recognizer takes years (1640), amounts and the seven digits of any Liechtenstein number for
telephone numbers; dates in German spelling are dropped for the same reason. Liechtenstein is found by `+423`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from proxy.core.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterator

REGIONS = ("DE", "AT", "CH")
"""Whose area codes are known, in order of preference: the first that takes a number gives its canonical form."""
MARGIN = 40
"""Characters beside a run of digits that the library may look at: brackets, a currency, an extension."""
_RUN = re.compile(r"(?<!\d)[+\uff0b0](?:[\W_xX\u30fc]{0,4}\d){4,}")
"""Superset of what can be dialled: five digits or more, at most four characters of punctuation between two of them."""
_DAY = r"(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.(?:\s?(?:19|20)?\d\d)?"
_CALENDAR = re.compile(rf"{_DAY}(?:\s*[-–—/]\s*{_DAY})*(?:\s+[0-2]?\d[.:][0-5]\d(?:\s*[-–—]\s*[0-2]?\d[.:][0-5]\d)?)?")
_LANGUAGE = "de"


class PhoneFinder:
    """Asks one recognizer per country, until one takes a number."""

    def __init__(self) -> None:
        self._recognizers = tuple(
            (region, PhoneRecognizer(supported_language=_LANGUAGE, supported_regions=(region,))) for region in REGIONS
        )

    def find(self, text: str) -> Iterator[tuple[int, int, Confidence, str]]:
        """Yield start, end, confidence and canonical value."""
        for begin, stop in windows(text):
            yield from self._find_in(text, begin, stop)

    def _find_in(self, text: str, begin: int, stop: int) -> Iterator[tuple[int, int, Confidence, str]]:
        window, seen = text[begin:stop], set[tuple[int, int]]()
        for region, recognizer in self._recognizers:
            for result in recognizer.analyze(window, ["PHONE_NUMBER"]):
                start, end = begin + result.start, begin + result.end
                value = text[start:end]
                if _overlaps(seen, start, end) or not _dialled(value):
                    continue
                seen.add((start, end))
                yield start, end, Confidence.MEDIUM, _canonical(value, region)


def windows(text: str) -> list[tuple[int, int]]:
    """Return the ranges around everything that can be dialled, in order, without overlap."""
    found: list[tuple[int, int]] = []
    for match in _RUN.finditer(text):
        if _CALENDAR.fullmatch(match[0]):
            continue
        start, end = max(0, match.start() - MARGIN), min(len(text), match.end() + MARGIN)
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _dialled(value: str) -> bool:
    """Return whether a match is written as a number to dial and not as a date."""
    digits = value.lstrip("([（［ ")
    return digits[:1] in {"+", "\uff0b", "0"} and _CALENDAR.fullmatch(value) is None


def _overlaps(seen: set[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in seen)


def _canonical(value: str, region: str) -> str:
    """Return the number in E.164."""
    parsed = phonenumbers.parse(value, region)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
