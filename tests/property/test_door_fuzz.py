"""
Requests as clients really send them, changed in one place: dropped, renamed, doubled, nested, written in another way.

Whatever is changed, and wherever the leak stands: the request is refused, or the leak is in a part and will be scanned.
"""

from __future__ import annotations

import asyncio
import copy
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.errors import RefusedRequest
from proxy.gate.wire import WireRequest
from proxy.platforms._wire.numbers import to_number
from proxy.platforms.linkedin.door import LinkedInDoor
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.door import MastodonDoor
from proxy.platforms.meta.door import MetaDoor
from proxy.platforms.meta.table import table_of
from proxy.platforms.x.door import XDoor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.gate.ports import DoorPlatform
    from proxy.gate.wire import Draft

LEAK = "DE02 1203 0000 0000 2020 51"
"""A published example number, nobody's account."""
SPOOL = "00000000-0000-4000-8000-00000000000a"
NUMBER = to_number(SPOOL)
VERSION = ("linkedin-version", "202601")
JSON = ("content-type", "application/json")
FORM = ("content-type", "application/x-www-form-urlencoded")


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A request that a door takes."""

    door: DoorPlatform
    method: str
    path: str
    fields: dict[str, Any]

    def parse(self, body: bytes, header: tuple[str, str] = JSON, *, query: str = "") -> Draft:
        """Parse other bytes at the same place."""
        request = WireRequest(method=self.method, path=self.path, query=query, headers=(header, VERSION), body=body)
        return asyncio.run(self.door.parse(self.door.endpoint(self.method, self.path), request))


MASTODON = MastodonDoor(Addresses(door="https://gw.example", upstream="https://social.example"))
X = XDoor()
FACEBOOK, INSTAGRAM, THREADS = (
    MetaDoor(name, table_of(name, frozenset({"images.bank.example"}))) for name in ("facebook", "instagram", "threads")
)
LINKEDIN = LinkedInDoor(door="https://gw.example")
AUTHOR = "urn:li:organization:5583111"
SHARE = "urn%3Ali%3Ashare%3A7"
RECORDED = [
    *(
        Recorded(door=MASTODON, method=method, path=path, fields=fields)
        for method, path, fields in (
            (
                "POST",
                "/api/v1/statuses",
                {
                    "status": "Hallo",
                    "spoiler_text": "Achtung",
                    "visibility": "public",
                    "sensitive": False,
                    "media_ids": [SPOOL],
                    "poll": {"options": ["Ja", "Nein"], "expires_in": 300},
                },
            ),
            ("PATCH", "/api/v1/accounts/update_credentials", {"note": "Wir", "source": {"privacy": "public"}}),
            ("POST", "/api/v1/lists", {"title": "Leute"}),
        )
    ),
    *(
        Recorded(door=X, method=method, path=path, fields=fields)
        for method, path, fields in (
            (
                "POST",
                "/2/tweets",
                {
                    "text": "Hallo",
                    "poll": {"options": ["Ja", "Nein"], "duration_minutes": 60},
                    "reply": {"in_reply_to_tweet_id": "7", "exclude_reply_user_ids": ["8"]},
                    "media": {"media_ids": [NUMBER], "tagged_user_ids": ["9"]},
                    "card_uri": "card://7",
                    "quote_tweet_id": "7",
                    "reply_settings": "verified",
                    "made_with_ai": False,
                },
            ),
            ("POST", "/2/dm_conversations/with/7/messages", {"text": "Hallo", "attachments": [{"media_id": NUMBER}]}),
            (
                "POST",
                "/2/dm_conversations",
                {"conversation_type": "Group", "participant_ids": ["7", "8"], "message": {"text": "Hallo"}},
            ),
            ("PUT", "/2/lists/7", {"name": "Leute", "description": "Wer?", "private": True}),
            ("POST", "/2/media/metadata", {"id": NUMBER, "metadata": {"alt_text": {"text": "Ein Hund"}}}),
            ("POST", "/2/media/upload/initialize", {"media_type": "image/png", "total_bytes": 100}),
            ("POST", "/1.1/account/update_profile.json", {"name": "Bank", "description": "Wir", "url": "bank.example"}),
            ("POST", "/2/users/7/likes", {"tweet_id": "8"}),
        )
    ),
    *(
        Recorded(door=LINKEDIN, method=method, path=path, fields=fields)
        for method, path, fields in (
            (
                "POST",
                "/rest/posts",
                {
                    "author": AUTHOR,
                    "commentary": "Hallo",
                    "visibility": "PUBLIC",
                    "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": []},
                    "content": {"media": {"id": f"urn:li:image:{SPOOL}", "title": "Titel", "altText": "Ein Hund"}},
                    "lifecycleState": "PUBLISHED",
                    "isReshareDisabledByAuthor": False,
                },
            ),
            ("POST", f"/rest/posts/{SHARE}", {"patch": {"$set": {"commentary": "Neu"}}}),
            ("POST", f"/rest/socialActions/{SHARE}/comments", {"actor": AUTHOR, "message": {"text": "Gern!"}}),
        )
    ),
]
RECORDED += [
    Recorded(door=door, method="POST", path=path, fields=fields)
    for door, path, fields in (
        (FACEBOOK, "/v26.0/104/feed", {"message": "Hallo", "link": "https://bank.example", "published": "true"}),
        (FACEBOOK, "/v26.0/104_7", {"message": "Neu"}),
        (FACEBOOK, "/v26.0/104", {"about": "Wir", "website": "https://bank.example"}),
        (FACEBOOK, "/v26.0/104/messages", {"recipient": {"id": "7"}, "message": {"text": "Gern"}}),
        (
            INSTAGRAM,
            "/v26.0/17/media",
            {"caption": "Hallo", "image_url": "https://images.bank.example/a.jpg", "media_type": "IMAGE"},
        ),
        (INSTAGRAM, "/v26.0/17/media_publish", {"creation_id": NUMBER}),
        (THREADS, "/v1.0/me/threads", {"text": "Hallo", "media_type": "TEXT", "reply_to_id": "17"}),
    )
]
NAMES = [f"{one.door.name} {one.method} {one.path}" for one in RECORDED]


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return the place of every value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*above, key)
        yield from places(item, (*above, key))


def changed(fields: dict[str, Any], place: tuple[Any, ...], how: str) -> dict[str, Any]:
    """Return the fields with one change."""
    root = copy.deepcopy(fields)
    holder: Any = root
    for key in place[:-1]:
        holder = holder[key]
    last = place[-1]
    if how == "drop":
        del holder[last]
    elif how == "leak":
        holder[last] = LEAK
    elif how == "list":
        holder[last] = [LEAK]
    elif how == "object":
        holder[last] = {"text": LEAK}
    elif how == "key":
        holder[last] = {LEAK: holder[last]}
    elif isinstance(holder, dict):
        holder[f" {last}" if how == "rename" else LEAK] = LEAK
    else:
        holder.append(LEAK)
    return root


HOW = ("drop", "leak", "list", "object", "key", "rename", "add")


def parsed(one: Recorded, body: bytes, header: tuple[str, str] = JSON, *, query: str = "") -> Draft | None:
    """Return the draft, or None when the request was refused; nothing else may happen."""
    try:
        return one.parse(body, header, query=query)
    except RefusedRequest as refusal:
        told = f"{refusal!r} {refusal} {refusal.diagnostics()}"
    assert LEAK not in told
    return None


def scanned(draft: Draft) -> bool:
    """Return whether the leak is in a part, and nowhere else."""
    assert LEAK not in str([draft.options, draft.media, draft.edit_of, draft.place.id])
    assert not any(LEAK.encode() in upload.data for upload in draft.uploads)
    return any(LEAK in part.text for part in draft.parts)


@pytest.mark.parametrize("one", RECORDED, ids=NAMES)
def test_the_recorded_requests_are_taken(one: Recorded) -> None:
    """Otherwise the other tests prove nothing."""
    assert parsed(one, json.dumps(one.fields).encode()) is not None


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("one", RECORDED, ids=NAMES)
def test_a_leak_never_passes_unseen(one: Recorded, how: str) -> None:
    """In each place of the body, in each way."""
    for place in places(one.fields):
        draft = parsed(one, json.dumps(changed(one.fields, place, how)).encode())
        assert draft is None or how == "drop" or scanned(draft), place


@pytest.mark.parametrize("one", RECORDED, ids=NAMES)
def test_a_field_twice_is_refused(one: Recorded) -> None:
    """Two readers would see two texts: as JSON, as a form, in query and body."""
    for name in one.fields:
        twice = json.dumps(one.fields)[:-1] + f", {json.dumps(name)}: {json.dumps(LEAK)}}}"
        assert parsed(one, twice.encode()) is None
        form = urlencode([(name, "x"), (name, LEAK)]).encode()
        assert parsed(one, form, FORM) is None
        assert parsed(one, json.dumps(one.fields).encode(), query=urlencode({name: LEAK})) is None


@pytest.mark.parametrize("one", RECORDED, ids=NAMES)
def test_other_encodings_say_the_same_or_nothing(one: Recorded) -> None:
    """Form, query, UTF-16, a byte order mark, gzip: read as a leak, or refused."""
    for name in one.fields:
        for body, header, query in (
            (urlencode({name: LEAK}).encode(), FORM, ""),
            (b"", JSON, urlencode({name: LEAK})),
            (json.dumps({name: LEAK}).encode("utf-16"), JSON, ""),
            (b"\xef\xbb\xbf" + json.dumps({name: LEAK}).encode(), JSON, ""),
            (json.dumps({name: LEAK}).encode(), ("content-type", "text/plain"), ""),
            (json.dumps({name: LEAK}).encode(), ("content-type", "application/json; charset=utf-7"), ""),
        ):
            draft = parsed(one, body, header, query=query)
            assert draft is None or scanned(draft), (name, header)


@given(st.sampled_from(RECORDED), st.binary(max_size=80), st.integers(0, 400), st.sampled_from([JSON, FORM]))
def test_any_damage_is_read_or_refused(one: Recorded, noise: bytes, at: int, header: tuple[str, str]) -> None:
    """Bytes put into a request end in a draft or a refusal, never in another failure."""
    body = json.dumps(one.fields).encode()
    parsed(one, body[:at] + noise + body[at:], header)
