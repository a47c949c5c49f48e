"""Answers to reads: the platform's object, and of its errors only the kind."""

from __future__ import annotations

import json

import pytest

from proxy.gate.wire import UpstreamAnswer
from proxy.platforms._wire.relaying import relay
from proxy.platforms.x.answers import Answers

ANSWERS = Answers(language="en")


def answered(status: int, body: bytes) -> UpstreamAnswer:
    """Make an answer of the platform."""
    return UpstreamAnswer(status=status, headers={"X-Limit": "5", "Set-Cookie": "a=b"}, body=body)


def test_a_success_is_written_anew() -> None:
    """Without credentials and foreign headers."""
    answer = relay(ANSWERS, answered(200, b'{ "data": {"id": "1", "access_token": "x"}}'), ("x-limit",))
    assert (answer.status, json.loads(answer.body)) == (200, {"data": {"id": "1"}})
    assert dict(answer.headers)["x-limit"] == "5"
    assert "set-cookie" not in dict(answer.headers)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (404, b'{"detail":"Mustermann"}', 404),
        (429, b"", 429),
        (401, b"Mustermann", 502),
        (500, b"Mustermann", 502),
        (302, b"", 502),
        (200, b"<html>Mustermann", 502),
        (200, b'"Mustermann"', 502),
    ],
)
def test_of_errors_only_the_kind(status: int, body: bytes, told: int) -> None:
    """No text of the platform, and never its 401."""
    answer = relay(ANSWERS, answered(status, body), ("x-limit",))
    assert answer.status == told
    assert b"Mustermann" not in answer.body
