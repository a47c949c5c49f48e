"""
Reads of the post table for authors: their own posts, by the record of a decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.core.model import PostId
from proxy.gate.api_ports import OwnPost
from proxy.gate.lifecycle import State
from proxy.storage.tables import audit_records, posts

if TYPE_CHECKING:
    from proxy.storage.reads import Reads

_OWN = (
    sa.select(
        posts.c.id,
        posts.c.account,
        posts.c.operation,
        posts.c.state,
        posts.c.decision_record,
        posts.c.created_at,
        posts.c.platform_id,
        audit_records.c.decision,
    )
    .join(audit_records, audit_records.c.post_id == posts.c.id)
    .where(
        audit_records.c.id == sa.bindparam("b_record"),
        sa.text("audit_records.code = 'PG-101'"),
        posts.c.author == sa.bindparam("b_author"),
    )
)


class SqlOwnPosts:
    """Implements `gate.api_ports.OwnPosts` on the database."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def by_decision(self, record: str, *, author: str) -> OwnPost | None:
        """
        Return the post of an author by the record of its decision; None where there is none, or it is another's.

        Raises:
            GateUnavailable: the database does not answer.
        """
        values = {"b_record": record, "b_author": author}
        row = await self._reads.run(lambda connection: connection.execute(_OWN, values).one_or_none())
        if row is None:
            return None
        return OwnPost(
            id=PostId(row.id),
            account=row.account,
            operation=row.operation,
            state=State(row.state),
            verdict=row.decision,
            decision_record=row.decision_record,
            created_at=row.created_at,
            platform_id=row.platform_id,
        )
