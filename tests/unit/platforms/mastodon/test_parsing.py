"""Requests as the clients send them, and what is refused."""

from __future__ import annotations

import io
import json
from urllib.parse import urlencode

import pytest
import requests
from PIL import Image

from proxy.core.errors import (
    EndpointDenied,
    MalformedRequest,
    RefusedRequest,
    UnknownField,
    UnreadableField,
)
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import Draft, WireRequest
from proxy.platforms.mastodon.parsing import read_draft
from proxy.platforms.mastodon.table import TABLE

SPOOL = "00000000-0000-4000-8000-00000000000a"
JSON = ("content-type", "application/json")
FORM = ("content-type", "application/x-www-form-urlencoded")


def parse(method: str, path: str, body: bytes = b"", *headers: tuple[str, str], query: str = "") -> Draft:
    """Parse one request at its endpoint."""
    endpoint = TABLE.find(method, path)
    request = WireRequest(method=method, path=path, query=query, headers=headers, body=body)
    return read_draft(TABLE.by_name[endpoint.name], endpoint, request)


def post_json(fields: dict[str, object], *headers: tuple[str, str]) -> Draft:
    """Post a status as JSON."""
    return parse("POST", "/api/v1/statuses", json.dumps(fields).encode(), JSON, *headers)


def texts(draft: Draft) -> dict[str, str]:
    """Return the parts by slot."""
    return {part.slot: part.text for part in draft.parts}


def test_mastodon_py_form() -> None:
    """Mastodon.py posts a form with `0` for false."""
    body = urlencode({"status": "Grüße!", "sensitive": "0", "visibility": "public"}).encode()
    draft = parse("POST", "/api/v1/statuses", body, FORM)
    assert draft.kind is PostKind.POST
    assert texts(draft) == {"status": "Grüße!"}
    assert draft.options == (("sensitive", False), ("visibility", "public"))


def test_mastodon_py_poll_is_json_with_strings_for_booleans() -> None:
    """With a poll the same client posts JSON, and the same value as string."""
    poll = {"options": ["Ja", "Nein"], "expires_in": 3600, "multiple": False, "hide_totals": True}
    draft = post_json({"status": "Frage", "sensitive": "0", "poll": poll})
    assert [(part.kind, part.slot, part.text) for part in draft.parts] == [
        (PartKind.BODY, "status", "Frage"),
        (PartKind.POLL_OPTION, "poll.options.0", "Ja"),
        (PartKind.POLL_OPTION, "poll.options.1", "Nein"),
    ]
    assert draft.options == (
        ("poll.expires_in", 3600),
        ("poll.hide_totals", True),
        ("poll.multiple", False),
        ("sensitive", False),
    )


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, PostKind.POST),
        ({"in_reply_to_id": "115"}, PostKind.REPLY),
        ({"visibility": "direct"}, PostKind.MESSAGE),
        ({"visibility": "direct", "in_reply_to_id": 115}, PostKind.MESSAGE),
    ],
)
def test_kinds(fields: dict[str, object], kind: PostKind) -> None:
    """A status is a post, a reply or a message."""
    assert post_json({"status": "x", **fields}).kind is kind


def test_everything_a_status_can_say() -> None:
    """Each text is a part of its kind, each identifier a part too, the rest are options."""
    draft = post_json(
        {
            "status": "a",
            "spoiler_text": "b",
            "in_reply_to_id": "115",
            "quoted_status_id": "116",
            "language": "de",
            "sensitive": True,
            "media_ids": [SPOOL],
            "content_type": "text/plain",
            "quote_approval_policy": "nobody",
            "poll": None,
        },
        ("idempotency-key", "abc-1"),
    )
    assert texts(draft) == {"status": "a", "spoiler_text": "b", "in_reply_to_id": "115", "quoted_status_id": "116"}
    assert dict(draft.options) == {"language": "de", "sensitive": True, "quote_approval_policy": "nobody"}
    assert draft.media == (SPOOL,)
    assert draft.idempotency_key == "abc-1"
    assert draft.operation == "status.create"


def test_an_edit_names_what_it_edits() -> None:
    """PUT is an edit; alt texts of existing images are parts; images of the platform keep their place."""
    fields = {
        "status": "neu",
        "media_ids": ["77", SPOOL],
        "media_attributes": [{"id": "77", "description": "Ein Hund", "focus": "0.0,0.0"}],
    }
    draft = parse("PUT", "/api/v1/statuses/115", json.dumps(fields).encode(), JSON)
    assert draft.kind is PostKind.EDIT
    assert draft.edit_of == "115"
    assert texts(draft) == {
        "status": "neu",
        "media_ids.0": "77",
        "media_attributes.0.id": "77",
        "media_attributes.0.description": "Ein Hund",
        "path.id": "115",
    }
    assert draft.media == (SPOOL,)


def test_profile_in_brackets_and_as_json() -> None:
    """Mastodon.py and toot send brackets, megalodon sends JSON: the same Draft."""
    form = urlencode(
        {
            "display_name": "Bank",
            "note": "Wir",
            "fields_attributes[0][name]": "Netz",
            "fields_attributes[0][value]": "bank.example",
            "source[privacy]": "unlisted",
            "locked": "1",
        }
    ).encode()
    as_json = {
        "display_name": "Bank",
        "note": "Wir",
        "fields_attributes": [{"name": "Netz", "value": "bank.example"}],
        "source": {"privacy": "unlisted"},
        "locked": True,
    }
    path = "/api/v1/accounts/update_credentials"
    draft = parse("PATCH", path, form, FORM)
    assert draft == parse("PATCH", path, json.dumps(as_json).encode(), JSON)
    assert draft.kind is PostKind.PROFILE
    assert [part.kind for part in draft.parts] == [PartKind.DISPLAY_NAME] + [PartKind.PROFILE_FIELD] * 3


def picture() -> bytes:
    """Draw a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return out.getvalue()


def upload(field: str, data: bytes, **fields: str) -> tuple[bytes, tuple[str, str]]:
    """Return a multipart body as requests builds it, and its content type."""
    files = {field: ("IMG Max Mustermann.png", data, "image/png")}
    sent = requests.Request("POST", "http://x/", data=fields, files=files).prepare()
    assert isinstance(sent.body, bytes)
    return sent.body, ("content-type", str(sent.headers["content-type"]))


def test_upload() -> None:
    """The description is an alt text, the local file name is scanned, the image is cleaned."""
    body, kind = upload("file", picture(), description="Ein Hund")
    draft = parse("POST", "/api/v2/media", body, kind)
    assert draft.kind is PostKind.MEDIA
    assert [(part.kind, part.slot, part.text) for part in draft.parts] == [
        (PartKind.FILE_NAME, "file_name.0", "IMG Max Mustermann.png"),
        (PartKind.ALT_TEXT, "description", "Ein Hund"),
    ]
    assert [(one.slot, one.mime) for one in draft.uploads] == [("file", "image/png")]


def test_new_description_of_an_own_image() -> None:
    """PUT on an image of the spool carries its texts alone."""
    draft = parse("PUT", f"/api/v1/media/{SPOOL}", b"description=Ein+Hund", FORM)
    assert texts(draft) == {"description": "Ein Hund"}
    assert draft.uploads == ()


@pytest.mark.parametrize(
    ("method", "path", "fields", "kind"),
    [
        ("POST", "/api/v1/lists", {"title": "Kunden", "replies_policy": "list"}, PartKind.TITLE),
        ("PUT", "/api/v1/lists/5", {"title": "Kunden"}, PartKind.TITLE),
        ("POST", "/api/v1/filters", {"phrase": "x", "context": ["home"], "whole_word": "1"}, PartKind.COMMENT),
        ("POST", "/api/v2/filters", {"title": "x", "context": ["home"], "filter_action": "warn"}, PartKind.TITLE),
        ("POST", "/api/v2/filters/5/keywords", {"keyword": "x"}, PartKind.COMMENT),
        ("POST", "/api/v1/reports", {"account_id": "1", "comment": "x"}, PartKind.COMMENT),
        ("POST", "/api/v1/accounts/5/note", {"comment": "x"}, PartKind.COMMENT),
        ("POST", "/api/v1/featured_tags", {"name": "x"}, PartKind.TITLE),
    ],
)
def test_text_in_other_places_is_a_message(method: str, path: str, fields: dict[str, object], kind: PartKind) -> None:
    """Lists, filters, reports, notes and tags carry text out as well."""
    draft = parse(method, path, json.dumps(fields).encode(), JSON)
    assert draft.kind is PostKind.MESSAGE
    assert kind in {part.kind for part in draft.parts}


def test_acts_have_their_identifiers_scanned() -> None:
    """An act is a Post without text of the author; what identifies its object is a part."""
    draft = parse("POST", "/api/v1/statuses/115/reblog", b"visibility=unlisted", FORM)
    assert draft.kind is PostKind.ACT
    assert texts(draft) == {"path.id": "115"}
    assert draft.options == (("visibility", "unlisted"),)
    added = parse("POST", "/api/v1/lists/5/accounts", b"account_ids[]=1&account_ids[]=2", FORM)
    assert texts(added) == {"account_ids.0": "1", "account_ids.1": "2", "path.id": "5"}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"status": "x", "foo": "y"}, UnknownField),
        ({"status": "x", "poll": {"options": ["a"], "foo": 1}}, UnknownField),
        ({"status": "x", "quote_id": "1"}, UnknownField),
        ({"status": "x", "scheduled_at": "2026-12-24T12:00:00"}, UnreadableField),
        ({"status": "x", "scheduled_at": "morgen"}, UnreadableField),
        ({"status": "x", "scheduled_at": "0001-01-01T00:00:00+23:59"}, UnreadableField),
        ({"status": "x", "scheduled_at": "2026-12-24T12:00:00Z" + "0" * 40}, UnreadableField),
        ({"status": "x", "visibility": "everyone"}, UnreadableField),
        ({"status": "x", "language": "Deutsch"}, UnreadableField),
        ({"status": "x", "content_type": "text/html"}, UnreadableField),
        ({"status": "x", "media_ids": ["77"]}, UnreadableField),
        ({"status": ["x"]}, UnreadableField),
        ({"status": 5}, UnreadableField),
        ({}, UnreadableField),
        ({"status": ""}, UnreadableField),
        ({"status": "", "spoiler_text": "", "in_reply_to_id": "115"}, UnreadableField),
        ({"status": "x", "_method": "PUT"}, MalformedRequest),
    ],
)
def test_refuses_statuses(fields: dict[str, object], error: type[RefusedRequest]) -> None:
    """Unknown fields, other values, schedules, nothing to say."""
    with pytest.raises(error):
        post_json(fields)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "query"),
    [
        ("POST", "/api/v1/statuses", b"status=x", [FORM], "status=y"),
        ("POST", "/api/v1/statuses", b"status=x", [FORM, ("idempotency-key", "a"), ("idempotency-key", "b")], ""),
        ("POST", "/api/v1/statuses", b"status=x", [FORM, ("idempotency-key", "x" * 256)], ""),
        ("POST", "/api/v1/statuses", b"status=x", [FORM, ("idempotency-key", "ü")], ""),
        ("POST", "/api/v1/statuses", b"status=x", [FORM, ("idempotency-key", "")], ""),
        ("POST", "/api/v1/statuses/5/reblog", b"comment=x", [FORM], ""),
        ("DELETE", "/api/v1/statuses/5", b"", [], "delete_media=1"),
        ("POST", "/api/v2/media", b"description=x", [FORM], ""),
        ("PATCH", "/api/v1/accounts/update_credentials", b"email=x", [FORM], ""),
    ],
)
def test_refuses_requests(method: str, path: str, body: bytes, headers: list[tuple[str, str]], query: str) -> None:
    """Queries on writes, bad keys, fields of other endpoints, uploads without an image."""
    with pytest.raises(RefusedRequest):
        parse(method, path, body, *headers, query=query)


def test_images_of_a_profile_are_denied_in_words() -> None:
    """An avatar would need a place in the spool; until then the refusal says what works."""
    body, kind = upload("avatar", picture(), note="x")
    with pytest.raises(EndpointDenied) as caught:
        parse("PATCH", "/api/v1/accounts/update_credentials", body, kind)
    assert "texts alone" in caught.value.diagnostics().remedy
