"""
From a released post to the one request that is sent: what X's API adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import NotReleased
from proxy.platforms._wire.building import FORM, JSON, Request, form_of, json_of, leaves_of, path_of, row_of, tree_of
from proxy.platforms.x.table import IDENTIFIER, TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Post
    from proxy.platforms._wire.strict_json import JsonValue


def build_request(post: Post, uploaded: Sequence[str]) -> Request:
    """
    Return the request that carries out a post; `uploaded` are X's ids of its images, in order.

    Raises:
        NotReleased: the post does not fit its endpoint. It cannot come from a parser of this package.
    """
    row = row_of(TABLE, post, IDENTIFIER)
    if len(uploaded) != len(post.media):
        raise NotReleased(expected="an uploaded image for each of the post", found="another number")
    leaves = leaves_of(row, post)
    path = path_of(row, post)
    if row.wire == "form":
        return Request(method=row.method, path=path, content_type=FORM, body=form_of(leaves))
    tree = tree_of(leaves)
    if uploaded:
        _attach(post, tree, uploaded)
    if not tree:
        return Request(method=row.method, path=path)
    return Request(method=row.method, path=path, content_type=JSON, body=json_of(tree))


def _attach(post: Post, tree: dict[str, JsonValue], uploaded: Sequence[str]) -> None:
    """Put the images where this kind of post has them."""
    if post.operation == "tweet.create":
        _object(tree, "media")["media_ids"] = list(uploaded)
        return
    message = _object(tree, "message") if post.operation == "dm.group" else tree
    message["attachments"] = [{"media_id": identifier} for identifier in uploaded]


def _object(tree: dict[str, JsonValue], key: str) -> dict[str, JsonValue]:
    value = tree.setdefault(key, {})
    if not isinstance(value, dict):
        raise NotReleased(expected="an object", found="another value")
    return value
