"""Numbers without their grouping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.compact import compact


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", ""), ("de02 1203-0000", "DE0212030000"), ("IDD<<L01X00T471", "IDDL01X00T471"), ("12\u200b34", "1234"),
     ("ß12", ""), ("٤٢", ""), ("1²", "")],
)  # fmt: skip
def test_what_stands_between_groups_goes(text: str, expected: str) -> None:
    """Separators go, letters become capitals; with letters or digits of other scripts nothing is left."""
    assert compact(text) == expected


@given(st.text())
def test_the_answer_is_plain_and_stays(text: str) -> None:
    """Only ASCII letters and digits come out, and a second time changes nothing."""
    once = compact(text)
    assert not once or (once.isascii() and once.isalnum() and once == once.upper())
    assert compact(once) == once
