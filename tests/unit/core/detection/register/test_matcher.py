from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from proxy.core.detection.fingerprint import fingerprint
from proxy.core.detection.register.entries import Record
from proxy.core.detection.register.matcher import CONTACT, IDENTIFIER, NAME, CustomerMatcher
from proxy.core.detection.register.proving import (
    MOST_COMPARED,
    MOST_NUMBERED,
    NAME_AND_ATTRIBUTE,
    TooMuchToCompare,
)
from proxy.core.model import Confidence, View
from proxy.detectors.sheet import make_sheet
from tests.register_tables import REGISTER_KEY, register_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Finding

KEY = b"k" * 32
LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
HANS = Record(
    first_names=("Hans Peter",),
    last_names=("Müller-Lüdenscheidt",),
    born=date(1967, 3, 12),
    cities=("Musterstadt am See",),
    postcodes=("12345",),
    streets=("Gartenstraße 5a",),
    emails=("hans.muster@example.org",),
    phones=("+49 (0)30 1234567",),
    numbers=("DE02 1203 0000 0000 2020 51", "KD-4711-0815", "87654321"),
)
NAMESAKES = [
    Record(first_names=("Anna",), last_names=("Schmidt",), cities=("Musterstadt",), phones=("0800 1234567",))
    for _ in range(100)
]
"""Invented, all of them."""
MATCHER = CustomerMatcher(register_of([HANS, *NAMESAKES]), register_key=REGISTER_KEY, fingerprint_key=KEY)


def _find(*texts: str, matcher: CustomerMatcher = MATCHER) -> list[Finding]:
    sheet = make_sheet(texts, "")
    return matcher.find([part.surfaces for part in sheet.parts], sheet.joined)


def _best(texts: Sequence[str]) -> tuple[str, Confidence] | None:
    found = [(one.confidence.rank, one.rule, one.confidence) for one in _find(*texts)]
    return max(found)[1:] if found else None


@pytest.mark.parametrize(
    "text",
    [
        "Hans Müller war da",
        "Müller, Hans",
        "Müller Hans",
        "Hans Müllers Vertrag",
        "HANS MÜLLER",
        "hans müller",
        "Hans Mueller",
        "Hans Muller",
        "Peter Lüdenscheidt",
        "Hans-Peter Müller-Lüdenscheidt",
        "Hanspeter Müllerlüdenscheidt",
        "H. Müller",
        "#HansMüller",
        "#hansmueller",
        "@hans_mueller77",
        "Hans\nMüller",
        "Hans" + " " * 60 + "Müller",
        "Hans " + ". " * 60 + "Müller",
        "Hans" + "\n" * 60 + "Müller",
        "Hans Mül-\nler",
        "Hans Peter Lüden-\n  scheidt",
        "• Hans\n• Müller",
        "Ha\u200bns Mül\u200bler",
        "Нans Мüller",
        "H a n s M ü l l e r",
        "Ганс Мюллер",
        "rellüM snaH",
        "Hans von Müller",
        "Müller, Prof. Dr. Hans",
    ],
)
def test_a_name_alone_is_low_however_it_is_written(text: str) -> None:
    """It has namesakes; the span holds the whole of it."""
    found = _find(text)

    assert {(one.rule, one.confidence) for one in found} == {(NAME, LOW)}
    assert {one.entity for one in found} == {"CUSTOMER_RECORD"}


@pytest.mark.parametrize(
    "text",
    [
        "Hans Müller aus Musterstadt",
        "Hans Müller, 12345",
        "Hans Müller, geb. 12. März 1967",
        "Peter Müller wohnt in der Gartenstr. 5 a",
        "H. Müller aus Musterstadt",
        "#hansmueller 12.3.67",
        "Frau Müller, geb. 12.3.1967",
        "Müller, Gartenstraße 5a",
        "Musterstadt\n\nHans\nMüller",
    ],
)
def test_a_name_with_a_second_attribute_is_high(text: str) -> None:
    """A place, a postcode, a day of birth or a street; the last two also with a rare last name alone."""
    assert _best([text]) == (NAME_AND_ATTRIBUTE, HIGH)


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("Anna Schmidt aus Musterstadt", (NAME_AND_ATTRIBUTE, MEDIUM)),
        ("Anna Schmidt", (NAME, LOW)),
        ("Anna Müller aus Musterstadt", None),
        ("Hans Meier aus Musterstadt", None),
        ("Schmidt, geb. 12.3.1967", None),
        ("Müller, geb. 13.3.1967", None),
        ("Müller und Co.", None),
        ("Hans Müller aus Berlin", (NAME, LOW)),
        ("#schoeneswetter @niemand", None),
        ("", None),
    ],
)
def test_namesakes_and_others_are_no_proof(text: str, best: tuple[str, Confidence] | None) -> None:
    """What a hundred customers share is nobody's; a last name alone is none."""
    assert _best([text]) == best


def test_a_place_that_is_part_of_the_name_is_no_second_attribute() -> None:
    """Who is called Berlin need not live there."""
    person = Record(first_names=("Max",), last_names=("Berlin",), cities=("Berlin",))
    matcher = CustomerMatcher(register_of([person]), register_key=REGISTER_KEY, fingerprint_key=KEY)

    assert [one.rule for one in _find("Max Berlin", matcher=matcher)] == [NAME]


@pytest.mark.parametrize(
    "text",
    [
        "DE02 1203 0000 0000 2020 51",
        "DE02 dann 1203 und 0000 danach 0000 und 2020 und 51",
        "example.org/?c=DE02120300000000202051",
        "D E 0 2 1 2 0 3 0 0 0 0 0 0 0 0 2 0 2 0 5 1",
        "kd 4711 0815",
        "Kundennummer 87654321",
        "87 65 43 21 ist Ihr Konto",
        "rückwärts: Kunde 12345678",
    ],
)
def test_an_identifier_is_high_however_it_is_written(text: str) -> None:
    """A short number needs a word beside it, which may stand in front of a number written backwards."""
    assert _best([text]) == (IDENTIFIER, HIGH)


@pytest.mark.parametrize("text", ["030 1234567", "hans.muster@example.org", "hans.muster (at) example (punkt) org"])
def test_a_telephone_number_or_an_address_for_mail_is_told_apart(text: str) -> None:
    """Rules that stop numbers of customers do not stop these: any of them is held, whoever it belongs to."""
    assert _best([text]) == (CONTACT, HIGH)


@pytest.mark.parametrize(
    ("texts", "best"),
    [
        (("es waren 87654321",), (IDENTIFIER, LOW)),
        (("es waren 87654321", "Guten Tag"), (IDENTIFIER, LOW)),
        (("87654321", "Meine Kundennummer"), (IDENTIFIER, HIGH)),
        (("Kunde 8765", "4321"), (IDENTIFIER, HIGH)),
        (("Hans Müller hat 87654321",), (NAME_AND_ATTRIBUTE, HIGH)),
        (("Kunde, 87654321 Euro",), None),
        (("0800 1234567",), (CONTACT, LOW)),
        (("DE02 1203 0000", "0000 2020 51"), (IDENTIFIER, HIGH)),
        (("8765", "4321"), (IDENTIFIER, LOW)),
        (("Hans", "Müller"), (NAME, LOW)),
        (("Hans Müller", "Guten Tag"), (NAME, LOW)),
        (("Frau Müller, geb. 12.3.1967", "Guten Tag"), (NAME_AND_ATTRIBUTE, HIGH)),
    ],
)
def test_short_and_shared_numbers_prove_less(texts: tuple[str, ...], best: tuple[str, Confidence] | None) -> None:
    """By themselves; a name, or a word in another part of a short one, makes them somebody's. Amounts are none."""
    assert _best(texts) == best


def test_a_name_and_an_identifier_prove_each_other() -> None:
    """Both findings are high."""
    found = {(one.rule, one.confidence) for one in _find("Hans Müller hat 87654321")}

    assert found == {(IDENTIFIER, HIGH), (NAME_AND_ATTRIBUTE, HIGH)}


def test_a_postcode_is_no_short_number() -> None:
    """Before a place, without a word that says otherwise."""
    matcher = CustomerMatcher(
        register_of([HANS, Record(numbers=("54321",))]), register_key=REGISTER_KEY, fingerprint_key=KEY
    )

    assert _find("54321 Berlin", matcher=matcher) == []
    assert [one.confidence for one in _find("Kunde 54321 Berlin", matcher=matcher)] == [HIGH]


def test_a_name_has_the_fingerprint_of_a_person() -> None:
    """So that a consent compares, in the genitive too."""
    person = fingerprint(KEY, "PERSON", "Hans Müller")

    assert {one.fingerprint for text in ("Müller, Hans", "Hans Müllers") for one in _find(text)} == {person}


def test_what_had_to_be_dug_out_says_so() -> None:
    """By its view and its transforms; the span is that of the author's characters."""
    (found,) = _find("So: Ha\u200bns Müller!")

    assert (found.view, found.transforms) == (View.DEOBFUSCATED, ("T2",))
    assert (found.span.start, found.span.end) == (4, 16)
    assert _find("Hans Müller")[0].transforms == ()


def test_too_many_names_and_attributes_are_too_much() -> None:
    """Whoever lists them wants to waste time: the detector is missing then."""
    names = [
        Record(first_names=(f"V{'ab'[n // 26 % 2]}{chr(97 + n % 26)}x",), last_names=("Muster",)) for n in range(52)
    ]
    matcher = CustomerMatcher(register_of(names), register_key=REGISTER_KEY, fingerprint_key=KEY)
    listed = " ".join(f"{name.first_names[0]} Muster." for name in names)
    numbers = " ".join(str(10_000 + n) for n in range(MOST_COMPARED // 50))

    with pytest.raises(TooMuchToCompare):
        _find(f"{listed} {numbers}", matcher=matcher)


def test_whether_too_much_stands_there_does_not_tell_who_is_a_customer() -> None:
    """Numbers without end make the detector missing beside anybody's name, and beside nobody's."""
    numbers = " ".join(
        f"{first}{second} {number}" for number in range(10, 30) for first in "abcde" for second in "vwxyz"
    )

    for name in ("Hans Müller. ", "Karl Niemand. ", ""):
        with pytest.raises(TooMuchToCompare):
            _find(name + numbers)


def test_a_post_may_have_many_numbers() -> None:
    """A list of results is no waste of time."""
    results = " ".join(f"Platz {number}: Startnummer {900 - number}." for number in range(1, 41))

    assert {one.rule for one in _find(f"Hans Müller. {results}")} == {NAME}
    assert MOST_NUMBERED < MOST_COMPARED
