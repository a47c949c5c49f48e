"""Answers of a platform: read in one way, without credentials, written anew."""

from __future__ import annotations

import json

import pytest

from proxy.core.errors import MalformedRequest
from proxy.platforms._wire.values import dump_json, inside, pick_headers, read_answer, read_object, without_secrets


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":1,"a":2}', b'{"a":"\\ud800"}', b"[" * 100])
def test_unreadable_answers(body: bytes) -> None:
    """What cannot be read in one way is not passed on."""
    with pytest.raises(MalformedRequest):
        read_answer(body)
    assert read_object(body) is None


def test_read_object() -> None:
    """Only objects are objects."""
    assert read_object(b'{"id":"1"}') == {"id": "1"}
    assert read_object(b"[1]") is None


@pytest.mark.parametrize("name", ["access_token", "refresh_token", "client_secret", "token", "\\u0074oken"])
def test_credentials_are_dropped(name: str) -> None:
    """At any depth, and also when the name is written with escapes."""
    body = f'{{"a":[{{"{name}":"x","id":1}}]}}'.encode()
    assert read_answer(body) == {"a": [{"id": 1}]}
    assert without_secrets({"a": {"token": 1}}) == {"a": {}}


def test_dump_json() -> None:
    """Compact UTF-8, also for numbers of more than 64 bits."""
    assert dump_json({"a": "ü"}) == '{"a":"ü"}'.encode()
    assert json.loads(dump_json([10**30])) == [10**30]


def test_inside() -> None:
    """What is not there is None."""
    assert inside({"a": {"b": 1}}, "a", "b") == 1
    assert inside({"a": [1]}, "a", "b") is None
    assert inside(5, "a") is None


def test_pick_headers() -> None:
    """Listed, short and printable; in lower case."""
    came = [("Retry-After", "5"), ("Set-Cookie", "a"), ("retry-after", "a\r\nb"), ("retry-after", "1" * 300)]
    assert pick_headers(came, ("retry-after",)) == (("retry-after", "5"),)
