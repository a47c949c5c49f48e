"""
A request for every endpoint of every door's table, as clients send it, with nearly every field that it may have.

They are made from the tables, so that a new endpoint or field is broken in every way from its first day on; records of
Bluesky are those that its clients send (`tests.fakes.bluesky`).
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from proxy.core.errors import RefusedRequest
from proxy.gate.wire import EndpointClass
from proxy.platforms._wire import fields as f
from proxy.platforms.bluesky import table as bluesky_table
from proxy.platforms.bluesky.door import BlueskyDoor
from proxy.platforms.linkedin import table as linkedin_table
from proxy.platforms.linkedin.door import LinkedInDoor
from proxy.platforms.mastodon import table as mastodon_table
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.door import MastodonDoor
from proxy.platforms.meta.door import MetaDoor
from proxy.platforms.meta.table import table_of
from proxy.platforms.x import table as x_table
from proxy.platforms.x.door import XDoor
from tests.fakes import bluesky
from tests.fakes.every_door import AUTHOR, PICTURES
from tests.fuzz.samples import CANDIDATES, LATER, TEXT, sample
from tests.fuzz.spooled import OUT_OF_BAND, Kept, picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.gate.ports import DoorPlatform
    from proxy.platforms._wire.table import Row, Table

_META = ("facebook", "instagram", "threads")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A request that a door takes."""

    door: str
    row: Row
    path: str
    fields: dict[str, Any] = field(default_factory=dict)
    """Of the body; of the query where the endpoint only reads."""
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    data: bytes | None = None
    """The body where it is an image alone."""
    note: str = ""

    @property
    def name(self) -> str:
        """Return what it is, for people."""
        return f"{self.door} {self.row.name}{f' {self.note}' if self.note else ''}"

    @property
    def reads(self) -> bool:
        """Return whether it has no body."""
        return self.row.cls in {EndpointClass.READ, EndpointClass.OWN} or self.row.method == "GET"


def table_of_door(name: str) -> Table:
    """Return a door's table."""
    if name in _META:
        return table_of(name, frozenset({PICTURES}))
    return {
        "mastodon": mastodon_table.TABLE,
        "bluesky": bluesky_table.TABLE,
        "x": x_table.TABLE,
        "linkedin": linkedin_table.TABLE,
    }[name]


def platform_of(name: str) -> DoorPlatform:
    """Return a door's wire side, to ask it about paths."""
    if name in _META:
        return MetaDoor(name, table_of_door(name))
    if name == "mastodon":
        return MastodonDoor(Addresses(door="https://gw.example", upstream="https://social.example"))
    others: dict[str, DoorPlatform] = {
        "bluesky": BlueskyDoor(chat=bluesky.CHAT),
        "x": XDoor(),
        "linkedin": LinkedInDoor(door="https://gw.example"),
    }
    return others[name]


def recorded(name: str, kept: Kept) -> list[Recorded]:
    """Return the requests of a door: at least one for each row of its table."""
    made = [_made(name, row, kept) for row in table_of_door(name).rows]
    if name == "bluesky":
        made += list(_records(kept))
    if name == "mastodon":
        made.append(_scheduled())
    if name == "linkedin":
        made += list(_shares(kept))
    return [_with_headers(one) for one in made]


def _with_headers(one: Recorded) -> Recorded:
    if one.door == "linkedin":
        return replace(one, headers=(("LinkedIn-Version", "202601"), ("X-RestLi-Protocol-Version", "2.0.0")))
    if one.door == "bluesky" and one.row.path.startswith(bluesky_table.CHAT_PREFIX) and not one.reads:
        return replace(one, headers=(("atproto-proxy", bluesky.CHAT),))
    return one


def _made(name: str, row: Row, kept: Kept) -> Recorded:
    """Make a request with every field of a row."""
    made = Recorded(door=name, row=row, path=_path(name, row, kept))
    if row.name in {"blob.upload", "image.put"}:
        data = picture(1) if row.name == "image.put" else picture(9)
        return replace(made, data=data)
    if row.cls is EndpointClass.SESSION:
        return _login(made, kept)
    if name == "bluesky" and row.name.startswith("record."):
        return replace(made, fields=_record_fields(row.name, kept))
    images = iter(kept.images)
    sampled = {key: value for key, reader in row.fields.items() if (value := sample(reader, images)) is not None}
    sampled = {**sampled, **_FITTING.get((name, row.name), {})}
    for key in _APART.get((name, row.name), ()):
        sampled.pop(key, None)
    asked = {key: sampled.pop(key) for key in row.asked if key in sampled}
    if row.name == "image.initialize":
        asked["action"] = sampled.pop("action")
    return replace(made, fields=sampled, query=tuple((key, str(value)) for key, value in asked.items()))


_APART = {
    ("mastodon", "status.create"): ("scheduled_at",),
    ("x", "media.upload.v1"): ("media_data",),
    ("linkedin", "post.create"): ("content", "reshareContext", "container"),
    ("facebook", "photo.create"): ("message",),
    ("mastodon", "media.update"): (),
}
"""Fields that do not go together with the others."""
_FITTING: dict[tuple[str, str], dict[str, Any]] = {
    ("threads", "container.create"): {"media_type": "IMAGE"},
    ("bluesky", "handle.update"): {"handle": "neu.bank.example"},
}


def _record_fields(name: str, kept: Kept) -> dict[str, Any]:
    if name == "record.delete":
        return {"repo": bluesky.DID, "collection": "app.bsky.feed.post", "rkey": bluesky.TID}
    if name == "record.writes":
        first, second = bluesky.record(langs=["de"]), bluesky.record("app.bsky.feed.like")
        return bluesky.writes(("create", first), ("create", second), ("delete", {}))
    body = bluesky.create() if name == "record.create" else bluesky.put()
    fields: dict[str, Any] = _with_images({**body, "validate": False}, kept)
    return fields


def _with_images(value: Any, kept: Kept) -> Any:
    """Put the uploaded image where an invented one stands."""
    return json.loads(json.dumps(value).replace(bluesky.BLOB, kept.images[0]))


def _records(kept: Kept) -> Iterator[Recorded]:
    """Return a record of every collection, new and changed, and posts with the embeds that go with nothing else."""
    rows = bluesky_table.BY_NAME
    for collection in bluesky.RECORDS:
        for name, body in (("record.create", bluesky.create(collection)), ("record.put", bluesky.put(collection))):
            yield Recorded(
                door="bluesky", row=rows[name], path=rows[name].path, fields=_with_images(body, kept), note=collection
            )
    external = bluesky.create(value=bluesky.record(embed=bluesky.EXTERNAL))
    row = rows["record.create"]
    yield Recorded(door="bluesky", row=row, path=row.path, fields=_with_images(external, kept), note="external")
    row = rows["record.writes"]
    change = bluesky.writes(("update", bluesky.record(embed=bluesky.EXTERNAL)))
    yield Recorded(door="bluesky", row=row, path=row.path, fields=_with_images(change, kept), note="update")


def _scheduled() -> Recorded:
    """Return a status for another day."""
    row = mastodon_table.TABLE.by_name["status.create"]
    fields = {"status": TEXT, "spoiler_text": TEXT, "scheduled_at": LATER}
    return Recorded(door="mastodon", row=row, path=row.path, fields=fields, note="scheduled")


def _shares(kept: Kept) -> Iterator[Recorded]:
    """Return a share with each kind of content."""
    row = linkedin_table.TABLE.by_name["post.create"]
    base = {
        "author": AUTHOR,
        "commentary": "Hallo",
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": []},
        "lifecycleState": "PUBLISHED",
    }
    group = row.fields["content"]
    assert isinstance(group, f.Group)
    for kind, reader in group.fields.items():
        content = {kind: sample(reader, iter(kept.images))}
        yield Recorded(door="linkedin", row=row, path="/rest/posts", fields={**base, "content": content}, note=kind)
    shared = {**base, "reshareContext": {"parent": "urn:li:share:7"}}
    yield Recorded(door="linkedin", row=row, path="/rest/posts", fields=shared, note="reshare")


def _login(made: Recorded, kept: Kept) -> Recorded:
    client = dict(zip(("client_id", "client_secret"), kept.program, strict=False))
    said: dict[str, dict[str, Any]] = {
        "session.open": {"identifier": bluesky.HANDLE, "password": bluesky.jwt(sub=bluesky.DID)},
        "oauth.app": {
            "client_name": "Programm",
            "redirect_uris": OUT_OF_BAND,
            "scopes": "read write",
            "website": "https://bank.example",
        },
        "oauth.token": {"grant_type": "authorization_code", "code": "code-0", "redirect_uri": OUT_OF_BAND, **client},
        "oauth.revoke": {**client, "token": "pgt_valid"},
        "oauth.authorize": {"token": "pgt_valid"},
    }
    fields = said.get(made.row.name, {})
    if made.row.name in {"oauth.page", "oauth.authorize"}:
        asked = {"client_id": client["client_id"], "redirect_uri": OUT_OF_BAND, "response_type": "code"}
        asked |= {"scope": "read write", "state": "abc"}
        if made.row.name == "oauth.page":
            return replace(made, query=tuple(asked.items()))
        fields = {**asked, **fields}
    return replace(made, fields=fields)


def _path(name: str, row: Row, kept: Kept) -> str:
    """Return a path that belongs to this row and to no other."""
    platform = platform_of(name)
    own = [*kept.images, *(name.replace(":", "%3A") for name in kept.images), kept.open_upload]
    if row.name in {"media.finalize", "media.append", "image.put"}:
        own.insert(0, kept.open_upload)
    if row.cls is EndpointClass.WAITING:
        own = [kept.waiting]
    first = row.cls in {EndpointClass.MEDIA, EndpointClass.OWN, EndpointClass.WAITING}
    candidates = [text for text in ((*own, *CANDIDATES) if first else (*CANDIDATES, *own)) if text]
    for chosen in itertools.product(candidates, repeat=len(row.places)):
        path = row.path
        for text in chosen:
            path = re.sub(r"\{[^}]*\}", text, path, count=1)
        try:
            found = platform.endpoint(row.method, path)
        except RefusedRequest:
            continue
        if found.name == row.name:
            return path
    raise LookupError(row.name)
