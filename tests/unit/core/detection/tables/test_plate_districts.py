"""The table of districts on number plates."""

from __future__ import annotations

import pytest

from proxy.core.detection.tables.plate_districts import DISTRICTS


@pytest.mark.parametrize("district", ["B", "HH", "M", "OHV", "TÜ", "LÖ", "WND", "CLP", "HRO", "MK", "ERZ", "LUP", "ZW"])
def test_districts_are_there(district: str) -> None:
    """One to three letters, umlauts included, after the reforms of the districts."""
    assert district in DISTRICTS


@pytest.mark.parametrize("other", ["", "SF", "DR", "ZA", "QQ", "b", "X", "Y", "ISO", "KD"])
def test_other_letters_are_not(other: str) -> None:
    """What no office issues, small letters and the armed forces' own plates are no district."""
    assert other not in DISTRICTS


def test_all_have_the_shape_of_a_district() -> None:
    """About seven hundred, none longer than three letters."""
    assert 650 <= len(DISTRICTS) <= 850
    assert all(1 <= len(district) <= 3 and district.isupper() and district.isalpha() for district in DISTRICTS)
