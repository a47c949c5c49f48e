"""What a register keeps a digest of. All people and companies are invented."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.register import kinds
from proxy.core.detection.register.entries import (
    MOST_WORDS,
    Record,
    city_form,
    entries,
    first_forms,
    last_forms,
    restricted_forms,
)
from proxy.core.detection.register.kinds import Attribute, Kind

TEXTS = st.lists(st.text(max_size=20), max_size=3).map(tuple)
RECORDS = st.builds(
    Record,
    first_names=TEXTS,
    last_names=TEXTS,
    companies=TEXTS,
    born=st.none() | st.dates(),
    cities=TEXTS,
    postcodes=TEXTS,
    streets=TEXTS,
    emails=TEXTS,
    phones=TEXTS,
    numbers=TEXTS,
)


def _of(record: Record, kind: Kind) -> list[str]:
    return [value for found, value in entries(record) if found is kind]


def test_an_ordinary_customer() -> None:
    """Each first name, both together, and the last name; alone and with every attribute."""
    record = Record(
        first_names=("Hans Peter",),
        last_names=("Müller",),
        born=date(1967, 3, 12),
        cities=("Frankfurt am Main",),
        postcodes=("60311",),
        streets=("Hauptstraße 12",),
    )
    names = [kinds.name(first, "muller") for first in ("hans", "peter", "hanspeter")]
    attributes = [
        (Attribute.BORN, "19670312"),
        (Attribute.CITY, "frankfurt"),
        (Attribute.POSTCODE, "60311"),
        (Attribute.STREET, "hauptstr 12"),
    ]

    assert _of(record, Kind.WORD) == ["muller"]
    assert sorted(_of(record, Kind.NAME)) == sorted(names)
    assert sorted(_of(record, Kind.INITIAL)) == sorted([kinds.name("h", "muller"), kinds.name("p", "muller")])
    assert sorted(_of(record, Kind.NAME_AND)) == sorted(
        kinds.attributed(name, attribute, value) for name in names for attribute, value in attributes
    )
    assert len(_of(record, Kind.INITIAL_AND)) == 2 * 4
    assert sorted(_of(record, Kind.WORD_AND)) == sorted(
        kinds.attributed("muller", attribute, value)
        for attribute, value in attributes
        if attribute in {Attribute.BORN, Attribute.STREET}
    )


def test_a_company_has_no_first_name() -> None:
    """Its first two words are its name, in whatever order; either begins a search."""
    record = Record(companies=("Bäckerei Krume GmbH",), cities=("Köln",))

    assert _of(record, Kind.WORD) == ["backerei", "krume"]
    assert _of(record, Kind.NAME) == [kinds.name("backerei", "krume")]
    assert _of(record, Kind.NAME_AND) == [kinds.attributed(kinds.name("backerei", "krume"), Attribute.CITY, "koln")]
    assert _of(record, Kind.INITIAL) == []


def test_a_company_of_one_word_has_no_name() -> None:
    """The word alone begins a search, and counts with a street."""
    record = Record(companies=("Krume AG",), streets=("Am Markt 3",))

    assert _of(record, Kind.NAME) == []
    assert _of(record, Kind.WORD_AND) == [kinds.attributed("krume", Attribute.STREET, "ammarkt 3")]


def test_identifiers_of_all_kinds() -> None:
    """What has no form of its kind is left out."""
    record = Record(
        numbers=("DE02 1203 0000 0000 2020 51", "123456", "12"),
        phones=("+49 30 901820", "keines"),
        emails=("anna@example.org", "keine"),
        postcodes=("---",),
        streets=("Am Markt",),
    )

    assert list(entries(record)) == [
        (Kind.NUMBER, "DE02120300000000202051"),
        (Kind.SHORT_NUMBER, "123456"),
        (Kind.PHONE, "30901820"),
        (Kind.EMAIL, "anna@example.org"),
    ]


@given(RECORDS)
def test_nothing_is_yielded_twice_without_need(record: Record) -> None:
    """Values of one kind are distinct, but for identifiers that the house has in two columns; none is empty."""
    found = list(entries(record))
    names = [pair for pair in found if pair[0] in {Kind.WORD, Kind.NAME, Kind.INITIAL}]

    assert len(names) == len(set(names))
    assert all(value for _, value in found)


@given(RECORDS, RECORDS)
def test_more_fields_never_take_an_entry_away(one: Record, other: Record) -> None:
    """A customer of whom more is known is found by whatever found them before."""
    more = Record(
        first_names=one.first_names + other.first_names,
        last_names=one.last_names + other.last_names,
        companies=one.companies + other.companies,
        born=one.born,
        cities=one.cities + other.cities,
        postcodes=one.postcodes + other.postcodes,
        streets=one.streets + other.streets,
        emails=one.emails + other.emails,
        phones=one.phones + other.phones,
        numbers=one.numbers + other.numbers,
    )

    assert set(entries(one)) <= set(entries(more))


@pytest.mark.parametrize(
    ("city", "form"),
    [("Frankfurt am Main", "frankfurt"), ("Bad Homburg", "homburg"), ("Ulm", "ulm"), ("Le Mans", "mans"), ("", "")],
)
def test_a_city_is_its_first_long_word(city: str, form: str) -> None:
    """`Bad` and `St.` tell nothing."""
    assert city_form(city) == form


def test_double_names_have_both_halves_and_the_whole() -> None:
    """On either side."""
    assert last_forms("Meyer-Lüdenscheidt") == ("meyer", "ludenscheidt", "meyerludenscheidt")
    assert first_forms("Anna-Lena") == ("anna", "lena", "annalena")


@pytest.mark.parametrize(
    ("term", "forms"),
    [
        ("Nordlicht", ["nordlicht"]),
        (
            "Projekt zum Nordlicht",
            ["projekt nordlicht", "projektnordlicht", "projekt zum nordlicht", "projektzumnordlicht"],
        ),
        ("eins zwei drei vier fünf", ["eins zwei drei vier", "einszweidreivierfunf"]),
        ("42", []),
        ("", []),
    ],
)
def test_the_forms_of_an_entry_of_a_restricted_list(term: str, forms: list[str]) -> None:
    """With and without the words that carry nothing; at most so many words as a post is searched by."""
    assert restricted_forms(term) == forms
    assert all(form.count(" ") < MOST_WORDS for form in forms)
