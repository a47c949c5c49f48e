"""
From one customer's record to everything that a register keeps a digest of.

A name has several forms: each first name and all together, each half of a double name and both together. Every form is
kept alone and with each second attribute of the same customer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain
from typing import TYPE_CHECKING

from proxy.core.detection.register import kinds
from proxy.core.detection.register.kinds import Attribute, Kind
from proxy.core.detection.register.spelling import fold, name_parts, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

__all__ = [
    "MOST_WORDS",
    "Record",
    "city_form",
    "entries",
    "first_forms",
    "grouped",
    "last_forms",
    "restricted_forms",
    "street_form",
]

MOST_WORDS = 4
"""Words of a post that are looked up together; of a longer entry of a restricted list the first ones count."""

_SHORTEST_WORD = 2
_REMEMBERED = 1 << 15
"""Names, streets and cities whose forms are kept while a register is built: most customers share them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One customer, as a source of the house has it; every field may be empty."""

    first_names: tuple[str, ...] = field(default=(), repr=False)
    """All first names of one person in one text, or in several."""
    last_names: tuple[str, ...] = field(default=(), repr=False)
    """The last name, and others that the person had or has, such as the name at birth."""
    companies: tuple[str, ...] = field(default=(), repr=False)
    born: date | None = field(default=None, repr=False)
    cities: tuple[str, ...] = field(default=(), repr=False)
    postcodes: tuple[str, ...] = field(default=(), repr=False)
    streets: tuple[str, ...] = field(default=(), repr=False)
    """With house numbers."""
    emails: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)
    numbers: tuple[str, ...] = field(default=(), repr=False)
    """IBAN, account, customer, contract, claim, card and whatever else names one customer alone."""


def entries(record: Record) -> Iterator[tuple[Kind, str]]:
    """Yield every value of a record in its one form, with its kind; a value that has none is left out."""
    return ((kind, value) for kind, values in grouped(record) for value in values)


def grouped(record: Record) -> list[tuple[Kind, list[str]]]:
    """Return the entries of a record, those of a kind together; every kind that a customer can have is there."""
    words, names, initials = _names(record)
    attributes = _attributes(record)
    seconds = [kinds.second(attribute, value) for attribute, value in attributes]
    told = [kinds.second(attribute, value) for attribute, value in attributes if attribute in _TELLING]
    return [
        *_identifiers(record),
        (Kind.WORD, words),
        (Kind.NAME, names),
        (Kind.INITIAL, initials),
        (Kind.NAME_AND, [name + second for second in seconds for name in names]),
        (Kind.INITIAL_AND, [name + second for second in seconds for name in initials]),
        (Kind.WORD_AND, [word + second for second in told for word in words]),
    ]


_TELLING = frozenset({Attribute.BORN, Attribute.STREET})
"""What tells people of one last name apart."""


def _identifiers(record: Record) -> list[tuple[Kind, list[str]]]:
    numbers = [kinds.number(number) for number in record.numbers]
    found = [kinds.number_kind(number) for number in numbers]
    return [
        (Kind.NUMBER, [number for number, kind in zip(numbers, found, strict=True) if kind is Kind.NUMBER]),
        (Kind.SHORT_NUMBER, [number for number, kind in zip(numbers, found, strict=True) if kind is Kind.SHORT_NUMBER]),
        (Kind.PHONE, list(filter(None, map(kinds.phone, record.phones)))),
        (Kind.EMAIL, list(filter(None, map(kinds.email, record.emails)))),
    ]


def _names(record: Record) -> tuple[list[str], list[str], list[str]]:
    """Return the words that begin a search, full names, and last names with an initial."""
    firsts = _different([form for names in record.first_names for form in first_forms(names)])
    lasts = _different([form for name in record.last_names for form in last_forms(name)])
    names = [kinds.name(first, last) for last in lasts for first in firsts]
    letters = dict.fromkeys([first[0] for first in firsts])
    initials = [kinds.name(letter, last) for last in lasts for letter in letters]
    words = lasts
    if record.companies:
        companies = [name_parts(company, company=True) for company in record.companies]
        words = _different(chain(lasts, *(parts[:2] for parts in companies)))
        names += [kinds.name(parts[0], parts[1]) for parts in companies if len(parts) > 1]
    return words, list(dict.fromkeys(names)), list(dict.fromkeys(initials))


@lru_cache(maxsize=_REMEMBERED)
def first_forms(names: str) -> tuple[str, ...]:
    """Return each of the first names of a person, and all of them together."""
    return _with_all(name_parts(names))


@lru_cache(maxsize=_REMEMBERED)
def last_forms(name: str) -> tuple[str, ...]:
    """Return each half of a last name, and all of it together."""
    return _with_all(name_parts(name))


def restricted_forms(term: str) -> list[str]:
    """
    Return the forms of an entry of a restricted list: its folded words joined by spaces, and run together.

    Both without particles and legal forms of companies, and with them; none for a text without letters.
    """
    every = tuple(filter(None, map(fold, words(term))))
    return _different(
        form
        for parts in (name_parts(term, company=True), every)
        for form in (" ".join(parts[:MOST_WORDS]), "".join(parts))
    )


def _with_all(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_different((*parts, "".join(parts))))


def _attributes(record: Record) -> list[tuple[Attribute, str]]:
    found = [] if record.born is None else [(Attribute.BORN, kinds.born(record.born))]
    found += [(Attribute.CITY, form) for form in _different([city_form(city) for city in record.cities])]
    found += [(Attribute.POSTCODE, form) for form in filter(None, map(kinds.number, record.postcodes))]
    found += [(Attribute.STREET, form) for form in filter(None, map(street_form, record.streets))]
    return found


@lru_cache(maxsize=_REMEMBERED)
def city_form(city: str) -> str:
    """Return the first word of a city's name that is no short one, folded: `Frankfurt am Main` is `frankfurt`."""
    parts = name_parts(city)
    return next((part for part in parts if len(part) > _SHORTEST_CITY_WORD), "".join(parts))


_SHORTEST_CITY_WORD = 3
street_form = lru_cache(maxsize=64)(partial(kinds.street, road=lru_cache(maxsize=_REMEMBERED)(kinds.road)))
"""A street with its house number in its one form; whoever builds a register asks twice for each."""


def _different(values: Iterable[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if len(value) >= _SHORTEST_WORD]
