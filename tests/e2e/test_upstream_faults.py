"""
What the client is told, what is on record and what reached the platform when the platform misbehaves.
"""

from __future__ import annotations

import json
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.e2e.house import DECISION
from tests.e2e.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Entry

TEXT = "Unsere Filiale am Markt hat heute länger geöffnet."


class Scene:
    """A running gateway, the platform behind it, and what is new on both since the test began."""

    def __init__(self, gateway: Gateway, recorder: Recorder) -> None:
        self.gateway = gateway
        self.recorder = recorder
        self._records = 0
        self._entries = 0

    def begin(self, *orders: dict[str, Any]) -> None:
        """Forget what was, and tell the platform how to answer."""
        self._records = len(self.gateway.records())
        self._entries = len(self.recorder.entries())
        self.recorder.behave(*orders)

    def entries(self) -> list[Entry]:
        """Return what the platform received."""
        return self.recorder.entries()[self._entries :]

    def texts(self) -> list[str]:
        """Return the texts that the platform received."""
        return [entry.text for entry in self.entries()]

    def outcomes(self) -> list[tuple[str, str]]:
        """Return results and reasons on record."""
        return [
            (record["data"]["result"], record["data"]["reason"])
            for record in self.gateway.records()[self._records :]
            if record["code"] == "PG-103"
        ]

    def send(self, fields: dict[str, Any], *, method: str = "POST", to: str = "", **headers: str) -> requests.Response:
        """Send a post."""
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                method,
                f"{self.gateway.address}/api/v1/statuses{to}",
                data=json.dumps(fields),
                headers={"Authorization": f"Bearer {self.gateway.token}", "Content-Type": "application/json"} | headers,
                timeout=60,
            )

    def post(self, *, key: str | None = None, text: str = TEXT) -> requests.Response:
        """Send a text, perhaps with an idempotency key."""
        return self.send({"status": text}, **({"Idempotency-Key": key} if key is not None else {}))


@pytest.fixture(scope="module")
def running(prepared: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Return a running gateway in front of the platform; afterwards its log verifies."""
    directory = tmp_path_factory.mktemp("faults")
    (directory / "gateway").mkdir()
    with (
        Recorder(directory, witness=directory / "gateway" / "postgate.db") as recorder,
        prepared.copy(directory / "gateway", upstream=recorder.address) as gateway,
    ):
        gateway.launch()
        yield Scene(gateway, recorder)
        assert gateway.stop() == 0
        assert gateway.attempt("audit", "fsck").returncode == 0


@pytest.fixture
def scene(running: Scene) -> Scene:
    """Return it with a platform that answers as usual."""
    running.begin()
    return running


@pytest.fixture
def text(request: pytest.FixtureRequest) -> str:
    """Return a text of this test's own: an equal one may still be unclear."""
    return f"{TEXT} Ausgabe {zlib.crc32(request.node.name.encode()) % 997}."


def _key(text: str) -> str:
    return f"key-{zlib.crc32(text.encode())}"


def _assert_told_unknown(answer: requests.Response) -> None:
    assert answer.status_code == 422
    told = json.loads(answer.text)["error"]
    assert "may have been published" in told
    assert DECISION.search(told)


def test_nobody_listens(scene: Scene) -> None:
    """A refused connection: the client learns that nothing was sent, and may send again with the same key."""
    scene.recorder.stop()
    refused = scene.post(key="refused")
    scene.recorder.start()
    again = scene.post(key="refused")

    assert refused.status_code == 502
    assert "error" in refused.json()
    assert again.status_code == 200
    assert scene.texts() == [TEXT]
    assert scene.outcomes() == [("not_sent", "connect"), ("published", "")]


def test_a_platform_that_is_back_soon(gateway: Gateway, recorder: Recorder) -> None:
    """A restart of the platform costs the client some seconds, and nothing else."""
    gateway.launch(lease=60.0)
    scene = Scene(gateway, recorder)
    recorder.stop()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(scene.post)
        time.sleep(1.0)
        recorder.start()
        answer = waiting.result()

    assert answer.status_code == 200
    assert scene.texts() == [TEXT]
    assert scene.outcomes() == [("published", "")]
    assert gateway.stop() == 0


@pytest.mark.parametrize(
    ("order", "outcome"),
    [
        ({"do": "close"}, ("unknown", "closed")),
        ({"do": "close_after"}, ("unknown", "closed")),
        ({"do": "status", "status": 500}, ("unknown", "server_error")),
        ({"do": "status", "status": 503}, ("unknown", "server_error")),
        ({"do": "status", "status": 302, "headers": {"Location": "/api/v1/statuses"}}, ("unknown", "redirect")),
        ({"do": "status", "status": 200, "body": "<html>OK</html>"}, ("unknown", "success_without_id")),
    ],
    ids=["closed", "closed after publishing", "500", "503", "302", "200 without id"],
)
def test_an_unclear_answer_is_never_sent_again(
    scene: Scene, text: str, order: dict[str, Any], outcome: tuple[str, str]
) -> None:
    """The client is told that the post may be out; asking again, with and without key, sends nothing."""
    scene.begin(order)
    first = scene.post(key=_key(text), text=text)
    with_key = scene.post(key=_key(text), text=text)
    without_key = scene.post(text=text)

    for answer in (first, with_key, without_key):
        _assert_told_unknown(answer)
    assert scene.texts() == [text]
    assert scene.outcomes() == [outcome]


def test_an_edit_is_sent_once_even_when_the_connection_breaks(scene: Scene) -> None:
    """HTTP libraries like to repeat a PUT by themselves; here the platform sees one request."""
    number = scene.post().json()["id"]
    scene.begin({"do": "close"}, {"do": "close"})
    answer = scene.send({"status": "Heute doch nicht länger geöffnet."}, method="PUT", to=f"/{number}")

    _assert_told_unknown(answer)
    assert [entry.method for entry in scene.entries()] == ["PUT"]


@pytest.mark.parametrize(("header", "expected"), [({"Retry-After": "7"}, "7"), ({}, "60")])
def test_too_many_requests(scene: Scene, text: str, header: dict[str, str], expected: str) -> None:
    """The platform's own 429 reaches the client with its waiting time; the key is free again."""
    scene.begin({"do": "status", "status": 429, "headers": header})
    slow_down = scene.post(key=_key(text), text=text)
    again = scene.post(key=_key(text), text=text)

    assert slow_down.status_code == 429
    assert slow_down.headers["Retry-After"] == expected
    assert again.status_code == 200
    assert scene.outcomes() == [("rejected", "rate_limited"), ("published", "")]


def test_a_refusal_by_the_platform_is_final(scene: Scene, text: str) -> None:
    """A complete 4xx is told without the platform's own words; the same key gets the same answer."""
    scene.begin({"do": "status", "status": 422, "body": json.dumps({"error": "spam filter of node 7"})})
    first = scene.post(key=_key(text), text=text)
    again = scene.post(key=_key(text), text=text)

    assert first.status_code == again.status_code == 422
    assert "node 7" not in first.text
    assert again.headers["Postgate-Replayed"] == "true"
    assert len(scene.entries()) == 1
    assert [result for result, _ in scene.outcomes()] == ["rejected"]


def test_a_platform_that_is_down_at_the_start(gateway: Gateway, recorder: Recorder) -> None:
    """The gateway starts and is ready; posts fail in the platform's shape until the platform is back."""
    recorder.stop()
    gateway.launch()
    scene = Scene(gateway, recorder)
    failed = scene.post()
    recorder.start()
    published = scene.post()

    assert (failed.status_code, published.status_code) == (502, 200)
    assert recorder.texts() == [TEXT]
    assert gateway.stop() == 0


def test_the_intent_is_committed_when_the_request_arrives(scene: Scene) -> None:
    """The platform itself looks into the gateway's database while it takes a request: the intent is there."""
    for number in range(5):
        assert scene.post(text=f"{TEXT} Ausgabe {number}.").status_code == 200

    entries = scene.entries()
    assert [entry.recorded_before for entry in entries] == [True] * 5
    attempts = {record["data"]["attempt"] for record in scene.gateway.records(code="PG-102")}
    assert {entry.key for entry in entries} <= attempts


def test_every_field_of_a_post_arrives(scene: Scene) -> None:
    """What was decided is what the platform gets: text, warning, poll, visibility, language, reply target."""
    fields = {
        "status": TEXT,
        "spoiler_text": "Öffnungszeiten",
        "poll": {"options": ["Vormittag", "Nachmittag"], "expires_in": 3600, "multiple": True},
        "visibility": "unlisted",
        "language": "de",
        "in_reply_to_id": "10001",
    }

    assert scene.send(fields).status_code == 200
    assert [entry.fields for entry in scene.entries()] == [fields]


def test_only_listed_headers_and_our_credential_go_up(scene: Scene) -> None:
    """Neither the client's token nor its headers reach the platform."""
    answer = scene.send({"status": TEXT}, **{"X-Client": "secret", "Cookie": "a=b"})
    assert answer.status_code == 200

    (entry,) = scene.entries()
    assert entry.authorization == f"Bearer {scene.gateway.setup.credential}"
    assert set(entry.headers) <= {
        *("accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host"),
        *("idempotency-key", "user-agent"),
    }
