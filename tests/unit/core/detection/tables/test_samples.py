"""The table of published samples."""

from __future__ import annotations

import pytest

from proxy.core.detection.checks import iban, luhn
from proxy.core.detection.tables.samples import SAMPLE_CARDS, SAMPLE_IBANS


@pytest.mark.parametrize("number", SAMPLE_IBANS)
def test_sample_accounts_are_right(number: str) -> None:
    """Each passes the check that a real one passes."""
    assert iban.valid(number)


@pytest.mark.parametrize("number", SAMPLE_CARDS)
def test_sample_cards_are_right(number: str) -> None:
    """Each passes the check that a real one passes."""
    assert luhn.valid(number)
