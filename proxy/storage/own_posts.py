"""
Reads of the post table for authors: their own posts, by the record of a decision or by the request for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.core.model import PostId
from proxy.gate.api_ports import OwnPost
from proxy.gate.lifecycle import State
from proxy.storage.tables import audit_records, posts, requests_taken_back

if TYPE_CHECKING:
    from proxy.storage.reads import Reads

_KEPT = sa.select(
    posts.c.id,
    posts.c.account,
    posts.c.operation,
    posts.c.state,
    posts.c.decision_record,
    posts.c.created_at,
    posts.c.platform_id,
    posts.c.request_id,
    audit_records.c.decision,
)
_OWN = _KEPT.join(audit_records, audit_records.c.post_id == posts.c.id).where(
    audit_records.c.id == sa.bindparam("b_record"),
    sa.text("audit_records.code = 'PG-101'"),
    posts.c.author == sa.bindparam("b_author"),
)
_OF_REQUEST = (
    _KEPT.join(audit_records, audit_records.c.id == posts.c.decision_record)
    .where(
        posts.c.request_id == sa.bindparam("b_request"),
        sa.text("posts.request_id IS NOT NULL AND posts.state <> 'replaced'"),
        posts.c.author == sa.bindparam("b_author"),
    )
    .order_by(audit_records.c.log_id, audit_records.c.seq)
)
_TAKEN_BACK = sa.select(requests_taken_back.c.record_id).where(
    requests_taken_back.c.request_id == sa.bindparam("b_request")
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
        return None if row is None else _own(row)

    async def of_request(self, request: str, *, author: str) -> tuple[OwnPost, ...]:
        """
        Return all posts that a request of an author asked for, oldest first; of a redacted one what replaced it.

        Raises:
            GateUnavailable: the database does not answer.
        """
        values = {"b_request": request, "b_author": author}
        rows = await self._reads.run(lambda connection: connection.execute(_OF_REQUEST, values).all())
        return tuple(map(_own, rows))

    async def taken_back(self, request: str) -> str | None:
        """
        Return the record by which all posts of a request are taken back; None: they are not.

        Raises:
            GateUnavailable: the database does not answer.
        """
        values = {"b_request": request}
        return await self._reads.run(lambda connection: connection.execute(_TAKEN_BACK, values).scalar_one_or_none())


def _own(row: sa.Row[*tuple[Any, ...]]) -> OwnPost:
    return OwnPost(
        id=PostId(row.id),
        account=row.account,
        operation=row.operation,
        state=State(row.state),
        verdict=row.decision,
        decision_record=row.decision_record,
        created_at=row.created_at,
        platform_id=row.platform_id,
        request=row.request_id,
    )
