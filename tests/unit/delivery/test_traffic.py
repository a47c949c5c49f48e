from __future__ import annotations

from proxy.delivery.traffic import OpenRoad
from proxy.gate.outcome import Outcome, OutcomeKind
from tests.factories import make_grant


def test_nothing_is_in_the_way() -> None:
    """Whatever happened before."""
    road, account = OpenRoad(), make_grant().account
    road.note(account, Outcome(kind=OutcomeKind.NOT_SENT, reason="connect"))

    assert (road.broken(account), road.wait(account)) == (0.0, 0.0)
