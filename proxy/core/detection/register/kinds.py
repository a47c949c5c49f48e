"""
What the register of customers holds a digest of, and the one form that each kind of value has there and in a post.

| kind | value | what it proves |
|---|---|---|
| `number` | an identifier that is long or has letters: IBAN, card, contract ... | a customer |
| `short-number` | digits alone, too few to be anybody's | a customer, beside a word that says what it is, or a name |
| `phone` | digits without trunk zero and country code | a customer |
| `email` | in small letters | a customer |
| `word` | a last name, or half of one, or the only word of a company's name | nothing; without one there is no name |
| `name` | first and last name in either order; the first two words of a company's name | little |
| `initial` | first letter and last name | less |
| `name-and`, `initial-and`, `word-and` | those with a second attribute of the same customer | a customer |
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from proxy.core.detection.register.spelling import fold, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

__all__ = [
    "LONGEST_SHORT",
    "SEPARATOR",
    "SHORTEST_NUMBER",
    "Attribute",
    "Kind",
    "attributed",
    "begin",
    "begins",
    "born",
    "email",
    "name",
    "number",
    "number_kind",
    "phone",
    "road",
    "second",
    "street",
]

SHORTEST_NUMBER = 5
"""Letters and digits; shorter identifiers are refused when a register is built."""
LONGEST_SHORT = 10
"""Digits that a number without letters has at most to be short: so many stand in posts by chance."""
_SHORTEST_LETTERED = 7
_SHORTEST_PHONE, _LONGEST_PHONE = 6, 14
_NOT_OF_A_PHONE = re.compile(r"\(0\)|[^0-9+]")
_LONGEST_BEGIN = 6
_COUNTRY = re.compile(r"(?:\+|00)(?:49|43|41|423)|\+")
_STREET = re.compile(r"(?:stra(?:ss|ß)e|str\.?)(?=[^a-zäöüß]|$)")
_HOUSE_WORD = re.compile(r"(?<![^\W\d_])(?:haus[ -]?)?(?:nr|nummer|no|number)\b[.:]{0,2}\s*(?=[0-9])")
_HOUSE = re.compile(r"[0-9]{1,4}\s?[a-z]?(?![a-z0-9])")
_NOT_OF_A_NUMBER = re.compile(r"[^0-9A-Z]+")
SEPARATOR = "\x1f"


class Kind(StrEnum):
    """What a digest is taken of; at most 16 bytes, which separate the digests of the kinds."""

    NUMBER = "number"
    SHORT_NUMBER = "short-number"
    PHONE = "phone"
    EMAIL = "email"
    WORD = "word"
    NAME = "name"
    INITIAL = "initial"
    NAME_AND = "name-and"
    INITIAL_AND = "initial-and"
    WORD_AND = "word-and"
    RESTRICTED = "restricted"
    """The words of an entry of a restricted list."""
    BEGIN = "begin"
    """How such an entry begins: no digest is taken of words with which none does."""


class Attribute(StrEnum):
    """What makes a name somebody's, in the first letter of its value."""

    BORN = "b"
    CITY = "c"
    POSTCODE = "p"
    STREET = "s"


def name(first: str, last: str) -> str:
    """Return two folded words of a name, in whatever order they stand."""
    return f"{first}{SEPARATOR}{last}" if first < last else f"{last}{SEPARATOR}{first}"


def attributed(name: str, attribute: Attribute, value: str) -> str:
    """Return a name together with a second attribute in its one form."""
    return name + second(attribute, value)


def second(attribute: Attribute, value: str) -> str:
    """Return what a second attribute adds to a name; whoever has several names of a customer asks once for all."""
    return f"{SEPARATOR}{attribute}{value}"


def begin(value: str) -> str:
    """Return the first letters of folded words that stand together or apart."""
    return value.replace(" ", "")[:_LONGEST_BEGIN]


def begins(value: str) -> set[str]:
    """Return everything that `begin` says of words with which a value may begin, be they cut wherever."""
    longest = begin(value)
    return {longest[:letters] for letters in range(1, len(longest) + 1)}


def number(text: str) -> str:
    """Return letters and digits of an identifier as capitals; ASCII alone."""
    capitals = text.upper()
    return capitals if capitals.isascii() and capitals.isalnum() else _NOT_OF_A_NUMBER.sub("", capitals)


def number_kind(compact: str) -> Kind | None:
    """Return the kind of an identifier in its one form; None for one without digits or too short to be one."""
    if len(compact) < SHORTEST_NUMBER or compact.isalpha():
        return None
    if compact.isdigit():
        return Kind.SHORT_NUMBER if len(compact) <= LONGEST_SHORT else Kind.NUMBER
    return Kind.SHORT_NUMBER if len(compact) < _SHORTEST_LETTERED else Kind.NUMBER


def phone(text: str) -> str | None:
    """Return the digits of a phone number without trunk zero, German, Austrian, Swiss or Liechtenstein country code."""
    plain = _NOT_OF_A_PHONE.sub("", text)
    country = _COUNTRY.match(plain)
    digits = plain[country.end() :] if country else plain
    digits = digits.replace("+", "").lstrip("0")
    return digits if _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE else None


def email(text: str) -> str | None:
    """Return an e-mail address in small letters, without what stands between `+` and `@`; None without both halves."""
    local, _, host = text.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    return f"{local}@{host}" if local and "." in host else None


def born(day: date) -> str:
    """Return a date of birth, `YYYYMMDD`."""
    return day.isoformat().replace("-", "")


def road(text: str) -> str:
    """Return the words of a street without its house number, folded and run together."""
    return "".join(map(fold, words(text)))


def street(text: str, road: Callable[[str], str] = road) -> str | None:
    """
    Return a street with its house number, folded, `Straße` and `Str.`, `Nr. 5` and `5` alike; None without one of them.

    Args:
        text: as somebody wrote it.
        road: the function of that name, or one that remembers what it returned.
    """
    lowered = _HOUSE_WORD.sub(" ", _STREET.sub("str", text.lower()))
    houses = list(_HOUSE.finditer(lowered))
    if not houses:
        return None
    house = houses[-1]
    name = road(lowered[: house.start()] or lowered[house.end() :])
    return f"{name} {''.join(house[0].split())}" if name else None
