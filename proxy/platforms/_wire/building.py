"""
From a released post to the one request that is sent.

The path comes from a template and checked identifiers, the body from the post's parts and options alone. Nothing of
the client's request is at hand here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlencode

from proxy.core.errors import NotReleased
from proxy.core.model import PartKind
from proxy.platforms._wire.parsing import PATH
from proxy.platforms._wire.values import dump_json

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from proxy.core.model import Part, Post
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.table import Row, Table

Leaf: TypeAlias = "bool | int | str | None"

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_MEDIA = re.compile(r"media\.[0-9]+\.")
"""How slots of the texts of a post's images begin; a platform may have a field `media` of its own."""
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What goes to the platform, apart from the credential."""

    method: str
    path: str = field(repr=False)
    content_type: str | None = None
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Of the platform's own, beside those that every request has."""
    origin: str | None = field(default=None, repr=False)
    """Where the platform takes uploads; None: the platform itself."""


def row_of(table: Table, post: Post, identifiers: re.Pattern[str]) -> Row:
    """
    Return the row that a post belongs to.

    Raises:
        NotReleased: the post does not fit its endpoint. It cannot come from a parser of this package.
    """
    row = table.by_name.get(post.operation)
    if row is None:
        raise NotReleased(expected="a post of this platform", found="another operation")
    parts = [part for part in post.parts if part.kind is PartKind.OTHER and not _MEDIA.match(part.slot)]
    if not all(identifiers.fullmatch(part.text) for part in parts):
        raise NotReleased(expected="identifiers of the platform", found="another shape")
    return row


def path_of(row: Row, post: Post) -> str:
    """
    Return the path of a post's request.

    Raises:
        NotReleased: not exactly the identifiers that the path has places for.
    """
    found = {part.slot.removeprefix(PATH): part.text for part in post.parts if part.slot.startswith(PATH)}
    if found.keys() != set(row.places):
        raise NotReleased(expected="an identifier exactly where the path has one", found="another number of them")
    query = [
        *((part.slot, part.text) for part in post.parts if part.slot in row.asked),
        *((slot, _form_text(value)) for slot, value in post.options if slot in row.asked),
    ]
    return f"{row.fill(found)}?{urlencode(query)}" if query else row.fill(found)


def path_id(post: Post) -> str | None:
    """Return the identifier in a post's path, if it has one."""
    return next((part.text for part in post.parts if part.slot == f"{PATH}id"), None)


def leaves_of(row: Row, post: Post, *, apart: Collection[str] = ()) -> list[tuple[str, Leaf]]:
    """
    Return slots and values of the body; texts of images and local file names have ways of their own.

    Slots in `apart` are left out: somebody else sends them.

    Raises:
        NotReleased: a field that the endpoint does not have.
    """
    own = [part for part in post.parts if not part.slot.startswith(PATH) and not _MEDIA.match(part.slot)]
    leaves: list[tuple[str, Leaf]] = [(part.slot, part.text) for part in own if part.kind is not PartKind.FILE_NAME]
    leaves += post.options
    if any(slot.split(".", 1)[0] not in row.fields for slot, _ in leaves):
        raise NotReleased(expected="fields of the endpoint", found="another field")
    return [(slot, value) for slot, value in leaves if slot not in {*apart, *row.asked}]


def media_texts(post: Post, index: int) -> tuple[Part, ...]:
    """Return the texts of one image as they were decided with this post."""
    return tuple(part for part in post.parts if part.slot.startswith(f"media.{index}."))


def alt_text(post: Post, index: int) -> str | None:
    """Return the description of one image as it was decided with this post."""
    return next((part.text for part in media_texts(post, index) if part.kind is PartKind.ALT_TEXT), None)


def tree_of(leaves: list[tuple[str, Leaf]]) -> dict[str, JsonValue]:
    """
    Return the nested value whose places are the slots; lists are still objects whose keys are numbers.

    Raises:
        NotReleased: two values in one place.
    """
    root: dict[str, JsonValue] = {}
    for slot, value in leaves:
        _insert(root, slot.split("."), value)
    return root


def json_of(tree: dict[str, JsonValue]) -> bytes:
    """Return a tree as JSON, with lists."""
    return dump_json({key: _lists(value) for key, value in tree.items()})


def form_of(leaves: list[tuple[str, Leaf]]) -> bytes:
    """Return leaves as a urlencoded form, nested ones in brackets."""
    return urlencode([(_form_name(slot), _form_text(value)) for slot, value in leaves]).encode("ascii")


def multipart_of(fields: Sequence[tuple[str, str]], *files: tuple[str, str, str, bytes]) -> tuple[bytes, str]:
    """
    Return a multipart body whose boundary occurs nowhere in it, and its content type.

    A file is its field, name, type and bytes.
    """
    texts = [(name.encode("utf-8"), value.encode("utf-8")) for name, value in fields]
    contents = [*(value for _, value in texts), *(data for *_, data in files)]
    number = 0
    while any((boundary := b"postgate-%d" % number) in content for content in contents):
        number += 1
    pieces = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n%s\r\n'
        % (boundary, name.encode("ascii"), filename.encode("ascii"), mime.encode("ascii"), data)
        for name, filename, mime, data in files
    ]
    pieces += [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary, name, value)
        for name, value in texts
    ]
    return b"".join((*pieces, b"--%s--\r\n" % boundary)), f"multipart/form-data; boundary={boundary.decode('ascii')}"


def _insert(tree: dict[str, JsonValue], keys: list[str], value: Leaf) -> None:
    for key in keys[:-1]:
        child = tree.setdefault(key, {})
        if not isinstance(child, dict):
            raise NotReleased(expected="one value in each place", found="two")
        tree = child
    tree[keys[-1]] = value


def _lists(value: JsonValue) -> JsonValue:
    """Turn objects whose keys are numbers into lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdecimal() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(item) for key, item in value.items()}


def _form_name(slot: str) -> str:
    first, *rest = slot.split(".")
    return first + "".join(f"[{key}]" for key in rest)


def _form_text(value: Leaf) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
