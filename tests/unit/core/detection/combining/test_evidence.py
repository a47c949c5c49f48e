"""Evidence: how strongly sentences say that somebody is a customer."""

from __future__ import annotations

import pytest

from proxy.core.detection.combining.evidence import Evidence, generic, together, topical, weigh
from tests.scenes import scene_of

NONE, WEAK, STRONG = Evidence.NONE, Evidence.WEAK, Evidence.STRONG


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Meine Kundin kam.", [("customer-relation", "Kundin")], STRONG),
        ("Das Depot bei uns", [("contract-topic", "Depot"), ("house-context", "bei uns")], STRONG),
        ("Der Unfall bei uns", [("claim-event", "Unfall"), ("house-context", "bei uns")], STRONG),
        ("Der Antrag, der Unfall", [("contract-topic", "Antrag"), ("claim-event", "Unfall")], WEAK),
        ("Kredit abgelehnt", [("contract-topic", "Kredit"), ("case-act", "abgelehnt")], WEAK),
        ("Ein Kredit über 5.000 Euro", [("contract-topic", "Kredit")], WEAK),
        ("Wir sprachen vom Kredit", [("contract-topic", "Kredit")], WEAK),
        ("Ein Bett für 500 Euro", [], WEAK),
        ("500 Euro bei uns", [("house-context", "bei uns")], WEAK),
        ("Ein Kredit kostet", [("contract-topic", "Kredit")], NONE),
        ("Bei uns regnet es", [("house-context", "Bei uns")], NONE),
        ("Abgelehnt!", [("case-act", "Abgelehnt")], NONE),
    ],
)
def test_one_sentence(text: str, found: list[tuple[str, str]], expected: Evidence) -> None:
    """A phrase or a topic of this house is strong, a topic with what is done is weak, one alone is nothing."""
    (sentence,) = scene_of(text, found=found).sentences
    assert weigh(sentence) is expected


def test_sentences_together_say_more() -> None:
    """A topic here and what was done there; the strongest sentence counts."""
    topic, act = ("contract-topic", "Kredit"), ("case-act", "Abgelehnt")

    assert together(scene_of("Ein Kredit. Abgelehnt.", found=[topic, act]), 0) is WEAK
    assert together(scene_of("Ein Kredit. So.", found=[topic]), 0) is NONE
    assert together(scene_of("Guten Tag. Mein Kunde.", found=[("customer-relation", "Kunde")]), 0) is STRONG
    assert together(scene_of("Hm. Tja."), 0) is NONE


def test_explanations_in_general_say_nothing() -> None:
    """Unless they say that somebody is a customer."""
    text = "Was zahlt die Versicherung? Wir erklären es."
    asked = scene_of(text, found=[("contract-topic", "Versicherung"), ("claim-event", "zahlt")])
    told = scene_of(text, found=[("customer-relation", "zahlt")])

    assert generic(asked.sentences[0])
    assert not generic(told.sentences[0])
    assert not generic(asked.sentences[1])
    assert together(asked, 1) is NONE


def test_topical_asks_for_a_topic_or_an_amount_nearby() -> None:
    """It makes a relation surer."""
    assert topical(scene_of("Anna. Ihr Depot.", found=[("contract-topic", "Depot")]), 0)
    assert topical(scene_of("Anna. 500 Euro."), 0)
    assert not topical(scene_of("Anna. Schön."), 0)
