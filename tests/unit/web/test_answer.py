"""
From a wire answer to aiohttp's response.
"""

from __future__ import annotations

import json

import pytest

from proxy.gate.wire import WireAnswer
from proxy.web.answer import GENERIC, to_response


def test_status_reason_body_and_headers_are_taken_over() -> None:
    """What the platform module says is what is sent."""
    response = to_response(
        WireAnswer(status=422, body=b"{}", headers=(("content-type", "application/json"),), reason="Blocked d-1")
    )
    assert (response.status, response.reason, response.body) == (422, "Blocked d-1", b"{}")
    assert response.headers["Content-Type"] == "application/json"


def test_every_answer_forbids_sniffing_storing_and_embedding() -> None:
    """Also when the platform module said otherwise."""
    response = to_response(
        WireAnswer(status=200, headers=(("Cache-Control", "public"), ("X-Content-Type-Options", "x")))
    )
    assert response.headers.getall("Cache-Control") == ["no-store"]
    assert response.headers.getall("X-Content-Type-Options") == ["nosniff"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_page_of_our_own_says_what_it_loads() -> None:
    """And nothing is added to that."""
    policy = "default-src 'none'; form-action 'self'"
    response = to_response(WireAnswer(status=200, headers=(("content-security-policy", policy),)))
    assert response.headers.getall("Content-Security-Policy") == [policy]


@pytest.mark.parametrize("name", ["Set-Cookie", "Server", "Connection", "Content-Length", "transfer-encoding", "Date"])
def test_some_headers_are_never_taken_over(name: str) -> None:
    """Framing and cookies are not the platform's to set."""
    assert name not in to_response(WireAnswer(status=200, headers=((name, "1"),))).headers


@pytest.mark.parametrize("header", [("a b", "1"), ("", "1"), ("a", "1\n2"), ("a", "\x00"), ("ä", "1"), ("a", "€")])
def test_headers_that_would_not_arrive_are_an_error(header: tuple[str, str]) -> None:
    """Better no answer than another one."""
    with pytest.raises(ValueError, match="printable ASCII"):
        to_response(WireAnswer(status=200, headers=(header,)))


@pytest.mark.parametrize("reason", ["", "a\r\nb", "ü", "x" * 129, None])
def test_impossible_reasons_become_the_usual_one(reason: str | None) -> None:
    """A status line is one short line of ASCII."""
    assert to_response(WireAnswer(status=404, reason=reason)).reason == "Not Found"


def test_the_last_answer_of_a_connection_says_so() -> None:
    """With `close` the connection is not kept."""
    assert to_response(WireAnswer(status=200), close=True).keep_alive is False
    assert to_response(WireAnswer(status=200)).keep_alive is None


@pytest.mark.parametrize("status", sorted(GENERIC))
def test_generic_answers_are_json_and_claim_nothing(status: int) -> None:
    """They are used where nobody knows what happened."""
    answer = GENERIC[status]
    assert answer.status == status
    assert "sent" not in json.loads(answer.body)["error"]
