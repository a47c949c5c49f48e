from __future__ import annotations

from typing import get_args

from proxy.gate import order_changes
from proxy.gate.order_changes import ConfirmOrder
from proxy.gate.work import Change
from tests.fakes.clock import START


def test_every_change_is_one_that_a_unit_of_work_takes() -> None:
    """None is forgotten in the union."""
    here = {
        kind
        for kind in vars(order_changes).values()
        if isinstance(kind, type) and kind.__module__.endswith("order_changes")
    }

    assert here
    assert here <= set(get_args(Change))


def test_codes_are_not_shown() -> None:
    """Whoever prints a change learns no code."""
    said = ConfirmOrder(order="o", person="a", role="legal", confirmed_at=START, mac="geheim")

    assert "geheim" not in repr(said)
