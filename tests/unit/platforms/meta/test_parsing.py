"""Requests as Meta's clients send them, and what is refused."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
import requests

from proxy.core.errors import EndpointDenied, MalformedRequest, RefusedRequest, UnknownField, UnreadableField
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import Draft, WireRequest
from proxy.platforms._wire.numbers import to_number
from proxy.platforms.meta.parsing import CONTAINER_TYPE, read_draft, token_of
from proxy.platforms.meta.table import table_of
from tests.e2e.house import PIXEL

SPOOL = "00000000-0000-4000-8000-00000000000a"
FORM = ("content-type", "application/x-www-form-urlencoded")
HOSTS = frozenset({"images.bank.example"})


def parse(
    platform: str, path: str, fields: dict[str, str], *, query: str = "", headers: tuple[tuple[str, str], ...] = (FORM,)
) -> Draft:
    """Parse one form at its endpoint."""
    table = table_of(platform, HOSTS)
    endpoint = table.find("POST", path)
    body = urlencode(fields).encode()
    request = WireRequest(method="POST", path=path, query=query, headers=headers, body=body)
    return read_draft(table.by_name[endpoint.name], endpoint, request)


def texts(draft: Draft) -> dict[str, str]:
    """Return the parts by slot, without version and account."""
    return {part.slot: part.text for part in draft.parts if not part.slot.startswith("path.")}


def test_a_post_in_form_and_query() -> None:
    """The token is no part; the same fields in the query are the same post."""
    fields = {"message": "Hallo", "link": "https://bank.example", "access_token": "pgt_a"}
    draft = parse("facebook", "/v26.0/104/feed", fields)
    assert (draft.kind, texts(draft)) == (PostKind.POST, {"message": "Hallo", "link": "https://bank.example"})
    assert draft == parse("facebook", "/v26.0/104/feed", {}, query=urlencode(fields))


def test_edits_comments_and_messages() -> None:
    """Each is told apart and knows what it belongs to."""
    edit = parse("facebook", "/v26.0/104_7", {"message": "Neu"})
    assert (edit.kind, edit.edit_of) == (PostKind.EDIT, "104_7")
    comment = parse("facebook", "/v26.0/104_7/comments", {"message": "Gern"})
    assert (comment.kind, comment.reply_to) == (PostKind.REPLY, "104_7")
    said = {"recipient": '{"id":"7"}', "message": '{"text":"Gern"}', "messaging_type": "RESPONSE"}
    message = parse("facebook", "/v26.0/104/messages", said)
    assert (message.kind, texts(message)) == (PostKind.MESSAGE, {"recipient.id": "7", "message.text": "Gern"})


def test_a_photo() -> None:
    """Its image comes with the post; its local name is scanned."""
    sent = requests.Request(
        "POST", "http://x/", data={"caption": "Neu"}, files={"source": ("Mustermann.png", PIXEL, "image/png")}
    ).prepare()
    assert isinstance(sent.body, bytes)
    table = table_of("facebook", HOSTS)
    endpoint = table.find("POST", "/v26.0/104/photos")
    headers = (("content-type", str(sent.headers["content-type"])),)
    request = WireRequest(method="POST", path="/v26.0/104/photos", query="", headers=headers, body=sent.body)
    draft = read_draft(table.by_name[endpoint.name], endpoint, request)
    assert [one.mime for one in draft.uploads] == ["image/png"]
    assert PartKind.FILE_NAME in {part.kind for part in draft.parts}


def test_a_container() -> None:
    """Its texts are parts; what else it holds is sealed with it; only its post decides."""
    fields = {
        "text": "Hallo",
        "image_url": "https://images.bank.example/a.jpg",
        "media_type": "IMAGE",
        "reply_to_id": "17",
        "access_token": "pgt_a",
    }
    draft = parse("threads", "/v1.0/me/threads", fields)
    assert texts(draft)["text"] == "Hallo"
    ((upload,), undecided) = draft.uploads, draft.undecided
    assert (upload.mime, undecided, draft.options) == (CONTAINER_TYPE, True, ())
    assert json.loads(upload.data) == {
        "media_type": "IMAGE",
        "reply_to_id": "17",
    }


def test_publishing_a_container() -> None:
    """It names one of the gateway's own."""
    draft = parse("instagram", "/v26.0/17/media_publish", {"creation_id": to_number(SPOOL)})
    assert draft.idempotency_key == f"container:{SPOOL}"
    assert (draft.kind, draft.media) == (PostKind.POST, (SPOOL,))


@pytest.mark.parametrize(
    ("platform", "path", "fields", "error"),
    [
        ("facebook", "/v26.0/104/feed", {}, UnreadableField),
        ("facebook", "/v26.0/104/feed", {"message": "x", "unheard": "y"}, UnknownField),
        ("facebook", "/v26.0/104/feed", {"message": "x", "published": "false"}, UnreadableField),
        ("facebook", "/v26.0/104/feed", {"message": "x", "scheduled_publish_time": "1"}, EndpointDenied),
        ("facebook", "/v26.0/104/feed", {"message": "x", "attached_media": "[]"}, EndpointDenied),
        ("facebook", "/v26.0/104/feed", {"message": "x", "batch": "[]"}, MalformedRequest),
        ("facebook", "/v26.0/104/photos", {"url": "https://images.bank.example/a.jpg"}, EndpointDenied),
        ("instagram", "/v26.0/17/media_publish", {}, UnreadableField),
        ("instagram", "/v26.0/17/media_publish", {"creation_id": "x"}, UnreadableField),
        ("instagram", "/v26.0/17/media", {"media_type": "IMAGE"}, UnreadableField),
        ("instagram", "/v26.0/17/media", {"video_url": "https://images.bank.example/a.mp4"}, EndpointDenied),
        ("threads", "/v1.0/me/threads", {"text": "x", "auto_publish_text": "true"}, EndpointDenied),
    ],
)
def test_refuses(platform: str, path: str, fields: dict[str, str], error: type[RefusedRequest]) -> None:
    """Drafts, times, batches, videos, publishing at once, nothing to say."""
    with pytest.raises(error):
        parse(platform, path, fields)


def test_tokens_from_everywhere() -> None:
    """Header, query or body; the same in two places is one, two different ones are two authors."""
    bearer = ("authorization", "Bearer pgt_a")
    for headers, query, body in (((bearer,), "", None), ((), "access_token=pgt_a", None), ((), "", "pgt_a")):
        assert token_of(WireRequest(method="GET", path="/", query=query, headers=headers), body) == "pgt_a"
    both = WireRequest(method="GET", path="/", query="access_token=pgt_a", headers=(bearer,))
    assert token_of(both, "pgt_a") == "pgt_a"
    with pytest.raises(MalformedRequest):
        token_of(both, "pgt_b")
    assert token_of(WireRequest(method="GET", path="/", query="", headers=())) is None
