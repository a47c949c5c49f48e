"""
Reads of posts that were published, in the order of the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.core.model import PostKind
from proxy.gate.sampling import PublishedPost
from proxy.storage.log_pages import Pages, newest, rows_of
from proxy.storage.tables import audit_records, posts
from proxy.storage.waiting_tables import reviews

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from proxy.gate.notices import Place
    from proxy.storage.log_pages import Leaf
    from proxy.storage.reads import Reads

_CODES = ("PG-103", "PG-104")
"""Records that say what became of an attempt."""
_WITHOUT_TEXT = (PostKind.ACT.value, PostKind.MEDIA.value)
_UNASKED = (
    sa.select(
        posts.c.id,
        posts.c.account,
        posts.c.author,
        posts.c.mac,
        posts.c.decision_record,
        audit_records.c.policy_digest,
    )
    .join(audit_records, audit_records.c.id == posts.c.decision_record)
    .where(
        posts.c.id.in_(sa.bindparam("b_posts", expanding=True)),
        posts.c.kind.not_in(_WITHOUT_TEXT),
        ~sa.exists().where(reviews.c.post_id == posts.c.id),
    )
)


class SqlPublishedPosts:
    """Implements `gate.sampling.PublishedPosts` on the database."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._pages = Pages(_CODES)

    async def newest(self) -> Place:
        """Return the last place of the log."""
        return await self._reads.run(newest)

    async def published(self, place: Place, *, limit: int) -> tuple[tuple[PublishedPost, ...], Place]:
        """Return posts published in the next `limit` records behind a place, and the last place looked at."""

        def read(connection: Connection) -> tuple[tuple[PublishedPost, ...], Place]:
            leaves, reached = self._pages.after(connection, place, limit=limit)
            return _published(connection, leaves), reached

        return await self._reads.run(read)


def _published(connection: Connection, leaves: Mapping[Place, Leaf]) -> tuple[PublishedPost, ...]:
    outcomes = {
        leaf["subject"]["post"]: leaf["id"] for leaf in leaves.values() if leaf["data"].get("result") == "published"
    }
    found = {row.id: row for row in rows_of(connection, _UNASKED, "b_posts", outcomes)}
    return tuple(
        PublishedPost(
            id=row.id,
            account=row.account,
            author=row.author,
            mac=row.mac,
            decision_record=row.decision_record,
            policy_digest=row.policy_digest or "",
            outcome_record=record,
        )
        for name, record in outcomes.items()
        if (row := found.get(name)) is not None
    )
