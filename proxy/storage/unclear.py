"""
Reads of posts that may have been published, and of those that are known not to be and wait for a person.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.core.model import PostId
from proxy.gate.lifecycle import State
from proxy.gate.ports import EarlierPost
from proxy.gate.unclear import UnclearPost
from proxy.storage.columns import instant
from proxy.storage.tables import accounts, attempts, audit_content, audit_records, data_keys, posts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from proxy.storage.reads import Reads

_MOST = 200
"""Posts of one look."""
_MAYBE = (State.INTENT.value, State.UNKNOWN.value, State.PUBLISHED.value)
# The first part of each is the condition of an index over few rows.
_UNKNOWN = sa.text("posts.state IN ('intent', 'unknown') AND posts.state = 'unknown'")
_ABSENT = sa.text("posts.state = 'absent'")
_last = attempts.alias("last_attempts")
_LAST = attempts.c.number == (
    sa.select(sa.func.max(_last.c.number)).where(_last.c.post_id == posts.c.id).scalar_subquery()
)
_intents = audit_records.alias("intents")
# Since it came back, an account may be another one on the platform: what is not found there proves nothing.
_DOOR = sa.case((accounts.c.created_at <= _intents.c.at, accounts.c.door), else_="").label("door")
_POSTS = (
    sa.select(
        posts.c.id,
        posts.c.state,
        posts.c.account,
        posts.c.platform,
        _DOOR,
        posts.c.author,
        posts.c.kind,
        posts.c.created_at,
        posts.c.replaces,
        attempts.c.id.label("attempt"),
        attempts.c.number,
        attempts.c.intent_record,
        attempts.c.lease_until,
        _intents.c.at.label("intent_at"),
        audit_content.c.record_id,
        audit_content.c.nonce,
        audit_content.c.ciphertext,
        audit_content.c.key_id,
        data_keys.c.wrapped_dek,
        data_keys.c.kek_id,
    )
    .select_from(posts)
    .join(attempts, sa.and_(attempts.c.post_id == posts.c.id, _LAST))
    .join(_intents, _intents.c.id == attempts.c.intent_record)
    .join(accounts, accounts.c.id == posts.c.account)
    .join(audit_content, audit_content.c.record_id == posts.c.decision_record)
    .outerjoin(data_keys, data_keys.c.id == audit_content.c.key_id)
)
_LOOK = (
    _POSTS.where(
        _UNKNOWN,
        attempts.c.lease_until > sa.bindparam("b_since", type_=sa.Text()),
        attempts.c.lease_until <= sa.bindparam("b_until", type_=sa.Text()),
    )
    .order_by(attempts.c.lease_until)
    .limit(_MOST)
)
_OPEN = tuple(_POSTS.where(state).order_by(attempts.c.lease_until).limit(_MOST) for state in (_UNKNOWN, _ABSENT))
_ONE = _POSTS.where(
    posts.c.id
    == sa.select(audit_records.c.post_id).where(audit_records.c.id == sa.bindparam("b_record")).scalar_subquery(),
    sa.text("posts.state IN ('unknown', 'absent')"),
)
_KNOWN = sa.select(posts.c.id).where(
    posts.c.account == sa.bindparam("b_account"), posts.c.platform_id == sa.bindparam("b_platform_id")
)
_SINCE = (
    sa.select(posts.c.operation)
    .distinct()
    .where(
        posts.c.account == sa.bindparam("b_account"),
        posts.c.created_at > sa.bindparam("b_since"),
        posts.c.state.in_(_MAYBE),
    )
)
_STANDING = (
    sa.select(sa.func.count(), sa.func.min(attempts.c.lease_until))
    .select_from(posts)
    .join(attempts, sa.and_(attempts.c.post_id == posts.c.id, _LAST))
    .where(_UNKNOWN)
)


class SqlUnclearPosts:
    """Implements `gate.unclear.UnclearPosts` on the database."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def unclear(self, *, since: datetime, until: datetime) -> tuple[UnclearPost, ...]:
        """Return posts in the state `unknown` whose last lease ended in this time, oldest first."""
        return await self._posts(_LOOK, {"b_since": instant(since), "b_until": instant(until)})

    async def open(self) -> tuple[UnclearPost, ...]:
        """Return every post that a person may have to settle, `unknown` or `absent`, oldest first."""
        found = [post for query in _OPEN for post in await self._posts(query, {})]
        return tuple(sorted(found, key=lambda post: post.lease_until))

    async def one(self, decision_record: str) -> UnclearPost | None:
        """Return one of them, by the record of its decision."""
        return next(iter(await self._posts(_ONE, {"b_record": decision_record})), None)

    async def known(self, *, account: str, platform_id: str) -> bool:
        """Return whether some post of an account is known to be this one on the platform."""
        values = {"b_account": account, "b_platform_id": platform_id}
        return await self._reads.run(lambda connection: connection.execute(_KNOWN, values).first() is not None)

    async def operations_since(self, *, account: str, since: datetime) -> frozenset[str]:
        """Return what later posts of an account did, or may have done, on the platform."""
        values = {"b_account": account, "b_since": since}
        return await self._reads.run(lambda connection: frozenset(connection.execute(_SINCE, values).scalars()))

    async def standing(self) -> tuple[int, datetime | None]:
        """Return how many posts are `unknown`, and when the oldest lease of them ended."""
        number, oldest = await self._reads.run(lambda connection: connection.execute(_STANDING).one())
        return number, oldest

    async def _posts(self, query: sa.Select[Any], values: Mapping[str, object]) -> tuple[UnclearPost, ...]:
        def read(connection: Connection) -> tuple[UnclearPost, ...]:
            return tuple(_post(row) for row in connection.execute(query, values))

        return await self._reads.run(read)


def _post(row: sa.Row[*tuple[Any, ...]]) -> UnclearPost:
    return UnclearPost(
        id=row.id,
        state=State(row.state),
        account=row.account,
        platform=row.platform,
        door=row.door,
        author=row.author,
        kind=row.kind,
        created_at=row.created_at,
        attempt=row.attempt,
        number=row.number,
        intent_record=row.intent_record,
        intent_at=datetime.fromisoformat(row.intent_at),
        lease_until=row.lease_until,
        content=EarlierPost(
            record=row.record_id,
            nonce=bytes(row.nonce),
            ciphertext=bytes(row.ciphertext),
            key=row.key_id,
            wrapped_key=None if row.wrapped_dek is None else bytes(row.wrapped_dek),
            kek_id=row.kek_id or "",
        ),
        replaces=None if row.replaces is None else PostId(row.replaces),
    )
