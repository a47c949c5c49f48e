"""From a post back to X's wire: nothing is lost, nothing is added, nothing odd is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from proxy.core.errors import NotReleased
from proxy.core.model import PartKind, Post, PostKind
from proxy.gate.wire import WireRequest
from proxy.platforms._wire.numbers import to_number
from proxy.platforms.x.building import build_request
from proxy.platforms.x.parsing import read_draft
from proxy.platforms.x.table import TABLE
from tests.factories import make_part, make_post

SPOOL = "00000000-0000-4000-8000-00000000000a"


def post_of(method: str, path: str, fields: object = None, *, query: str = "") -> Post:
    """Parse a JSON request and make the Post that the gate would make."""
    endpoint = TABLE.find(method, path)
    body = b"" if fields is None else json.dumps(fields).encode()
    headers = (("content-type", "application/json"),) if body else ()
    request = WireRequest(method=method, path=path, query=query, headers=headers, body=body)
    draft = read_draft(TABLE.by_name[endpoint.name], endpoint, request)
    post = make_post(operation=draft.operation, kind=draft.kind, parts=draft.parts)
    return replace(post, options=draft.options, media=draft.media)


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        (
            "POST",
            "/2/tweets",
            {
                "text": "Grüße\n😀",
                "poll": {"options": ["a", "b"], "duration_minutes": 60},
                "reply": {"in_reply_to_tweet_id": "7", "exclude_reply_user_ids": ["8", "9"]},
                "geo": {"place_id": "5a110d312052166f"},
                "made_with_ai": True,
            },
        ),
        ("POST", "/2/dm_conversations/7-8/messages", {"text": "x"}),
        ("PUT", "/2/lists/7", {"name": "x", "private": False}),
        ("PUT", "/2/tweets/7/hidden", {"hidden": True}),
        ("POST", "/2/users/7/likes", {"tweet_id": "8"}),
    ],
)
def test_json_comes_back_as_it_was_meant(method: str, path: str, fields: dict[str, object]) -> None:
    """Parsed and built again, the request says the same."""
    request = build_request(post_of(method, path, fields), ())
    assert (request.method, request.path, request.content_type) == (method, path, "application/json")
    assert json.loads(request.body) == fields


def test_a_delete_has_no_body() -> None:
    """Neither bytes nor a content type."""
    request = build_request(post_of("DELETE", "/2/users/7/likes/8"), ())
    assert (request.path, request.content_type, request.body) == ("/2/users/7/likes/8", None, b"")


def test_a_profile_goes_as_a_form() -> None:
    """Whatever way it came: nothing of it is in an address."""
    request = build_request(post_of("POST", "/1.1/account/update_profile.json", query="description=Wir+%26+ihr"), ())
    assert request.path == "/1.1/account/update_profile.json"
    assert parse_qsl(request.body.decode()) == [("description", "Wir & ihr")]


@pytest.mark.parametrize(
    ("path", "fields", "built"),
    [
        (
            "/2/tweets",
            {"media": {"media_ids": [to_number(SPOOL)], "tagged_user_ids": ["7"]}},
            {"media": {"media_ids": ["99"], "tagged_user_ids": ["7"]}},
        ),
        (
            "/2/dm_conversations/with/7/messages",
            {"attachments": [{"media_id": to_number(SPOOL)}]},
            {"attachments": [{"media_id": "99"}]},
        ),
        (
            "/2/dm_conversations",
            {"conversation_type": "Group", "message": {"attachments": [{"media_id": to_number(SPOOL)}]}},
            {"conversation_type": "Group", "message": {"attachments": [{"media_id": "99"}]}},
        ),
    ],
)
def test_images_go_where_the_kind_of_post_has_them(path: str, fields: object, built: object) -> None:
    """Under X's own ids."""
    assert json.loads(build_request(post_of("POST", path, fields), ("99",)).body) == built


@pytest.mark.parametrize(
    "post",
    [
        make_post(operation="unheard.of"),
        make_post(operation="tweet.delete", kind=PostKind.ACT, parts=(make_part("../x", PartKind.OTHER, "path.id"),)),
        make_post(operation="tweet.delete", kind=PostKind.ACT, parts=()),
        make_post(operation="tweet.create", parts=(make_part("[entfernt]", PartKind.OTHER, "quote_tweet_id"),)),
        make_post(operation="tweet.create", parts=(make_part(slot="status"),)),
        replace(make_post(operation="tweet.create", parts=(make_part(slot="text"),)), media=("m-1",)),
    ],
)
def test_what_does_not_fit_its_endpoint_is_not_sent(post: Post) -> None:
    """Unknown operations, missing or odd identifiers (also after a redaction), foreign fields, missing images."""
    with pytest.raises(NotReleased):
        build_request(post, ())


def test_a_text_in_the_place_of_an_object_is_not_sent() -> None:
    """A post whose slots contradict its images cannot come from a parser."""
    post = make_post(operation="tweet.create", parts=(make_part(slot="media"),))
    with pytest.raises(NotReleased):
        build_request(replace(post, media=("m-1",)), ("99",))
