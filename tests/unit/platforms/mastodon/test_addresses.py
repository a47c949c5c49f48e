"""Addresses are rewritten by field; tokens and foreign headers stay behind."""

from __future__ import annotations

import json

import pytest

from proxy.core.errors import MalformedRequest
from proxy.platforms.mastodon.addresses import Addresses

DOOR = Addresses(door="https://mastodon.gw.example", upstream="https://social.example")


def rewritten(value: object, *, instance: bool = True) -> object:
    """Rewrite a value and read it back."""
    body, parsed = DOOR.rewrite(json.dumps(value).encode(), instance=instance)
    assert json.loads(body) == parsed
    return parsed


@pytest.mark.parametrize(
    ("came", "goes"),
    [
        ({"uri": "social.example"}, {"uri": "mastodon.gw.example"}),
        ({"uri": "https://social.example"}, {"uri": "https://mastodon.gw.example"}),
        ({"domain": "social.example"}, {"domain": "mastodon.gw.example"}),
        (
            {"urls": {"streaming_api": "wss://social.example", "other": "https://social.example"}},
            {"urls": {"streaming_api": "wss://mastodon.gw.example", "other": "https://social.example"}},
        ),
        (
            {"configuration": {"urls": {"streaming": "wss://streaming.social.example"}}},
            {"configuration": {"urls": {"streaming": "wss://mastodon.gw.example"}}},
        ),
        ({"urls": None, "configuration": [], "uri": 5}, {"urls": None, "configuration": [], "uri": 5}),
        ([{"uri": "social.example"}], [{"uri": "social.example"}]),
    ],
)
def test_instance(came: object, goes: object) -> None:
    """Where the API and the stream are is the door; whatever else stands there stays."""
    assert rewritten(came) == goes


def test_addresses_of_posts_stay() -> None:
    """Public addresses are for people and are not touched."""
    status = {"uri": "https://social.example/users/a/statuses/1", "url": "https://social.example/@a/1"}
    assert rewritten(status, instance=False) == status


def test_stream_of_a_door_without_tls() -> None:
    """A door on loopback has a plain web socket address."""
    door = Addresses(door="http://127.0.0.1:8401", upstream="http://127.0.0.1:9000")
    _, value = door.rewrite(b'{"uri":"127.0.0.1:9000","urls":{"streaming_api":"x"}}', instance=True)
    assert value == {"uri": "127.0.0.1:8401", "urls": {"streaming_api": "ws://127.0.0.1:8401"}}


def test_tokens_are_dropped_at_any_depth() -> None:
    """No answer hands a credential of the platform to a client."""
    came = {"a": [{"access_token": "x", "id": 1}], "token": "y", "client_secret": "z", "refresh_token": "r"}
    assert rewritten(came, instance=False) == {"a": [{"id": 1}]}


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a":1,"a":2}', b'{"a":"\\ud800"}', b"[" * 100])
def test_unreadable_answers(body: bytes) -> None:
    """What cannot be read in one way is not passed on."""
    with pytest.raises(MalformedRequest):
        DOOR.rewrite(body)


def test_headers() -> None:
    """An allow-list: rate limits and pages of the platform's own API; no cookies, nothing odd."""
    link = (
        '<https://social.example/api/v1/timelines/home?max_id=5>; rel="next", '
        '<https://social.example/api/v1/timelines/home?min_id=9>; rel="prev"'
    )
    came = [
        ("Link", link),
        ("X-RateLimit-Limit", "300"),
        ("Retry-After", "5"),
        ("Set-Cookie", "a=b"),
        ("Location", "https://social.example/"),
        ("X-RateLimit-Reset", "evil\r\nSet-Cookie: a=b"),
        ("X-RateLimit-Remaining", "1" * 300),
    ]
    assert DOOR.headers(came) == (
        (
            "link",
            (
                '<https://mastodon.gw.example/api/v1/timelines/home?max_id=5>; rel="next", '
                '<https://mastodon.gw.example/api/v1/timelines/home?min_id=9>; rel="prev"'
            ),
        ),
        ("x-ratelimit-limit", "300"),
        ("retry-after", "5"),
    )


@pytest.mark.parametrize(
    "link",
    [
        '<https://evil.example/api/v1/timelines/home?max_id=5>; rel="next"',
        '<https://social.example/other?max_id=5>; rel="next"',
        '<https://social.example/api/v1/x?a=b>; rel="canonical"',
        '<https://[broken/api/v1/x>; rel="next"',
        "nonsense",
        "",
    ],
)
def test_pages_elsewhere_are_left_out(link: str) -> None:
    """A client is never led away from the door."""
    assert DOOR.headers([("link", link)]) == ()
