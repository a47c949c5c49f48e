"""
Telephone numbers by Presidio's recognizer: of Germany, Austria and Switzerland, and international ones.

A number counts when it is written so that it can be dialled: with `+`, `00` or the leading 0 of an area code. Without,
the library behind the recognizer takes years (1640), amounts and the seven digits of any Liechtenstein number for
telephone numbers; dates in German spelling are dropped for the same reason. Liechtenstein is found by `+423`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import phonenumbers
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from proxy.core.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterator

REGIONS = ("DE", "AT", "CH")
"""Whose area codes are known, in order of preference: the first that takes a number gives its canonical form."""
MARGIN = 40
"""Characters beside a number that the library may look at: brackets, a currency, an extension."""
_GAP = r"[\W_xX\u30fc]{0,4}"
_PREFIX = rf"(?:[+\uff0b]|0{_GAP}(?:0{_GAP})?(?!0)\d)"
_START = re.compile(rf"(?=[+\uff0b]|(?<![A-Za-z\d])0)(?={_PREFIX}(?:{_GAP}\d){{4}})")
"""Where something begins that could be dialled: `+` or one or two zeros, then digits not far from one another."""
_NUMBER = re.compile(rf"{_PREFIX}(?:{_GAP}\d){{4,24}}")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.(?:\s?(?:19|20)?\d\d)?"
_HOUR = r"[0-2]?\d[.:][0-5]\d"
_CALENDAR = re.compile(rf"{_DAY}(?:\s*[-–—/]\s*{_DAY})*(?:\s+{_HOUR}(?:\s*[-–—]\s*{_HOUR})?)?")
_DATE_AROUND = re.compile(rf"(?<![\d.]){_DAY}(?![\d])")
_LONGEST_DATE_PREFIX = 3
_OTHER_NUMBER = re.compile(
    r"(?:ticket|rechnung|invoice|s/n|seriennummer|serial|artikel\w*|bestell\w*|auftrag\w*|order|sendung\w*|parcel|"
    r"tracking|isbn|issn|ean|aktenzeichen|az\.?|vorgang\w*|port|version|build|katalog\w*)"
    r"(?:\s*(?:nr|no|number|nummer|id)\.?)?[\s:#.-]{0,3}$",
    re.IGNORECASE,
)
"""What stands before numbers of things."""
_BEFORE = 30
_LANGUAGE = "de"


class Window(NamedTuple):
    """A stretch of text for the library, and where in it numbers may begin."""

    start: int
    end: int
    numbers: tuple[int, ...]


class PhoneFinder:
    """Asks one recognizer per country, until one takes a number."""

    def __init__(self) -> None:
        self._recognizers = tuple(
            (region, PhoneRecognizer(supported_language=_LANGUAGE, supported_regions=(region,))) for region in REGIONS
        )

    def find(self, text: str) -> Iterator[tuple[int, int, Confidence, str]]:
        """Yield start, end, confidence and canonical value."""
        for window in windows(text):
            yield from self._find_in(text, window)

    def _find_in(self, text: str, window: Window) -> Iterator[tuple[int, int, Confidence, str]]:
        seen: list[tuple[int, int]] = []
        for region, recognizer in self._recognizers:
            for result in recognizer.analyze(text[window.start : window.end], ["PHONE_NUMBER"]):
                start, end = window.start + result.start, window.start + result.end
                value = text[start:end].lstrip()
                start = end - len(value)
                if _overlaps(seen, start, end) or not _dialled(value):
                    continue
                seen.append((start, end))
                yield start, end, _confidence(text, start), _canonical(value, region)
            if all(_overlaps(seen, number, number + 1) for number in window.numbers):
                return


def windows(text: str) -> list[Window]:
    """Return the ranges around everything that can be dialled, in order, without overlap."""
    found: list[Window] = []
    for place in _START.finditer(text):
        number = _NUMBER.match(text, place.start())
        if number is None or _is_date(text, number.start(), number.end()):
            continue
        start, end = max(0, number.start() - MARGIN), min(len(text), number.end() + MARGIN)
        if found and start <= found[-1].end:
            found[-1] = Window(found[-1].start, max(end, found[-1].end), (*found[-1].numbers, number.start()))
        else:
            found.append(Window(start, end, (number.start(),)))
    return found


def _is_date(text: str, start: int, end: int) -> bool:
    """Return whether a run of digits is the `05.2026` of `12.05.2026`, or a date from its first digit on."""
    for begin in range(max(0, start - _LONGEST_DATE_PREFIX), start + 1):
        date = _DATE_AROUND.match(text, begin)
        if date and date.end() >= end:
            return True
    return False


def _dialled(value: str) -> bool:
    """Return whether a match is written as a number to dial and not as a date."""
    bare = value.strip("()[]（）［］ ")
    return bare[:1] in {"+", "\uff0b", "0"} and _CALENDAR.fullmatch(bare) is None


def _confidence(text: str, start: int) -> Confidence:
    """Return low for the number of a thing: a ticket, an invoice, a parcel."""
    thing = _OTHER_NUMBER.search(text[max(0, start - _BEFORE) : start])
    return Confidence.MEDIUM if thing is None else Confidence.LOW


def _overlaps(seen: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in seen)


def _canonical(value: str, region: str) -> str:
    """Return the number in E.164."""
    parsed = phonenumbers.parse(value, region)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
