"""
What the house lays before detectors and policies: word lists, secrets, the register, calendars.

Part of the nouns of `model`, which hands them on; everybody takes them from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["NOBODY", "UNTOLD", "Calendar", "House", "Lexicon", "LexiconTerm", "Register"]

UNTOLD = frozenset({"CUSTOMER_RECORD", "RESTRICTED_NAME", "CONFIDENTIAL_TERM"})
"""Entities that no answer to an author may depend on by name, place or number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconTerm:
    """One entry of a word list."""

    text: str
    """A word, or a phrase whose words may be separated by any white space."""
    forms: str = "exact"
    """`exact`: whole words as written; `stem`: with German or English endings; `compound`: also inside longer words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """A named word list; a hit is a finding of entity WORDS whose rule is the lexicon's id."""

    id: str
    language: str
    """`de`, `en` or `any`."""
    terms: tuple[LexiconTerm, ...]
    exclude: tuple[str, ...] = ()
    """Longer words that take a hit back, such as `Kundenservice`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the house keeps to itself, as keyed digests: it can be found again, and nobody can read it here."""

    terms: frozenset[str] = field(default=frozenset(), repr=False)
    """Digests of confidential terms."""
    starts: frozenset[str] = field(default=frozenset(), repr=False)
    """Digests of the first words of terms of several words."""
    looks: frozenset[str] = field(default=frozenset(), repr=False)
    """Digests of what terms look like when letters are replaced by others, or by digits, of the same shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The files of the register in force: digests of customers' data, and of what the house must not speak about."""

    customers: str | None = None
    """Path of the file with customers; None: the house has none."""
    restricted: str | None = None
    """Path of the file with restricted lists; None: the house has none."""
    version: str
    """Of the files together: the version of each, 16 hexadecimal digits, joined by `-`."""


NOBODY = Register(version="")
"""A register without a file: nobody is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Periods of the house under one name, such as those before results are published."""

    name: str
    periods: tuple[tuple[datetime, datetime], ...]
    """In UTC; the begin belongs to a period, the end does not."""

    def running(self, moment: datetime) -> bool:
        """Return whether a period has begun at a moment and is not over."""
        return any(begin <= moment < end for begin, end in self.periods)
