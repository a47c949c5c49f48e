"""T6: letters of other scripts."""

from __future__ import annotations

import pytest

from proxy.core.text.lookalikes import lookalikes
from proxy.core.text.mapped import Mapped, rewrite


def _undone(text: str) -> str:
    return rewrite(Mapped(text=text), "T6", lookalikes(text)).text


@pytest.mark.parametrize(
    ("text", "undone"),
    [
        ("DЕ02 1203", "DE02 1203"),
        ("Мüllеr", "Müller"),
        ("ОРА ist da", "OPA ist da"),
        ("Kuпde", "Kuпde"),
        ("Аnna Ѕchmidt", "Anna Schmidt"),
        ("12О3 ООО0", "12O3 OOO0"),
        ("кundе", "kunde"),
        ("Привет, мир: счёт 12О3", "Привет, мир: счёт 12O3"),
        ("ΙBAN", "IBAN"),
        ("ᴋᴜɴᴅᴇ Meier", "kunde Meier"),
        ("🅼🅴🅸🅴🆁 und Kundin", "MEIER und Kundin"),
    ],
)
def test_look_alikes_in_latin_words_are_undone(text: str, undone: str) -> None:
    """In a word of mixed scripts or with digits, and in a word of nothing but look-alikes in a Latin text."""
    assert _undone(text) == undone


@pytest.mark.parametrize(
    "text",
    [
        "Müller, Bär, Größe, Straße, façade, Łódź, Yıldız, Søren",
        "Привет, мир! Он и она в Москве",
        "Καλημέρα κόσμε, ο και η",
        "سلام دنیا",
        "שלום עולם",
        "Он сказал: ура",
        "Das Wort Привет heißt Hallo",
        "m rn 0 O 1 l",
        "a plain text",
    ],
)
def test_words_of_other_languages_stay(text: str) -> None:
    """Umlauts, quotations and ASCII are what they are."""
    assert lookalikes(text) == []


def test_undoing_is_evasive() -> None:
    """Nobody types a Cyrillic letter into a German word by accident."""
    assert [(edit.start, edit.end, edit.text, edit.evasive) for edit in lookalikes("DЕ02")] == [(1, 2, "E", True)]


def test_a_letter_with_a_mark_of_its_script_stays() -> None:
    """A pointed Hebrew letter is spelled, not disguised."""
    assert lookalikes("\u05d5\u05bc") == []
