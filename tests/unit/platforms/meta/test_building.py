"""From a post back to Meta's wire: nothing is lost, nothing is added, nothing odd is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from proxy.core.errors import NotReleased
from proxy.core.model import PartKind
from proxy.gate.ports import SpooledMedia
from proxy.platforms._wire.multipart import FilePart, read_multipart
from proxy.platforms.meta.building import build_container, build_photo, build_publish, build_request
from proxy.platforms.meta.parsing import CONTAINER_TYPE
from proxy.platforms.meta.table import table_of
from tests.factories import make_part, make_post

HOSTS = frozenset({"images.bank.example"})
FACEBOOK, THREADS = table_of("facebook", HOSTS), table_of("threads", HOSTS)
PATH = (make_part("v26.0", PartKind.OTHER, "path.version"), make_part("104", PartKind.OTHER, "path.id"))
KEPT = SpooledMedia(
    id="m-1",
    mime=CONTAINER_TYPE,
    parts=(make_part("alt", slot="text"),),
    data=b'{"media_type":"TEXT","reply_to_id":"17"}',
    decision="r",
)


def test_a_post_is_a_form() -> None:
    """In the body, whatever way it came; nothing of it is in an address."""
    post = make_post(operation="feed.create", parts=(make_part("Wir & ihr", slot="message"), *PATH))
    request = build_request(FACEBOOK, post)
    assert (request.method, request.path) == ("POST", "/v26.0/104/feed")
    assert parse_qs(request.body.decode()) == {"message": ["Wir & ihr"]}


def test_a_message_is_json() -> None:
    """Objects within objects."""
    parts = (make_part("Gern", slot="message.text"), make_part("7", PartKind.OTHER, "recipient.id"), *PATH)
    request = build_request(FACEBOOK, make_post(operation="message.create", parts=parts))
    assert json.loads(request.body) == {"message": {"text": "Gern"}, "recipient": {"id": "7"}}


def test_a_photo_is_multipart() -> None:
    """With its decided texts, under a neutral name."""
    name = make_part("IMG.png", PartKind.FILE_NAME, "media.0.source_name.0")
    post = make_post(operation="photo.create", parts=(make_part("Neu", slot="caption"), name, *PATH))
    request = build_photo(FACEBOOK, replace(post, media=("m-1",)), replace(KEPT, mime="image/png", data=b"picture"))
    assert request.content_type is not None
    assert read_multipart(request.body, request.content_type.partition("boundary=")[2]) == [
        ("source", FilePart(names=("image.png",), data=b"picture")),
        ("caption", "Neu"),
    ]


def test_a_container_has_the_texts_that_were_decided() -> None:
    """Not those of the spool; what identifies is from the spool."""
    parts = (make_part("neu", slot="media.0.text"), *PATH)
    post = replace(make_post(operation="media.publish", parts=parts), media=("m-1",))
    request = build_container(THREADS, post, KEPT)
    assert request.path == "/v26.0/104/threads"
    assert parse_qs(request.body.decode()) == {"text": ["neu"], "media_type": ["TEXT"], "reply_to_id": ["17"]}
    published = build_publish(THREADS, post, "900")
    assert (published.path, published.body) == ("/v26.0/104/threads_publish", b"creation_id=900")


def test_a_whole_post_is_a_container_and_its_publication() -> None:
    """Of its own texts; a container without one is not made."""
    parts = (make_part("neu", slot="text"), make_part("17", PartKind.OTHER, "reply_to_id"), *PATH)
    post = replace(make_post(operation="post.create", parts=parts), options=(("media_type", "TEXT"),))
    request = build_container(THREADS, post, None)
    assert request.path == "/v26.0/104/threads"
    assert parse_qs(request.body.decode()) == {"text": ["neu"], "media_type": ["TEXT"], "reply_to_id": ["17"]}
    assert build_publish(THREADS, post, "900").path == "/v26.0/104/threads_publish"
    with pytest.raises(NotReleased):
        build_container(THREADS, replace(post, operation="media.publish"), None)
    with pytest.raises(NotReleased):
        build_container(THREADS, post, KEPT)


def test_what_does_not_fit_is_not_sent() -> None:
    """Other uploads, other fields, other operations."""
    post = replace(make_post(operation="media.publish", parts=PATH), media=("m-1",))
    for item in (
        replace(KEPT, mime="image/png"),
        replace(KEPT, data=b"no json"),
        replace(KEPT, data=b'{"unheard":"true"}'),
    ):
        with pytest.raises(NotReleased):
            build_container(THREADS, post, item)
    with pytest.raises(NotReleased):
        build_container(THREADS, replace(post, parts=()), KEPT)
    with pytest.raises(NotReleased):
        build_photo(FACEBOOK, make_post(operation="photo.create", parts=PATH), KEPT)
    with pytest.raises(NotReleased):
        build_request(FACEBOOK, make_post(operation="unheard.of"))
