"""What is on a list of the house is excused in every spelling that detectors see."""

from __future__ import annotations

from datetime import date

import pytest

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.tables.samples import SAMPLE_CARDS, SAMPLE_IBANS
from proxy.loading import house_lists as lists

KEY = b"an invented key"
TODAY = date(2026, 11, 23)


def _holds(entries: object, name: str, entity: str, value: str) -> bool:
    return fingerprint(KEY, entity, value) in lists.fingerprints(entries, KEY, TODAY)[name]  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [*SAMPLE_IBANS, *SAMPLE_CARDS])
def test_published_samples_are_always_there(number: str) -> None:
    """No house has to name them."""
    entity = "IBAN_CODE" if number in SAMPLE_IBANS else "CREDIT_CARD"

    assert _holds((), lists.SAMPLES, entity, number)


def test_the_example_of_the_pension_insurance_is_one_of_them() -> None:
    """Its right check digit makes it look like somebody's; the number of somebody else stays."""
    assert _holds((), lists.SAMPLES, "DE_SOCIAL_SECURITY", "65 170839 J 003")
    assert not _holds((), lists.SAMPLES, "DE_SOCIAL_SECURITY", "65 180539 W 003")


def test_every_list_exists_even_when_empty() -> None:
    """A rule may name a list that the house has not filled yet."""
    assert set(lists.fingerprints((), KEY, TODAY)) == lists.ALLOW_LISTS


@pytest.mark.parametrize("written", ["0800 123 4567", "0800/1234567", "+49 800 1234567", "0049 800 1234567"])
@pytest.mark.parametrize("listed", ["0800 123 4567", "+49 800 123 4567"])
def test_a_phone_number_is_one_with_and_without_its_country(listed: str, written: str) -> None:
    """Whichever way the house writes it, and whichever way the author does."""
    assert _holds(lists.phone(listed), lists.PHONE_NUMBERS, "PHONE_NUMBER", written)


def test_a_number_without_area_code_is_itself() -> None:
    """A short number gets no country."""
    assert [entry.value for entry in lists.phone("116 116")] == ["116 116"]


@pytest.mark.parametrize(
    "written", ["Am Markt 1, 12345 Musterstadt", "am markt 1", "12345 Musterstadt", "Am Markt 1 12345 Musterstadt"]
)
def test_an_address_counts_whole_and_in_halves(written: str) -> None:
    """Detectors see a street, a place, or both."""
    assert _holds(lists.address("Am Markt 1, 12345 Musterstadt"), lists.ADDRESSES, "ADDRESS", written)


@pytest.mark.parametrize("written", ["Hafenstraße 20", "Hafenstr. 20", "HAFENSTRASSE 20"])
def test_a_street_may_be_shortened(written: str) -> None:
    """`Straße`, `Strasse` and `Str.` are the same."""
    assert _holds(lists.address("Hafenstraße 20, 20457 Hamburg"), lists.ADDRESSES, "ADDRESS", written)
    assert not _holds(lists.address("Hafenstraße 20, 20457 Hamburg"), lists.ADDRESSES, "ADDRESS", "Hafenstraße 21")


@pytest.mark.parametrize(
    "written",
    ["Dr. Henrike Aldenhoff", "Henrike Aldenhoff", "Frau Aldenhoff", "Aldenhoff", "ALDENHOFF, Henrike", "Aldenhoffs"],
)
def test_a_public_person_counts_with_title_and_without(written: str) -> None:
    """First and last name, the last one alone, and a genitive; a namesake with another first name is somebody else."""
    entries = list(lists.person("Dr. Henrike Aldenhoff", None))

    assert _holds(entries, lists.PUBLIC_PEOPLE, "PERSON", written)
    assert not _holds(entries, lists.PUBLIC_PEOPLE, "PERSON", "Peter Aldenhoff")
    assert not _holds(entries, lists.PUBLIC_PEOPLE, "ORGANIZATION", written)


def test_a_public_person_counts_until_the_end() -> None:
    """The day after, the list is empty."""
    entries = tuple(lists.person("Erika Muster", date(2026, 11, 23)))

    assert lists.fingerprints(entries, KEY, date(2026, 11, 23))[lists.PUBLIC_PEOPLE]
    assert not lists.fingerprints(entries, KEY, date(2026, 11, 24))[lists.PUBLIC_PEOPLE]


def test_an_email_domain_is_the_second_half_of_an_address() -> None:
    """Any address of the host has it; addresses of hosts below or beside it have another."""
    domains = lists.fingerprints([lists.email_domain("Nordlicht.example")], KEY, TODAY)[lists.EMAIL_DOMAINS]

    for address, ours in (
        ("presse@nordlicht.example", True),
        ("Erika.Muster@NORDLICHT.example", True),
        ("a@intra.nordlicht.example", False),
        ("nordlicht.example@mail.example", False),
    ):
        assert (fingerprint(KEY, "EMAIL_ADDRESS", address).rpartition("@")[2] in domains) is ours


def test_the_house_is_known_by_its_vat_id_only() -> None:
    """No detector looks for entries of the commercial register."""
    assert _holds(filter(None, [lists.registration("DE 123456789")]), lists.REGISTRATIONS, "DE_VAT_ID", "DE123456789")
    assert lists.registration("HRB 12345") is None


def test_samples_of_the_house_are_numbers() -> None:
    """IBANs and cards with right check digits; anything else is a mistake."""
    assert lists.sample("DE84 9999 9999 0000 1234 50") is not None
    assert lists.sample("4111-1111-1111-1111") is not None
    assert lists.sample("4111 1111 1111 1112") is None


def test_no_entry_shows_its_value() -> None:
    """Values of the house stay in its file."""
    assert "Muster" not in repr(list(lists.person("Erika Muster", None)))


@pytest.mark.parametrize("written", ["Nordlicht Bank AG", "NORDLICHT BANK", "Nordlicht-Bank", "Nordlicht Banks"])
def test_a_name_of_the_house_is_known_in_its_spellings(written: str) -> None:
    """With its legal form and without."""
    entries = list(lists.own_name("Nordlicht Bank AG"))

    assert _holds(entries, lists.OWN_NAMES, "ORGANIZATION", written)
    assert not _holds(entries, lists.OWN_NAMES, "ORGANIZATION", "Nordlicht Versicherung AG")
