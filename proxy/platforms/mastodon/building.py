"""
From a released post to the one request that is sent.

The path comes from a template and checked identifiers, the body from the post's parts and options alone. Nothing of
the client's request is at hand here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlencode

from proxy.core.errors import NotReleased
from proxy.core.model import PartKind
from proxy.platforms.mastodon.addresses import dump_json
from proxy.platforms.mastodon.fields import ID
from proxy.platforms.mastodon.parsing import PATH_ID
from proxy.platforms.mastodon.table import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Part, Post
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms.mastodon.table import Row

Leaf: TypeAlias = "bool | int | str | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What goes to the platform, apart from the credential."""

    method: str
    path: str
    content_type: str
    body: bytes = field(repr=False)
    row: Row
    path_id: str | None


def build_request(post: Post, uploaded: Sequence[str]) -> Request:
    """
    Return the request that carries out a post; `uploaded` are the platform's ids of its images, in order.

    Raises:
        NotReleased: the post does not fit its endpoint. It cannot come from a parser of this package.
    """
    row = BY_NAME.get(post.operation)
    if row is None or len(uploaded) != len(post.media):
        raise NotReleased(expected="a post of this platform", found="another operation or other images")
    identifiers = [part for part in post.parts if part.kind is PartKind.OTHER]
    if not all(ID.fullmatch(part.text) for part in identifiers):
        raise NotReleased(expected="identifiers of the platform", found="another shape")
    path_id = next((part.text for part in identifiers if part.slot == PATH_ID), None)
    if ("{id}" in row.path) != (path_id is not None):
        raise NotReleased(expected="an identifier exactly where the path has one", found="another number of them")
    leaves = _leaves(row, post)
    body, content_type = _encode(row, leaves, uploaded)
    return Request(
        method=row.method,
        path=row.path.replace("{id}", path_id or ""),
        content_type=content_type,
        body=body,
        row=row,
        path_id=path_id,
    )


def media_texts(post: Post, index: int) -> tuple[Part, ...]:
    """Return the texts of one image as they were decided with this post."""
    prefix = f"media.{index}."
    return tuple(part for part in post.parts if part.slot.startswith(prefix))


def _leaves(row: Row, post: Post) -> list[tuple[str, Leaf]]:
    """Return slots and values of the body; texts of images and local file names have ways of their own."""
    own = [part for part in post.parts if not part.slot.startswith(("media.", "path."))]
    leaves: list[tuple[str, Leaf]] = [(part.slot, part.text) for part in own if part.kind is not PartKind.FILE_NAME]
    leaves += post.options
    if any(slot.split(".", 1)[0] not in row.fields for slot, _ in leaves):
        raise NotReleased(expected="fields of the endpoint", found="another field")
    return leaves


def _encode(row: Row, leaves: list[tuple[str, Leaf]], uploaded: Sequence[str]) -> tuple[bytes, str]:
    if row.form:
        pairs = [(_form_name(slot), _form_text(value)) for slot, value in leaves]
        return urlencode(pairs).encode("ascii"), "application/x-www-form-urlencoded"
    tree: dict[str, JsonValue] = {}
    for slot, value in leaves:
        _insert(tree, slot.split("."), value)
    if uploaded:
        tree["media_ids"] = _join(tree.get("media_ids"), uploaded)
    return dump_json({key: _lists(value) for key, value in tree.items()}), "application/json"


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


def _join(kept: JsonValue, uploaded: Sequence[str]) -> JsonValue:
    """Put new images where the author's list has no image of the platform."""
    places = kept if isinstance(kept, dict) else {}
    numbers = [str(number) for number in range(len(places) + len(uploaded))]
    if not places.keys() <= set(numbers):
        raise NotReleased(expected="images in a list", found="a gap")
    fresh = iter(uploaded)
    return [places[number] if number in places else next(fresh) for number in numbers]


def _form_name(slot: str) -> str:
    first, *rest = slot.split(".")
    return first + "".join(f"[{key}]" for key in rest)


def _form_text(value: Leaf) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
