"""What a platform did with an attempt."""

from __future__ import annotations

from proxy.gate.outcome import Outcome, OutcomeKind
from tests.fakes.gate_house import GateHouse


async def test_every_kind_of_outcome_has_its_own_state() -> None:
    """No outcome leaves a post where it was, and no two can be confused afterwards."""
    states = []
    for kind in OutcomeKind:
        house = GateHouse(Outcome(kind=kind, reason="refused"))
        await house.submit()
        states += house.states

    assert "intent" not in states
    assert len(set(states)) == len(OutcomeKind)


def test_an_outcome_does_not_show_the_platforms_answer() -> None:
    """The answer holds the text of the post."""
    assert "Kanarienvogel" not in repr(Outcome(kind=OutcomeKind.PUBLISHED, answer=b"Kanarienvogel"))
