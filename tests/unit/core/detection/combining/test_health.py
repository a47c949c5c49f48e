"""Illness: alone low, of a person medium, in a case high."""

from __future__ import annotations

import pytest

from proxy.core.detection.combining.health import conditions
from proxy.core.detection.combining.people import people
from proxy.core.model import Confidence
from tests.scenes import mark, scene_of

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
ANNA = ("PERSON", "Anna Beispiel")


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Krebs ist heilbar.", [], LOW),
        ("Anna Beispiel hat Krebs.", [ANNA], MEDIUM),
        ("Anna Beispiel kam. Der Krebs ist da.", [ANNA], MEDIUM),
        ("Anna hat Krebs.", [("PERSON", "Anna")], LOW),
        ("Anna Beispiel hat Krebs, die Rente kommt.", [ANNA, ("contract-topic", "Rente")], HIGH),
        ("Anna Beispiel hat Krebs, liegt bei uns.", [ANNA, ("house-context", "bei uns")], HIGH),
        ("Anna Beispiel, Unfall, Krebs.", [ANNA, ("claim-event", "Unfall")], MEDIUM),
        ("Anna Beispiel, Unfall, Krebs, wir zahlen.", [ANNA, ("claim-event", "Unfall")], HIGH),
        ("Anna Beispiel, Unfall, Krebs, gemeldet.", [ANNA, ("claim-event", "Unfall"), ("case-act", "gemeldet")], HIGH),
        ("Kollegin Anna Beispiel hat Krebs.", [ANNA], LOW),
        ("Anna Beispiel erklärt Krebs und Rente.", [ANNA, ("contract-topic", "Rente")], LOW),
        ("Was zahlt Anna Beispiel bei Krebs?", [ANNA], LOW),
    ],
)
def test_how_sure_an_illness_is(text: str, found: list[tuple[str, str]], expected: Confidence) -> None:
    """By who is named and what else is said."""
    scene = scene_of(text, found=[("health", "Krebs"), *found])
    (finding,) = conditions(scene, people(scene))

    assert (finding.entity, finding.confidence) == ("HEALTH_CONDITION", expected)


def test_a_hit_in_no_sentence_is_no_condition() -> None:
    """Nothing breaks."""
    scene = scene_of("x", extra=[mark(["", "Krebs"], "health", "Krebs")])

    assert list(conditions(scene, ())) == []
