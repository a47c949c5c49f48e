"""
Reads of the log, as far as people have to hear of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.gate.notices import CODES, Happening, ReviewNow
from proxy.storage.log_pages import Pages, newest, rows_of
from proxy.storage.tables import actors, audit_records, posts
from proxy.storage.waiting_tables import reviews

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection

    from proxy.gate.notices import Place
    from proxy.storage.log_pages import Leaf
    from proxy.storage.reads import Reads

_Row = sa.Row[*tuple[Any, ...]]
_POSTS = (
    sa.select(posts.c.id, posts.c.decision_record, actors.c.name_digest)
    .outerjoin(actors, actors.c.ref == posts.c.author)
    .where(posts.c.id.in_(sa.bindparam("b_posts", expanding=True)))
)
_WAITED = sa.select(audit_records.c.post_id).where(
    audit_records.c.post_id.in_(sa.bindparam("b_posts", expanding=True)),
    audit_records.c.code.in_(["PG-105", "PG-201"]),
)
_REVIEWS = sa.select(reviews.c.id, reviews.c.queue, reviews.c.rules, reviews.c.due_at).where(
    reviews.c.id.in_(sa.bindparam("b_reviews", expanding=True))
)


class SqlNews:
    """Implements `gate.notices.News` on the database."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._pages = Pages(CODES)

    async def newest(self) -> Place:
        """Return the last place of the log."""
        return await self._reads.run(newest)

    async def after(self, place: Place, *, limit: int) -> tuple[tuple[Happening, ...], Place]:
        """Return what happened in the next `limit` records behind a place, and the last place looked at."""

        def read(connection: Connection) -> tuple[tuple[Happening, ...], Place]:
            leaves, reached = self._pages.after(connection, place, limit=limit)
            return _happenings(connection, leaves), reached

        return await self._reads.run(read)


def _happenings(connection: Connection, leaves: Mapping[Place, Leaf]) -> tuple[Happening, ...]:
    about = {leaf["subject"]["post"] for leaf in leaves.values()} - {None}
    asked = {leaf["data"]["review"] for leaf in leaves.values() if "review" in leaf["data"]}
    found = {row.id: row for row in rows_of(connection, _POSTS, "b_posts", about)}
    waited = {row.post_id for row in rows_of(connection, _WAITED, "b_posts", about)}
    known = {row.id: row for row in rows_of(connection, _REVIEWS, "b_reviews", asked)}
    return tuple(
        _happening(place, leaf, found, waited, known.get(leaf["data"].get("review"))) for place, leaf in leaves.items()
    )


def _happening(place: Place, leaf: Leaf, found: Mapping[str, _Row], waited: set[str], review: _Row | None) -> Happening:
    name = leaf["subject"]["post"]
    post = found.get(name)
    return Happening(
        place=place,
        id=leaf["id"],
        code=leaf["code"],
        node=leaf["node"],
        at=datetime.fromisoformat(leaf["at"]),
        data=leaf["data"],
        decision=None if post is None else post.decision_record,
        author=None if post is None else post.name_digest,
        waited=name in waited,
        review=None
        if review is None
        else ReviewNow(queue=review.queue, rules=tuple(review.rules.split()), due_at=review.due_at),
    )
