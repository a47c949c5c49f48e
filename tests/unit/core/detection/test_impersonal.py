"""What says nothing about anybody is left out of a text, nothing else. Numbers are published samples or invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.impersonal import LEFT_OUT, without_impersonal
from proxy.core.detection.tables.samples import SAMPLE_CARDS, SAMPLE_DOCUMENTS, SAMPLE_IBANS

COMMIT = "9fceb02d0ae598e95dc970b74767f19372d61af8"
CHECKSUM = "598af4a7a298a452df8037999b70b875b46ac6de6cefcd2248db6a828efeb2cd"


@pytest.mark.parametrize("number", [*SAMPLE_IBANS, *SAMPLE_CARDS, *SAMPLE_DOCUMENTS])
def test_published_samples_are_left_out(number: str) -> None:
    """As they are printed, whatever the case."""
    assert without_impersonal(f"Muster: {number}, bekannt") == f"Muster: {LEFT_OUT}, bekannt"
    assert without_impersonal(f"Muster: {number.lower()}.") == f"Muster: {LEFT_OUT}."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("So sieht sie aus: DE89 3704 0044 0532 0130 00, Rest 1", "So sieht sie aus: …, Rest 1"),
        ("Testkarte 4111-1111-1111-1111!", "Testkarte …!"),
        ("Unser LEI: 5299000J2N45DDNE4Y28.", "Unser LEI: …."),
        (f"Commit {COMMIT} ist drin", "Commit … ist drin"),
        ("git bisect sagt 3f786850e387, ich glaube es", "git bisect sagt …, ich glaube es"),
        (f"sha256:{CHECKSUM} ist 2 GB", "sha256:… ist 2 GB"),
        ("Die Sendungsnummer 00340434161094015902 steht", "Die Sendungsnummer … steht"),
        ("parcel 1Z999AA10123456784 is late", "parcel … is late"),
    ],
)
def test_codes_of_things_are_left_out(text: str, left: str) -> None:
    """Told by value, check digits, or form together with the word before; all around stays."""
    assert without_impersonal(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Die Kundin zahlt auf DE02 1203 0000 0000 2020 51",
        "DE89 3704 0044 0532 0130 00 12 und mehr",
        "12 4111 1111 1111 1111",
        "Karte 4539 1488 0343 6467",
        "LEI 5299000J2N45DDNE4Y29",
        "LEI DE00000J2N45DDNE4Y28",
        "Konto 52990000204500004028",
        COMMIT,
        f"Das Kennwort ist {COMMIT}",
        "commit Sommer2031!Test",
        "commit 1234567",
        "Der Hash ist weg, das Kennwort ist a1b2c3d4e5f6",
        "Sendung 02120300000000202051",
        "Die Kundin hat 00340434161094015902",
        "Das Paket ist da. Vertrag 00340434161094015902",
    ],
)
def test_what_is_not_told_for_sure_stays(text: str) -> None:
    """Numbers of somebody, wrong check digits, secrets beside the words of others, and codes without their word."""
    assert without_impersonal(text) == text


def test_a_customer_beside_a_sample_stays() -> None:
    """Only the number goes; who hides behind a sample is still there."""
    text = "Kunde Petersen, LEI 5299000J2N45DDNE4Y28, nimmt DE02 1203 0000 0000 2020 51, nie DE89370400440532013000."

    assert without_impersonal(text) == "Kunde Petersen, LEI …, nimmt DE02 1203 0000 0000 2020 51, nie …."


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_no_word_is_ever_lost(text: str) -> None:
    """Whatever is written, only runs with a digit in them go."""
    words = [word for word in text.split() if word.isalpha()]

    assert [word for word in without_impersonal(text).split() if word.isalpha()] == words
