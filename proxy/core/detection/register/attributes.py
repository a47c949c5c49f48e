"""
What stands in a post beside a name and tells whose it is: days, postcodes, streets with house numbers, places.

Everything is taken that may be one, in every usual spelling: what is none has no digest in the register.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from proxy.core.detection.register import kinds
from proxy.core.detection.register.kinds import Attribute
from proxy.core.detection.register.spelling import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proxy.core.detection.register.reading import Placed

__all__ = ["attributes", "days", "places"]

_BETWEEN = r"\s{0,2}[./\-\u2010-\u2013 |_,]\s{0,2}"
_NUMBERS = re.compile(rf"(?<![0-9])([0-9]{{1,4}})({_BETWEEN})([0-9]{{1,2}}){_BETWEEN}['’]?([0-9]{{1,4}})(?![0-9])")
_COMPACT = re.compile(r"(?<![0-9])[0-9]{8}(?![0-9])")
_NAMED_AFTER = re.compile(
    r"(?<![0-9])([0-9]{1,2})\s?(?:\.|st|nd|rd|th|te[rsn]?)?\s{0,2}(?:of\s)?([^\W\d_]{3,9})\.?,?\s{0,2}([0-9]{4}|[0-9]{2})(?![0-9])"
)
_NAMED_BEFORE = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{3,9})\.?\s{1,2}([0-9]{1,2})(?:\.|st|nd|rd|th)?,?\s{1,2}([0-9]{4})(?![0-9])"
)
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan jän",
            "feb",
            "mär mar mrz mae",
            "apr",
            "mai may",
            "jun",
            "jul",
            "aug",
            "sep",
            "okt oct",
            "nov",
            "dez dec",
        ),
        start=1,
    )
    for name in names.split()
}
_POSTCODE = re.compile(
    r"(?<![0-9])(?:[0-9]{4,5}|[0-9]{2}-[0-9]{3})(?![0-9])|(?i:(?<!\w)[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}(?!\w))"
)
_HOUSE = re.compile(r"(?<![^\W_])[0-9]{1,4}(?: ?[A-Za-z](?![^\W_]))?(?![0-9])")
_WORD = re.compile(r"[^\W\d_]+")
_ROAD = 60
"""Code points before or behind a house number in which the words of its street stand."""
_MOST_WORDS = 5
_CENTURIES = (1900, 2000)
_SHORT_YEARS = 100
_SHORTEST_PLACE = 2
_LONGEST_SHORT_WORD = 3


def attributes(text: str) -> Iterator[tuple[Attribute, str]]:
    """Yield everything in a text that may be a day of birth, a postcode, or a street with a house number."""
    if re.search("[0-9]", text) is None:
        return
    yield from ((Attribute.BORN, day) for day in days(text))
    yield from ((Attribute.POSTCODE, kinds.number(match[0])) for match in _POSTCODE.finditer(text))
    yield from ((Attribute.STREET, street) for street in _streets(text))


def days(text: str) -> Iterator[str]:
    """Yield the days that a text may name, `YYYYMMDD`; an ambiguous one in each way of reading it."""
    for match in _NUMBERS.finditer(text):
        first, sign, second, third = match.groups()
        if len(first) > 2:
            yield from _day(first, second, third)
        else:
            yield from _day(third, second, first)
            if "." not in sign:  # dots are German: the day comes first
                yield from _day(third, first, second)
    for match in _COMPACT.finditer(text):
        digits = match[0]
        yield from _day(digits[:4], digits[4:6], digits[6:])
        yield from _day(digits[4:], digits[2:4], digits[:2])
    for match in _NAMED_AFTER.finditer(text):
        yield from _named(match[3], match[2], match[1])
    for match in _NAMED_BEFORE.finditer(text):
        yield from _named(match[3], match[1], match[2])


def _named(year: str, month: str, day: str) -> Iterator[str]:
    number = _MONTHS.get(month[:3].lower())
    if number is not None:
        yield from _day(year, str(number), day)


def _day(year: str, month: str, day: str) -> Iterator[str]:
    """Yield the day that three numbers name; a year of two digits may be one of either century."""
    number = int(year)
    for full in [century + number for century in _CENTURIES] if number < _SHORT_YEARS else [number]:
        try:
            yield kinds.born(date(full, int(month), int(day)))
        except ValueError:
            return


def _streets(text: str) -> Iterator[str]:
    for match in _HOUSE.finditer(text):
        house = match[0]
        begin = max(match.start() - _ROAD, 0)
        before = [word.start() + begin for word in _WORD.finditer(text[begin : match.start()])][-_MOST_WORDS:]
        after = [word.end() + match.end() for word in _WORD.finditer(text[match.end() : match.end() + _ROAD])]
        roads = [text[start : match.start()] for start in before]
        roads += [text[match.end() : end] for end in after[:_MOST_WORDS]]
        numbers = {house, house.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")}
        for road in roads:
            yield from (one for number in numbers if (one := kinds.street(f"{road} {number}")))


def places(words: Iterable[Placed]) -> set[str]:
    """Return the words, folded, that may be the name of a place, as `entries.city_form` has it."""
    row = [word for _, _, word, _ in words]
    found = {spelling for word in row for spelling in word.spellings if len(spelling) >= _SHORTEST_PLACE}
    short = [
        (left, right) for left, right in pairwise(row) if max(len(left.text), len(right.text)) <= _LONGEST_SHORT_WORD
    ]
    return found | {fold(left.text) + fold(right.text) for left, right in short}
