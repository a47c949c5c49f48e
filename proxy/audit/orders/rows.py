"""
Reads of orders, and of what an order is about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.audit.orders.model import Confirmation, Kind, Order, Target, made_here
from proxy.gate.lifecycle import WAITING, State
from proxy.storage.columns import instant
from proxy.storage.order_tables import audit_confirmations, audit_order_posts, audit_orders
from proxy.storage.tables import (
    actors,
    audit_content,
    audit_records,
    data_keys,
    media_decisions,
    posts,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.elements import ColumnElement

DECIDED = "PG-101"
UNDECIDED = frozenset(one.value for one in (*WAITING, State.INTENT, State.UNKNOWN, State.ABSENT))
"""States in which a post still needs its content."""
EDITED = "edit-of"
"""What the digest of the post that an edit is to change is made for."""
_CHUNK = 500
_PUBLISHED = sa.text("posts.platform_id IS NOT NULL")
_EDIT = sa.text("posts.edit_of IS NOT NULL")
_OF_KEY = sa.or_(
    sa.and_(audit_records.c.post_id == data_keys.c.post_id, audit_records.c.code == DECIDED),
    audit_records.c.id == data_keys.c.post_id,
)
"""The record that a key sealed: the decision on a post, or a record with a content of its own."""
_ORDERS = sa.select(
    audit_orders,
    audit_confirmations.c.person,
    audit_confirmations.c.role,
    audit_confirmations.c.confirmed_at,
    audit_confirmations.c.mac.label("confirmation_mac"),
).outerjoin(audit_confirmations, audit_confirmations.c.order_id == audit_orders.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKey:
    """A data key that lives, with the post it belongs to."""

    id: str
    post: str
    record: str
    """The decision on the post."""
    state: str | None
    """None for an image that is not a post."""
    retention: str
    expires_at: datetime | None
    wrapped: bytes = field(repr=False)
    kek_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptContent:
    """The sealed content of a decision."""

    record: str
    key: str
    nonce: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)


def order_of(connection: Connection, order: str) -> Order | None:
    """Return an order with its confirmation."""
    found = _orders(connection, audit_orders.c.id == order)
    return found[0] if found else None


def waiting(connection: Connection, now: datetime) -> list[Order]:
    """Return orders that wait for their confirmation, oldest first."""
    return _orders(connection, audit_confirmations.c.person.is_(None), audit_orders.c.expires_at > now)


def confirmed(connection: Connection, kind: Kind) -> list[Order]:
    """Return confirmed orders of a kind, oldest first."""
    return _orders(connection, audit_confirmations.c.person.is_not(None), audit_orders.c.kind == kind.value)


def holds(connection: Connection, digest: Callable[[str, bytes], str] | None = None) -> list[Order]:
    """
    Return the holds that count: confirmed, and not released.

    With `digest`, keyed as for the codes of orders, a release that the gateway did not make ends nothing: who writes
    one into the database shall not let the gateway destroy, on record and in order, what a hold covers.
    """
    released = {
        order.hold for order in confirmed(connection, Kind.RELEASE) if digest is None or made_here(order, digest)
    }
    return [order for order in confirmed(connection, Kind.HOLD) if order.id not in released]


def keys_of_posts(connection: Connection, wanted: Iterable[str]) -> list[KeptKey]:
    """Return the keys of posts that live."""
    return [key for chunk in _chunks(sorted(set(wanted))) for key in _keys(connection, data_keys.c.post_id.in_(chunk))]


def keys_of_actor(connection: Connection, actor: str) -> list[KeptKey]:
    """Return the keys of everything that a person or service wrote."""
    return _keys(connection, audit_records.c.actor_ref == actor)


def expired_keys(connection: Connection, now: datetime, *, after: KeptKey | None, limit: int) -> list[KeptKey]:
    """Return keys whose time is over, by time, beginning after one; some may be held or undecided."""
    over = data_keys.c.expires_at <= now
    if after is not None:
        end, key = data_keys.c.expires_at, data_keys.c.id
        over &= (end > after.expires_at) | ((end == after.expires_at) & (key > after.id))
    return _keys(connection, over, limit=limit)


def is_held(connection: Connection, post: str, among: Sequence[Order]) -> bool:
    """Return whether a hold covers a post; the database asks the same before a key is destroyed."""
    if not among:
        return False
    rows = connection.execute(
        sa.select(audit_records.c.actor_ref, audit_records.c.account, audit_records.c.at).where(
            sa.or_(
                sa.and_(audit_records.c.post_id == post, audit_records.c.code == DECIDED), audit_records.c.id == post
            ),
        )
    ).all()
    return any(_covers(hold.target, post, row) for hold in among for row in rows)


def originals(connection: Connection, wanted: Iterable[str], digest: Callable[[str, bytes], str]) -> set[str]:
    """
    Return posts with those that they replaced, those that replaced them, and all versions of what was edited.

    `digest` is keyed: by it an edit names the post on the platform that it was to change.
    """
    found = set(wanted)
    fresh = found
    while fresh:
        chunks = list(_chunks(sorted(fresh)))
        fresh = {post for chunk in chunks for row in connection.execute(_replacing(chunk)) for post in row}
        for chunk in chunks:
            fresh |= _versions(connection, chunk, digest)
        fresh -= found
        found |= fresh
    return found


def _replacing(chunk: Sequence[str]) -> sa.Select[str, str | None]:
    return sa.select(posts.c.id, posts.c.replaces).where(
        posts.c.replaces.is_not(None), sa.or_(posts.c.id.in_(chunk), posts.c.replaces.in_(chunk))
    )


def _versions(connection: Connection, chunk: Sequence[str], digest: Callable[[str, bytes], str]) -> set[str]:
    """Return what has, or was to have, the place on the platform that one of these posts has: a post and its edits."""
    query = sa.select(posts.c.account, posts.c.platform_id, posts.c.edit_of).where(posts.c.id.in_(chunk))
    places: dict[str, set[str]] = {}
    marks: dict[str, set[str]] = {}
    for account, place, mark in connection.execute(query):
        if place is not None:
            places.setdefault(account, set()).add(place)
        if mark is not None:
            marks.setdefault(account, set()).add(mark)
    found: set[str] = set()
    for account, wanted in marks.items():
        known = {digest(EDITED, place.encode()): place for place in places.get(account, ())}
        if wanted - known.keys():  # an edit that never got there: its post is found by trying
            published = sa.select(posts.c.platform_id).where(posts.c.account == account, _PUBLISHED).distinct()
            tried = connection.execute(published).scalars()
            places.setdefault(account, set()).update(
                place for place in tried if digest(EDITED, place.encode()) in wanted
            )
    for account, there in places.items():
        marks.setdefault(account, set()).update(digest(EDITED, place.encode()) for place in there)
        found |= _among(connection, account, posts.c.platform_id, there, _PUBLISHED)
    for account, wanted in marks.items():
        found |= _among(connection, account, posts.c.edit_of, wanted, _EDIT)
    return found


def _among(
    connection: Connection, account: str, column: sa.Column[Any], values: Iterable[str], indexed: sa.TextClause
) -> set[str]:
    return {
        post
        for chunk in _chunks(sorted(values))
        for post in connection.execute(
            sa.select(posts.c.id).where(posts.c.account == account, column.in_(chunk), indexed)
        ).scalars()
    }


def contents_of(connection: Connection, records: Iterable[str]) -> list[KeptContent]:
    """Return the sealed contents of records."""
    return [
        KeptContent(record=row.record_id, key=row.key_id, nonce=bytes(row.nonce), ciphertext=bytes(row.ciphertext))
        for chunk in _chunks(sorted(set(records)))
        for row in connection.execute(sa.select(audit_content).where(audit_content.c.record_id.in_(chunk)))
    ]


def uploads_of(connection: Connection, images: Iterable[str]) -> set[str]:
    """Return the posts under which images of the spool were decided: as they came, and at each change of a text."""
    return {
        post
        for chunk in _chunks(sorted(set(images)))
        for post in connection.execute(
            sa.select(data_keys.c.post_id)
            .join(media_decisions, media_decisions.c.post_id == data_keys.c.post_id)
            .where(media_decisions.c.media_id.in_(chunk), data_keys.c.wrapped_dek.is_not(None))
        ).scalars()
    }


def images_of(connection: Connection, uploads: Iterable[str]) -> set[str]:
    """Return the images that were decided under these posts."""
    return {
        image
        for chunk in _chunks(sorted(set(uploads)))
        for image in connection.execute(
            sa.select(media_decisions.c.media_id).where(media_decisions.c.post_id.in_(chunk))
        ).scalars()
    }


def actor_lives(connection: Connection, ref: str) -> bool:
    """Return whether there is a name behind a pseudonym."""
    query = sa.select(actors.c.ref).where(actors.c.ref == ref, actors.c.destroyed_at.is_(None))
    return connection.execute(query).one_or_none() is not None


def _orders(connection: Connection, *conditions: ColumnElement[bool]) -> list[Order]:
    query = _ORDERS.where(*conditions).order_by(audit_orders.c.opened_at, audit_orders.c.id)
    rows = connection.execute(query).all()
    named: dict[str, list[str]] = {}
    for chunk in _chunks([row.id for row in rows]):
        query_posts = sa.select(audit_order_posts).where(audit_order_posts.c.order_id.in_(chunk))
        for one in connection.execute(query_posts.order_by(audit_order_posts.c.post_id)):
            named.setdefault(one.order_id, []).append(one.post_id)
    return [_order(row, tuple(named.get(row.id, ()))) for row in rows]


def _order(row: sa.Row[*tuple[Any, ...]], named: tuple[str, ...]) -> Order:
    said = None
    if row.person is not None:
        said = Confirmation(person=row.person, role=row.role, confirmed_at=row.confirmed_at, mac=row.confirmation_mac)
    return Order(
        id=row.id,
        kind=Kind(row.kind),
        case_number=row.case_number,
        basis=row.basis,
        target=Target(posts=named, actor=row.actor, account=row.account, since=row.since, until=row.until),
        hold=row.hold,
        opened_by=row.opened_by,
        opened_role=row.opened_role,
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        mac=row.mac,
        confirmation=said,
    )


def _keys(connection: Connection, condition: ColumnElement[bool], *, limit: int | None = None) -> list[KeptKey]:
    query = (
        sa.select(
            data_keys.c.id,
            data_keys.c.post_id,
            audit_records.c.id.label("record"),
            posts.c.state,
            data_keys.c["class"],
            data_keys.c.expires_at,
            data_keys.c.wrapped_dek,
            data_keys.c.kek_id,
        )
        .join(audit_records, _OF_KEY)
        .outerjoin(posts, posts.c.id == data_keys.c.post_id)
        .where(
            sa.text("data_keys.wrapped_dek IS NOT NULL"),
            condition,
        )
        .order_by(data_keys.c.expires_at, data_keys.c.id)
        .limit(limit)
    )
    return [
        KeptKey(
            id=row.id,
            post=row.post_id,
            record=row.record,
            state=row.state,
            retention=row._mapping["class"],  # noqa: SLF001  public in SQLAlchemy
            expires_at=row.expires_at,
            wrapped=bytes(row.wrapped_dek),
            kek_id=row.kek_id,
        )
        for row in connection.execute(query)
    ]


def _covers(target: Target, post: str, row: sa.Row[*tuple[Any, ...]]) -> bool:
    return (
        (not target.posts or post in target.posts)
        and target.actor in {None, row.actor_ref}
        and target.account in {None, row.account}
        and (target.since is None or instant(target.since) <= row.at)
        and (target.until is None or row.at < instant(target.until))
    )


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
