"""From cells to a customer. All data is invented."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from proxy.core.detection.register.entries import grouped
from proxy.core.detection.register.layout import Format, Layout, Meaning
from proxy.register.rows import Customer, RowReader, unusable
from proxy.register.tally import Reason

if TYPE_CHECKING:
    from proxy.core.detection.register.entries import Record

IBAN = "DE02 1203 0000 0000 2020 51"


def _customer(cells: dict[Meaning, str | tuple[str, ...]], *dates: str) -> Customer:
    """Read one row that has these cells."""
    columns: dict[Meaning, tuple[str, ...]] = {}
    row: list[str] = []
    for meaning, texts in cells.items():
        values = (texts,) if isinstance(texts, str) else texts
        columns[meaning] = tuple(f"{meaning}{place}" for place in range(len(values)))
        row += values
    return RowReader(Layout(name="a", format=Format.CSV, columns=columns, date_formats=dates)).customer(tuple(row))


def _record(cells: dict[Meaning, str | tuple[str, ...]], *dates: str) -> Record:
    return _customer(cells, *dates).record


def test_a_whole_row() -> None:
    """Every meaning finds its place."""
    customer = _customer(
        {
            Meaning.CUSTOMER: "k-17 0815",
            Meaning.FIRST_NAME: ("Anna", "Lena"),
            Meaning.LAST_NAME: " Meier ",
            Meaning.BIRTH_NAME: "Groß",
            Meaning.COMPANY: "Krume GmbH",
            Meaning.BIRTH_DATE: "12.03.1967",
            Meaning.EMAIL: "anna@example.org\nanna.meier@example.org",
            Meaning.PHONE: "+49 30 901820",
            Meaning.STREET: "Hauptstraße",
            Meaning.HOUSE_NUMBER: "12a",
            Meaning.POSTCODE: "01234",
            Meaning.CITY: "Adorf",
            Meaning.IBAN: IBAN,
            Meaning.PLATE: "M-AB 123",
        },
        "DD.MM.YYYY",
    )

    assert customer.number == "K170815"
    assert customer.reasons == []
    record = customer.record
    assert (record.first_names, record.last_names) == (("Anna", "Lena"), ("Meier", "Groß"))
    assert (record.companies, record.born) == (("Krume GmbH",), date(1967, 3, 12))
    assert record.emails == ("anna@example.org", "anna.meier@example.org")
    assert (record.phones, record.streets) == (("+49 30 901820",), ("Hauptstraße 12a",))
    assert (record.postcodes, record.cities) == (("01234",), ("Adorf",))
    assert record.numbers == ("K170815", "DE02120300000000202051", "MAB123")


@pytest.mark.parametrize("nothing", ["", " ", "-", "N/A", "unbekannt", "NULL", "keine"])
def test_how_houses_write_nothing(nothing: str) -> None:
    """Is no mistake, and no value."""
    customer = _customer(dict.fromkeys(Meaning, nothing))

    assert customer.reasons == []
    assert not any(values for _, values in grouped(customer.record))
    assert customer.number == ""


@pytest.mark.parametrize(
    ("full", "firsts", "lasts"),
    [
        ("Anna Lena Meier", ("Anna Lena",), ("Meier",)),
        ("Meier, Anna Lena", ("Anna Lena",), ("Meier",)),
        ("Dr. Hans von der Heide", ("Dr. Hans von der",), ("Heide",)),
        ("Meier", (), ("Meier",)),
    ],
)
def test_a_full_name_has_its_last_name_last_or_before_a_comma(
    full: str, firsts: tuple[str, ...], lasts: tuple[str, ...]
) -> None:
    """Titles and particles fall away later."""
    record = _record({Meaning.FULL_NAME: full})

    assert (record.first_names, record.last_names) == (firsts, lasts)


@pytest.mark.parametrize(
    ("meaning", "text", "reason"),
    [
        (Meaning.BIRTH_DATE, "31.02.1967", Reason.BIRTH_DATE),
        (Meaning.BIRTH_DATE, "1967", Reason.BIRTH_DATE),
        (Meaning.FIRST_NAME, "12", Reason.NAME),
        (Meaning.LAST_NAME, "李", Reason.NAME),
        (Meaning.COMPANY, "1", Reason.NAME),
        (Meaning.STREET, "Am Markt", Reason.STREET),
        (Meaning.IBAN, "DE03 1203 0000 0000 2020 51", Reason.IBAN),
        (Meaning.CARD, "4111 1111 1111 1112", Reason.CARD),
        (Meaning.TAX_ID, "12345678901", Reason.TAX_ID),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_told(meaning: Meaning, text: str, reason: Reason) -> None:
    """And left out; the rest of the row counts."""
    customer = _customer({meaning: text, Meaning.CITY: "Adorf"}, "DD.MM.YYYY")

    assert customer.reasons == [reason]
    assert customer.record.cities == ("Adorf",)
    assert customer.record.numbers == ()


def test_identifiers_with_the_right_check_digits_are_kept() -> None:
    """A tax number that is no German person's has none."""
    record = _record({Meaning.CARD: "4111 1111 1111 1111", Meaning.TAX_ID: ("65929970489", "21/815/08150")})

    assert record.numbers == ("4111111111111111", "65929970489", "2181508150")


def test_two_streets_take_no_house_number_of_one() -> None:
    """Nobody knows whose it is."""
    record = _record({Meaning.STREET: ("Am Markt 3", "Hauptstraße"), Meaning.HOUSE_NUMBER: "12"})

    assert record.streets == ("Am Markt 3",)


@pytest.mark.parametrize("text", ["1967-03-12", "1967-03-12 00:00:00", "1967-03-12T00:00:00"])
def test_a_date_of_a_database_is_always_read(text: str) -> None:
    """Whatever formats the layout names."""
    assert _record({Meaning.BIRTH_DATE: text}, "DD.MM.YYYY").born == date(1967, 3, 12)


def test_values_without_a_form_are_told() -> None:
    """Each kind once."""
    record = _record({Meaning.EMAIL: ("a@example.org", "none of it"), Meaning.PHONE: "1", Meaning.NUMBER: "12"})

    assert unusable(record, grouped(record)) == [Reason.NUMBER, Reason.PHONE, Reason.EMAIL]


def test_no_representation_shows_a_customer() -> None:
    """What is raised or logged by mistake says nothing."""
    assert "Meier" not in repr(_record({Meaning.LAST_NAME: "Meier"}))
