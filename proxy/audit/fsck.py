"""
Compares the rows that the gateway works with with what the log says about them; changes nothing.

The log itself is checked by `verify`. Here: every post is in the state that its records lead to, its attempts and
reviews are those of its records, no row points to a record or a key that is not there, and no key outlives its time.
All of it is read from one moment of the database.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from proxy.audit.orders.rows import UNDECIDED, expired_keys, holds, is_held
from proxy.audit.stories import Attempt, Story, story_of
from proxy.core.errors import Localised
from proxy.storage.tables import attempts, audit_content, audit_records, data_keys, media, posts
from proxy.storage.waiting_tables import reviews

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

CHECKS = {
    "post_state": Localised(
        de="Ein Beitrag ist in einem anderen Zustand, als seine Einträge sagen.",
        en="A post is in another state than its records lead to.",
    ),
    "post_records": Localised(
        de="Einträge eines Beitrags folgen nicht aufeinander, oder seine Entscheidung fehlt im Protokoll.",
        en="Records of a post do not follow each other, or its decision is not in the log.",
    ),
    "post_missing": Localised(
        de="Das Protokoll spricht von einem Beitrag, den es in der Datenbank nicht gibt.",
        en="The log speaks of a post that has no row.",
    ),
    "attempts": Localised(
        de="Die Sendeversuche eines Beitrags sind andere als die seiner Einträge.",
        en="The attempts of a post are not those of its records.",
    ),
    "reviews": Localised(
        de="Die Freigaben eines Beitrags sind andere als die seiner Einträge.",
        en="The reviews of a post are not those of its records.",
    ),
    "media_record": Localised(
        de="Ein Bild, dessen Entscheidung im Protokoll fehlt.",
        en="An image whose decision is not in the log.",
    ),
    "content_key": Localised(
        de="Verschlüsselter Inhalt, dessen Schlüssel es nicht gibt.",
        en="Encrypted content whose key has no row.",
    ),
    "key_orphan": Localised(
        de="Ein Schlüssel zu einem Beitrag, den das Protokoll nicht kennt.",
        en="A key of a post that the log does not know.",
    ),
    "key_state": Localised(
        de="Ein Schlüssel, der vernichtet und doch da ist, oder weg und nicht vernichtet.",
        en="A key that is destroyed and still there, or gone and not destroyed.",
    ),
    "key_overdue": Localised(
        de="Ein Schlüssel, der vernichtet sein müsste.",
        en="A key that should have been destroyed.",
    ),
}
"""What is found; stable for ever."""
_CHUNK = 300
_STORY = ("PG-101", "PG-102", "PG-103", "PG-104", "PG-105", "PG-106", "PG-107", "PG-201", "PG-202", "PG-206")


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A row that does not fit the log."""

    check: str
    id: str
    """Of the post, image, record or key."""
    detail: str = ""
    """What differs, in our words; empty where the check says all."""


@contextmanager
def one_moment(connection: Connection) -> Iterator[None]:
    """Let all that is read see the database as it is now, while others go on writing."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.execution_options(isolation_level="REPEATABLE READ").begin()
    try:
        yield
    finally:
        connection.rollback()


def misfits(connection: Connection, *, overdue: datetime) -> Iterator[Misfit]:
    """
    Yield every row that does not fit.

    Args:
        connection: only read.
        overdue: keys that expired before this moment should be gone.
    """
    yield from _posts(connection)
    for check, query in _queries():
        yield from _rows(connection, check, query)
    yield from _overdue(connection, overdue)


def _queries() -> Iterator[tuple[str, sa.Select[tuple[str]]]]:
    """Yield what a single query finds: the check, and the ids of what does not fit."""
    records, keys = audit_records.c, data_keys.c
    yield (
        "post_missing",
        sa.select(records.post_id)
        .where(records.code.in_(("PG-102", "PG-201")))
        .where(~sa.exists().where(posts.c.id == records.post_id))
        .distinct(),
    )
    decided = sa.exists().where(records.id == media.c.decision_record, records.code == "PG-101")
    yield "media_record", sa.select(media.c.id).where(~decided)
    key = sa.exists().where(keys.id == audit_content.c.key_id)
    yield "content_key", sa.select(audit_content.c.record_id).where(~key)
    spoken = sa.exists().where(records.post_id == keys.post_id)
    own = sa.exists().where(records.id == keys.post_id)
    yield "key_orphan", sa.select(keys.id).where(~spoken, ~own)
    destroyed, gone = keys.destroyed_at.is_not(None), keys.wrapped_dek.is_(None)
    yield "key_state", sa.select(keys.id).where(sa.or_(destroyed & ~gone, gone & ~destroyed))


def _overdue(connection: Connection, before: datetime) -> Iterator[Misfit]:
    """Yield keys that the purge should have destroyed: no hold covers them, and their posts are decided."""
    among, after = holds(connection), None
    while page := expired_keys(connection, before, after=after, limit=_CHUNK):
        for key in page:
            if key.state not in UNDECIDED and not is_held(connection, key.post, among):
                yield Misfit(check="key_overdue", id=key.id)
        after = page[-1]


def _rows(connection: Connection, check: str, query: sa.Select[tuple[str]]) -> Iterator[Misfit]:
    """Yield what a query finds, in the order of the ids, a few at a time."""
    after = ""
    found = query.subquery()
    name = found.c[0]
    while rows := connection.scalars(sa.select(name).where(name > after).order_by(name).limit(_CHUNK)).all():
        for one in rows:
            yield Misfit(check=check, id=one)
        after = rows[-1]


def _posts(connection: Connection) -> Iterator[Misfit]:
    """Compare every post with its records, a few at a time."""
    after = ""
    wanted = sa.select(posts.c.id, posts.c.state, posts.c.decision_record).order_by(posts.c.id).limit(_CHUNK)
    while rows := connection.execute(wanted.where(posts.c.id > after)).all():
        names = [row.id for row in rows]
        stories = _stories(connection, names)
        tried = _attempts(connection, names)
        reviewed = _reviews(connection, names)
        for row in rows:
            story = stories.get(row.id, Story())
            yield from _differences(row.id, (row.state, row.decision_record), story)
            if story.attempts != tried.get(row.id, {}):
                yield Misfit(check="attempts", id=row.id)
            if story.reviews != reviewed.get(row.id, set()):
                yield Misfit(check="reviews", id=row.id)
        after = names[-1]


def _differences(post: str, row: tuple[str, str], story: Story) -> Iterator[Misfit]:
    state, decision = row
    if story.flaw is not None:
        yield Misfit(check="post_records", id=post, detail=story.flaw)
    elif story.state is None or story.state.value != state:
        told = "none" if story.state is None else story.state.value
        yield Misfit(check="post_state", id=post, detail=f"the row says {state}, its records {told}")
    if decision not in story.decisions:
        yield Misfit(check="post_records", id=post, detail="its decision is not in the log")


def _stories(connection: Connection, names: list[str]) -> Mapping[str, Story]:
    # Asked for one log or for its order, SQLite would read the whole log for each of these.
    records = audit_records.c
    rows = connection.execute(
        sa.select(records.log_id, records.seq, records.post_id, records.id, records.leaf).where(
            records.post_id.in_(names), records.code.in_(_STORY)
        )
    )
    told: dict[str, list[tuple[str, Mapping[str, object]]]] = {}
    for _, _, post, record, leaf in sorted(rows, key=attrgetter("log_id", "seq")):
        told.setdefault(post, []).append((record, orjson.loads(leaf)))
    return {post: story_of(those) for post, those in told.items()}


def _attempts(connection: Connection, names: list[str]) -> Mapping[str, dict[str, Attempt]]:
    rows = connection.execute(sa.select(attempts).where(attempts.c.post_id.in_(names)))
    found: dict[str, dict[str, Attempt]] = {}
    for row in rows:
        attempt = Attempt(intent=row.intent_record, result=row.result, outcome=row.outcome_record)
        found.setdefault(row.post_id, {})[row.id] = attempt
    return found


def _reviews(connection: Connection, names: list[str]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in connection.execute(sa.select(reviews).where(reviews.c.post_id.in_(names))):
        found.setdefault(row.post_id, set()).add(row.decision_record)
    return found
