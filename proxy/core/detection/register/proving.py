"""
Whether a name in a post is that of one customer: a second attribute of the same customer stands in the post, too.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from proxy.core.detection.register import kinds
from proxy.core.detection.register.attributes import attributes, places
from proxy.core.detection.register.kinds import Attribute, Kind
from proxy.core.detection.register.table import Shared
from proxy.core.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.detection.register.people import Named
    from proxy.core.detection.register.reading import Look, Placed
    from proxy.core.model import Surface

__all__ = ["MOST_COMPARED", "MOST_NUMBERED", "NAME_AND_ATTRIBUTE", "SecondAttributes", "TooMuchToCompare"]

NAME_AND_ATTRIBUTE = "register/name-and-attribute"
MOST_COMPARED = 50_000
"""Names times attributes; beyond, a post was made to waste time: nobody looks, and the detector is missing."""
MOST_NUMBERED = 3_000
"""
Days, postcodes and streets; each number may be the house of some twenty streets. Beyond, nobody looks whoever is named:
otherwise how long it takes, and whether the detector is missing, would tell that a name is a customer's.
"""
_AND = {Kind.NAME: Kind.NAME_AND, Kind.INITIAL: Kind.INITIAL_AND, Kind.WORD: Kind.WORD_AND}
_TELLING = frozenset({Attribute.BORN, Attribute.STREET})
_RARE = frozenset({Shared.ONE, Shared.FEW})
_NUMBERLESS = frozenset({"original", "grouped", "stream"})


class TooMuchToCompare(Exception):
    """A post has more names and attributes than anybody would write."""


class SecondAttributes:
    """
    What stands in one post that a customer may have as a second attribute; words are read when the first name asks.

    Raises:
        TooMuchToCompare: there is too much with numbers, whether or not anybody is named.
    """

    def __init__(self, look: Look, surfaces: Sequence[Surface], readings: Sequence[Sequence[Placed]]) -> None:
        self._look = look
        self._readings = readings
        self._numbered = _numbered(surfaces)
        self._judged: dict[tuple[Kind, str], tuple[str, Confidence] | None] = {}
        self._compared = 0

    def judge(self, name: Named) -> tuple[str, Confidence] | None:
        """
        Return rule and confidence for a name with a second attribute, the surest; None where it has none.

        Raises:
            TooMuchToCompare: there were too many names and attributes already.
        """
        key = name.kind, name.value
        if key not in self._judged:
            self._judged[key] = self._judge(name)
        return self._judged[key]

    def _judge(self, name: Named) -> tuple[str, Confidence] | None:
        pairs = self.telling if name.kind is Kind.WORD else self._all
        self._compared += len(pairs)
        if self._compared > MOST_COMPARED:
            raise TooMuchToCompare
        found = None
        for attribute, value in pairs:
            if attribute is Attribute.CITY and value in name.of:
                continue
            shared = self._look(_AND[name.kind], kinds.attributed(name.value, attribute, value))
            if shared is not None:
                found = NAME_AND_ATTRIBUTE, Confidence.MEDIUM
                if attribute in _TELLING or (shared in _RARE and name.shared is not Shared.MANY):
                    return NAME_AND_ATTRIBUTE, Confidence.HIGH
        return found

    @cached_property
    def telling(self) -> tuple[tuple[Attribute, str], ...]:
        """Return days and streets with house numbers."""
        return tuple(one for one in self._numbered if one[0] in _TELLING)

    @cached_property
    def _all(self) -> tuple[tuple[Attribute, str], ...]:
        cities = set(chain.from_iterable(map(places, self._readings)))
        return (*self._numbered, *((Attribute.CITY, city) for city in sorted(cities)))


def _numbered(surfaces: Sequence[Surface]) -> tuple[tuple[Attribute, str], ...]:
    """
    Return everything with numbers that a customer may have, in order.

    Raises:
        TooMuchToCompare: there are more than `MOST_NUMBERED`.
    """
    found: dict[tuple[Attribute, str], None] = {}
    for one in chain.from_iterable(attributes(surface.text) for surface in surfaces if surface.name not in _NUMBERLESS):
        found[one] = None
        if len(found) > MOST_NUMBERED:
            raise TooMuchToCompare
    return tuple(found)
