"""
From a released post to the one request that is sent: what LinkedIn's API adds.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.errors import NotReleased
from proxy.platforms._wire.building import JSON, Request, json_of, leaves_of, path_of, row_of, tree_of
from proxy.platforms.linkedin.fields import IDENTIFIER
from proxy.platforms.linkedin.parsing import VERSION
from proxy.platforms.linkedin.table import METHODS, TABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Post
    from proxy.platforms._wire.building import Leaf

PLAIN_TEXT = "little.plain"
"""Option that says that a text has no markup of LinkedIn in it; its signs are escaped, but for those of hashtags."""
_MARKUP = re.compile(r"[\\|{}@\[\]()<>*_~]")
_IMAGE = re.compile(r"content\.(?:media\.id|article\.thumbnail|multiImage\.images\.[0-9]+\.id)")


def build_request(post: Post, uploaded: Sequence[str]) -> Request:
    """
    Return the request that carries out a post; `uploaded` are LinkedIn's names of its images, in order.

    Raises:
        NotReleased: the post does not fit its endpoint. It cannot come from a parser of this package.
    """
    row = row_of(TABLE, post, IDENTIFIER)
    if len(uploaded) != len(post.media):
        raise NotReleased(expected="an uploaded image for each of the post", found="another number")
    version = dict(post.options).get(VERSION)
    if not isinstance(version, str):
        raise NotReleased(expected="a version of the API", found="none")
    options = tuple(option for option in post.options if option[0] not in {VERSION, PLAIN_TEXT})
    leaves = [_named(leaf, uploaded) for leaf in leaves_of(row, replace(post, options=options))]
    if dict(post.options).get(PLAIN_TEXT):
        leaves = [(slot, _escaped(value) if slot == "commentary" else value) for slot, value in leaves]
    headers = restli_headers(METHODS[row.name], version)
    path = path_of(row, post)
    if not leaves:
        return Request(method=row.method, path=path, headers=headers)
    return Request(method=row.method, path=path, headers=headers, content_type=JSON, body=json_of(tree_of(leaves)))


def restli_headers(method: str, version: str) -> tuple[tuple[str, str], ...]:
    """Return the headers that LinkedIn asks for."""
    return (
        ("LinkedIn-Version", version),
        ("X-RestLi-Protocol-Version", "2.0.0"),
        ("X-RestLi-Method", method),
    )


def _escaped(value: Leaf) -> Leaf:
    """Return a text whose every sign stands for itself (LinkedIn: little text format)."""
    return _MARKUP.sub(r"\\\g<0>", value) if isinstance(value, str) else value


def _named(leaf: tuple[str, Leaf], uploaded: Sequence[str]) -> tuple[str, Leaf]:
    """Put LinkedIn's name of an image where the option says which image stands there."""
    slot, value = leaf
    if not _IMAGE.fullmatch(slot):
        return leaf
    if type(value) is not int or not 0 <= value < len(uploaded):
        raise NotReleased(expected="an image of the post", found="another one")
    return slot, uploaded[value]
