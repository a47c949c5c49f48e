"""Values of a source as text."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from proxy.register.values import text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("a", "a"),
        (7, "7"),
        (date(1967, 3, 12), "1967-03-12"),
        (datetime(1967, 3, 12), "1967-03-12T00:00:00"),  # noqa: DTZ001 - as a table has it
        (datetime(2026, 3, 12, 8, tzinfo=UTC), "2026-03-12T08:00:00+00:00"),
        (["a", None, 7], "a\n7"),
        ([], ""),
        (True, None),
        (1.5, None),
        ({"a": 1}, None),
        (["a", {}], None),
    ],
)
def test_a_value_is_text_or_nothing(value: object, text: str | None) -> None:
    """A number with a fraction is an account nobody has."""
    assert text_of(value) == text
