"""
Reads of the post table: who holds an idempotency key, which twin may be on its way, which attempts are overdue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.gate.lifecycle import State
from proxy.gate.ports import EarlierPost, StoredPost
from proxy.storage.tables import attempts, audit_content, data_keys, idempotency, posts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection
    from sqlalchemy.sql import Select

    from proxy.storage.reads import Reads

_STORED = sa.select(
    posts.c.id,
    posts.c.state,
    posts.c.fingerprint,
    posts.c.decision_record,
    posts.c.answer_nonce,
    posts.c.answer,
    posts.c.key_id,
    data_keys.c.wrapped_dek,
    data_keys.c.kek_id,
).select_from(posts.outerjoin(data_keys, data_keys.c.id == posts.c.key_id))
_BY_KEY = (
    _STORED.add_columns(idempotency.c.fingerprint.label("claimed"))
    .join(idempotency, idempotency.c.post_id == posts.c.id)
    .where(
        idempotency.c.scope == sa.bindparam("b_scope"),
        idempotency.c.key == sa.bindparam("b_key"),
        idempotency.c.expires_at > sa.bindparam("b_now"),
    )
)
_OPEN_TWIN = (
    _STORED.add_columns(posts.c.fingerprint.label("claimed"))
    .where(
        posts.c.scope == sa.bindparam("b_scope"),
        posts.c.fingerprint == sa.bindparam("b_fingerprint"),
        sa.text("posts.state IN ('intent', 'unknown')"),
    )
    .order_by(posts.c.created_at)
    .limit(1)
)
_OVERDUE = (
    sa.select(attempts.c.id, attempts.c.post_id, attempts.c.intent_record, posts.c.account)
    .join(posts, posts.c.id == attempts.c.post_id)
    .where(sa.text("attempts.result IS NULL"), attempts.c.lease_until <= sa.bindparam("b_now"))
    .order_by(attempts.c.lease_until)
)
_ON_PLATFORM = (
    sa.select(
        audit_content.c.record_id,
        audit_content.c.nonce,
        audit_content.c.ciphertext,
        audit_content.c.key_id,
        data_keys.c.wrapped_dek,
        data_keys.c.kek_id,
    )
    .select_from(posts)
    .join(audit_content, audit_content.c.record_id == posts.c.decision_record)
    .outerjoin(data_keys, data_keys.c.id == audit_content.c.key_id)
    .where(
        posts.c.account == sa.bindparam("b_account"),
        posts.c.platform_id == sa.bindparam("b_platform_id"),
        sa.text("posts.platform_id IS NOT NULL"),
        posts.c.author == sa.bindparam("b_author"),
        sa.text("posts.kind IN ('post', 'reply', 'message', 'edit')"),
    )
    .limit(1)
)
_FIRST = _ON_PLATFORM.where(sa.text("posts.kind != 'edit'")).order_by(posts.c.created_at, posts.c.id)
_LAST = _ON_PLATFORM.order_by(posts.c.created_at.desc(), posts.c.id.desc())


class SqlPosts:
    """Implements `gate.ports.Posts` on the database."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def by_key(self, scope: str, key: str, now: datetime) -> StoredPost | None:
        """Return the post that holds an unexpired idempotency key of this scope."""
        values = {"b_scope": scope, "b_key": key, "b_now": now}
        return await self._reads.run(lambda connection: _one(connection, _BY_KEY, values))

    async def open_twin(self, scope: str, fingerprint: str) -> StoredPost | None:
        """Return an equal post of the same scope that is `intent` or `unknown`, if there is one."""
        values = {"b_scope": scope, "b_fingerprint": fingerprint}
        return await self._reads.run(lambda connection: _one(connection, _OPEN_TWIN, values))

    async def on_platform(self, *, author: str, account: str, platform_id: str) -> tuple[EarlierPost, ...]:
        """Return a post of this author and account by the platform's id: as first written, then as last edited."""
        values = {"b_author": author, "b_account": account, "b_platform_id": platform_id}

        def read(connection: Connection) -> tuple[EarlierPost, ...]:
            rows = [row for query in (_FIRST, _LAST) for row in connection.execute(query, values)]
            return tuple({row.record_id: _earlier(row) for row in rows}.values())

        return await self._reads.run(read)

    async def overdue_attempts(self, now: datetime) -> list[tuple[str, str, str, str]]:
        """Return (attempt id, post id, intent record id, account) of attempts without outcome whose lease is over."""

        def read(connection: Connection) -> list[tuple[str, str, str, str]]:
            rows = connection.execute(_OVERDUE, {"b_now": now}).all()
            return [(row.id, row.post_id, row.intent_record, row.account) for row in rows]

        return await self._reads.run(read)


def _earlier(row: sa.Row[*tuple[Any, ...]]) -> EarlierPost:
    return EarlierPost(
        record=row.record_id,
        nonce=bytes(row.nonce),
        ciphertext=bytes(row.ciphertext),
        key=row.key_id,
        wrapped_key=None if row.wrapped_dek is None else bytes(row.wrapped_dek),
        kek_id=row.kek_id or "",
    )


def _one(connection: Connection, query: Select[*tuple[object, ...]], values: Mapping[str, object]) -> StoredPost | None:
    row = connection.execute(query, values).one_or_none()
    if row is None:
        return None
    return StoredPost(
        id=row.id,
        state=State(row.state),
        fingerprint=row.claimed,
        decision_record=row.decision_record,
        answer_nonce=row.answer_nonce,
        answer=row.answer,
        key=row.key_id,
        wrapped_key=row.wrapped_dek,
        kek_id=row.kek_id or "",
    )
