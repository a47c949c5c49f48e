"""
From a released post to the one request that is sent: what Mastodon's API adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import NotReleased
from proxy.platforms._wire.building import FORM, JSON, Request, form_of, json_of, leaves_of, path_of, row_of, tree_of
from proxy.platforms.mastodon.fields import ID
from proxy.platforms.mastodon.table import TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Post
    from proxy.platforms._wire.strict_json import JsonValue


def build_request(post: Post, uploaded: Sequence[str]) -> Request:
    """
    Return the request that carries out a post; `uploaded` are the platform's ids of its images, in order.

    Raises:
        NotReleased: the post does not fit its endpoint. It cannot come from a parser of this package.
    """
    row = row_of(TABLE, post, ID)
    if len(uploaded) != len(post.media):
        raise NotReleased(expected="an uploaded image for each of the post", found="another number")
    leaves = leaves_of(row, post)
    path = path_of(row, post)
    if row.wire == "form":
        return Request(method=row.method, path=path, content_type=FORM, body=form_of(leaves))
    tree = tree_of(leaves)
    if uploaded:
        tree["media_ids"] = _join(tree.get("media_ids"), uploaded)
    return Request(method=row.method, path=path, content_type=JSON, body=json_of(tree))


def _join(kept: JsonValue, uploaded: Sequence[str]) -> JsonValue:
    """Put new images where the author's list has no image of the platform."""
    places = kept if isinstance(kept, dict) else {}
    numbers = [str(number) for number in range(len(places) + len(uploaded))]
    if not places.keys() <= set(numbers):
        raise NotReleased(expected="images in a list", found="a gap")
    fresh = iter(uploaded)
    return [places[number] if number in places else next(fresh) for number in numbers]
