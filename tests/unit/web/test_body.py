"""
Lengths and pace of a body; reading itself is tested over sockets in `tests/integration/test_edge.py`.
"""

from __future__ import annotations

import pytest

from proxy.gate.wire import WireRequest
from proxy.web.body import Pace, declared_length


@pytest.mark.parametrize(
    ("headers", "length"),
    [
        ((), 0),
        ((("content-length", "0"),), 0),
        ((("content-length", "12"),), 12),
        ((("transfer-encoding", "chunked"),), None),
    ],
)
def test_a_body_announces_its_length(headers: tuple[tuple[str, str], ...], length: int | None) -> None:
    """No header means no body; chunked means that nobody knows."""
    assert declared_length(WireRequest(method="POST", path="/", query="", headers=headers)) == length


@pytest.mark.parametrize(
    ("received", "seconds"), [(0, 5.0), (1, 5.001), (1000, 6.0), (25_000, 30.0), (10_000_000, 30.0)]
)
def test_what_came_buys_time_up_to_the_deadline(received: int, seconds: float) -> None:
    """After the grace every thousand bytes buy a second; the total never grows."""
    assert Pace().allowance(received) == pytest.approx(seconds)
