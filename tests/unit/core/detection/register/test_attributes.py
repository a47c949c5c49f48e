from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.detection.register.attributes import attributes, days, places
from proxy.core.detection.register.kinds import Attribute, Kind
from proxy.core.detection.register.reading import Reader

if TYPE_CHECKING:
    from proxy.core.detection.register.table import Shared


def _nobody(_kind: Kind, _value: str) -> Shared | None:
    return None


@pytest.mark.parametrize(
    "text",
    [
        "12.3.1967",
        "12. 3. 1967",
        "12.03.67",
        "12/03/1967",
        "03/12/1967",
        "12-3-1967",
        "12|3|1967",
        "12_03_1967",
        "12,3,1967",
        "12. 3. '67",
        "12.3.’67",
        "1967-03-12",
        "1967/3/12",
        "12 3 1967",
        "12031967",
        "19670312",
        "12. März 1967",
        "12. Maerz 1967",
        "12 Mrz. 67",
        "12ter März 1967",
        "12th of March, 1967",
        "March 12, 1967",
        "Mar. 12th 1967",
    ],
)
def test_a_day_is_read_in_every_usual_spelling(text: str) -> None:
    """German and English, numbers and names of months, with two digits of the year or four."""
    assert "19670312" in set(days(f"geb. {text} in Musterstadt"))


@pytest.mark.parametrize("text", ["31.2.1967", "99.99.1967", "12. Foo 1967", "Foo 12, 1967", "123.3.1967.5", "3.1967"])
def test_what_is_no_day_is_none(text: str) -> None:
    """Whatever its form."""
    assert list(days(text)) == []


def test_with_dots_the_day_comes_first() -> None:
    """With other signs it may be the month: nothing says which."""
    assert set(days("3.12.1967")) == {"19671203"}
    assert set(days("3/12/1967")) == {"19671203", "19670312"}


def test_a_short_year_may_be_of_either_century() -> None:
    """Nothing says which."""
    assert set(days("12.3.05")) >= {"19050312", "20050312"}


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        ("D-12345 Musterstadt", Attribute.POSTCODE, "12345"),
        ("1010 Wien", Attribute.POSTCODE, "1010"),
        ("00-950 Warszawa", Attribute.POSTCODE, "00950"),
        ("London SW1A 1AA", Attribute.POSTCODE, "SW1A1AA"),
        ("in der Gartenstraße 5a", Attribute.STREET, "gartenstr 5a"),
        ("Gartenstr. 5 a", Attribute.STREET, "gartenstr 5a"),
        ("Gartenstr. 5 a", Attribute.STREET, "gartenstr 5"),
        ("Am Alten Markt 7", Attribute.STREET, "amaltenmarkt 7"),
        ("12 High Street, London", Attribute.STREET, "highstreet 12"),
    ],
)
def test_what_may_be_an_attribute_is_taken(text: str, attribute: Attribute, value: str) -> None:
    """In the one form that the register has."""
    assert (attribute, value) in set(attributes(text))


def test_a_text_without_digits_has_none() -> None:
    """But for the places in it."""
    assert list(attributes("Gartenstraße in Musterstadt")) == []


def test_every_word_may_be_a_place() -> None:
    """Also two short ones together: `Bad Ems` is one word in the register."""
    (words, *_) = Reader(_nobody).readings("Frau X aus Bad Ems bei Koblenz")

    assert {"koblenz", "bad", "ems", "badems"} <= places(words)
    assert "x" not in places(words)
