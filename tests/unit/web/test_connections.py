"""
Counting connections; deadlines and malformed bytes are tested over sockets in `tests/integration/test_edge.py`.
"""

from __future__ import annotations

import pytest

from proxy.observability.logs import Log
from proxy.observability.metrics import Metrics
from proxy.web.connections import Connections, Proxies, Watch
from tests.fakes.door_platform import MemoryLines, RecordingRefusals


def test_the_total_and_each_peer_are_capped() -> None:
    """The answer names the limit; who left makes room."""
    connections = Connections(total=3, per_peer=2)
    assert [connections.enter(peer) for peer in ("a", "a", "a", "b", "c")] == [None, None, "per_peer", None, "total"]
    assert connections.open == 3
    connections.leave("a")
    assert connections.enter("a") is None
    connections.leave("b")
    assert connections.enter("c") is None


def test_peers_are_forgotten() -> None:
    """A peer without connections takes no memory."""
    connections = Connections(total=2, per_peer=2)
    for number in range(1000):
        assert connections.enter(str(number)) is None
        connections.leave(str(number))
    assert connections.open == 0
    assert len(connections._peers) == 0


def test_refusals_are_counted_and_noted_where_posts_are_taken() -> None:
    """A door notes refusals, the operations listener only counts them."""
    metrics, refusals = Metrics(version="0", doors=("m",)), RecordingRefusals()
    log = Log(MemoryLines(), strict=True)
    for noted in (refusals, None):
        watch = Watch(door="m", connections=Connections(total=1, per_peer=1), log=log, metrics=metrics, refusals=noted)
        watch.refuse("malformed")
    assert refusals.noted == [("m", "malformed")]
    assert 'postgate_refusals_total{door="m",reason="malformed"} 2.0' in metrics.render().decode()


@pytest.mark.parametrize(
    ("peer", "one"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.2.0.1", False),
        ("fd00::1%eth0", True),
        ("fd01::1", False),
        ("local", False),
        ("", False),
    ],
)
def test_proxies_are_known_by_address(peer: str, one: bool) -> None:
    """Also where IPv6 writes their IPv4 address; what is no address is none of them."""
    assert (peer in Proxies(["10.1.0.0/16", "fd00::/64"])) is one


def test_a_proxy_is_one_address_for_many_clients() -> None:
    """The limit of each client does not hold for it, the total does."""
    connections = Connections(total=3, per_peer=1)
    assert [connections.enter("10.1.2.3", shared=True) for _ in range(4)] == [None, None, None, "total"]
