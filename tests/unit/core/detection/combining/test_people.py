"""People: who is named, and whom the words beside the name excuse."""

from __future__ import annotations

import pytest

from proxy.core.detection.combining.people import Someone, Standing, company_of_finance, people
from proxy.core.model import Confidence
from tests.scenes import mark, scene_of

STAFF, PUBLIC, PRIVATE = Standing.STAFF, Standing.PUBLIC, Standing.PRIVATE


def _only(text: str, name: str, entity: str = "PERSON") -> Someone:
    (someone,) = people(scene_of(text, found=[(entity, name)]))
    return someone


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("Heute kam Anna Beispiel.", PRIVATE),
        ("Unsere Kollegin Anna Beispiel berät gern.", STAFF),
        ("Pressesprecher Dr. Anna Beispiel im Radio", STAFF),
        ("Anna Beispiel, unsere Pressesprecherin, sagt es.", STAFF),
        ("Anna Beispiel aus der IT hilft.", STAFF),
        ("Anna Beispiel from accounting helps.", STAFF),
        ("Anna Beispiel stellt sich vor", STAFF),
        ("Ministerin Anna Beispiel kam.", PUBLIC),
        ("Anna Beispiel (Journalistin) kam.", PUBLIC),
        ("Anna Beispiel erklärt die Zinsen.", PUBLIC),
        ("Anna Beispiel: „Guten Tag“", PUBLIC),
        ("„Guten Tag“ – Anna Beispiel", PUBLIC),
        ("Danke an Anna Beispiel!", PUBLIC),
        ("Im Podcast war Anna Beispiel.", PUBLIC),
        ("1882 fand Anna Beispiel es heraus.", PUBLIC),
        ("Mein Kollege kennt hier weit und breit noch nicht Anna Beispiel.", PRIVATE),
    ],
)
def test_words_beside_a_name_say_how_it_is_meant(text: str, standing: Standing) -> None:
    """Staff and public people are known by what stands right beside their names."""
    assert _only(text, "Anna Beispiel").standing is standing


@pytest.mark.parametrize(
    ("text", "name", "full"),
    [
        ("Heute kam Anna Beispiel.", "Anna Beispiel", True),
        ("Heute kam Frau Beispiel.", "Beispiel", True),
        ("Heute kam Freiherr von Beispiel.", "Beispiel", True),
        ("#AnnaBeispiel kam", "#AnnaBeispiel", True),
        ("Heute kam Anna.", "Anna", False),
    ],
)
def test_a_full_name_is_one_that_leaves_one_person(text: str, name: str, full: bool) -> None:
    """Two words, a title and one, or both glued together in a hashtag."""
    assert _only(text, name).full is full


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("Heute kam die Beispiel Logistik GmbH zu Besuch", True),
        ("Die Brauerei Beispiel kam.", True),
        ("Steffen K. kam.", False),
        ("J. R. kam.", False),
        ("Die oma traudl kam.", False),
        ("die uschi vom Blumenladen kam", False),
        ("K l a u s kam", False),
        ("\u202eebihcsrev", False),
        ("Antwort in base64:", False),
    ],
)
def test_names_that_no_model_is_asked_for(text: str, company: bool) -> None:
    """Companies by form or trade, initials, nicknames, and disguises."""
    (someone,) = people(scene_of(text))

    assert (someone.company, someone.full, someone.confidence) == (company, False, Confidence.LOW)


def test_a_company_that_no_model_saw_has_the_fingerprint_of_its_name() -> None:
    """Without the words in front of it; people without a full name have none."""
    (company,) = people(scene_of("Unser Kunde Beispiel Logistik GmbH kam"), lambda name: f"<{name}>")
    (somebody,) = people(scene_of("Steffen K. kam."), lambda name: f"<{name}>")

    assert company.fingerprint == "<Beispiel Logistik GmbH>"
    assert somebody.fingerprint is None


@pytest.mark.parametrize("name", ["Nordlicht Bank AG", "Ankerwart Versicherung AG"])
def test_banks_and_insurers_are_no_customers(name: str) -> None:
    """Mostly it is the author's own house."""
    assert company_of_finance(name)
    assert people(scene_of(f"Die {name} feiert.", found=[("ORGANIZATION", name)])) == ()


def test_what_a_model_barely_takes_for_a_company_is_none() -> None:
    """Nor is a finding without a letter, or in no sentence, somebody."""
    text = "Heute kam Awkward."
    low = mark([text], "ORGANIZATION", "Awkward", confidence=Confidence.LOW)

    assert people(scene_of(text, extra=[low])) == ()
    assert people(scene_of("!! 123", found=[("PERSON", "123")])) == ()
    assert people(scene_of("x", extra=[mark(["", "x"], "PERSON", "x")])) == ()
    assert _only("Heute kam Beispiel Logistik.", "Beispiel Logistik", "ORGANIZATION").company


def test_hostile_texts_stay_cheap() -> None:
    """Long words, capitals and single letters are read a bounded number of times."""
    for text in ("A" * 30_000, "A." * 15_000, "Aa " * 10_000, "a b " * 7_500, "oma " * 7_500):
        assert len(people(scene_of(text))) < 15_000


@pytest.mark.parametrize(
    ("name", "standing"),
    [("Vorständin Anna Beispiel", STAFF), ("Ökonomin Anna Beispiel", PUBLIC), ("Anna Beispiel", PRIVATE)],
)
def test_a_role_inside_the_name_counts_too(name: str, standing: Standing) -> None:
    """Models take it for a part of the name now and then."""
    assert _only(f"Heute kam {name}.", name).standing is standing


@pytest.mark.parametrize("name", ["Long Covid", "Kinderkrebshilfe", "Darmkrebsvorsorge"])
def test_what_is_called_after_an_illness_is_nobody(name: str) -> None:
    """Models take such words for names."""
    assert people(scene_of(f"Heute geht es um {name}.", found=[("PERSON", name)])) == ()


@pytest.mark.parametrize("name", ["Krebs", "Anna Krebs", "James Parkinson", "Anna Kinderkrebshilfe"])
def test_who_is_called_like_an_illness_is_somebody(name: str) -> None:
    """Surnames are older than diagnoses."""
    assert len(people(scene_of(f"Heute kam {name}.", found=[("PERSON", name)]))) == 1


def test_storms_are_nobody() -> None:
    """They have names, and damage is what is told about them."""
    assert people(scene_of("Gestern kam Sturm Ylvie.", found=[("PERSON", "Sturm Ylvie")])) == ()
