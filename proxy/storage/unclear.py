"""
Reads of posts that may have been published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.gate.ports import EarlierPost
from proxy.gate.reconcile import UnclearPost
from proxy.storage.columns import instant
from proxy.storage.tables import accounts, attempts, audit_content, data_keys, posts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from proxy.storage.reads import Reads

_MOST = 50
"""Posts of one look."""
_later = attempts.alias("later")
_UNCLEAR = (
    sa.select(
        posts.c.id,
        posts.c.account,
        posts.c.platform,
        accounts.c.door,
        posts.c.author,
        posts.c.kind,
        attempts.c.id.label("attempt"),
        attempts.c.intent_record,
        audit_content.c.record_id,
        audit_content.c.nonce,
        audit_content.c.ciphertext,
        audit_content.c.key_id,
        data_keys.c.wrapped_dek,
        data_keys.c.kek_id,
    )
    .select_from(posts)
    .join(attempts, attempts.c.post_id == posts.c.id)
    .join(accounts, accounts.c.id == posts.c.account)
    .join(audit_content, audit_content.c.record_id == posts.c.decision_record)
    .outerjoin(data_keys, data_keys.c.id == audit_content.c.key_id)
    .where(
        # The first part is the condition of an index over few rows.
        sa.text("posts.state IN ('intent', 'unknown') AND posts.state = 'unknown'"),
        # Earlier attempts came to nothing; what is not known is what became of the last one.
        ~sa.exists().where(_later.c.post_id == posts.c.id, _later.c.number > attempts.c.number),
        attempts.c.lease_until > sa.bindparam("b_since", type_=sa.Text()),
        attempts.c.lease_until <= sa.bindparam("b_until", type_=sa.Text()),
    )
    .order_by(attempts.c.lease_until)
    .limit(_MOST)
)


class SqlUnclearPosts:
    """Implements `gate.reconcile.UnclearPosts` on the database."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def unclear(self, *, since: datetime, until: datetime) -> tuple[UnclearPost, ...]:
        """
        Return posts in the state `unknown` whose lease ended in this time, oldest first.

        Raises:
            GateUnavailable: the database does not answer.
        """
        values = {"b_since": instant(since), "b_until": instant(until)}

        def read(connection: Connection) -> tuple[UnclearPost, ...]:
            return tuple(
                UnclearPost(
                    id=row.id,
                    account=row.account,
                    platform=row.platform,
                    door=row.door,
                    author=row.author,
                    kind=row.kind,
                    attempt=row.attempt,
                    intent_record=row.intent_record,
                    content=EarlierPost(
                        record=row.record_id,
                        nonce=bytes(row.nonce),
                        ciphertext=bytes(row.ciphertext),
                        key=row.key_id,
                        wrapped_key=None if row.wrapped_dek is None else bytes(row.wrapped_dek),
                        kek_id=row.kek_id or "",
                    ),
                )
                for row in connection.execute(_UNCLEAR, values)
            )

        return await self._reads.run(read)
