"""
Customers of the house in a post, found without knowing them: by digests of what stands there.

| what stands there | rule | confidence |
|---|---|---|
| an identifier | `register/identifier` | high; low for one that 100 customers share, or a short number alone |
| a telephone number or an e-mail address | `register/contact` | high; low for one that 100 customers share |
| a name and a second attribute of the same customer | `register/name-and-attribute` | high; medium if many share both |
| a name and an identifier | `register/name-and-attribute` | high |
| a name alone | `register/name` | low: it has namesakes |

Whose number it is nobody can tell by looking; of an address for mail everybody can: rules may hold any. So the two are
kept apart, and a rule can be as strict on addresses of customers as on all others.
"""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.register.digests import digester
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.numbers import NumberSearch
from proxy.core.detection.register.people import Named, backwards, names
from proxy.core.detection.register.proving import NAME_AND_ATTRIBUTE, SecondAttributes
from proxy.core.detection.register.reading import Reader, has_names
from proxy.core.detection.register.table import Shared
from proxy.core.model import Confidence, Finding, View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.detection.register.numbers import Identified
    from proxy.core.detection.register.reading import Placed
    from proxy.core.detection.register.table import Table
    from proxy.core.model import Span, Surface

__all__ = [
    "CONTACT",
    "DETECTOR",
    "ENTITY",
    "IDENTIFIER",
    "NAME",
    "NAME_AND_ATTRIBUTE",
    "CustomerMatcher",
]

DETECTOR = "register"
ENTITY = "CUSTOMER_RECORD"
IDENTIFIER = "register/identifier"
CONTACT = "register/contact"
NAME = "register/name"
_LOW, _HIGH = Confidence.LOW, Confidence.HIGH


class CustomerMatcher:
    """
    Looks for customers by their digests.

    Args:
        table: the register.
        register_key: the key of its digests.
        fingerprint_key: the key under which findings are compared.

    Raises:
        ValueError: a key of a wrong length.
    """

    def __init__(self, table: Table, *, register_key: bytes, fingerprint_key: bytes) -> None:
        self._table = table
        self._digests = {kind: digester(register_key, kind) for kind in Kind}
        self._key = fingerprint_key
        self._lengths = frozenset(table.header.number_lengths)
        self._reader = Reader(self._look)

    def find(self, parts: Sequence[Sequence[Surface]], joined: Sequence[Surface] = ()) -> list[Finding]:
        """
        Return what a post says of customers.

        Args:
            parts: the views of each part.
            joined: the views of several parts.

        Raises:
            TooMuchToCompare: a post has too many names and attributes to compare all of them.
        """
        surfaces = [*chain.from_iterable(parts), *joined]
        look = cache(self._look)  # of this post: views repeat each other
        identified = list(NumberSearch(look, self._lengths).find(surfaces))
        read = [(one, self._reader.readings(one.text)) for one in surfaces if has_names(one)]
        named = [name for surface, readings in read for name in names(surface, readings, look)]
        named += [
            name for surface, readings in read if len(readings) > 1 for name in backwards(surface, self._reader, look)
        ]
        attributed = SecondAttributes(look, surfaces, [words for _, readings in read for words in readings])
        found = (
            *self._identifiers(identified, named=bool(named)),
            *self._people(named, attributed, identified=bool(identified)),
            *self._telling(read, attributed),
        )
        return list(dict.fromkeys(found))

    def _look(self, kind: Kind, value: str) -> Shared | None:
        return self._table.find(self._digests[kind](value))

    def _identifiers(self, identified: Sequence[Identified], *, named: bool) -> Iterator[Finding]:
        for one in identified:
            sure = one.shared is not Shared.MANY and (one.told or named)
            judged = (CONTACT if one.contact else IDENTIFIER, _HIGH if sure else _LOW)
            yield self._finding(one.surface, (one.part, one.span), judged, one.value)

    def _people(self, named: Sequence[Named], attributed: SecondAttributes, *, identified: bool) -> Iterator[Finding]:
        for one in named:
            place = one.surface.place(one.start, one.end)
            if place is not None:
                judged = (NAME_AND_ATTRIBUTE, _HIGH) if identified else attributed.judge(one)
                yield self._finding(one.surface, place, judged or (NAME, _LOW), one.words, "PERSON")

    def _telling(
        self, read: Sequence[tuple[Surface, Sequence[Sequence[Placed]]]], attributed: SecondAttributes
    ) -> Iterator[Finding]:
        """Yield rare last names with a day of birth or an address, whatever first name stands there."""
        for surface, readings in read:
            placed = chain.from_iterable(readings)
            rare = (one for one in placed if one[2].known and one[2].shared is not Shared.MANY)
            for start, end, word, _ in rare:
                if not attributed.telling:
                    return
                place = surface.place(start, end)
                for value in word.known if place is not None else ():
                    one = Named(surface, start, end, Kind.WORD, value, word.text, Shared.ONE)
                    judged = attributed.judge(one)
                    if place is not None and judged is not None:
                        yield self._finding(surface, place, judged, word.text, "PERSON")

    def _finding(
        self,
        surface: Surface,
        place: tuple[int, Span],
        judged: tuple[str, Confidence],
        value: str,
        entity: str = ENTITY,
    ) -> Finding:
        """Return a finding; a name has the fingerprint that it has as a PERSON, so that consents compare."""
        part, span = place
        view = surface.view_of(span)
        return Finding(
            rule=judged[0],
            entity=ENTITY,
            confidence=judged[1],
            part=part,
            span=span,
            view=view,
            transforms=surface.transforms if view is View.DEOBFUSCATED else (),
            fingerprint=fingerprint(self._key, entity, value),
            detector=DETECTOR,
        )
