from __future__ import annotations

from typing import get_args

from proxy.gate.review_changes import ReviewChange
from proxy.gate.work import Change


def test_every_change_is_one_that_a_unit_of_work_takes() -> None:
    """None is forgotten in the union."""
    assert set(get_args(ReviewChange)) <= set(get_args(Change))
