"""
Invented names: given names and surnames as they are borne in Germany, Austria and Switzerland.

Lists come from Faker and from `templates/words.txt`; rare compound surnames are put together from parts.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from random import Random

_LATIN = re.compile(r"[A-Za-zÀ-ž'’\- ]{2,}")
_WORDS = Path(__file__).with_name("templates") / "words.txt"
_MIX = (
    (58, "de", "de"),
    (9, "tr", "tr"),
    (6, "pl", "pl"),
    (7, "ar", "ar"),
    (4, "hr", "hr"),
    (2, "it", "it"),
    (2, "ru", "ru"),
    (3, "vn", "vn"),
    (1, "ro", "ro"),
    (2, "en", "en"),
    (1, "es", "es"),
    (1, "fr", "nl"),
    (1, "in", "in"),
    (1, "cz", "cz"),
    (1, "sk", "sk"),
    (1, "hu", "hu"),
    (1, "pt", "pt"),
    (1, "sv", "da"),
    (1, "gr", "gr"),
)
"""Weight, list of given names, list of surnames."""


class Lists(NamedTuple):
    """Given names and surnames by country."""

    given: dict[str, tuple[str, ...]]
    family: dict[str, tuple[str, ...]]


@cache
def words(name: str) -> tuple[str, ...]:
    """Return a list of `templates/words.txt`."""
    for line in _WORDS.read_text(encoding="utf-8").splitlines():
        key, _, values = line.partition(": ")
        if key == name:
            return tuple(values.split(" | "))
    raise KeyError(name)


@cache
def lists() -> Lists:
    """Return all name lists, the same on every machine with the same Faker."""
    given = {country: _faker(country, "first_names_male", "first_names_female") for country in _LOCALES}
    family = {country: _faker(country, "last_names") for country in _LOCALES if country != "pl"}
    for country in ("ar", "gr", "ru", "vn"):
        given[country] = words(f"given-{country}")
        family[country] = words(f"surnames-{country}")
    family["pl"] = words("surnames-pl")
    family["tr"] += words("surnames-tr")
    return Lists(given, family)


_LOCALES = {
    "de": ("de_DE", "de_AT", "de_CH"),
    "tr": ("tr_TR",),
    "hr": ("hr_HR",),
    "it": ("it_IT",),
    "ro": ("ro_RO",),
    "pl": ("pl_PL",),
    "en": ("en_US",),
    "es": ("es_ES",),
    "fr": ("fr_FR",),
    "nl": ("nl_NL",),
    "in": ("en_IN", "en_NG"),
    "cz": ("cs_CZ", "sl_SI"),
    "sk": ("sk_SK",),
    "hu": ("hu_HU",),
    "pt": ("pt_PT",),
    "sv": ("sv_SE",),
    "da": ("da_DK",),
}


def _faker(country: str, *fields: str) -> tuple[str, ...]:
    found: set[str] = set()
    for locale in _LOCALES[country]:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for field in fields:
            found.update(name for name in getattr(provider, field, ()) if _LATIN.fullmatch(name))
    return tuple(sorted(found))


class Names:
    """Draws names with one source of chance."""

    def __init__(self, random: Random, *, english: bool = False) -> None:
        self._random = random
        self._english = english
        self._lists = lists()

    def pair(self) -> tuple[str, str]:
        """Return a given name and a surname that go together, now and then with hyphen, particle or initial."""
        chance = self._random
        if self._english and chance.random() < 0.55:
            given, family = chance.choice(self._lists.given["en"]), chance.choice(self._lists.family["en"])
        else:
            _, first, last = chance.choices(_MIX, weights=[weight for weight, *_ in _MIX])[0]
            given = chance.choice(self._lists.given[first])
            family = self._german() if last == "de" else chance.choice(self._lists.family[last])
            if last == "vn" and chance.random() < 0.6:
                # The family comes first.
                return family, chance.choice(("", "Thị ", "Văn ", "Thi ", "Minh ")) + given
        return self._given(given), self._family(family)

    def first(self) -> str:
        """Return a given name, often a short form."""
        return self._random.choice(words("nicknames")) if self._random.random() < 0.3 else self.pair()[0]

    def last(self) -> str:
        """Return a surname."""
        return self.pair()[1]

    def full(self) -> str:
        """Return given name and surname."""
        return " ".join(self.pair())

    def handle(self) -> str:
        """Return the name of an account, which is no name of a person."""
        chance, given, family = self._random, self._lists.given["de"], self._german()
        tail = chance.choice(["", "_", "."]) + chance.choice(["Berlin", "MdB", "de", "official", "xx", "ZDF"])
        kind = chance.randrange(4)
        if kind == 0:
            return "@" + chance.choice(given) + family
        if kind == 1:
            return "@" + (chance.choice(given)[0] + family).lower()
        if kind == 2:
            known = ("tagesschau", "spiegel", "DB_Bahn", "sparkasse", "Katze")
            return f"@{chance.choice(known)}{chance.randrange(99)}"
        return "@" + family + tail

    def _german(self) -> str:
        if self._random.random() < 0.62:
            return self._random.choice(self._lists.family["de"])
        return self._random.choice(words("surname-heads")) + self._random.choice(words("surname-tails"))

    def _given(self, given: str) -> str:
        chance = self._random.random()
        if chance < 0.08:
            return f"{given}-{self._random.choice(self._lists.given['de'])}"
        if chance < 0.14:
            return f"{given} {self._random.choice(self._lists.given['de'])}"
        return f"{given[0]}." if chance < 0.18 else given

    def _family(self, family: str) -> str:
        chance = self._random.random()
        if chance < 0.08:
            return f"{family}-{self._german()}"
        return f"{self._random.choice(words('particles'))} {family}" if chance < 0.11 else family


def genitive(name: str, random: Random) -> str:
    """Return the name with the sign of possession."""
    if random.random() < 0.1:
        return name + "'s"
    return name + ("’" if name[-1] in "sßxz" else "s")
