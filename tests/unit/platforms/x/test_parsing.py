"""Requests as X's official clients send them, and what is refused."""

from __future__ import annotations

import base64
import json

import pytest

from proxy.core.errors import EndpointDenied, NotFound, RefusedRequest, UnknownField, UnreadableField
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import Draft, UploadStep, WireRequest
from proxy.platforms._wire.numbers import to_number
from proxy.platforms.x.parsing import read_draft
from proxy.platforms.x.table import TABLE
from tests.e2e.house import PIXEL

SPOOL = "00000000-0000-4000-8000-00000000000a"
NUMBER = to_number(SPOOL)


def parse(method: str, path: str, fields: object = None, *, query: str = "") -> Draft:
    """Parse one JSON request at its endpoint."""
    endpoint = TABLE.find(method, path)
    body = b"" if fields is None else json.dumps(fields).encode()
    headers = (("content-type", "application/json"),) if body else ()
    request = WireRequest(method=method, path=path, query=query, headers=headers, body=body)
    return read_draft(TABLE.by_name[endpoint.name], endpoint, request)


def texts(draft: Draft) -> dict[str, str]:
    """Return the parts by slot."""
    return {part.slot: part.text for part in draft.parts}


def test_a_whole_post() -> None:
    """Every text is a part, every identifier is one too, images are of the spool."""
    draft = parse(
        "POST",
        "/2/tweets",
        {
            "text": "a",
            "poll": {"options": ["b", "c"], "duration_minutes": 60},
            "quote_tweet_id": "7",
            "media": {"media_ids": [NUMBER], "tagged_user_ids": ["8"]},
            "reply_settings": "verified",
            "nullcast": False,
            "geo": {"place_id": "5a110d312052166f"},
        },
    )
    assert draft.kind is PostKind.POST
    assert texts(draft) == {
        "text": "a",
        "poll.options.0": "b",
        "poll.options.1": "c",
        "media.tagged_user_ids.0": "8",
        "geo.place_id": "5a110d312052166f",
        "quote_tweet_id": "7",
    }
    assert draft.media == (SPOOL,)
    assert dict(draft.options) == {"poll.duration_minutes": 60, "reply_settings": "verified", "nullcast": False}


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"reply": {"in_reply_to_tweet_id": "7"}}, PostKind.REPLY),
        ({"edit_options": {"previous_post_id": "7"}}, PostKind.EDIT),
        ({"edit_options": {"previous_post_id": "7"}, "reply": {"in_reply_to_tweet_id": "8"}}, PostKind.EDIT),
    ],
)
def test_kinds(fields: dict[str, object], kind: PostKind) -> None:
    """A reply knows what it answers, an edit what it replaces."""
    draft = parse("POST", "/2/tweets", {"text": "x", **fields})
    assert draft.kind is kind
    assert (draft.edit_of == "7") == (kind is PostKind.EDIT)
    assert (draft.reply_to is not None) == ("reply" in fields)


@pytest.mark.parametrize(
    ("method", "path", "fields", "kind"),
    [
        ("POST", "/2/dm_conversations/with/7/messages", {"text": "x"}, PartKind.BODY),
        (
            "POST",
            "/2/dm_conversations/7-8/messages",
            {"attachments": [{"media_id": NUMBER}], "text": "x"},
            PartKind.BODY,
        ),
        (
            "POST",
            "/2/dm_conversations",
            {"conversation_type": "Group", "participant_ids": ["1", "2"], "message": {"text": "x"}},
            PartKind.BODY,
        ),
        ("POST", "/2/lists", {"name": "Kunden", "description": "x", "private": True}, PartKind.TITLE),
        ("PUT", "/2/lists/7", {"description": "x"}, PartKind.BODY),
        ("POST", "/2/users/7/bookmarks/folders", {"name": "Kunden"}, PartKind.TITLE),
    ],
)
def test_messages_and_lists(method: str, path: str, fields: dict[str, object], kind: PartKind) -> None:
    """They carry text out as posts do."""
    draft = parse(method, path, fields)
    assert draft.kind is PostKind.MESSAGE
    assert kind in {part.kind for part in draft.parts}


def test_a_profile_in_the_query() -> None:
    """Tweepy puts the texts there; they are read, wherever they stand."""
    path = "/1.1/account/update_profile.json"
    draft = parse("POST", path, query="description=Wir+sind+da&location=Musterstadt")
    assert draft.kind is PostKind.PROFILE
    assert texts(draft) == {"description": "Wir sind da", "location": "Musterstadt"}
    with pytest.raises(RefusedRequest):
        parse("POST", path, query="skip_status=1")


def test_an_upload_as_base64() -> None:
    """The image is cleaned; no word of the announcement is kept."""
    media = base64.b64encode(PIXEL).decode()
    draft = parse("POST", "/2/media/upload", {"media": media, "media_category": "tweet_image"})
    assert [one.mime for one in draft.uploads] == ["image/png"]
    assert (draft.parts, draft.options, draft.place.step, draft.place.id) == ((), (), UploadStep.WHOLE, None)


def test_an_upload_in_pieces() -> None:
    """Announced, sent under the id of the answer, put together."""
    announced = {"media_type": "image/png", "total_bytes": len(PIXEL), "media_category": "tweet_image"}
    assert parse("POST", "/2/media/upload/initialize", announced).place.step is UploadStep.OPEN
    media = base64.b64encode(PIXEL[:9]).decode()
    piece = parse("POST", f"/2/media/upload/{NUMBER}/append", {"media": media, "segment_index": 3})
    assert (piece.place.step, piece.place.id, piece.place.piece) == (UploadStep.PIECE, SPOOL, 3)
    assert piece.uploads[0].data == PIXEL[:9]
    last = parse("POST", f"/2/media/upload/{NUMBER}/finalize")
    assert (last.place.step, last.place.id) == (UploadStep.CLOSE, SPOOL)
    assert last.place.clean is not None
    assert last.place.clean(PIXEL, "media").mime == "image/png"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/2/media/metadata", {"id": NUMBER, "metadata": {"alt_text": {"text": "Hund"}}}),
        ("/1.1/media/metadata/create.json", {"media_id": NUMBER, "alt_text": {"text": "Hund"}}),
    ],
)
def test_an_alt_text(path: str, fields: dict[str, object]) -> None:
    """It belongs to an image of the spool, named in the body."""
    draft = parse("POST", path, fields)
    assert [(part.kind, part.text) for part in draft.parts] == [(PartKind.ALT_TEXT, "Hund")]
    assert (draft.place.id, draft.media) == (SPOOL, ())


def test_acts() -> None:
    """What identifies their object is a part."""
    assert texts(parse("DELETE", "/2/tweets/7")) == {"path.id": "7"}
    assert texts(parse("POST", "/2/users/7/likes", {"tweet_id": "8"})) == {"tweet_id": "8", "path.id": "7"}
    assert texts(parse("DELETE", "/2/users/7/likes/8")) == {"path.id": "7", "path.other": "8"}


@pytest.mark.parametrize(
    ("path", "fields", "error"),
    [
        ("/2/tweets", {"text": "x", "unheard": "y"}, UnknownField),
        ("/2/tweets", {"text": "x", "poll": {"options": ["a"], "unheard": 1}}, UnknownField),
        ("/2/tweets", {"text": "x", "reply_settings": "everyone"}, UnreadableField),
        ("/2/tweets", {"text": "x", "quote_tweet_id": "Mustermann"}, UnreadableField),
        ("/2/tweets", {"text": "x", "media": {"media_ids": ["Mustermann"]}}, UnreadableField),
        ("/2/tweets", {"text": "x", "media": {"title": "y"}}, EndpointDenied),
        ("/2/tweets", {"text": ["x"]}, UnreadableField),
        ("/2/tweets", {"text": ""}, UnreadableField),
        ("/2/tweets", {}, UnreadableField),
        ("/2/dm_conversations/with/7/messages", {}, UnreadableField),
        ("/2/media/upload", {"media_category": "tweet_image"}, UnreadableField),
        ("/2/media/upload", {"media": "bm8gaW1hZ2U=", "media_category": "tweet_image"}, UnreadableField),
        ("/2/media/upload", {"media": "", "media_category": "tweet_video"}, UnreadableField),
        ("/2/media/upload/initialize", {"media_type": "video/mp4"}, UnreadableField),
        ("/2/media/upload/initialize", {"shared": True}, EndpointDenied),
        (f"/2/media/upload/{NUMBER}/append", {"media": "eA=="}, UnreadableField),
        (f"/2/media/upload/{'9' * 39}/finalize", None, NotFound),
        ("/1.1/media/upload.json", {"command": "INIT"}, EndpointDenied),
    ],
)
def test_refuses(path: str, fields: object, error: type[RefusedRequest]) -> None:
    """Unknown fields, other values, videos, nothing to say."""
    with pytest.raises(error):
        parse("POST", path, fields)
