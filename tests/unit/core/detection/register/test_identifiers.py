from __future__ import annotations

import pytest

from proxy.core.detection.register.identifiers import cued, has_cue, in_groups, in_words, no_numbers
from proxy.core.detection.register.kinds import Kind

LENGTHS = frozenset({8, 10, 12, 22})
IBAN = "DE02120300000000202051"


def _words(text: str) -> set[tuple[Kind, str]]:
    return {(one.kind, one.value) for one in in_words(text, LENGTHS)}


def _groups(text: str) -> set[tuple[Kind, str]]:
    return {(one.kind, one.value) for one in in_groups(text, LENGTHS)}


@pytest.mark.parametrize(
    "text",
    [
        IBAN,
        "DE02 1203 0000 0000 2020 51",
        "de02-1203-0000-0000-2020-51",
        "DE02.1203.0000.0000.2020.51",
        "https://example.org/?iban=DE02120300000000202051&x=1",
        "DE02 dann 1203 und 0000 danach 0000 und 2020 und 51",
    ],
)
def test_a_long_number_is_taken_in_groups_and_with_words_between(text: str) -> None:
    """Whatever stands between the groups."""
    assert (Kind.NUMBER, IBAN) in _words(f"Bitte {text} prüfen")


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        ("Nr. 12345678", (Kind.SHORT_NUMBER, "12345678")),
        ("Nr. 12 34 56 78", (Kind.SHORT_NUMBER, "12345678")),
        ("KD-471108", (Kind.NUMBER, "KD471108")),
        ("Kunde KD 4711 08", (Kind.NUMBER, "KD471108")),
        ("a.muster+rundbrief@Example.org!", (Kind.EMAIL, "a.muster@example.org")),
        ("030 1234567", (Kind.PHONE, "301234567")),
        ("+49 (0)30 1234567", (Kind.PHONE, "301234567")),
        ("0049-30-1234567", (Kind.PHONE, "301234567")),
        ("030 1234567 12", (Kind.PHONE, "301234567")),
        ("wa.me/49301234567", (Kind.PHONE, "301234567")),
        ("Tel. 30 1234567", (Kind.PHONE, "301234567")),
    ],
)
def test_other_identifiers_are_taken(text: str, candidate: tuple[Kind, str]) -> None:
    """In the one form that the register has."""
    assert candidate in _words(text)


@pytest.mark.parametrize(
    "text",
    ["", "12", "Schönes Wochenende", "a@b", "nur 123 Stück", "30 1234567 Leute", "abcdefgh"],
)
def test_what_has_no_length_of_an_identifier_is_not_taken(text: str) -> None:
    """No digits, too few of them, or a number that no word calls a phone's."""
    assert not {one for one in _words(text) if one[0] is not Kind.SHORT_NUMBER}


def test_where_numbers_have_no_lengths_only_phones_and_mail_are_left() -> None:
    """A register may have none."""
    assert {one.kind for one in in_words("12345678, 030 1234567, a@b.example", frozenset())} == {Kind.PHONE, Kind.EMAIL}


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        (f"Bitte{IBAN}prüfen", (Kind.NUMBER, IBAN)),
        (f"Bitte{IBAN.lower()}12prüfen", (Kind.NUMBER, IBAN)),
        ("NrKD471108ist", (Kind.NUMBER, "KD471108")),
        ("ist12345678", (Kind.SHORT_NUMBER, "12345678")),
        ("x99123456789012x", (Kind.NUMBER, "123456789012")),
        ("x123456789012x", (Kind.NUMBER, "123456789012")),
        ("tel0301234567", (Kind.PHONE, "301234567")),
        ("+49301234567", (Kind.PHONE, "301234567")),
    ],
)
def test_numbers_are_taken_out_of_what_was_put_together(text: str, candidate: tuple[Kind, str]) -> None:
    """Behind letters, and long ones inside longer runs of digits."""
    assert candidate in _groups(text)


def test_what_is_shorter_than_any_identifier_is_none() -> None:
    """Whatever lengths a register says it has; nor is an address without its first half."""
    assert list(in_groups("AB12345", frozenset({4}))) == []
    assert list(in_words("+x@muster.example 12 34", frozenset({3}))) == []


def test_groups_too_far_apart_are_no_number() -> None:
    """Nobody reads on for so long."""
    assert _words(f"DE02 {'dann ' * 20}12030000") == {(Kind.SHORT_NUMBER, "12030000")}


def test_short_numbers_inside_longer_runs_are_not_taken() -> None:
    """Nearly every run of digits has one by chance."""
    assert _groups("x123456789x") == set()


def test_a_word_beside_a_number_says_whose_it_is() -> None:
    """Before or behind it, also as a part of a longer word; not at the other end of the post."""
    text = "Die Kundennummer ist 12345678."
    start = text.index("1")

    assert cued(text, start, start + 8)
    assert cued("12345678 (Kto)", 0, 8)
    assert not cued("Es waren 12345678 Leute", 9, 17)
    assert not cued("Konto" + " " * 60 + "12345678", 65, 73)
    assert has_cue("Ihre Police")
    assert not has_cue("Enormes Konzert")


@pytest.mark.parametrize("text", ["20.11.2026", "2026-11-20", "12:30 Uhr", "€ 1.234,50", "1.234.567 Euro", "75 %"])
def test_days_times_amounts_and_shares_are_no_numbers(text: str) -> None:
    """They stand in every other post."""
    assert no_numbers(f"am {text} also") == [(3, 3 + len(text))]


def test_a_text_without_digits_has_no_such_places() -> None:
    """Nobody looks."""
    assert no_numbers("Euro") == []
