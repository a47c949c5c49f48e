"""Words for separators between groups of digits."""

from __future__ import annotations

import pytest

from proxy.core.text.mapped import Mapped, rewrite
from proxy.core.text.spokenmarks import signs_as_digits, spoken_marks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5297 strich 6672 Strich 2664", "5297 6672 2664"),
        ("0174 (dot) 909 (dot) 1317", "0174 909 1317"),
        ("040 Schrägstrich 66969", "040 66969"),
        ("12 [minus] 34", "12 34"),
        ("Version 2 Punkt 0", "Version 2 Punkt 0"),
        ("Ein Strich durch 12", "Ein Strich durch 12"),
        ("12 Uhr 30", "12 Uhr 30"),
    ],
)
def test_words_between_groups_become_a_space(text: str, expected: str) -> None:
    """Alone or in brackets, in German and English; other words stay."""
    assert rewrite(Mapped(text=text), "T11", spoken_marks(text)).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6 minus 7 minus 7 minus 6 minus 6 minus 9 minus 9 minus 3", "6 7 7 6 6 9 9 3"),
        ("677 [leer] 669 komma 9348", "677 669 9348"),
        ("R03 strich 579 strich 225 strich 0", "R03 579 225 0"),
        ("65 strich 221288 strich Z strich 041", "65 221288 Z 041"),
        ("677 -> 669 ... 9348", "677 669 9348"),
        ("677 → 669 → 9348", "677 669 9348"),
        ("677x669x9348", "677 669 9348"),
        ("1 minus 2 minus 3", "1 minus 2 minus 3"),
        ("67766 % 9348, 50 € ... 20 €", "67766 % 9348, 50 € ... 20 €"),
        ("6776 strich 6993 und nach einer langen Pause dann 9348", "6776 6993 und nach einer langen Pause dann 9348"),
        ("677 Hunde und 669 Katzen, 9348", "677 Hunde und 669 Katzen, 9348"),
    ],
)
def test_in_long_rows_more_may_stand_between(text: str, expected: str) -> None:
    """Between single digits, around a letter, and as marks; amounts and counts stay apart, and what is far from it."""
    assert rewrite(Mapped(text=text), "T11", spoken_marks(text)).text == expected


def test_marks_alone_are_no_evasion() -> None:
    """Dots and arrows are ordinary, words for separators are not."""
    assert [edit.evasive for edit in spoken_marks("677 ... 669 strich 9348")] == [False, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R03$7922$0!1", "R03579225011"),
        ("40$7 7!08", "4057 7108"),
        ("8069 !80392", "8069 180392"),
        ("454()7708 4755", "45407708 4755"),
        ("4541|7708|4755", "45411770814755"),
        ("Preis 12$, 1234567 Stück!", "Preis 12$, 1234567 Stück!"),
        ("1!2", "1!2"),
        ("$5000000 und 20000000 @ 12", "$5000000 und 20000000 @ 12"),
        ("", ""),
    ],
)
def test_signs_inside_numbers_are_digits(text: str, expected: str) -> None:
    """Right beside digits, in enough of them."""
    assert rewrite(Mapped(text=text), "T10", signs_as_digits(text)).text == expected
