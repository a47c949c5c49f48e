"""What has rules of its own is left out of a text, nothing else. Accounts and addresses are invented or reserved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.impersonal import LEFT_OUT
from proxy.core.detection.ruled import without_ruled


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Spenden an DE84 9999 9999 0000 1234 50, danke", "Spenden an …, danke"),
        ("DE02120300000000202051", "…"),
        ("Konto DE02 1203 0000 0000 2020 51 12 EUR", "Konto … 12 EUR"),
        ("Schreibt an anna.muster@mail.example!", "Schreibt an …!"),
        ("Folgt @nordlicht@social.example jetzt", "Folgt … jetzt"),
        ("Hotline 0800 765 4321.", "Hotline …."),
        ("Oder +49 800 7654321", "Oder …"),
    ],
)
def test_values_with_rules_are_left_out(text: str, left: str) -> None:
    """An account number by its check digits, an address and a free line by their form; all around stays."""
    assert without_ruled(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "DE03 1203 0000 0000 2020 51",
        "XX02 1203 0000 0000 2020 51",
        "DE02 1203 0000 0000 2020",
        "D-E-0-2 zwölf null drei",
        "anna punkt muster ät mail punkt example",
        "Ruft an: 0171 3920042",
        "Kunde 0800",
        "@nordlicht sagt hallo",
    ],
)
def test_what_is_written_otherwise_stays(text: str) -> None:
    """Wrong check digits, disguises, numbers that somebody has."""
    assert without_ruled(text) == text


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_no_word_without_a_digit_or_a_sign_is_lost(text: str) -> None:
    """Whatever is written, what is left out has an `@` or digits in it."""
    words = [word for word in text.split() if word.isalpha()]

    assert [word for word in without_ruled(text).split() if word.isalpha()] == words


def test_nothing_is_left_out_twice() -> None:
    """The sign that stands for a value is none."""
    assert without_ruled(LEFT_OUT) == LEFT_OUT
