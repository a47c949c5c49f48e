"""German and English are told by their small words; what says too little is not judged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.model import Language
from proxy.core.text.language import is_german, language


@pytest.mark.parametrize(
    ("sentence", "german"),
    [
        ("Wir freuen uns auf das Sommerfest mit euch.", True),
        ("Die Beratung in der Filiale ist für alle offen.", True),
        ("We are happy to see you at the party.", False),
        ("John Smith is one of our clients.", False),
        ("Happy Birthday, Anna Beispiel!", False),
        ("", False),
        ("12345", False),
    ],
)
def test_german_is_told_from_english_and_unclear(sentence: str, german: bool) -> None:
    """Only sentences whose small words are mostly German are kept from the English model."""
    assert is_german(sentence) is german


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Schönes Wochenende!", Language.DE),
        ("Wir freuen uns auf das Sommerfest mit euch.", Language.DE),
        ("Moin, dat weer en schöne Dag an'n Diek un ik segg Danke.", Language.DE),
        ("Happy Birthday to you!", Language.EN),
        ("We are happy to see you at the party. Grüße aus Kiel!", Language.EN),
        ("Nous sommes très heureux de vous accueillir dans notre agence.", Language.OTHER),
        ("Siamo molto felici di darvi il benvenuto nella nostra filiale.", Language.OTHER),
        ("Nos alegra mucho daros la bienvenida en nuestra nueva oficina.", Language.OTHER),
        ("Wij zijn erg blij dat jullie naar ons nieuwe kantoor zijn gekomen.", Language.OTHER),
        ("Cieszymy się, że możemy was powitać w naszym nowym oddziale.", Language.OTHER),
        ("Yeni şubemizde sizi ağırlamaktan çok mutluluk duyuyoruz, bu bizim için güzel.", Language.OTHER),
        ("Мы рады видеть вас", Language.OTHER),
        ("Καλώς ήρθατε", Language.OTHER),
        ("Tere tulemast meie uude kontorisse kesklinnas homme hommikul kell kümme", Language.UNKNOWN),
        ("Tere tulemast!", Language.NONE),
    ],
)
def test_a_text_is_told_by_its_small_words(text: str, expected: Language) -> None:
    """Dialects are German; enough words of which none tells are unknown."""
    assert language(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🎉🎉🎉",
        "https://bank.example/a/b/c/d/e/f/g/h @anna @bert @carla @doro @emil @fritz @gerd @hans",
        "#Montag #Kaffee #Team #Regen #Urlaub #Sommer #Büro #Freunde #Feierabend",
        "1 2 3 4 5 6 7 8 9 10",
        "Tor! Tor! Tor!",
    ],
)
def test_what_has_no_words_is_not_judged(text: str) -> None:
    """Links, mentions, hashtags, emoji and numbers say nothing, however many there are."""
    assert language(text) is Language.NONE


@given(st.text(max_size=80))
def test_every_text_gets_an_answer(text: str) -> None:
    """Whatever is written; and white space around it changes nothing."""
    assert language(f" {text}\n") is language(text)
