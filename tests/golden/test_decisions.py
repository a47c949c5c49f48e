"""Every case is decided exactly as it is written down: verdict, reasons, obligations and digests."""

from __future__ import annotations

import pytest

from tests.golden import decisions

LEAST = 12


@pytest.mark.parametrize("name", decisions.names())
def test_the_decision_is_the_one_written_down(name: str) -> None:
    """The whole decision is compared, also the labels that redacting puts in."""
    assert decisions.actual(name) == decisions.expected(name)


def test_there_are_enough_cases() -> None:
    """The collection does not shrink."""
    assert len(decisions.names()) >= LEAST
