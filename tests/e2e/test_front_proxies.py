"""
Two nodes behind nginx and behind HAProxy, as the examples of `deploy` configure them.
"""

from __future__ import annotations

import json
import ssl
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPSConnection
from typing import TYPE_CHECKING

import pytest
import requests

from tests.e2e.broken_lines import Told
from tests.e2e.gateway import Gateway, Setup
from tests.e2e.recorder import Recorder
from tests.e2e.servers.front import Front

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POSTS = 60
AT_ONCE = 6
PATIENCE_S = 60.0
CANARY = "kanarienvogel-7261"
TOO_LARGE = 17 * 1024 * 1024 + 1
"""Bytes of a body; more than the proxies let through."""


class Installation:
    """Two running nodes, the platform behind them, and the proxy in front."""

    def __init__(self, front: Front, nodes: tuple[Gateway, Gateway], recorder: Recorder) -> None:
        self.front, self.nodes, self.recorder = front, nodes, recorder

    def post(self, text: str, key: str, **headers: str) -> Told:
        """Post once."""
        with self.front.session() as session:
            try:
                answer = session.post(
                    f"{self.front.address}/api/v1/statuses",
                    data=json.dumps({"status": text}),
                    headers={
                        "Authorization": f"Bearer {self.nodes[0].token}",
                        "Content-Type": "application/json",
                        "Idempotency-Key": key,
                        **headers,
                    },
                    timeout=90,
                )
            except requests.RequestException:
                return Told(status=0, body="")
        return Told(status=answer.status_code, body=answer.text)

    def post_until_clear(self, number: int) -> Told:
        """Post as a client that repeats with the same key until it knows what became of its post."""
        give_up = time.monotonic() + PATIENCE_S
        while True:
            told = self.post(_text(number), f"post-{number}")
            if told.word in {"published", "unknown", "refused"} or time.monotonic() > give_up:
                return told
            time.sleep(0.2)


def _text(number: int) -> str:
    return f"Ausgabe {number} unseres Newsletters ist da, wir wünschen viel Freude beim Lesen!"


def _status_of_an_upload(front: Front, size: int) -> int:
    """Announce a body of this size, without sending it, and return the answer."""
    trust = ssl.create_default_context(cafile=str(front.authority.file))
    connection = HTTPSConnection("127.0.0.1", front.port, context=trust, timeout=30)
    try:
        connection.putrequest("POST", "/api/v2/media")
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


def _behind(gateway: Gateway, front: Front, node: str) -> None:
    """Let a node be reached through the proxy alone."""
    text = gateway.config.read_text(encoding="utf-8").replace("node: test", f"node: {node}")
    text = text.replace(f'public_url: "{gateway.address}"', f'public_url: "{front.address}"')
    gateway.config.write_text(f"{text}proxies: [127.0.0.1]\n", encoding="utf-8")


@pytest.fixture(params=["nginx", "haproxy"])
def installation(request: pytest.FixtureRequest, tmp_path: Path, postgres_database: str) -> Iterator[Installation]:
    """Return two ready nodes behind a proxy."""
    for name in ("eins", "zwei", "front"):
        (tmp_path / name).mkdir()
    front = Front(tmp_path / "front")
    with Recorder(tmp_path) as recorder:
        first = Gateway(tmp_path / "eins", Setup(upstream=recorder.address, database=postgres_database))
        first.prepare()
        second = first.copy(tmp_path / "zwei", upstream=recorder.address)
        nodes = (first, second)
        for node, name in zip(nodes, ("n1", "n2"), strict=True):
            _behind(node, front, name)
        doors = [node.address.partition("://")[2] for node in nodes]
        operations = [node.operations.partition("://")[2] for node in nodes]
        with first, second:
            for node in nodes:
                node.launch(lease=3.0)
            if request.param == "nginx":
                front.nginx(doors)
            else:
                front.haproxy(doors, operations)
            try:
                yield Installation(front.start(), nodes, recorder)
            finally:
                front.stop()


@pytest.mark.parametrize("name", ["nginx", "haproxy"])
def test_the_proxies_take_the_examples(tmp_path: Path, name: str) -> None:
    """`nginx -t` and `haproxy -c` find nothing to complain about, nor to warn of."""
    front = Front(tmp_path)
    if name == "nginx":
        front.nginx(("127.0.0.1:1", "127.0.0.1:2"))
    else:
        front.haproxy(("127.0.0.1:1", "127.0.0.1:2"), ("127.0.0.1:3", "127.0.0.1:4"))


def test_no_post_is_lost_or_doubled_when_a_node_dies(installation: Installation) -> None:
    """Clients that repeat with the same key hear of each post what became of it; the other node takes all new ones."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [pool.submit(installation.post_until_clear, number) for number in range(POSTS)]
        installation.recorder.wait_for(POSTS // 4)
        installation.nodes[0].kill()
        told = [future.result() for future in running]
    after = [installation.post_until_clear(number) for number in range(POSTS, POSTS + 10)]

    sent = Counter(installation.recorder.texts())
    assert max(sent.values()) == 1
    assert {one.word for one in told} <= {"published", "unknown"}
    published = [number for number, one in enumerate(told) if one.word == "published"]
    assert [number for number in published if sent[_text(number)] != 1] == []
    assert len(published) >= POSTS - AT_ONCE
    assert {one.word for one in after} == {"published"}
    second = installation.nodes[1]
    assert second.stop() == 0
    for words in (("audit", "fsck"), ("audit", "verify")):
        done = second.attempt(*words)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_proxy_passes_on_what_the_door_needs_and_keeps_nothing(installation: Installation) -> None:
    """Forwarded headers of a client are worth nothing, operations pages are not there, logs hold nothing of a post."""
    front = installation.front
    lies = {"X-Forwarded-Proto": "http", "X-Forwarded-For": CANARY, "Forwarded": f"for={CANARY};proto=http"}
    told = installation.post(_text(1), "k1", **lies)
    queried = front.get(f"/api/v1/accounts/lookup?acct={CANARY}").status_code
    hidden = [front.get(path).status_code for path in ("/metrics", "/readyz", "/livez", "/v1/audit/records")]
    with front.session() as session:
        foreign = session.get(front.address, headers={"Host": "other.example"}, timeout=30).status_code
    large = _status_of_an_upload(front, TOO_LARGE)

    assert told.word == "published", told
    assert queried != 421
    assert [status for status in hidden if status < 400] == []
    assert (foreign, large) == (421, 413)
    front.wait_until(lambda: " POST 200 " in front.written())
    assert CANARY not in front.written()
    assert "Newsletter" not in front.written()
    assert "statuses" not in front.written()
    assert not any(file.is_file() for folder in ("body", "answers") for file in (front.directory / folder).rglob("*"))
