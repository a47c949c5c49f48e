"""Raising: a second signal in the sentence makes a finding surer."""

from __future__ import annotations

import pytest

from proxy.core.detection.combining.raising import RAISED, raised
from proxy.core.model import Confidence
from tests.scenes import mark, scene_of

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH


@pytest.mark.parametrize(
    ("entity", "before", "beside", "after"),
    [
        ("PHONE_NUMBER", MEDIUM, "PERSON", HIGH),
        ("PHONE_NUMBER", LOW, "PERSON", LOW),
        ("PHONE_NUMBER", MEDIUM, "LOCATION", MEDIUM),
        ("ADDRESS", MEDIUM, "PERSON", HIGH),
        ("DATE_OF_BIRTH", LOW, "PERSON", MEDIUM),
        ("DATE_OF_BIRTH", HIGH, "PERSON", HIGH),
        ("OTHER_IDENTIFIER", LOW, "customer-relation", MEDIUM),
        ("DE_KFZ", LOW, "claim-event", MEDIUM),
        ("CUSTOMER_RECORD", LOW, "customer-relation", MEDIUM),
        ("IBAN_CODE", LOW, "PERSON", LOW),
    ],
)
def test_signals_raise(entity: str, before: Confidence, beside: str, after: Confidence) -> None:
    """By the table of entities, and never beyond it."""
    text = "Hier steht 4711 neben Anna. Schluss."
    finding = mark([text], entity, "4711", confidence=before)
    scene = scene_of(text, found=[(beside, "Anna")], extra=[finding])

    assert next(one for one in raised(scene) if one.entity == entity).confidence is after
    assert (entity in RAISED) == (entity != "IBAN_CODE")


def test_another_sentence_does_not_raise() -> None:
    """Nor does a finding without a place."""
    text = "Hier steht 4711. Anna kam."
    scene = scene_of(text, found=[("PERSON", "Anna"), ("PHONE_NUMBER", "4711")])
    stray = scene_of("x", extra=[mark(["", "4711"], "PHONE_NUMBER", "4711")])

    assert raised(scene) == list(scene.findings)
    assert raised(stray) == list(stray.findings)
