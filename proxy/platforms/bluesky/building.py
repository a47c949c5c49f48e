"""
From a released post to the one request that is sent: what the AT Protocol adds.

A new record is sent as `putRecord` under a key that follows from the post, with `swapRecord: null`: the platform then
refuses it where there is a record already, and whoever looks for it later knows where.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.errors import NotReleased
from proxy.core.model import PartKind
from proxy.platforms._wire.building import JSON, Request, json_of, leaves_of, row_of, tree_of
from proxy.platforms.bluesky.fields import IDENTIFIER
from proxy.platforms.bluesky.keys import tid_of
from proxy.platforms.bluesky.records import POST
from proxy.platforms.bluesky.table import CHAT_PREFIX, TABLE

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Post
    from proxy.platforms._wire.building import Leaf
    from proxy.platforms._wire.strict_json import JsonValue

REPLAY_SAFE = frozenset({"record.create"})
"""Operations whose request can only succeed once: there is a record under its key afterwards."""
_PUT = "/xrpc/com.atproto.repo.putRecord"
_CREATE = "com.atproto.repo.applyWrites#create"
_DESCRIPTION = re.compile(r"media\.[0-9]+\.((?:record|writes)\..+)")
"""Those of uploads over the API are elsewhere: the record has its own."""
_WRITTEN = re.compile(r"writes\.([0-9]+)\.value\.\$type")
_NULL = frozenset({"swapRecord"})
"""Where JSON's `null` means something; elsewhere an option without value is an empty list."""


def build_request(post: Post, *, chat: str | None, now: datetime | None = None) -> Request:
    """
    Return the request that carries out a post; `chat` is the service for direct messages.

    A new post that came without its time, over the gateway's own API, gets that of its sending, `now`.

    Raises:
        NotReleased: the post does not fit its endpoint. It cannot come from a parser of this package.
    """
    row = row_of(TABLE, post, IDENTIFIER)
    tree = _filled(tree_of(_leaves(post, leaves_of(row, post))))
    path = row.path
    if post.operation == "record.create":
        tree |= {"rkey": tree.get("rkey", tid_of(post.id)), "swapRecord": None}
        _date(tree, now)
        path = _PUT
    if post.operation == "record.writes":
        _number_writes(post, tree)
    headers = (("atproto-proxy", _service(chat)),) if path.startswith(CHAT_PREFIX) else ()
    return Request(method=row.method, path=path, content_type=JSON, body=json_of(tree), headers=headers)


def record_of(post: Post) -> tuple[str, str, str] | None:
    """
    Return repository, collection and key of the record that a post makes, changes or deletes, if it is one.

    Of several it is the first that is written and that people read, if there is one, otherwise the first.
    """
    known = _strings(post)
    repository = known.get("repo")
    if post.operation in {"record.create", "record.put", "record.delete"}:
        collection, key = known.get("collection"), known.get("rkey", tid_of(post.id))
    else:
        said = (match for slot, name in known.items() if name == POST and (match := _WRITTEN.fullmatch(slot)))
        number = min((int(match[1]) for match in said), default=0)
        collection = known.get(f"writes.{number}.collection")
        key = known.get(f"writes.{number}.rkey", tid_of(post.id, number))
    return None if repository is None or collection is None else (repository, collection, key)


def repository_of(post: Post) -> str | None:
    """Return the repository that a post writes to, if it writes to one."""
    return _strings(post).get("repo")


def _strings(post: Post) -> dict[str, str]:
    options = {slot: value for slot, value in post.options if isinstance(value, str)}
    return options | {part.slot: part.text for part in post.parts}


def _leaves(post: Post, leaves: list[tuple[str, Leaf]]) -> list[tuple[str, Leaf]]:
    """
    Add descriptions of images at their places.

    Marks of links and mentions count bytes of the text as it was written, so they go when it was redacted.
    """
    described = [
        (match[1], part.text)
        for part in post.parts
        if part.kind is PartKind.ALT_TEXT and (match := _DESCRIPTION.fullmatch(part.slot)) is not None
    ]
    kept = [leaf for leaf in leaves if post.replaces is None or not _marks(leaf[0])]
    return [*kept, *described]


def _marks(slot: str) -> bool:
    return any(key in {"facets", "descriptionFacets"} for key in slot.split("."))


def _filled(tree: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {key: None if key in _NULL and value is None else _emptied(value) for key, value in tree.items()}


def _emptied(value: JsonValue) -> JsonValue:
    """Put empty lists where options say so."""
    if value is None:
        return []
    return {key: _emptied(item) for key, item in value.items()} if isinstance(value, dict) else value


def _number_writes(post: Post, tree: dict[str, JsonValue]) -> None:
    """Give each new record of a request its key."""
    writes = tree.get("writes")
    for number, write in (writes if isinstance(writes, dict) else {}).items():
        if isinstance(write, dict) and write.get("$type") == _CREATE:
            write.setdefault("rkey", tid_of(post.id, int(number)))


def _date(tree: dict[str, JsonValue], now: datetime | None) -> None:
    record = tree.get("record")
    if now is not None and isinstance(record, dict) and record.get("$type") == POST:
        record.setdefault("createdAt", now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def _service(chat: str | None) -> str:
    if chat is None:
        raise NotReleased(expected="a service for direct messages", found="a door without one")
    return chat
