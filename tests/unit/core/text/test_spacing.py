"""`respaced`: letters that stand apart."""

from __future__ import annotations

import pytest

from proxy.core.text.mapped import Mapped, rewrite
from proxy.core.text.spacing import letters_apart


def _undone(text: str) -> str:
    return rewrite(Mapped(text=text), "T14", letters_apart(text)).text


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("M ü l l e r", "Müller"),
        ("K.u.n.d.e ist", "Kunde ist"),
        ("die K-u-n-d-i-n", "die Kundin"),
        ("K u n d i n  M e i e r", "Kundin Meier"),
        ("K u n d i n   M e i e r!", "Kundin Meier!"),
        ("K_u_n_d_e", "Kunde"),
        ("K. u. n. d. e", "Kunde"),
    ],
)
def test_single_letters_in_a_row_are_a_word(text: str, word: str) -> None:
    """Whatever single mark stands between them; several spaces part words."""
    assert _undone(text) == word


@pytest.mark.parametrize(
    "text", ["z. B. so", "u. a. m.", "a b c", "Müller", "", "1 2 3 4 5", "a.b.cd", "Plan A - B - C", "I am a b test"]
)
def test_abbreviations_and_digits_stay(text: str) -> None:
    """Fewer than four letters are an abbreviation; digits are the business of `grouped`."""
    assert letters_apart(text) == []


def test_undoing_is_evasive() -> None:
    """Nobody spaces a name out by accident."""
    assert [edit.evasive for edit in letters_apart("a b c d")] == [True, True, True]
