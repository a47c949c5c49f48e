"""
Which wrapping keys there are and were, what each of them wraps, and the rows that an exchange wraps anew.

    noted     an exchange began from it or to it
    left      the first row may have been wrapped away from it
    retired   nothing that lives is wrapped by it, and the database takes nothing more from it

What is destroyed has no key any more, but its row keeps the name of the wrapping key that wrapped it last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.storage import tables
from proxy.storage.columns import WORDS, Instant

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.elements import ColumnElement

wrapping_keys = sa.Table(
    "wrapping_keys",
    tables.metadata,
    sa.Column("kek_id", WORDS, primary_key=True),
    sa.Column("noted_at", Instant, nullable=False),
    sa.Column("left_at", Instant),
    sa.Column("retired_at", Instant),
    sa.CheckConstraint(f"noted_at LIKE '{tables.TIME}'", name="ck_wrapping_keys_noted_at"),
    sa.CheckConstraint(f"left_at LIKE '{tables.TIME}'", name="ck_wrapping_keys_left_at"),
    sa.CheckConstraint(f"retired_at LIKE '{tables.TIME}'", name="ck_wrapping_keys_retired_at"),
    sqlite_strict=True,
)
"""Names of wrapping keys, never a key. Triggers refuse rows that a retired one wrapped."""


class Kind(StrEnum):
    """What has a key of its own, wrapped by a wrapping key."""

    POST = "posts"
    CREDENTIAL = "credentials"
    NAME = "names"
    BUNDLE = "bundles"


WRAPPED: Mapping[Kind, sa.Column[bytes]] = {
    Kind.POST: tables.data_keys.c.wrapped_dek,
    Kind.CREDENTIAL: tables.accounts.c.credential_key,
    Kind.NAME: tables.actors.c.name_key,
    Kind.BUNDLE: tables.policy_bundles.c.package_key,
}
"""Where the wrapped keys are kept."""
_SINCE = {kind: "stored_at" if kind is Kind.BUNDLE else "created_at" for kind in Kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What an exchange noted of a wrapping key."""

    left_at: datetime | None
    retired_at: datetime | None


@dataclass(slots=True, kw_only=True)
class Usage:
    """What a wrapping key wraps."""

    live: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    oldest: datetime | None = None
    """When the oldest row that lives was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedRow:
    """A row that lives, with its wrapped key."""

    id: str
    wrapped: bytes = field(repr=False)
    kek_id: str
    platform: str = ""
    """Of a credential, which is bound to it."""


def lives(wrapped: sa.Column[bytes]) -> ColumnElement[bool]:
    """Return the condition for rows that were not destroyed: what is has NULL, or no bytes at all."""
    return sa.func.length(wrapped) > 0


def noted(connection: Connection) -> dict[str, Noted]:
    """Return the wrapping keys that exchanges noted, by name."""
    rows = connection.execute(sa.select(wrapping_keys).order_by(wrapping_keys.c.kek_id))
    return {row.kek_id: Noted(left_at=row.left_at, retired_at=row.retired_at) for row in rows}


def retired_among(connection: Connection, names: Collection[str]) -> bool:
    """Return whether one of these wrapping keys is retired."""
    if not names:
        return False
    key = wrapping_keys.c
    query = sa.select(key.kek_id).where(key.kek_id.in_(names), key.retired_at.is_not(None)).limit(1)
    return connection.execute(query).one_or_none() is not None


def usage(connection: Connection) -> dict[str, Usage]:
    """
    Return what each wrapping key wraps, by name, also of those that only wrapped what is destroyed.

    Reads every row of four tables.
    """
    found: dict[str, Usage] = {}
    for kind, wrapped in WRAPPED.items():
        kek_id, since = wrapped.table.c.kek_id, wrapped.table.c[_SINCE[kind]]
        query = sa.select(
            kek_id,
            sa.func.count(sa.case((lives(wrapped), 1))).label("live"),
            sa.func.min(sa.case((lives(wrapped), since))).label("oldest"),
        ).group_by(kek_id)
        for row in connection.execute(query):
            used = found.setdefault(row.kek_id, Usage())
            used.live[kind] = row.live
            used.oldest = min((one for one in (used.oldest, _moment(row.oldest)) if one is not None), default=None)
    return found


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value  # type: ignore[return-value]


def wrapped_by_others(connection: Connection, kind: Kind, current: str, *, after: str, limit: int) -> list[WrappedRow]:
    """Return rows that live and that another key than the current one wrapped, by id, beginning after one."""
    wrapped = WRAPPED[kind]
    (key,) = wrapped.table.primary_key
    kek_id = wrapped.table.c.kek_id
    platform = tables.accounts.c.platform if kind is Kind.CREDENTIAL else sa.literal("")
    query = (
        sa.select(key.label("id"), wrapped.label("wrapped"), kek_id, platform.label("platform"))
        .where(key > after, kek_id != current, lives(wrapped))
        .order_by(key)
        .limit(limit)
    )
    return [
        WrappedRow(id=row.id, wrapped=bytes(row.wrapped), kek_id=row.kek_id, platform=row.platform)
        for row in connection.execute(query)
    ]
