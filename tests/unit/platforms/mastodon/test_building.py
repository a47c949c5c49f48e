"""From a post back to the wire: nothing is lost, nothing is added, nothing odd is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from proxy.core.errors import NotReleased
from proxy.core.model import Part, PartKind, Post, PostKind
from proxy.gate.wire import WireRequest
from proxy.platforms._wire.building import media_texts
from proxy.platforms.mastodon.building import build_request
from proxy.platforms.mastodon.parsing import read_draft
from proxy.platforms.mastodon.table import TABLE
from tests.factories import make_part, make_post


def post_of(method: str, path: str, fields: dict[str, object]) -> Post:
    """Parse a JSON request and make the Post that the gate would make."""
    endpoint = TABLE.find(method, path)
    request = WireRequest(
        method=method,
        path=path,
        query="",
        headers=(("content-type", "application/json"),),
        body=json.dumps(fields).encode(),
    )
    draft = read_draft(TABLE.by_name[endpoint.name], endpoint, request)
    return replace(
        make_post(operation=draft.operation, kind=draft.kind, parts=draft.parts),
        options=draft.options,
        media=draft.media,
    )


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("POST", "/api/v1/statuses", {"status": "Grüße\n😀", "visibility": "direct", "sensitive": False}),
        (
            "POST",
            "/api/v1/statuses",
            {"status": "x", "poll": {"options": ["a", "b", "c"], "expires_in": 300, "multiple": True}},
        ),
        ("PUT", "/api/v1/statuses/115", {"status": "", "spoiler_text": "", "media_ids": ["7", "8"]}),
        (
            "PUT",
            "/api/v1/statuses/115",
            {"status": "x", "media_attributes": [{"id": "7", "description": "a"}, {"id": "8"}]},
        ),
        ("POST", "/api/v1/lists", {"title": "x", "exclusive": True}),
        (
            "POST",
            "/api/v2/filters",
            {
                "title": "x",
                "context": ["home", "public"],
                "filter_action": "warn",
                "keywords_attributes": [{"keyword": "a", "whole_word": True}, {"keyword": "b", "whole_word": False}],
            },
        ),
        ("POST", "/api/v1/reports", {"account_id": "1", "status_ids": ["2", "3"], "comment": "x", "category": "spam"}),
        ("POST", "/api/v1/polls/5/votes", {"choices": [0, 2]}),
        ("DELETE", "/api/v1/statuses/115", {"delete_media": True}),
        ("POST", "/api/v1/statuses/115/favourite", {}),
    ],
)
def test_json_comes_back_as_it_was_meant(method: str, path: str, fields: dict[str, object]) -> None:
    """Parsed and built again, the request says the same."""
    request = build_request(post_of(method, path, fields), ())
    assert (request.method, request.path, request.content_type) == (method, path, "application/json")
    assert json.loads(request.body) == fields


def test_profile_goes_as_a_form() -> None:
    """Nested profile fields are sent in brackets, which every server reads."""
    fields = {"note": "Wir & ihr", "fields_attributes": [{"name": "a", "value": "b"}], "locked": False}
    request = build_request(post_of("PATCH", "/api/v1/accounts/update_credentials", fields), ())
    assert request.content_type == "application/x-www-form-urlencoded"
    assert parse_qsl(request.body.decode()) == [
        ("note", "Wir & ihr"),
        ("fields_attributes[0][name]", "a"),
        ("fields_attributes[0][value]", "b"),
        ("locked", "false"),
    ]


def test_new_and_kept_images_keep_their_order() -> None:
    """An edit that keeps one image and adds another one before it."""
    spool = "00000000-0000-4000-8000-00000000000a"
    post = post_of("PUT", "/api/v1/statuses/115", {"status": "x", "media_ids": [spool, "7"]})
    assert json.loads(build_request(post, ("99",)).body)["media_ids"] == ["99", "7"]


def test_texts_of_images_and_local_names_stay_out_of_the_body() -> None:
    """They were scanned with the post; descriptions go with the upload, local names nowhere."""
    alt = Part(kind=PartKind.ALT_TEXT, slot="media.0.description", text="Hund")
    name = Part(kind=PartKind.FILE_NAME, slot="file_name.0", text="Max.png")
    post = make_post(parts=(make_part("x"), alt, name))
    request = build_request(post, ())
    assert json.loads(request.body) == {"status": "x"}
    assert media_texts(post, 0) == (alt,)
    assert media_texts(post, 1) == ()


def path_id(text: str) -> Part:
    """Make the identifier of a path."""
    return Part(kind=PartKind.OTHER, slot="path.id", text=text)


@pytest.mark.parametrize(
    "post",
    [
        make_post(operation="unheard.of"),
        make_post(operation="status.edit", kind=PostKind.EDIT),
        make_post(parts=(make_part(), path_id("115"))),
        make_post(operation="status.delete", parts=(path_id("../accounts"),)),
        make_post(operation="status.delete", parts=(path_id("[entfernt]"),)),
        make_post(parts=(make_part(), make_part("[entfernt]", PartKind.OTHER, "in_reply_to_id"))),
        make_post(parts=(make_part(slot="email"),)),
        make_post(parts=(make_part(slot="poll"), make_part(slot="poll.options.0"))),
        make_post(parts=(make_part(), make_part("7", PartKind.OTHER, "media_ids.5"))),
        replace(make_post(), media=("m-1",)),
        replace(make_post(), options=(("admin", True),)),
    ],
)
def test_what_does_not_fit_its_endpoint_is_not_sent(post: Post) -> None:
    """Unknown operations, missing or odd identifiers (also after a redaction), foreign fields."""
    uploaded = ("99",) if post.parts[-1].slot == "media_ids.5" else ()
    candidate = replace(post, media=("m-1",)) if uploaded else post
    with pytest.raises(NotReleased):
        build_request(candidate, uploaded)
