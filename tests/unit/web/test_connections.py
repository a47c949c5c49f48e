"""
Counting connections; deadlines and malformed bytes are tested over sockets in `tests/integration/test_edge.py`.
"""

from __future__ import annotations

from proxy.observability.logs import Log
from proxy.observability.metrics import Metrics
from proxy.web.connections import Connections, Watch
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
