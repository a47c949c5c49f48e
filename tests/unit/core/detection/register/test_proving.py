from __future__ import annotations

import pytest

from proxy.core.detection.register import kinds
from proxy.core.detection.register.kinds import Attribute, Kind
from proxy.core.detection.register.people import Named
from proxy.core.detection.register.proving import NAME_AND_ATTRIBUTE, SecondAttributes
from proxy.core.detection.register.reading import Reader
from proxy.core.detection.register.table import Shared
from proxy.core.model import Confidence, Surface

HANS = kinds.name("hans", "muller")
"""Invented."""


def _judged(
    text: str, attribute: Attribute, value: str, *, pair: Shared = Shared.ONE, name: Shared = Shared.ONE
) -> Confidence | None:
    known = {kinds.attributed(HANS, attribute, value): pair}
    surface = Surface(name="normalised", part=0, text=text)
    reader = Reader(lambda _kind, _value: None)
    looked: list[str] = []

    def look(kind: Kind, value: str) -> Shared | None:
        looked.append(value)
        return known.get(value) if kind is Kind.NAME_AND else None

    attributes = SecondAttributes(look, [surface], reader.readings(text))
    named = Named(surface, 0, 1, Kind.NAME, HANS, "Hans Müller", name)
    judged = attributes.judge(named)
    before = len(looked)
    assert attributes.judge(named) == judged
    assert len(looked) == before
    assert judged is None or judged[0] == NAME_AND_ATTRIBUTE
    return None if judged is None else judged[1]


@pytest.mark.parametrize(
    ("pair", "name", "confidence"),
    [
        (Shared.ONE, Shared.ONE, Confidence.HIGH),
        (Shared.FEW, Shared.TENS, Confidence.HIGH),
        (Shared.TENS, Shared.TENS, Confidence.MEDIUM),
        (Shared.ONE, Shared.MANY, Confidence.MEDIUM),
    ],
)
def test_a_place_proves_a_rare_name(pair: Shared, name: Shared, confidence: Confidence) -> None:
    """Where few have both, and not a hundred have the name. The same name is judged once."""
    assert _judged("in Musterstadt", Attribute.CITY, "musterstadt", pair=pair, name=name) is confidence


def test_a_day_or_a_street_proves_any_name() -> None:
    """They tell people of one name apart."""
    assert _judged("12.3.1967", Attribute.BORN, "19670312", pair=Shared.MANY, name=Shared.MANY) is Confidence.HIGH
    street = _judged("Gartenstr. 5", Attribute.STREET, "gartenstr 5", pair=Shared.MANY, name=Shared.MANY)
    assert street is Confidence.HIGH


def test_a_name_without_attributes_is_not_proven() -> None:
    """Nor is one beside those of others."""
    assert _judged("in Berlin, 10115", Attribute.CITY, "musterstadt") is None
