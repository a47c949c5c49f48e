"""The table of German bank codes."""

from __future__ import annotations

import pytest

from proxy.core.detection.tables.bank_codes import BANK_CODES, is_bank_code


def test_the_table_is_whole() -> None:
    """Thousands of codes, each of eight digits; the list it was made of is named in NOTICE."""
    assert len(BANK_CODES) > 3_000
    assert all(10_000_000 <= code <= 99_999_999 for code in BANK_CODES)


@pytest.mark.parametrize("code", ["10050000", "43060967", "37040044", "20050550"])
def test_known_banks_are_found(code: str) -> None:
    """Banks that everybody knows are in the table."""
    assert is_bank_code(code)


@pytest.mark.parametrize("code", ["", "99999999", "1005000", "100500000", "1005000x", "١٠٠٥٠٠٠٠"])
def test_anything_else_is_not(code: str) -> None:
    """Other lengths and characters are no code, and nothing raises."""
    assert not is_bank_code(code)
