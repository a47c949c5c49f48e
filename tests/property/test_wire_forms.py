"""
The same status in JSON, form and multipart is the same Post, and what is scanned is what is sent.

No input makes a reader fail in any other way than by refusing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from proxy.core.errors import RefusedRequest
from proxy.core.model import PartKind, PostKind
from proxy.gate.wire import Draft, WireRequest
from proxy.platforms._wire.images import clean_image
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.building import build_request
from proxy.platforms.mastodon.door import MastodonDoor
from tests.factories import make_post

DOOR = MastodonDoor(Addresses(door="https://gw.example", upstream="https://social.example"))
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40).filter(
    lambda text: not text.startswith("\ufeff")
)
STATUS = st.fixed_dictionaries(
    {"status": TEXT.filter(bool)},
    optional={
        "spoiler_text": TEXT,
        "sensitive": st.booleans(),
        "visibility": st.sampled_from(["public", "unlisted", "private", "direct"]),
        "language": st.sampled_from(["de", "en", "gsw"]),
        "in_reply_to_id": st.from_regex(r"\A[0-9A-Za-z]{1,20}\Z"),
        "poll": st.fixed_dictionaries(
            {"options": st.lists(TEXT, min_size=1, max_size=4), "expires_in": st.integers(1, 86_400)},
            optional={"multiple": st.booleans()},
        ),
        "media_ids": st.lists(st.uuids().map(str), max_size=3, unique=True).filter(bool),
    },
)


def parse(body: bytes, content_type: str) -> Draft:
    """Parse a new status."""
    request = WireRequest(
        method="POST", path="/api/v1/statuses", query="", headers=(("content-type", content_type),), body=body
    )
    return asyncio.run(DOOR.parse(DOOR.endpoint("POST", "/api/v1/statuses"), request))


def flatten(fields: dict[str, Any]) -> list[tuple[str, str]]:
    """Write fields the way forms do."""
    pairs: list[tuple[str, str]] = []
    for name, value in fields.items():
        if isinstance(value, dict):
            for key, item in value.items():
                items = item if isinstance(item, list) else [item]
                suffix = "[]" if isinstance(item, list) else ""
                pairs += [(f"{name}[{key}]{suffix}", word(one)) for one in items]
        elif isinstance(value, list):
            pairs += [(f"{name}[]", word(one)) for one in value]
        else:
            pairs.append((name, word(value)))
    return pairs


def word(value: object) -> str:
    """Write a value the way Mastodon.py does."""
    return str(int(value)) if isinstance(value, bool) else str(value)


def multipart(pairs: list[tuple[str, str]]) -> bytes:
    """Write a multipart body whose boundary is in no value."""
    parts = [f'--=-=b17\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs]
    return ("".join(parts) + "--=-=b17--\r\n").encode()


@given(STATUS)
def test_three_wire_formats_one_draft(fields: dict[str, Any]) -> None:
    """JSON, form and multipart of one status give equal Drafts."""
    pairs = flatten(fields)
    as_json = parse(json.dumps(fields).encode(), "application/json")
    as_form = parse(urlencode(pairs).encode(), "application/x-www-form-urlencoded")
    as_parts = parse(multipart(pairs), 'multipart/form-data; boundary="=-=b17"')
    assert as_json == as_form == as_parts


@given(STATUS)
def test_what_is_scanned_is_what_is_sent(fields: dict[str, Any]) -> None:
    """Every string that goes to the platform is, unchanged, a part of the Post that was scanned."""
    draft = parse(json.dumps(fields).encode(), "application/json")
    post = replace(make_post(kind=PostKind.POST, parts=draft.parts), options=draft.options, media=draft.media)
    uploaded = [str(number) for number in range(len(post.media))]
    sent = json.loads(build_request(post, uploaded).body)
    assert sent.pop("media_ids", []) == uploaded
    expected = {name: value for name, value in fields.items() if name != "media_ids"}
    assert sent == expected
    scanned = {part.text for part in draft.parts}
    strings = [
        text for _, text in flatten({name: v for name, v in sent.items() if name not in {"visibility", "language"}})
    ]
    numbers = {word(value) for _, value in draft.options}
    assert set(strings) <= scanned | numbers
    assert all(part.kind is not PartKind.FILE_NAME for part in draft.parts)


@given(
    st.binary(max_size=300),
    st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain", ";;"]
    ),
)
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str) -> None:
    """No input fails in any other way than by refusing."""
    with contextlib.suppress(RefusedRequest):
        parse(body, content_type)


PIECES = st.sampled_from(
    [
        *(b"--b", b"--b--", b"\r\n", b"\r\n\r\n", b'Content-Disposition: form-data; name="status"', b"; filename=x"),
        *(b"status=", b"&", b"%", b"%00", b"%ff", b"[]", b"[a]", b"poll[options]", b"media_ids[]=", b"=", b";"),
        *(b'{"status":', b'"', b"\\u0000", b"\\ud800", b"}", b"[", b"]", b",", b"1e999", b"NaN", b"null", b"\x00"),
        *(b"Content-Type: text/plain", b"Content-Type: multipart/mixed", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"x"),
    ]
)


@given(
    st.lists(PIECES, max_size=30).map(b"".join),
    st.sampled_from(["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]),
)
def test_almost_right_bytes_are_read_or_refused(body: bytes, content_type: str) -> None:
    """Pieces of real requests in any order: a Draft or a refusal, never another failure."""
    try:
        draft = parse(body, content_type)
    except RefusedRequest:
        return
    assert all("\x00" not in part.text and part.text.encode() for part in draft.parts if part.text)


MAGIC = st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x10\x00\x00\x00WEBP", b"RIFF", b""])


@given(MAGIC, st.binary(max_size=200))
def test_any_image_is_cleaned_or_refused(magic: bytes, rest: bytes) -> None:
    """The cleaners never fail in another way, however the file goes on."""
    with contextlib.suppress(RefusedRequest):
        clean_image(magic + rest, "file")
