"""Relations: a name, and in the same breath that they are a customer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.detection.combining.people import people
from proxy.core.detection.combining.relations import continued, relations
from proxy.core.detection.combining.scene import SMALL
from proxy.core.model import Confidence
from tests.scenes import mark, scene_of

ANNA = ("PERSON", "Anna Beispiel")
MEDIUM, HIGH = Confidence.MEDIUM, Confidence.HIGH


def _sure(text: str, *found: tuple[str, str]) -> list[Confidence]:
    scene = scene_of(text, found=found)
    return [finding.confidence for finding in relations(scene, people(scene))]


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Anna Beispiel ist Kundin.", [ANNA, ("customer-relation", "Kundin")], [MEDIUM]),
        (
            "Meine Kundin Anna Beispiel, der Kredit",
            [ANNA, ("customer-relation", "Kundin"), ("contract-topic", "Kredit")],
            [HIGH],
        ),
        ("Anna Beispiel kam. Sie ist Kundin.", [ANNA, ("customer-relation", "Kundin")], [MEDIUM]),
        ("Anna Beispiel kam. Wir haben den Kredit.", [ANNA, ("contract-topic", "Kredit")], [MEDIUM]),
        ("Anna Beispiel hatte einen Unfall.", [ANNA, ("claim-event", "Unfall")], [MEDIUM]),
        ("Anna ist Kundin.", [("PERSON", "Anna"), ("customer-relation", "Kundin")], [MEDIUM]),
        ("Anna kam. Sie ist Kundin.", [("PERSON", "Anna"), ("customer-relation", "Kundin")], [MEDIUM]),
        ("Wir haben Anna den Kredit.", [("PERSON", "Anna"), ("contract-topic", "Kredit")], [MEDIUM]),
        ("Anna kam. Wir haben den Kredit.", [("PERSON", "Anna"), ("contract-topic", "Kredit")], []),
        ("Die Brauerei Beispiel ist Kunde.", [("customer-relation", "Kunde")], [MEDIUM]),
        ("Die Brauerei Beispiel kam. Wir haben Kredit.", [("contract-topic", "Kredit")], []),
        ("Anna Beispiel kam. Schön.", [ANNA], []),
        ("Kollegin Anna Beispiel: Kundin", [ANNA, ("customer-relation", "Kundin")], []),
        ("Ministerin Anna Beispiel ist Kundin.", [ANNA, ("customer-relation", "Kundin")], [MEDIUM]),
        ("Ministerin Anna Beispiel kam. Wir sehen Kredite.", [ANNA, ("contract-topic", "Kredite")], []),
    ],
)
def test_what_is_a_disclosure(text: str, found: list[tuple[str, str]], expected: list[Confidence]) -> None:
    """Full names ask for less, companies and public people for more, staff are never customers by their work."""
    assert _sure(text, *found) == expected


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Unsere Kunden Anna Beispiel und Otto Erfunden haben gebaut.", 2),
        ("Glückwunsch an unsere langjährigen Kunden Anna Beispiel, Eva Muster & Otto Erfunden!", 3),
        ("Unsere Mandanten: Familie Erfunden und die Beispiel GmbH", 2),
        ("Die Darlehensnehmer Eheleute Erfunden haben gebaut.", 1),
        ("Our clients Anna Beispiel and Otto Erfunden opened a hall.", 2),
        ("Our new clients, Beispiel Ltd and Erfunden plc, opened a hall.", 2),
        ("Unsere Kunden freuen sich, dass Anna Beispiel im Team ist.", 0),
        ("Unsere Kunden sprechen mit Anna Beispiel.", 0),
        ("Our clients love what Anna Beispiel does.", 0),
        ("Unsere Kunden, Kollegin Anna Beispiel und ich sagen danke.", 0),
    ],
)
def test_customers_who_are_named_in_a_row_are_disclosed(text: str, people: int) -> None:
    """The plural alone names nobody; right before names it says whose they are."""
    names = ("Anna Beispiel", "Otto Erfunden", "Eva Muster")
    assert _sure(text, *(("PERSON", name) for name in names if name in text)) == [MEDIUM] * people


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        ("Referentin Anna Beispiel sprach bei uns über Schäden.", [], []),
        ("Author Anna Beispiel spoke at our forum about Schäden.", [("house-context", "our")], []),
        ("Referentin Anna Beispiel hat bei uns Schäden.", [], [MEDIUM]),
        ("Referentin Anna Beispiel sprach bei uns über ihre Schäden.", [], [MEDIUM]),
        ("Referentin Anna Beispiel sprach bei uns über Schäden von 8.000 Euro.", [], [MEDIUM]),
        ("Referentin Anna Beispiel sprach bei uns und meldete Schäden.", [("case-act", "meldete")], [MEDIUM]),
        (
            "Referentin Anna Beispiel sprach bei uns, die Kundin mit den Schäden.",
            [("customer-relation", "Kundin")],
            [MEDIUM],
        ),
        ("Anna Beispiel sprach bei uns über Schäden.", [], [MEDIUM]),
        ("Bäckerin Anna Beispiel sprach bei uns über Schäden.", [], [MEDIUM]),
    ],
)
def test_who_came_to_speak_is_no_customer_by_that(
    text: str, more: list[tuple[str, str]], expected: list[Confidence]
) -> None:
    """Somebody public who spoke at the house; not where something of the sentence is theirs, or no role is said."""
    house = [("house-context", "bei uns")] if "bei uns" in text else []

    assert _sure(text, ANNA, ("claim-event", "Schäden"), *house, *more) == expected


def test_a_long_post_speaks_of_somebody_for_a_few_sentences() -> None:
    """What is said far away is said of somebody else."""
    far = "Anna Beispiel kam. " + "Es war ein langer Tag. " * (SMALL // 20) + "Eine Kundin."

    assert _sure(far, ANNA, ("customer-relation", "Kundin")) == []


def test_the_register_makes_it_sure() -> None:
    """A record of the house beside the words is high."""
    text = "Anna Beispiel ist Kundin."
    record = mark([text], "CUSTOMER_RECORD", "Anna Beispiel", confidence=HIGH)
    scene = scene_of(text, found=[("customer-relation", "Kundin")], extra=[record])

    assert [finding.confidence for finding in relations(scene, people(scene))] == [HIGH]


@pytest.mark.parametrize(
    ("rule", "text", "confidence"),
    [
        ("register/name", "Anna Beispiel ist Kundin.", HIGH),
        ("register/identifier", "Anna Beispiel ist Kundin.", MEDIUM),
        ("register/name", "Anna Beispiel ist Kundin. Karl Muster kam.", MEDIUM),
    ],
)
def test_a_name_of_the_register_in_the_sentence_makes_it_sure(rule: str, text: str, confidence: Confidence) -> None:
    """Even one with namesakes: the sentence says that this one is a customer. An unproven number does not."""
    name = "Karl Muster" if "Karl" in text else "Anna Beispiel"
    record = replace(mark([text], "CUSTOMER_RECORD", name, confidence=Confidence.LOW), rule=rule)
    scene = scene_of(text, found=[ANNA, ("customer-relation", "Kundin")], extra=[record])

    assert [one.confidence for one in relations(scene, people(scene)) if one.span.start == 0] == [confidence]


def test_a_denied_relation_is_still_one() -> None:
    """Who is no customer any more was one; denials count for claims only."""
    text = "Anna Beispiel ist keine Kundin."
    denied = replace(mark([text], "customer-relation", "Kundin"), negated=True)
    scene = scene_of(text, found=[ANNA], extra=[denied])

    assert [finding.confidence for finding in relations(scene, people(scene))] == [MEDIUM]


def test_a_name_of_an_earlier_post_is_spoken_of_here() -> None:
    """By a pronoun, or where two topics leave no doubt; one finding, on the sentence."""
    text = "Und dann der Unfall, die Rente. So."
    scene = scene_of(text, found=[("claim-event", "Unfall"), ("contract-topic", "Rente")])
    (finding,) = continued(scene, ["Heute rief Anna Beispiel an."])

    assert (finding.entity, finding.confidence, finding.span.end) == ("CUSTOMER_RELATION", MEDIUM, 31)
    assert list(continued(scene, [])) == []
    assert list(continued(scene, ["Heute rief jemand an."])) == []
    assert list(continued(scene, ["Die Nordlicht Bank feiert."])) == []
    stage = scene_of(
        "Laut Zeitung sie, Kredit und Unfall.", found=[("contract-topic", "Kredit"), ("claim-event", "Unfall")]
    )
    assert list(continued(stage, ["Heute rief Anna Beispiel an."])) == []
    assert list(continued(scene_of("Schön war es."), ["Heute rief Anna Beispiel an."])) == []


def test_a_company_with_what_we_did_is_a_customer() -> None:
    """What is done and by whom, in one sentence."""
    found = [("case-act", "abgelehnt")]

    assert _sure("Wir haben die Brauerei Beispiel abgelehnt.", *found) == [MEDIUM]
    assert _sure("Die Brauerei Beispiel hat abgelehnt.", *found) == []


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Anna Beispiel ist Kundin.", [ANNA, ("customer-relation", "Kundin")], MEDIUM),
        ("Anna Beispiel hatte einen Unfall.", [ANNA, ("claim-event", "Unfall")], Confidence.LOW),
    ],
)
def test_weak_evidence_needs_a_post_that_reads_like_a_disclosure(
    text: str, found: list[tuple[str, str]], expected: Confidence
) -> None:
    """What a phrase says outright counts by itself; what only stands beside a name does not."""
    scene = scene_of(text, found=found, suspect=False)

    assert [finding.confidence for finding in relations(scene, people(scene))] == [expected]
