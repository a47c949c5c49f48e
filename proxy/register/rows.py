"""
From the cells of a row to a customer, with what is wrong in them.

A value that is none of its kind is left out and named; the rest of the row counts.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.checks import de_tax_id, iban, luhn
from proxy.core.detection.register import kinds
from proxy.core.detection.register.entries import Record, first_forms, last_forms, street_form
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.layout import IDENTIFIERS, Layout, Meaning, date_pattern
from proxy.core.detection.register.spelling import name_parts
from proxy.register.exports import wanted
from proxy.register.tally import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Texts = Mapping[Meaning, list[str]]
    """Values by what they mean."""

__all__ = ["Customer", "RowReader", "unusable"]

_NOTHING = frozenset({"", "-", "--", ".", "?", "k.a.", "keine", "n/a", "none", "null", "unbekannt", "unknown"})
"""How houses write that they have no value."""
_LONGEST_NOTHING = max(map(len, _NOTHING))
_DAYS = 1 << 15
"""Days of birth that are remembered: those of ninety years."""
_ISO = re.compile(r"(?P<Y>\d{4})-(?P<M>\d{2})-(?P<D>\d{2})(?:[T ]00:00:00)?", re.ASCII)
_TAX_ID_DIGITS = 11


def _tax_id(compact: str) -> bool:
    """Return whether a number is none of a German person, or has the right check digit."""
    return len(compact) != _TAX_ID_DIGITS or de_tax_id.valid(compact)


_CHECKS = {Meaning.IBAN: iban.valid, Meaning.CARD: luhn.valid, Meaning.TAX_ID: _tax_id}
"""Identifiers that have check digits."""


class Customer(NamedTuple):
    """What a row says. A named tuple: there are ten million of them."""

    record: Record
    number: str
    """Of the customer, in its one form; empty where the house gives none."""
    reasons: list[Reason]


class RowReader:
    """Reads the rows of one layout."""

    def __init__(self, layout: Layout) -> None:
        columns = wanted(layout)
        places = [(meaning, tuple(map(columns.index, names))) for meaning, names in layout.columns.items()]
        self._single = [(meaning, here[0]) for meaning, here in places if len(here) == 1]
        self._several = [(meaning, here) for meaning, here in places if len(here) > 1]
        self._dates = [_ISO, *filter(None, map(date_pattern, layout.date_formats))]
        self._identifiers = [meaning for meaning in IDENTIFIERS if meaning in layout.columns]
        self.day = lru_cache(_DAYS)(self._day)
        """The day that a text of the layout's formats, or of ISO 8601, says; None: neither. Customers share days."""

    def texts(self, cells: Sequence[str]) -> dict[Meaning, list[str]]:
        """Return the values of each meaning, without white space around them; a cell may hold several, one a line."""
        found = {}
        for meaning, place in self._single:  # nearly all are so
            text = cells[place].strip()
            if "\n" in text:
                found[meaning] = _lines(text)
            elif len(text) > _LONGEST_NOTHING or text.lower() not in _NOTHING:
                found[meaning] = [text]
        for meaning, places in self._several:
            found[meaning] = [line for place in places for line in _lines(cells[place])]
        return found

    def customer(self, cells: Sequence[str]) -> Customer:
        """Return the customer of a row."""
        reasons: list[Reason] = []
        texts = self.texts(cells)
        firsts, lasts = _names(texts, reasons)
        record = Record(
            first_names=tuple(firsts),
            last_names=tuple(lasts),
            companies=_companies(texts, reasons),
            born=self._born(texts, reasons),
            cities=tuple(texts.get(Meaning.CITY, ())),
            postcodes=tuple(texts.get(Meaning.POSTCODE, ())),
            streets=_streets(texts, reasons),
            emails=tuple(texts.get(Meaning.EMAIL, ())),
            phones=tuple(texts.get(Meaning.PHONE, ())),
            numbers=self._numbers(texts, reasons),
        )
        numbers = texts.get(Meaning.CUSTOMER)
        return Customer(record, kinds.number(numbers[0]) if numbers else "", reasons)

    def _born(self, texts: Texts, reasons: list[Reason]) -> date | None:
        for text in texts.get(Meaning.BIRTH_DATE, ()):
            if (day := self.day(text)) is not None:
                return day
            reasons.append(Reason.BIRTH_DATE)
        return None

    def _day(self, text: str) -> date | None:
        for pattern in self._dates:
            if found := pattern.fullmatch(text):
                try:
                    return date(int(found["Y"]), int(found["M"]), int(found["D"]))
                except ValueError:
                    return None
        return None

    def _numbers(self, texts: Texts, reasons: list[Reason]) -> tuple[str, ...]:
        found = []
        for meaning in self._identifiers:
            for text in texts.get(meaning, ()):
                compact = kinds.number(text)
                check = _CHECKS.get(meaning)
                if check is not None and not check(compact):
                    reasons.append(Reason(meaning.replace("_", "-")))
                else:
                    found.append(compact)
        return tuple(found)


def _lines(cell: str) -> list[str]:
    return [text for line in cell.split("\n") if (text := line.strip()).lower() not in _NOTHING]


def _companies(texts: Texts, reasons: list[Reason]) -> tuple[str, ...]:
    companies = tuple(texts.get(Meaning.COMPANY, ()))
    if not all(map(_is_company, companies)):
        reasons.append(Reason.NAME)
    return companies


def _names(texts: Texts, reasons: list[Reason]) -> tuple[list[str], list[str]]:
    firsts = texts.get(Meaning.FIRST_NAME, [])
    lasts = [*texts.get(Meaning.LAST_NAME, ()), *texts.get(Meaning.BIRTH_NAME, ())]
    for full in texts.get(Meaning.FULL_NAME, ()):
        first, last = _split(full)
        firsts = firsts + first
        lasts += last
    if not all(map(first_forms, firsts)) or not all(map(last_forms, lasts)):
        reasons.append(Reason.NAME)
    return firsts, lasts


def _streets(texts: Texts, reasons: list[Reason]) -> tuple[str, ...]:
    streets = texts.get(Meaning.STREET)
    if not streets:
        return ()
    houses = texts.get(Meaning.HOUSE_NUMBER, ())
    if len(houses) == len(streets):
        streets = [f"{street} {house}" for street, house in zip(streets, houses, strict=True)]
    sound = tuple(filter(street_form, streets))
    if len(sound) < len(streets):
        reasons.append(Reason.STREET)
    return sound


def unusable(record: Record, found: Iterable[tuple[Kind, list[str]]]) -> list[Reason]:
    """Return which values of a record have no form of their kind, and so no entry."""
    entries = dict(found)
    numbers = len(entries[Kind.NUMBER]) + len(entries[Kind.SHORT_NUMBER])
    reasons = []
    if numbers < len(record.numbers):
        reasons.append(Reason.NUMBER)
    if len(entries[Kind.PHONE]) < len(record.phones):
        reasons.append(Reason.PHONE)
    if len(entries[Kind.EMAIL]) < len(record.emails):
        reasons.append(Reason.EMAIL)
    return reasons


def _is_company(name: str) -> bool:
    return any(len(part) > 1 for part in name_parts(name, company=True))


def _split(full: str) -> tuple[list[str], list[str]]:
    """Return first names and last name of `Last, First`, or of `First Last`."""
    last, comma, first = full.partition(",")
    if not comma:
        first, _, last = full.rpartition(" ")
    return [one for one in (first.strip(),) if one], [last.strip()]
