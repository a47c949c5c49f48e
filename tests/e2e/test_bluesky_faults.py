"""
A post whose sender dies after the real Bluesky server took it, and requests that no client would send.
"""

from __future__ import annotations

import gzip
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.e2e.gateway import CRASHED, Crash, Gateway, Setup
from tests.e2e.house import IBAN
from tests.e2e.servers.pds import HANDLE, PdsServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.bluesky_house import BlueskyHouse

POST = "app.bsky.feed.post"
NOW = "2026-11-23T09:00:00.123Z"


class _Client:
    """Sends whatever it is told to, as the account."""

    def __init__(self, gateway: Gateway, did: str) -> None:
        self._address, self.did = gateway.address, did
        self._session = requests.Session()
        self._session.trust_env = False
        login = self.call("com.atproto.server.createSession", {"identifier": HANDLE, "password": gateway.token})
        self._session.headers["Authorization"] = f"Bearer {login.json()['accessJwt']}"

    def call(self, nsid: str, body: object = None, **more: Any) -> requests.Response:
        """Call a method with JSON, or with whatever else is given."""
        given = more if "data" in more else {"json": body, **more}
        return self._session.post(f"{self._address}/xrpc/{nsid}", timeout=60, **given)

    def record(self, text: str) -> dict[str, Any]:
        """Return the body of a new post, the same each time."""
        record = {"$type": POST, "text": text, "createdAt": NOW}
        return {"repo": self.did, "collection": POST, "record": record}

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _folder(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    return folder


def _reconciled(gateway: Gateway) -> list[dict[str, Any]]:
    give_up = time.monotonic() + 60
    while not (found := gateway.records(code="PG-104")) and time.monotonic() < give_up:
        time.sleep(0.2)
    return found


def test_a_post_that_nobody_acknowledged_is_found_and_never_sent_again(tmp_path: Path) -> None:
    """The gateway dies between the platform's answer and its record; a look at the platform settles it."""
    server = PdsServer.start(_folder(tmp_path, "pds"), did_doc=False)
    try:
        setup = Setup(upstream=server.origin, credential=server.credential, platform="bluesky")
        with Gateway(_folder(tmp_path, "gateway"), setup) as gateway:
            gateway.prepare()
            gateway.launch(Crash(point="after_body", passing=2))  # the first answer is that of the gateway's own login
            client = _Client(gateway, server.did)
            try:
                with pytest.raises(requests.ConnectionError):
                    client.call("com.atproto.repo.createRecord", client.record("Einmal, ganz gewiss"))
                assert gateway.wait() == CRASHED
                gateway.launch(settle=0.5)
                again = client.call("com.atproto.repo.createRecord", client.record("Einmal, ganz gewiss"))
                found = _reconciled(gateway)
                records = gateway.records()
                assert gateway.stop() == 0
                checked = gateway.attempt("audit", "fsck")
            finally:
                client.close()
            published = server.records()
    finally:
        server.stop()

    assert again.json()["error"] in {"OutcomeUnknown", "in_progress"}
    assert [record["value"]["text"] for record in published] == ["Einmal, ganz gewiss"]
    assert [(one["data"]["result"], one["data"]["method"], one["data"]["upstream_id"]) for one in found] == [
        ("published", "lookup", published[0]["uri"])
    ]
    assert [record["data"]["result"] for record in records if record["code"] == "PG-103"] == ["unknown"]
    assert checked.returncode == 0, checked.stdout


@pytest.fixture
def raw(bluesky_house: BlueskyHouse) -> _Client:
    """Return a client that sends whatever it is told to."""
    return _Client(bluesky_house.gateway, bluesky_house.server.did)


def test_what_two_readers_could_take_differently_is_refused(bluesky_house: BlueskyHouse, raw: _Client) -> None:
    """The platform itself takes a key that comes twice, and compressed bodies; nothing of either reaches it."""
    clean = json.dumps(raw.record("Zweideutig"))
    twice = clean.replace('"text": "Zweideutig"', f'"text": "Zweideutig {IBAN}", "text": "Zweideutig"')
    headers = {"Content-Type": "application/json"}
    try:
        answers = [
            raw.call("com.atproto.repo.createRecord", data=twice.encode(), headers=headers),
            raw.call(
                "com.atproto.repo.createRecord",
                data=gzip.compress(clean.encode()),
                headers={**headers, "Content-Encoding": "gzip"},
            ),
        ]
    finally:
        raw.close()

    assert [answer.status_code for answer in answers] == [400, 415]
    assert bluesky_house.published("Zweideutig") == []


def test_what_the_platform_would_take_and_nobody_knows_is_refused(bluesky_house: BlueskyHouse, raw: _Client) -> None:
    """A real server takes foreign collections and unknown fields of known records."""
    foreign = {"$type": "com.example.note", "text": f"Fremd {IBAN}"}
    unknown = raw.record("Fremd")
    unknown["record"]["note"] = IBAN
    try:
        answers = [
            raw.call(
                "com.atproto.repo.createRecord",
                {"repo": raw.did, "collection": "com.example.note", "record": foreign},
            ),
            raw.call("com.atproto.repo.createRecord", unknown),
            raw.call("com.atproto.server.createAppPassword", {"name": "mine"}),
            raw.call("com.atproto.repo.importRepo", data=b"car", headers={"Content-Type": "application/vnd.ipld.car"}),
        ]
    finally:
        raw.close()

    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [
        (400, "NotAllowed"),
        (400, "UnknownField"),
        (400, "NotAllowed"),
        (400, "NotAllowed"),
    ]
    assert bluesky_house.server.records("com.example.note") == []
    assert bluesky_house.published("Fremd") == []
