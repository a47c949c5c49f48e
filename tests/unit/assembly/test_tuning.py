"""Times of a node."""

from __future__ import annotations

from proxy.assembly.tuning import Tuning


def test_a_leak_that_passes_makes_a_node_not_ready_within_two_minutes() -> None:
    """A round later it is seen, and then it may last for a while."""
    tuning = Tuning()

    assert tuning.canary_round_s + tuning.canary_red_s <= 120
    assert tuning.canary_red_s >= 2 * tuning.canary_round_s
