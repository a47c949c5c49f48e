"""
What a build counts: rows, mistakes in them by reason with the first places, and digests by kind. Never a value.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["NOTES", "Reason", "Tally"]

_SHOWN = 20
"""Places of a reason that are named."""


class Reason(StrEnum):
    """What is wrong with a row, or with a value of it, which is then left out; the rest of the row counts."""

    COLUMNS = "columns"
    """Another number of columns than the header row, or quotes that do not fit."""
    ENCODING = "encoding"
    JSON = "json"
    """A line that is no JSON object."""
    VALUE = "value"
    """Neither text nor whole number nor a list of them."""
    NOTHING = "nothing"
    """Nothing in the row can be matched."""
    NAME = "name"
    """No letters, one letter, or an alphabet that is not known."""
    BIRTH_DATE = "birth-date"
    EMAIL = "email"
    PHONE = "phone"
    IBAN = "iban"
    CARD = "card"
    TAX_ID = "tax-id"
    NUMBER = "number"
    """Fewer than five letters and digits, or no digit."""
    STREET = "street"
    """Without a house number."""
    TERM = "term"
    """With digits, or without a word of three letters."""
    LONG_TERM = "long-term"
    """Of more words than are looked up together; its first ones count."""
    WINDOW = "window"
    """A time that cannot be read, or an end before the begin: the entry always counts."""


NOTES = frozenset({Reason.STREET, Reason.LONG_TERM})
"""What is told, but no mistake."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of rows that were read."""

    rows: int = 0
    bad_rows: int = 0
    """With at least one mistake."""
    reasons: Counter[Reason] = field(default_factory=Counter)
    places: dict[Reason, list[int]] = field(default_factory=dict)
    """The first rows of each reason, as an editor counts lines."""
    kinds: Counter[str] = field(default_factory=Counter)
    lengths: set[int] = field(default_factory=set)
    """Of identifiers."""

    def row(self, number: int, reasons: Sequence[Reason]) -> None:
        """Count a row with what is wrong in it."""
        self.rows += 1
        if not reasons:
            return
        found = set(reasons)
        self.bad_rows += not found <= NOTES
        for reason in sorted(found):
            self.reasons[reason] += 1
            places = self.places.setdefault(reason, [])
            if len(places) < _SHOWN:
                places.append(number)

    def add(self, later: Tally) -> None:
        """Count what stands behind this in the same source, too."""
        self.rows += later.rows
        self.bad_rows += later.bad_rows
        self.reasons += later.reasons
        for reason, places in later.places.items():
            self.places[reason] = [*self.places.get(reason, ()), *places][:_SHOWN]
        self.kinds += later.kinds
        self.lengths |= later.lengths

    def as_json(self) -> dict[str, Any]:
        """Return plain values, in a fixed order."""
        return {
            "rows": self.rows,
            "bad_rows": self.bad_rows,
            "reasons": {reason: self.reasons[reason] for reason in sorted(self.reasons)},
            "places": {reason: self.places[reason] for reason in sorted(self.places)},
            "kinds": {kind: self.kinds[kind] for kind in sorted(self.kinds)},
            "lengths": sorted(self.lengths),
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Return what `as_json` was made of."""
        return cls(
            rows=plain["rows"],
            bad_rows=plain["bad_rows"],
            reasons=Counter({Reason(reason): count for reason, count in plain["reasons"].items()}),
            places={Reason(reason): list(places) for reason, places in plain["places"].items()},
            kinds=Counter(plain["kinds"]),
            lengths=set(plain["lengths"]),
        )
