"""Raising: a second signal in the sentence makes a finding surer."""

from __future__ import annotations

from dataclasses import replace

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
        ("DATE_OF_BIRTH", LOW, "PERSON", LOW),
        ("DATE_OF_BIRTH", LOW, "customer-relation", MEDIUM),
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
    scene = scene_of(text, found=[(beside, "Anna")], extra=[finding], suspect=False)

    assert next(one for one in raised(scene) if one.entity == entity).confidence is after
    assert (entity in RAISED) == (entity != "IBAN_CODE")


@pytest.mark.parametrize(("suspect", "after"), [(True, MEDIUM), (False, LOW)])
def test_a_day_beside_somebody_is_one_of_birth_in_a_post_that_tells(suspect: bool, after: Confidence) -> None:
    """The press names a day and a person in every other sentence."""
    text = "Hier steht 4711 neben Anna. Schluss."
    finding = mark([text], "DATE_OF_BIRTH", "4711", confidence=LOW)
    scene = scene_of(text, found=[("PERSON", "Anna")], extra=[finding], suspect=suspect)

    assert next(one for one in raised(scene) if one.entity == "DATE_OF_BIRTH").confidence is after


def test_another_sentence_does_not_raise() -> None:
    """Nor does a finding without a place."""
    text = "Hier steht 4711. Anna kam."
    scene = scene_of(text, found=[("PERSON", "Anna"), ("PHONE_NUMBER", "4711")], suspect=False)
    stray = scene_of("x", extra=[mark(["", "4711"], "PHONE_NUMBER", "4711")], suspect=False)

    assert raised(scene) == list(scene.findings)
    assert raised(stray) == list(stray.findings)


@pytest.mark.parametrize("entity", ["ADDRESS", "PHONE_NUMBER"])
@pytest.mark.parametrize("beside", ["private-person", "customer-relation", "financial-distress", "DISCLOSURE"])
def test_what_speaks_of_somebody_raises_in_a_sentence_nearby(entity: str, beside: str) -> None:
    """Who puts the person into another sentence than the address has still told it."""
    text = "Hier steht 4711. Dort steht Anna. Schluss."
    finding = mark([text], entity, "4711", confidence=MEDIUM)

    near = scene_of(text, found=[(beside, "Anna")], extra=[finding], suspect=False)
    alone = scene_of(text, extra=[finding], suspect=False)

    assert [one.confidence for scene in (near, alone) for one in raised(scene) if one.entity == entity] == [
        HIGH,
        MEDIUM,
    ]


@pytest.mark.parametrize(
    ("rule", "how_sure", "after"),
    [
        ("classifier/identifier", LOW, MEDIUM),
        ("classifier/identifier", MEDIUM, HIGH),
        ("classifier/customer", LOW, HIGH),
        ("combination/not-judged", LOW, HIGH),
    ],
)
def test_the_looks_of_a_number_say_nothing_about_whose_it_is(
    rule: str, how_sure: Confidence, after: Confidence
) -> None:
    """A post with a number in it reads like one; any other suspicion, or that nobody was asked, makes it stricter."""
    text = "Hier steht 4711. Schluss."
    suspicion = replace(mark([text], "DISCLOSURE", "Hier", confidence=how_sure), rule=rule)
    number = mark([text], "PHONE_NUMBER", "4711", confidence=MEDIUM)
    scene = scene_of(text, extra=[number, suspicion], suspect=False)

    assert [one.confidence for one in raised(scene) if one.entity == "PHONE_NUMBER"] == [after]


@pytest.mark.parametrize(
    ("text", "words", "after"),
    [
        ("Das Museum, Musterhof 1 ist offen.", ["Museum"], MEDIUM),
        ("Im Historischen Museum am Hafen, Musterhof 1.", ["Museum"], MEDIUM),
        ("Das Rathaus sitzt jetzt in der Musterhof 1.", ["Rathaus"], MEDIUM),
        ("Nach dem Rathaus rechts, dann Musterhof 1.", ["Rathaus"], HIGH),
        ("Museum der Träume: Musterhof 1.", ["Museum"], HIGH),
        ("Heute Museum. Musterhof 1 kommt weg.", ["Museum"], HIGH),
        ("Musterhof 1, neben dem Museum.", ["Museum"], HIGH),
        ("Vom Rathaus zum Museum, Musterhof 1.", ["Rathaus", "Museum"], HIGH),
    ],
)
def test_an_address_right_behind_a_house_is_that_of_the_house(text: str, words: list[str], after: Confidence) -> None:
    """Its name and small words may stand between; a way that leads past the house, or another house, raises."""
    address = mark([text], "ADDRESS", "Musterhof 1", confidence=MEDIUM)
    scene = scene_of(text, found=[("public-place", word) for word in words], extra=[address], suspect=False)

    assert [one.confidence for one in raised(scene) if one.entity == "ADDRESS"] == [after]


@pytest.mark.parametrize(
    ("text", "more", "after"),
    [
        ("Das Bürgertelefon ist bis 22 Uhr besetzt, 0221 4710 400.", [], MEDIUM),
        ("Bürgertelefon besetzt. Nehmt 0221 4710 400.", [], HIGH),
        ("0221 4710 400, sagt das Bürgertelefon.", [], HIGH),
        ("Das Bürgertelefon suchte uns, jetzt 0221 4710 400.", [], HIGH),
        ("Das Bürgertelefon meldete 0221 4710 400.", [("case-act", "meldete")], HIGH),
        ("Das Bürgertelefon " + "und noch etwas " * 10 + "0221 4710 400.", [], HIGH),
    ],
)
def test_a_number_in_the_sentence_of_an_office_is_theirs(
    text: str, more: list[tuple[str, str]], after: Confidence
) -> None:
    """Behind it, not far, and where the sentence tells nothing that we did."""
    number = mark([text], "PHONE_NUMBER", "0221 4710 400", confidence=MEDIUM)
    scene = scene_of(text, found=[("public-line", "Bürgertelefon"), *more], extra=[number], suspect=False)

    assert [one.confidence for one in raised(scene) if one.entity == "PHONE_NUMBER"] == [after]


def test_words_in_another_part_excuse_nothing() -> None:
    """A museum in a description of an image has nothing to do with the text."""
    texts = ("Musterhof 1", "Das Museum")
    address = mark(texts, "ADDRESS", "Musterhof 1", confidence=MEDIUM)
    scene = scene_of(*texts, found=[("public-place", "Museum")], extra=[address], suspect=False)

    assert [one.confidence for one in raised(scene) if one.entity == "ADDRESS"] == [HIGH]


@pytest.mark.parametrize(
    ("number", "confidence"),
    [
        ("0171 3920042", HIGH),
        ("+49 (0) 152 28817355", HIGH),
        ("0049 176 04069021", HIGH),
        ("+43 664 0000000", HIGH),
        ("+41 79 000 00 00", HIGH),
        ("+44 7700 900318", HIGH),
        ("0664 0000000", HIGH),
        ("0221 4710 400", MEDIUM),
        ("+49 30 23125 000", MEDIUM),
        ("0711 9909 115", MEDIUM),
    ],
)
def test_a_mobile_number_is_somebodys(number: str, confidence: Confidence) -> None:
    """Nobody puts an office into a pocket; a landline may be one. Numbers are those of films."""
    text = f"Unter {number} zu erreichen."
    finding = mark([text], "PHONE_NUMBER", number, confidence=MEDIUM)

    assert [one.confidence for one in raised(scene_of(text, extra=[finding], suspect=False))] == [confidence]
