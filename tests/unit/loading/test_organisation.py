"""The house's profile becomes fingerprints; mistakes never show a value."""

from __future__ import annotations

from datetime import date

import pytest

from proxy.core.detection.confidential import LOOK, look
from proxy.core.detection.fingerprint import digester, fingerprint
from proxy.loading.house_lists import ALLOW_LISTS, AllowEntry
from proxy.loading.organisation import Organisation, read_organisation
from proxy.loading.strict_yaml import parse
from proxy.loading.validation import Report

KEY = b"an invented key"
TODAY = date(2026, 11, 23)
IBAN = "DE84 9999 9999 0000 1234 50"


def _read(text: str) -> tuple[Organisation, list[str]]:
    node, problems = parse(f"schema: 1\n{text}".encode(), "organisation.yaml")
    assert node is not None
    assert problems == []
    report = Report(file="organisation.yaml")
    organisation = read_organisation(report, node, TODAY)
    return organisation, [problem.code for problem in report.problems]


def test_a_full_profile_is_read() -> None:
    """Fields that no detector uses yet are read as strictly as the others."""
    organisation, codes = _read(
        f"""
names: [Nordlicht Bank AG]
handles: ["@nordlicht@social.example", "@nordlicht"]
domains: [nordlicht.example]
internal_domains: [intra.nordlicht.example]
phone_numbers: ["0800 123 4567", "+49 30 901820"]
service_numbers: ["116 116"]
addresses: ["Am Markt 1, 12345 Musterstadt"]
registrations: [HRB 12345, DE123456789]
donation_accounts: [{{iban: {IBAN}, until: 2026-11-23, owner: marketing}}]
samples: ["4111 1111 1111 1111", DE89370400440532013000]
public_people: [{{name: Erika Muster, role: Vorstand, reason: Amt, until: 2027-01-01, owner: press}}]
confidential_terms: [Polarfuchs]
identifier_formats: [{{entity: CUSTOMER_NUMBER, mask: "KD-######", cues: [Kundennummer], check: mod11}}]
""",
    )

    assert codes == []
    lists = organisation.allow_lists(KEY, TODAY)
    assert set(lists) == ALLOW_LISTS
    assert lists["donation-accounts"] == {fingerprint(KEY, "IBAN_CODE", "DE84999999990000123450")}
    assert lists["samples"] >= {
        fingerprint(KEY, "CREDIT_CARD", "4111111111111111"),
        fingerprint(KEY, "IBAN_CODE", "DE89 3704 0044 0532 0130 00"),
    }
    assert lists["phone-numbers"] >= {
        fingerprint(KEY, "PHONE_NUMBER", "+498001234567"),
        fingerprint(KEY, "PHONE_NUMBER", "08001234567"),
        fingerprint(KEY, "PHONE_NUMBER", "+4930901820"),
        fingerprint(KEY, "PHONE_NUMBER", "116116"),
    }


def test_terms_leave_as_digests_only() -> None:
    """Of the whole term and of its first word; the sealed profile has no terms, and nothing shows them."""
    organisation, codes = _read("confidential_terms: [Projekt Polarfuchs, Bluefin]")
    house = organisation.house(KEY)

    assert codes == []
    for term in ("projekt-polarfuchs", "Team Polarfuchs", "Polarfuchs Project", "Polarfuchs-Rollout", "Bluefin"):
        assert fingerprint(KEY, "CONFIDENTIAL_TERM", term) in house.terms
    assert fingerprint(KEY, "CONFIDENTIAL_TERM", "Polarfuchs") not in house.terms
    assert fingerprint(KEY, "CONFIDENTIAL_TERM", "Projekt") in house.starts
    assert digester(KEY, LOOK)(look("b1uefin")) in house.looks
    assert organisation.sealed().terms == ()
    assert "fuchs" not in repr((organisation, house)).lower()


def test_formats_and_internal_domains_are_recognizers() -> None:
    """Two for a format, one for a domain; patterns with names of the house are not shown."""
    organisation, _ = _read(
        'internal_domains: [intra.nordlicht.example]\nidentifier_formats: [{entity: CLAIM_NUMBER, mask: "S-######"}]'
    )

    assert [one.entity for one in organisation.recognizers] == ["CLAIM_NUMBER", "CLAIM_NUMBER", "INTERNAL_URL"]
    assert "nordlicht" not in repr(organisation)


def test_an_entry_ends_after_its_last_day() -> None:
    """On the last day it counts, the day after it does not, whatever the file says."""
    organisation, _ = _read(f"donation_accounts: [{{iban: {IBAN}, until: 2026-11-23, owner: marketing}}]")

    assert organisation.allow_lists(KEY, date(2026, 11, 23))["donation-accounts"]
    assert not organisation.allow_lists(KEY, date(2026, 11, 24))["donation-accounts"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("donation_accounts: [{iban: DE85 9999 9999 0000 1234 50, until: 2027-01-01, owner: a}]", ["bad-iban"]),
        (f"donation_accounts: [{{iban: {IBAN}, until: 2026-11-22, owner: a}}]", ["expired-entry"]),
        (f"donation_accounts: [{{iban: {IBAN}, until: 2027-02-30, owner: a}}]", ["wrong-kind"]),
        (f"donation_accounts: [{{iban: {IBAN}, until: soon, owner: a}}]", ["wrong-kind"]),
        (f"donation_accounts: [{{iban: {IBAN}}}]", ["entry-without-owner", "entry-without-end"]),
        ("donation_accounts: [{until: 2027-01-01, owner: a}]", ["missing-key"]),
        (f"donation_accounts: [{IBAN}]", ["wrong-kind"]),
        ('samples: ["4111 1111 1111 1112", [x]]', ["bad-sample", "wrong-kind"]),
        ("phone_numbers: [12, call us]", ["bad-phone", "bad-phone"]),
        ('domains: ["https://a.example", localhost, {}]', ["bad-domain", "bad-domain", "wrong-kind"]),
        ("handles: [nordlicht]", ["bad-handle"]),
        ("public_people: [{name: Erika Muster, reason: b, until: 2027-01-01, owner: a}]", ["missing-key"]),
        ("identifier_formats: [{entity: IBAN_CODE, mask: KD}]", ["bad-choice", "bad-mask"]),
        ("identifier_formats: [{entity: CLAIM_NUMBER}]", ["missing-key"]),
        ("public_people: [{name: Erika Muster, role: a, until: 2027-01-01, owner: a}]", ["entry-without-reason"]),
        ('confidential_terms: [AB, "...", ein Name aus fünf Wörtern, [x]]', ["bad-term"] * 3 + ["wrong-kind"]),
        ("donation_account: []", ["unknown-key"]),
    ],
)
def test_mistakes_are_reported(text: str, codes: list[str]) -> None:
    """Each with a code of its own."""
    assert _read(text)[1] == codes


def test_no_message_shows_a_value() -> None:
    """Account numbers and code names of the house stay in its file."""
    node, _ = parse(b"schema: 1\ndonation_accounts: [{iban: DE85 9999, owner: a}]\nsamples: [12345]", "o.yaml")
    report = Report(file="o.yaml")
    assert node is not None

    organisation = read_organisation(report, node, TODAY)

    said = " ".join(problem.render(language) for problem in report.problems for language in ("de", "en"))
    assert "9999" not in said
    assert "12345" not in said
    assert "DE84" not in repr((organisation, _read(f"donation_accounts: [{{iban: {IBAN}, owner: a}}]")[0].entries))


def test_a_profile_that_is_no_mapping_says_so() -> None:
    """And gives empty lists."""
    report = Report(file="o.yaml")
    node, _ = parse(b"[a]", "o.yaml")
    assert node is not None

    assert read_organisation(report, node, TODAY) == Organisation()
    assert [problem.code for problem in report.problems] == ["wrong-kind"]


def test_the_last_days_of_entries_are_told() -> None:
    """Of those that have one and are not over; an entry that stands twice ends last."""
    entries = (
        AllowEntry(list="donation-accounts", entity="IBAN_CODE", value="A", until=date(2026, 12, 1)),
        AllowEntry(list="donation-accounts", entity="IBAN_CODE", value="A", until=date(2026, 12, 31)),
        AllowEntry(list="donation-accounts", entity="IBAN_CODE", value="B", until=date(2026, 1, 1)),
        AllowEntry(list="samples", entity="IBAN_CODE", value="C", until=date(2026, 12, 1)),
        AllowEntry(list="samples", entity="IBAN_CODE", value="C"),
    )
    ends = Organisation(entries=entries).allow_ends(KEY, date(2026, 11, 23))

    assert {name: sorted(values.values()) for name, values in ends.items()} == {
        "donation-accounts": [date(2026, 12, 31)]
    }
