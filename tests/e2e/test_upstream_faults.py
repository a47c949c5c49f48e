"""
What the client is told, what is on record and what reached the platform when the platform misbehaves.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.e2e.house import DECISION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder

TEXT = "Unsere Filiale am Markt hat heute länger geöffnet."


@pytest.fixture
def running(gateway: Gateway) -> Iterator[Gateway]:
    """Return a running gateway."""
    gateway.launch()
    yield gateway
    assert gateway.stop() == 0
    assert gateway.attempt("audit", "verify").returncode == 0


def _post(gateway: Gateway, *, key: str | None = None, text: str = TEXT, method: str = "POST", to: str = "") -> Any:
    headers = {"Authorization": f"Bearer {gateway.token}"}
    if key is not None:
        headers["Idempotency-Key"] = key
    with requests.Session() as session:
        session.trust_env = False
        return session.request(
            method, f"{gateway.address}/api/v1/statuses{to}", json={"status": text}, headers=headers, timeout=60
        )


def _outcomes(gateway: Gateway) -> list[tuple[str, str]]:
    return [(record["data"]["result"], record["data"]["reason"]) for record in gateway.records(code="PG-103")]


def _assert_told_unknown(answer: requests.Response) -> None:
    assert answer.status_code == 422
    told = json.loads(answer.text)["error"]
    assert "may have been published" in told
    assert DECISION.search(told)


def test_nobody_listens(running: Gateway, recorder: Recorder) -> None:
    """A refused connection: the client learns that nothing was sent, and may send again with the same key."""
    recorder.stop()
    refused = _post(running, key="k1")
    recorder.start()
    again = _post(running, key="k1")

    assert refused.status_code == 502
    assert "error" in refused.json()
    assert again.status_code == 200
    assert recorder.texts() == [TEXT]
    assert _outcomes(running) == [("not_sent", "connect"), ("published", "")]


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
)
def test_an_unclear_answer_is_never_sent_again(
    running: Gateway, recorder: Recorder, order: dict[str, Any], outcome: tuple[str, str]
) -> None:
    """The client is told that the post may be out; asking again, with and without key, sends nothing."""
    recorder.behave(order)
    first = _post(running, key="k1")
    with_key = _post(running, key="k1")
    without_key = _post(running)

    for answer in (first, with_key, without_key):
        _assert_told_unknown(answer)
    assert recorder.texts() == [TEXT]
    assert _outcomes(running) == [outcome]


def test_an_edit_is_sent_once_even_when_the_connection_breaks(running: Gateway, recorder: Recorder) -> None:
    """HTTP libraries like to repeat a PUT by themselves; here the platform sees one request."""
    number = _post(running).json()["id"]
    recorder.behave({"do": "close"}, {"do": "close"})
    answer = _post(running, method="PUT", to=f"/{number}", text="Unsere Filiale hat heute doch nicht länger geöffnet.")

    _assert_told_unknown(answer)
    assert [entry.method for entry in recorder.entries()] == ["POST", "PUT"]


@pytest.mark.parametrize(("header", "expected"), [({"Retry-After": "7"}, "7"), ({}, None)])
def test_too_many_requests(running: Gateway, recorder: Recorder, header: dict[str, str], expected: str | None) -> None:
    """The platform's own 429 reaches the client with its waiting time; the key is free again."""
    recorder.behave({"do": "status", "status": 429, "headers": header})
    slow_down = _post(running, key="k1")
    again = _post(running, key="k1")

    assert slow_down.status_code == 429
    if expected is not None:
        assert slow_down.headers["Retry-After"] == expected
    assert again.status_code == 200
    assert _outcomes(running) == [("rejected", "rate_limited"), ("published", "")]


def test_a_refusal_by_the_platform_is_final(running: Gateway, recorder: Recorder) -> None:
    """A complete 4xx is told without the platform's own words; the same key gets the same answer."""
    recorder.behave({"do": "status", "status": 422, "body": json.dumps({"error": "spam filter of node 7"})})
    first = _post(running, key="k1")
    again = _post(running, key="k1")

    assert first.status_code == again.status_code == 422
    assert "node 7" not in first.text
    assert again.headers["Postgate-Replayed"] == "true"
    assert len(recorder.entries()) == 1
    assert _outcomes(running)[0][0] == "rejected"


def test_a_platform_that_is_down_at_the_start(gateway: Gateway, recorder: Recorder) -> None:
    """The gateway starts and is ready; posts and reads fail in the platform's shape until the platform is back."""
    recorder.stop()
    gateway.launch()
    failed = _post(gateway)
    recorder.start()
    published = _post(gateway)

    assert (failed.status_code, published.status_code) == (502, 200)
    assert recorder.texts() == [TEXT]
    assert gateway.stop() == 0


def test_the_intent_is_committed_when_the_request_arrives(running: Gateway, recorder: Recorder) -> None:
    """The platform itself looks into the gateway's database while it takes a request: the intent is there."""
    for number in range(5):
        assert _post(running, text=f"{TEXT} Ausgabe {number}.").status_code == 200

    entries = recorder.entries()
    assert [entry.recorded_before for entry in entries] == [True] * 5
    assert {entry.key for entry in entries} == {record["data"]["attempt"] for record in running.records(code="PG-102")}


def test_every_field_of_a_post_arrives(running: Gateway, recorder: Recorder) -> None:
    """What was decided is what the platform gets: text, warning, poll, visibility, language, reply target."""
    fields: dict[str, Any] = {
        "status": TEXT,
        "spoiler_text": "Öffnungszeiten",
        "poll": {"options": ["Vormittag", "Nachmittag"], "expires_in": 3600, "multiple": True},
        "visibility": "unlisted",
        "language": "de",
        "in_reply_to_id": "10001",
    }
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{running.address}/api/v1/statuses",
            json=fields,
            headers={"Authorization": f"Bearer {running.token}"},
            timeout=30,
        )

    assert answer.status_code == 200
    assert recorder.entries()[0].fields == fields


def test_only_listed_headers_and_our_credential_go_up(running: Gateway, recorder: Recorder) -> None:
    """Neither the client's token nor its headers reach the platform."""
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            f"{running.address}/api/v1/statuses",
            json={"status": TEXT},
            headers={"Authorization": f"Bearer {running.token}", "X-Client": "secret", "Cookie": "a=b"},
            timeout=30,
        )
    assert answer.status_code == 200

    (entry,) = recorder.entries()
    assert entry.authorization == f"Bearer {running.setup.credential}"
    assert set(entry.headers) <= {
        *("accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host"),
        *("idempotency-key", "user-agent"),
    }
