"""From a post back to LinkedIn's wire: nothing is lost, nothing is added, nothing odd is sent."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from proxy.core.errors import NotReleased
from proxy.core.model import PartKind, Post
from proxy.gate.wire import WireRequest
from proxy.platforms.linkedin.building import PLAIN_TEXT, build_request
from proxy.platforms.linkedin.fields import image_urn
from proxy.platforms.linkedin.parsing import read_draft
from proxy.platforms.linkedin.table import TABLE, find
from tests.factories import make_part, make_post

SPOOLS = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"]
SHARE = "urn%3Ali%3Ashare%3A7"
POST: dict[str, object] = {
    "author": "urn:li:organization:5583111",
    "commentary": "Grüße\n😀",
    "visibility": "PUBLIC",
    "distribution": {"feedDistribution": "MAIN_FEED"},
    "lifecycleState": "PUBLISHED",
}


def post_of(method: str, path: str, fields: object = None, query: str = "") -> Post:
    """Parse a JSON request and make the Post that the gate would make."""
    endpoint = find(method, path)
    body = b"" if fields is None else json.dumps(fields).encode()
    headers = (("linkedin-version", "202601"), *([("content-type", "application/json")] if body else []))
    request = WireRequest(method=method, path=path, query=query, headers=headers, body=body)
    draft = read_draft(TABLE.by_name[endpoint.name], endpoint, request)
    post = make_post(operation=draft.operation, kind=draft.kind, parts=draft.parts)
    return replace(post, options=draft.options, media=draft.media)


@pytest.mark.parametrize(
    ("method", "path", "fields", "restli"),
    [
        ("POST", "/rest/posts", POST, "CREATE"),
        ("POST", f"/rest/posts/{SHARE}", {"patch": {"$set": {"commentary": "neu"}}}, "PARTIAL_UPDATE"),
        ("POST", f"/rest/socialActions/{SHARE}/comments", {"message": {"text": "Gern!"}}, "CREATE"),
    ],
)
def test_json_comes_back_as_it_was_meant(method: str, path: str, fields: object, restli: str) -> None:
    """With the headers LinkedIn asks for; encoded identifiers keep their form."""
    request = build_request(post_of(method, path, fields), ())
    assert (request.method, request.path) == (method, path)
    assert json.loads(request.body) == fields
    assert dict(request.headers) == {
        "LinkedIn-Version": "202601",
        "X-RestLi-Protocol-Version": "2.0.0",
        "X-RestLi-Method": restli,
    }


def test_a_plain_text_is_escaped() -> None:
    """Every sign of LinkedIn's own markup but those of hashtags; what a client of the door wrote stays as it is."""
    said = "Grüße (an @alle) {x} [y] a_b*c ~ <d> | \\ #Sparen"
    post = post_of("POST", "/rest/posts", {**POST, "commentary": said})
    plain = replace(post, options=(*post.options, (PLAIN_TEXT, True)))

    assert json.loads(build_request(post, ()).body)["commentary"] == said
    assert json.loads(build_request(plain, ()).body)["commentary"] == (
        r"Grüße \(an \@alle\) \{x\} \[y\] a\_b\*c \~ \<d\> \| \\ #Sparen"
    )


def test_a_delete_has_no_body() -> None:
    """Its actor, where it has one, goes in the query."""
    request = build_request(post_of("DELETE", f"/rest/posts/{SHARE}"), ())
    assert (request.path, request.body, request.content_type) == (f"/rest/posts/{SHARE}", b"", None)
    path = f"/rest/socialActions/{SHARE}/comments/8"
    request = build_request(post_of("DELETE", path, query="actor=urn%3Ali%3Aperson%3Aa"), ())
    assert (request.path, request.body) == (f"{path}?actor=urn%3Ali%3Aperson%3Aa", b"")


def test_images_go_where_they_stood() -> None:
    """Under LinkedIn's own names, each with its alt text."""
    images = [{"id": image_urn(spool), "altText": alt} for spool, alt in zip(SPOOLS, ("a", "b"), strict=True)]
    post = post_of("POST", "/rest/posts", {**POST, "content": {"multiImage": {"images": images}}})
    request = build_request(post, ("urn:li:image:1", "urn:li:image:2"))
    assert json.loads(request.body)["content"]["multiImage"]["images"] == [
        {"id": "urn:li:image:1", "altText": "a"},
        {"id": "urn:li:image:2", "altText": "b"},
    ]


@pytest.mark.parametrize(
    "post",
    [
        make_post(operation="unheard.of"),
        make_post(operation="post.create", parts=(make_part(slot="commentary"),)),
        replace(
            make_post(operation="post.create", parts=(make_part("[entfernt]", PartKind.OTHER, "author"),)),
            options=(("restli.version", "202601"),),
        ),
        replace(
            make_post(operation="post.create", parts=(make_part(slot="commentary"),)),
            options=(("content.media.id", 0), ("restli.version", "202601")),
        ),
    ],
)
def test_what_does_not_fit_its_endpoint_is_not_sent(post: Post) -> None:
    """Unknown operations, no version, odd identifiers, images that are not there."""
    with pytest.raises(NotReleased):
        build_request(post, ())


def test_every_image_must_be_there() -> None:
    """An image of the post without LinkedIn's name."""
    post = post_of("POST", "/rest/posts", {**POST, "content": {"media": {"id": image_urn(SPOOLS[0])}}})
    with pytest.raises(NotReleased):
        build_request(post, ())
