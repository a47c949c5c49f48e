"""
Posts whose sender dies, in front of real servers: what is there is found, what is not there is sent again or settled.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.e2e.gateway import CRASHED, Crash, Gateway, Setup
from tests.e2e.servers.pds import HANDLE, PdsServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.servers.snac import SnacServer

POST = "app.bsky.feed.post"
TEXT = "Unsere Filiale am Markt hat heute länger geöffnet.\nKommen Sie vorbei & fragen Sie: https://bank.example/markt"
PATIENCE_S = 60.0


def _until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up, "it did not become so"
        time.sleep(0.2)


def _post(url: str, token: str, content: object) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return session.post(url, data=json.dumps(content), headers=headers, timeout=60)


def _told(gateway: Gateway, code: str) -> list[dict[str, Any]]:
    return [record["data"] for record in gateway.records(code=code)]


def test_a_status_that_nobody_acknowledged_is_found_on_the_server(tmp_path: Path, snac: SnacServer) -> None:
    """By reading the account's own statuses, whatever the server made of the text."""
    setup = Setup(upstream=snac.base_url, credential=snac.token)
    with Gateway(tmp_path, setup) as gateway:
        gateway.prepare()
        gateway.launch(Crash(point="after_body"))
        with pytest.raises(requests.ConnectionError):
            _post(f"{gateway.address}/api/v1/statuses", gateway.token, {"status": TEXT})
        assert gateway.wait() == CRASHED
        gateway.launch(settle=0.5)
        _until(lambda: _told(gateway, "PG-104") != [])
        assert gateway.stop() == 0
        found = _told(gateway, "PG-104")
        checked = gateway.attempt("audit", "fsck")
    (status,) = snac.statuses()

    assert [(one["result"], one["method"], one["upstream_id"]) for one in found] == [
        ("published", "lookup", str(status["id"]))
    ]
    assert checked.returncode == 0, checked.stdout


def test_a_record_that_never_left_is_sent_again_under_its_key(tmp_path: Path) -> None:
    """The look shows that it is absent; it is decided again, and is on the server once."""
    for name in ("pds", "gateway"):
        (tmp_path / name).mkdir()
    server = PdsServer.start(tmp_path / "pds", did_doc=False)
    try:
        setup = Setup(upstream=server.origin, credential=server.credential, platform="bluesky")
        with Gateway(tmp_path / "gateway", setup) as gateway:
            gateway.prepare()
            gateway.launch(Crash(point="before_first_byte", passing=2))  # the first one is the gateway's own login
            login = _post(
                f"{gateway.address}/xrpc/com.atproto.server.createSession",
                gateway.token,
                {"identifier": HANDLE, "password": gateway.token},
            )
            record = {"$type": POST, "text": "Einmal, ganz gewiss", "createdAt": "2026-11-23T09:00:00.123Z"}
            with pytest.raises(requests.ConnectionError):
                _post(
                    f"{gateway.address}/xrpc/com.atproto.repo.createRecord",
                    login.json()["accessJwt"],
                    {"repo": server.did, "collection": POST, "record": record},
                )
            assert gateway.wait() == CRASHED
            before = server.records()
            gateway.launch(settle=0.5)
            _until(lambda: len(_told(gateway, "PG-103")) > 1)
            assert gateway.stop() == 0
            settled, outcomes = _told(gateway, "PG-104"), _told(gateway, "PG-103")
            phases = [one["phase"] for one in _told(gateway, "PG-101")]
            intents = [one["attempt_no"] for one in _told(gateway, "PG-102")]
            checks = [gateway.attempt("audit", words) for words in ("fsck", "verify")]
        after = server.records()
    finally:
        server.stop()

    assert before == []
    assert [one["value"]["text"] for one in after] == ["Einmal, ganz gewiss"]
    assert [(one["result"], one["method"]) for one in settled] == [("absent", "lookup")]
    assert [one["result"] for one in outcomes] == ["unknown", "published"]
    assert (phases, intents) == (["submit", "recheck"], [1, 2])
    assert [done.returncode for done in checks] == [0, 0], [done.stdout + done.stderr for done in checks]
