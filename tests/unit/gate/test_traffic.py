from __future__ import annotations

from typing import get_type_hints

from proxy.core.model import Account
from proxy.gate import traffic
from proxy.gate.outcome import Outcome
from tests.fakes.waiting import ManualTraffic


def test_the_twin_has_all_that_the_gate_asks_for() -> None:
    """By the same names, about the same things."""
    names = {"Account": Account, "Outcome": Outcome}
    for name in ("broken", "wait", "note"):
        asked = get_type_hints(getattr(traffic.Traffic, name), localns=names)
        assert asked == get_type_hints(getattr(ManualTraffic, name), localns=names)
