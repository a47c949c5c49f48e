from __future__ import annotations

from typing import get_args

from proxy.gate.waiting_changes import WaitingChange
from proxy.gate.work import Change


def test_every_change_is_one_that_a_unit_of_work_takes() -> None:
    """None is forgotten in the union."""
    assert set(get_args(WaitingChange)) <= set(get_args(Change))
