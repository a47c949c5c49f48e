"""
The gateway before a server that closes each connection unannounced and knows no idempotency keys, as snac2 does.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.e2e.gateway import CRASHED, Crash, Gateway, Setup
from tests.e2e.house import DECISION
from tests.e2e.servers.snac import SnacServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXT = "Einmal, was auch geschieht: unser Newsletter ist da."
KEY = {"Idempotency-Key": "newsletter-1"}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[tuple[Gateway, SnacServer]]:
    """Return a prepared gateway, not running, before a real server."""
    for name in ("snac", "gateway"):
        (tmp_path / name).mkdir()
    server = SnacServer.start(tmp_path / "snac")
    try:
        with Gateway(tmp_path / "gateway", Setup(upstream=server.base_url, credential=server.token)) as gateway:
            gateway.prepare()
            yield gateway, server
    finally:
        server.stop()


def _send(gateway: Gateway, method: str, path: str, fields: dict[str, Any] | None, **headers: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.request(
            method,
            f"{gateway.address}{path}",
            data=None if fields is None else json.dumps(fields),
            headers={"Authorization": f"Bearer {gateway.token}", "Content-Type": "application/json", **headers},
            timeout=60,
        )


def _post(gateway: Gateway, text: str = TEXT, **headers: str) -> requests.Response:
    return _send(gateway, "POST", "/api/v1/statuses", {"status": text}, **headers)


def _found(server: SnacServer, text: str) -> list[str]:
    return [str(status["id"]) for status in server.statuses() if text in str(status["content"])]


def test_two_hundred_requests_of_all_kinds_pass(scene: tuple[Gateway, SnacServer]) -> None:
    """Posts, edits, marks and reads, several at once: no connection is used a second time, so none is ever unclear."""
    gateway, server = scene
    gateway.start()

    def four(number: int) -> list[int]:
        made = _post(gateway, f"Ausgabe {number} unseres Newsletters.")
        status = f"/api/v1/statuses/{made.json()['id']}"
        return [
            made.status_code,
            _send(gateway, "PUT", status, {"status": f"Ausgabe {number} unseres Newsletters, verbessert."}).status_code,
            _send(gateway, "POST", f"{status}/favourite", {}).status_code,
            _send(gateway, "GET", status, None).status_code,
        ]

    with ThreadPoolExecutor(4) as pool:
        answers = [status for statuses in pool.map(four, range(50)) for status in statuses]
    results = {record["data"]["result"] for record in gateway.records(code="PG-103")}
    assert gateway.stop() == 0

    assert answers == [200] * 200
    assert results == {"published"}
    assert len(_found(server, "unseres Newsletters, verbessert.")) == 50


@pytest.mark.req("JOB-DEL-6")
@pytest.mark.parametrize(
    ("point", "told"),
    [
        ("decided", 200),
        ("after_intent", 422),
        ("after_body", 422),
        ("after_outcome", 200),
    ],
)
def test_one_key_is_one_post_after_a_crash(scene: tuple[Gateway, SnacServer], point: str, told: int) -> None:
    """
    The gateway dies in the midst of a post; its client asks again with the same key, twice at once and once more.

    What was not announced yet is a fresh post, what was acknowledged gets the same answer again, and all between may be
    out: the client is told that, and nothing is sent a second time, although this server would take it.
    """
    gateway, server = scene
    gateway.launch(Crash(point=point))
    with pytest.raises(requests.ConnectionError):
        _post(gateway, **KEY)
    assert gateway.wait() == CRASHED
    gateway.launch()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: _post(gateway, **KEY), range(2)))
    answers.append(_post(gateway, **KEY))
    assert gateway.stop() == 0
    checked = gateway.attempt("audit", "fsck")

    assert [answer.status_code for answer in answers] == [told] * 3
    assert len({answer.text for answer in answers}) == 1
    if told == 200:
        assert _found(server, TEXT) == [answers[0].json()["id"]]
    else:
        assert "OutcomeUnknown" in answers[0].text
        assert DECISION.search(answers[0].text)
        assert len(_found(server, TEXT)) == (point == "after_body")
    assert checked.returncode == 0, checked.stdout
