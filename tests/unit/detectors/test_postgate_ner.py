from __future__ import annotations

import pytest

from proxy.detectors.ner_versions import own_version
from proxy.detectors.port import ModelAbsent
from proxy.detectors.postgate_ner import Postgate
from proxy.detectors.sheet import make_sheet


@pytest.fixture(scope="module")
def backend() -> Postgate:
    """Load our weights once."""
    return Postgate()


def _people(backend: Postgate, text: str) -> list[tuple[str, str]]:
    (part,) = parts = make_sheet((text,), "r").parts
    (found,) = backend.find(parts)
    return [
        (part.normalised.text[entity.start : entity.end], entity.confidence.value)
        for entity in sorted(found, key=lambda entity: entity.start)
        if entity.kind == "PERSON"
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Gestern hat Anna Schneider angerufen.", "Anna Schneider"),
        ("Yesterday John Smith called us about the loan.", "John Smith"),
        ("der kunde jens kowalski hat heute sein konto aufgelöst", "jens kowalski"),
        ("HEUTE HAT SABINE SCHNEIDER DEN VERTRAG UNTERSCHRIEBEN", "SABINE SCHNEIDER"),
        ("Neuer Kunde: #ThomasSchneider aus Köln", "ThomasSchneider"),
        ("Der Antrag von Mehmet Yılmaz liegt bei mir.", "Mehmet Yılmaz"),
    ],
)
def test_people_are_found_however_they_are_written(backend: Postgate, text: str, name: str) -> None:
    """German and English, small, shouted, glued; given name and family name together are medium."""
    assert (name, "medium") in _people(backend, text)


def test_a_name_alone_is_low(backend: Postgate) -> None:
    """It may be anything."""
    assert _people(backend, "Mittag mit Sabine und Thomas") == [("Sabine", "low"), ("Thomas", "low")]


@pytest.mark.parametrize(
    "text",
    [
        "Schönes Wochenende euch allen!",
        "Unsere neue Filiale in Hamburg öffnet am Montag.",
        "HEUTE NUR BEI UNS",
        "unser team sucht verstärkung für die schadenabteilung",
        "",
        "😀",
    ],
)
def test_nobody_is_seen_where_nobody_is(backend: Postgate, text: str) -> None:
    """Ordinary posts stay clean."""
    assert _people(backend, text) == []


def test_accounts_that_are_called_like_people_are_low(backend: Postgate) -> None:
    """Nobody knows whether it is one; an e-mail address is the business of others."""
    assert ("sabine_schneider", "low") in _people(backend, "Danke @sabine_schneider für den Tipp")
    assert _people(backend, "post an sabine_schneider@example.org bitte") == []


def test_places_are_found_too(backend: Postgate) -> None:
    """Kinds of ours, for rules that combine."""
    (found,) = backend.find(make_sheet(("Die Deutsche Bank zieht von Frankfurt nach Berlin.",), "r").parts)

    assert {"LOCATION"} <= {entity.kind for entity in found} <= {"LOCATION", "ORGANIZATION"}


def test_parts_do_not_mix(backend: Postgate) -> None:
    """What is found in one part does not depend on the others."""
    texts = ("Gestern hat Anna Schneider angerufen.", "nichts", "JENS KOWALSKI HAT ANGERUFEN", "mit Anna Schneider")
    together = backend.find(make_sheet(texts, "r").parts)

    assert together == [backend.find(make_sheet((text,), "r").parts)[0] for text in texts]


def test_it_forgets_the_words_it_was_shown(backend: Postgate) -> None:
    """Unseen words do not stay in memory."""
    _people(backend, "Warm up with Jane Doe.")
    before = backend.words_kept()
    for number in range(200):
        _people(backend, f"der kunde neverseen{number} und XQ{number}ZW in Yk{number}")

    assert backend.words_kept() == before


def test_the_version_is_the_one_the_parent_expects(backend: Postgate) -> None:
    """Weights, code and library are in it."""
    assert backend.version == own_version()


def test_an_absent_model_is_not_fetched() -> None:
    """No files, no backend."""
    with pytest.raises(ModelAbsent):
        Postgate("/nowhere/at/all")
