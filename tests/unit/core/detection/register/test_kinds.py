"""The one form of each kind of value. All values are invented."""

from __future__ import annotations

import string
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.register import kinds
from proxy.core.detection.register.kinds import Attribute, Kind


@pytest.mark.parametrize("kind", Kind)
def test_the_name_of_a_kind_separates_its_digests(kind: Kind) -> None:
    """BLAKE2b takes at most 16 bytes for it."""
    assert 0 < len(kind.value.encode()) <= 16


@given(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.from_regex(r"[a-z]{1,8}", fullmatch=True))
def test_the_order_of_a_name_does_not_count(first: str, last: str) -> None:
    """`Müller, Hans` is `Hans Müller`; two other names are not."""
    assert kinds.name(first, last) == kinds.name(last, first)
    assert kinds.name(first, last) != kinds.name(first + "x", last)


def test_an_attribute_belongs_to_its_kind() -> None:
    """A city is no street, whatever it is called."""
    name = kinds.name("hans", "muller")

    assert kinds.attributed(name, Attribute.CITY, "bonn") == name + kinds.second(Attribute.CITY, "bonn")
    assert len({kinds.attributed(name, attribute, "bonn") for attribute in Attribute}) == len(Attribute)


@pytest.mark.parametrize(
    ("text", "compact"),
    [("DE02 1203 0000", "DE0212030000"), ("k-17/4 a", "K174A"), ("LÖ-AB 12", "LAB12"), ("١٢٣", ""), ("", "")],
)
def test_an_identifier_is_its_letters_and_digits(text: str, compact: str) -> None:
    """As capitals; other alphabets have none."""
    assert kinds.number(text) == compact


@given(st.text() | st.text("aZ09 -ß"))
def test_an_identifier_has_nothing_but_letters_and_digits_of_ascii(text: str) -> None:
    """However it is written, in the order they stand."""
    ascii_signs = [sign for sign in text.upper() if sign in string.ascii_uppercase + string.digits]

    assert kinds.number(text) == "".join(ascii_signs)


@pytest.mark.parametrize(
    ("compact", "kind"),
    [
        ("1234", None),
        ("ABCDEFGH", None),
        ("12345", Kind.SHORT_NUMBER),
        ("1234567890", Kind.SHORT_NUMBER),
        ("12345678901", Kind.NUMBER),
        ("MAB123", Kind.SHORT_NUMBER),
        ("MABC123", Kind.NUMBER),
    ],
)
def test_short_identifiers_prove_less(compact: str, kind: Kind | None) -> None:
    """Below five signs, or without digits, they are none."""
    assert kinds.number_kind(compact) is kind


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+49 (0)30 901820", "30901820"),
        ("0049 30 901820", "30901820"),
        ("030/901820", "30901820"),
        ("+43 1 58858", "158858"),
        ("+423 2345678", "2345678"),
        ("+1 202 5550123", "12025550123"),
        ("12345", None),
        ("1" * 15, None),
        ("unbekannt", None),
    ],
)
def test_a_phone_number_loses_trunk_zero_and_country_code(text: str, digits: str | None) -> None:
    """Those of the four countries; too few or too many digits are none."""
    assert kinds.phone(text) == digits


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Anna.Meier+Bank@Example.ORG ", "anna.meier@example.org"),
        ("a@b", None),
        ("@example.org", None),
        ("+tag@example.org", None),
        ("keine", None),
    ],
)
def test_an_address_is_small_and_without_its_tag(text: str, address: str | None) -> None:
    """Without both halves it is none."""
    assert kinds.email(text) == address


def test_a_date_of_birth_is_eight_digits() -> None:
    """Year, month, day."""
    assert kinds.born(date(1967, 3, 12)) == "19670312"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Hauptstraße 12a", "hauptstr 12a"),
        ("Hauptstr. 12 A", "hauptstr 12a"),
        ("HAUPTSTRASSE 12 a", "hauptstr 12a"),
        ("Straße des 17. Juni 135", "strdesjuni 135"),
        ("12 Baker Street", "bakerstreet 12"),
        ("Gartenstraße Nr. 5", "gartenstr 5"),
        ("Gartenstr., Haus-Nr.: 5a", "gartenstr 5a"),
        ("Gartenstraße Hausnummer 5", "gartenstr 5"),
        ("Baker Street No 12", "bakerstreet 12"),
        ("Am Nordring 5", "amnordring 5"),
        ("Am Markt", None),
        ("12", None),
    ],
)
def test_a_street_has_a_house_number(text: str, form: str | None) -> None:
    """`Straße` and `Str.` are one; without a number it tells nobody apart."""
    assert kinds.street(text) == form


@given(st.text() | st.from_regex(r"\A[A-Za-zß. ]{0,12} ?[0-9]{1,5}[a-z]?\Z"))
def test_a_street_whose_road_is_remembered_is_the_same(text: str) -> None:
    """The builder asks so, the gateway does not."""
    assert kinds.street(text, cache(kinds.road)) == kinds.street(text)


def test_a_value_begins_with_its_first_letters_wherever_it_is_cut() -> None:
    """Spaces are no letters; of a short value all of it counts."""
    assert kinds.begin("am see der") == "amseed"
    assert kinds.begins("am see der") == {"a", "am", "ams", "amse", "amsee", "amseed"}
    assert (kinds.begin("abc"), kinds.begins("ab c"), kinds.begins("")) == ("abc", {"a", "ab", "abc"}, set())
