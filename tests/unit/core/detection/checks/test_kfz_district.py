"""Number plates: districts that exist, and what fits on a plate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.checks import kfz_district
from proxy.core.detection.tables.plate_districts import DISTRICTS


@pytest.mark.parametrize(
    "text",
    [
        "HH-KW 2093",
        "OHV-TR 418",
        "TÜ-MB 771",
        "B-ZK 5561",
        "M-EX 3070E",
        "LÖ-PH-209",
        "NF DS 917",
        "hro  rk   519",
        "E\nTU\n2288",
        "HHKW2093",
        "_LÖ-PH-209_",
        "PAF-LM 2304",
        "KA-WP 1lBO",
    ],
)
def test_published_numbers_pass(text: str) -> None:
    """Published examples are valid, in any grouping and case."""
    assert kfz_district.valid(text)
    assert kfz_district.valid(text.lower())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "ß",
        "٤٢",
        "1²",
        "HH",
        "QQ-AB 123",
        "QX-A 1",
        "HH-KWX 209",
        "OHV-TR 41888E",
        "OHV-TR 41888",
        "123-AB",
        "SF-KL 24",
        "DR-C 240",
    ],
)
def test_anything_else_fails(text: str) -> None:
    """Damaged numbers, other lengths and foreign characters are not valid, and nothing raises."""
    assert not kfz_district.valid(text)


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    """Whatever the text holds, the answer is yes or no."""
    assert kfz_district.valid(text) in {True, False}


@given(st.sampled_from(sorted(DISTRICTS)), st.sampled_from(["A", "XY"]), st.integers(1, 999))
def test_every_district_is_taken_with_and_without_separators(district: str, letters: str, number: int) -> None:
    """What a registration office could issue is a plate, however it is written."""
    assert kfz_district.valid(f"{district}-{letters} {number}")
    assert kfz_district.valid(f"{district.lower()}{letters.lower()}{number}")
