"""T9: numbers in words."""

from __future__ import annotations

import pytest

from proxy.core.text.mapped import Mapped, rewrite
from proxy.core.text.numberwords import number_words


def _undone(text: str) -> str:
    return rewrite(Mapped(text=text), "T9", number_words(text)).text


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("Konto eins zwei drei vier fünf", "Konto 12345"),
        ("null, acht, zwo, sechs", "0826"),
        ("nulleinszweidreivier", "01234"),
        ("NULL EINS SIEBEN EINS", "0171"),
        ("zwanzig einundzwanzig fuenfzig", "202150"),
        ("zwölf zwoelf dreißig dreissig", "12123030"),
        ("doppel null sieben doppelt vier", "00744"),
        ("dreiundvierzig, siebzehn, zwoundneunzig, sechs", "4317926"),
        ("fuffzig fuffzehn zwoundfuffzig", "501552"),
        ("my pin is one two three four", "my pin is 1234"),
        ("zero oh double five triple one", "0055111"),
        ("twenty-one twenty two", "2122"),
        ("ninety-nine nineteen", "9919"),
        ("DE null zwei 1203 null", "DE 0212030"),
        ("eins-zwei-drei-vier", "1234"),
        ("einhundertdreiundzwanzig, null", "1230"),
        ("hundertfünf zweihundert", "105200"),
        ("eins\nzwei\ndrei\nvier", "1234"),
    ],
)
def test_runs_of_number_words_become_digits(text: str, digits: str) -> None:
    """German and English, spelled with or without umlauts, glued, doubled, mixed with digits."""
    assert _undone(text) == digits


@pytest.mark.parametrize(
    "text",
    [
        "Ein Haus, zwei Katzen und drei Hunde",
        "eins, zwei, drei",
        "Nummer eins",
        "one of us, two of them, three of you",
        "Achtung, vierter Versuch, Dreieck",
        "zweitausend",
        "2024 2025",
        "double check",
        "doppelt hält besser",
        "null, hundertprozentig",
        "vierhundertmal null",
        "",
        "acht Uhr bis neun Uhr",
        "\u0130 eins zwei drei vier",
    ],
)
def test_single_number_words_are_language(text: str) -> None:
    """Fewer than four digits, words in between, digits alone: nothing to undo."""
    assert number_words(text) == []


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("sechs und sieben dann sieben, Pause, sechs sechs ... neun minus neun drei", "67766993"),
        ("six then seven and seven six dash six nine next nine three", "67766993"),
        ("sechs fünf zwei zwei eins zwei acht acht Z null vier eins", "65221288Z041"),
        ("R wie Richard null drei fünf sieben neun zwei zwei fünf null", "R 035792250"),
        ("Dora Emil null zwei 1203 null null null null", "D E 0212030000"),
        ("D wie Dora, E wie Emil, 89 3704 0044", "D, E, 89 3704 0044"),
        ("delta echo zero two one two zero three oh oh", "D E 02120300"),
        ("D und E und null und zwei und drei und vier und fünf und sechs und sieben und acht", "D E 02345678"),
        ("DEnullzweieinszweinulldrei", "DE021203"),
        ("sechs sieben sieben, wie fein, sechs sechs neun, allein, neun drei vier", "677, wie fein, 669, allein, 934"),
    ],
)
def test_more_may_stand_between_the_words_of_a_long_run(text: str, digits: str) -> None:
    """What people say between numbers, and letters of the number, spelled in any alphabet."""
    assert _undone(text) == digits


@pytest.mark.parametrize(
    "text",
    [
        "eins und zwei und drei und vier",
        "Anton und Emil haben acht Katzen",
        "am 12. und 13. Mai, dann vier Tage frei",
        "Delta und Echo, 12 345",
        "65 221288 Z 041 von eins",
        "denunziation und rundreise",
        "sechs Hunde, sieben Katzen, acht Vögel, neun Fische, zehn Pferde, elf Kühe",
    ],
)
def test_counting_stays_language(text: str) -> None:
    """Too few digits for a number, or more between them than is said in one."""
    assert number_words(text) == []


def test_undoing_is_evasive() -> None:
    """A run of number words is no ordinary way to write a number."""
    assert all(edit.evasive for edit in number_words("eins zwei drei vier"))


@pytest.mark.parametrize("text", ["null " * 6_000, "doppel " * 4_000, "twenty " * 4_000, "nullnull" * 3_700 + "x"])
def test_hostile_words_are_read_to_their_end(text: str) -> None:
    """30,000 characters give no more digits than they have words for."""
    assert len(_undone(text)) <= len(text)
