from __future__ import annotations

from typing import get_args

from proxy.gate.review_changes import ReviewChange
from proxy.gate.waiting_changes import WaitingChange
from proxy.storage.statements import statements
from proxy.storage.waiting_rows import WAITING_ROWS


def test_every_change_becomes_rows_of_a_statement() -> None:
    """Of both databases."""
    assert set(WAITING_ROWS) == {*get_args(ReviewChange), *get_args(WaitingChange)}
    named = {name for rows in WAITING_ROWS.values() for name, _ in rows}
    for dialect in ("sqlite", "postgresql"):
        assert named <= set(statements(dialect))
