"""
From a released post to the requests that are sent: what Meta's Graph API adds.

Of a container everything but its texts comes from the gateway's own spool; the texts are those that were decided with
the post that publishes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import NotReleased
from proxy.core.model import PartKind
from proxy.platforms._wire.building import (
    EXTENSIONS,
    FORM,
    JSON,
    Request,
    alt_text,
    form_of,
    json_of,
    leaves_of,
    media_texts,
    multipart_of,
    path_of,
    row_of,
    tree_of,
)
from proxy.platforms._wire.parsing import PATH
from proxy.platforms._wire.values import read_object
from proxy.platforms.meta.fields import IDENTIFIER
from proxy.platforms.meta.parsing import CONTAINER_TYPE
from proxy.platforms.meta.table import WHOLE

if TYPE_CHECKING:
    from proxy.core.model import Post
    from proxy.gate.ports import SpooledMedia
    from proxy.platforms._wire.building import Leaf
    from proxy.platforms._wire.table import Table


def build_request(table: Table, post: Post) -> Request:
    """
    Return the one request that carries out a post without images.

    Raises:
        NotReleased: the post does not fit its endpoint. It cannot come from a parser of this package.
    """
    row = row_of(table, post, IDENTIFIER)
    leaves = leaves_of(row, post)
    path = path_of(row, post)
    if not leaves:
        return Request(method=row.method, path=path)
    if any("." in slot for slot, _ in leaves):
        return Request(method=row.method, path=path, content_type=JSON, body=json_of(tree_of(leaves)))
    return Request(method=row.method, path=path, content_type=FORM, body=form_of(leaves))


def build_photo(table: Table, post: Post, item: SpooledMedia) -> Request:
    """
    Return the one request that publishes a photo with its texts; its local name stays in the house.

    Raises:
        NotReleased: no photo.
    """
    row = row_of(table, post, IDENTIFIER)
    if item.mime not in EXTENSIONS or row.name != "photo.create":
        raise NotReleased(expected="a photo", found="something else")
    fields = [(slot, _text(value)) for slot, value in leaves_of(row, post)]
    described = alt_text(post, 0)
    if described is not None and "alt_text_custom" not in dict(fields):
        fields.append(("alt_text_custom", described))
    body, content_type = multipart_of(fields, ("source", f"image.{EXTENSIONS[item.mime]}", item.mime, item.data))
    return Request(method=row.method, path=path_of(row, post), content_type=content_type, body=body)


def build_container(table: Table, post: Post, item: SpooledMedia | None) -> Request:
    """
    Return the request that makes a container at the platform, from that of the spool or from the whole post.

    Raises:
        NotReleased: no container of the gateway's own.
    """
    create = table.by_name["container.create"]
    row = row_of(table, post, IDENTIFIER)
    leaves = leaves_of(row, post) if item is None and row.name == WHOLE else _kept(post, item)
    places = {part.slot.removeprefix(PATH): part.text for part in post.parts if part.slot.startswith(PATH)}
    if places.keys() != set(row.places):
        raise NotReleased(expected="the account in the path", found="another number of identifiers")
    if any(slot not in create.fields for slot, _ in leaves):
        raise NotReleased(expected="fields of a container", found="another field")
    return Request(method="POST", path=create.fill(places), content_type=FORM, body=form_of(leaves))


def build_publish(table: Table, post: Post, container: str) -> Request:
    """
    Return the one request that publishes the platform's own container.

    Raises:
        NotReleased: the post does not fit its endpoint.
    """
    row_of(table, post, IDENTIFIER)
    leaves: list[tuple[str, Leaf]] = [("creation_id", container)]
    path = path_of(table.by_name["media.publish"], post)
    return Request(method="POST", path=path, content_type=FORM, body=form_of(leaves))


def _kept(post: Post, item: SpooledMedia | None) -> list[tuple[str, Leaf]]:
    """Return what a container of the spool says, its texts as they were decided with the post."""
    kept = read_object(item.data) if item is not None and item.mime == CONTAINER_TYPE else None
    if kept is None or post.operation != "media.publish":
        raise NotReleased(expected="a container of the gateway", found="another upload")
    texts: list[tuple[str, Leaf]] = [
        (part.slot.removeprefix("media.0."), part.text)
        for part in media_texts(post, 0)
        if part.kind is not PartKind.FILE_NAME
    ]
    return [*texts, *((slot, value) for slot, value in kept.items() if isinstance(value, str | int))]


def _text(value: Leaf) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
