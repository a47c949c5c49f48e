"""
Reads of the log, as far as people have to hear of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from proxy.gate.notices import CODES, Happening, Place, ReviewNow
from proxy.storage.tables import actors, audit_head, audit_records, posts
from proxy.storage.waiting_tables import reviews

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.engine import Connection

    from proxy.storage.reads import Reads

_Row = sa.Row[*tuple[Any, ...]]
_NEWEST = sa.select(audit_head.c.log_id, audit_head.c.size).order_by(audit_head.c.log_id.desc()).limit(1)
_AFTER = (
    sa.select(
        audit_records.c.log_id,
        audit_records.c.seq,
        sa.case((audit_records.c.code.in_(sorted(CODES)), audit_records.c.leaf)).label("leaf"),
    )
    .where(
        sa.tuple_(audit_records.c.log_id, audit_records.c.seq)
        > sa.tuple_(sa.bindparam("b_log", type_=sa.BigInteger()), sa.bindparam("b_seq", type_=sa.BigInteger()))
    )
    .order_by(audit_records.c.log_id, audit_records.c.seq)
    .limit(sa.bindparam("b_limit"))
)
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

    async def newest(self) -> Place:
        """Return the last place of the log."""

        def read(connection: Connection) -> Place:
            head = connection.execute(_NEWEST).one()
            return Place(log=head.log_id, seq=head.size - 1)

        return await self._reads.run(read)

    async def after(self, place: Place, *, limit: int) -> tuple[tuple[Happening, ...], Place]:
        """Return what happened in the next `limit` records behind a place, and the last place looked at."""

        def read(connection: Connection) -> tuple[tuple[Happening, ...], Place]:
            values = {"b_log": place.log, "b_seq": place.seq, "b_limit": limit}
            rows = connection.execute(_AFTER, values).all()
            if not rows:
                return (), place
            leaves = {
                Place(log=row.log_id, seq=row.seq): orjson.loads(row.leaf) for row in rows if row.leaf is not None
            }
            return _happenings(connection, leaves), Place(log=rows[-1].log_id, seq=rows[-1].seq)

        return await self._reads.run(read)


def _happenings(connection: Connection, leaves: Mapping[Place, dict[str, Any]]) -> tuple[Happening, ...]:
    about = {leaf["subject"]["post"] for leaf in leaves.values()} - {None}
    asked = {leaf["data"]["review"] for leaf in leaves.values() if "review" in leaf["data"]}
    found = {row.id: row for row in _rows(connection, _POSTS, "b_posts", about)}
    waited = {row.post_id for row in _rows(connection, _WAITED, "b_posts", about)}
    open_reviews = {row.id: row for row in _rows(connection, _REVIEWS, "b_reviews", asked)}
    return tuple(
        _happening(place, leaf, found, waited, open_reviews.get(leaf["data"].get("review")))
        for place, leaf in leaves.items()
    )


def _rows(connection: Connection, query: sa.Select[Any], name: str, values: Iterable[str]) -> Sequence[_Row]:
    wanted = sorted(values)
    return connection.execute(query, {name: wanted}).all() if wanted else []


def _happening(
    place: Place, leaf: dict[str, Any], found: Mapping[str, _Row], waited: set[str], review: _Row | None
) -> Happening:
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
