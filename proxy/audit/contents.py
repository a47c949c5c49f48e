"""
Opening what was recorded of posts: decisions whose encrypted content is still kept, a few at a time.

That somebody opens them is durable (PG-510) before the first one is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.looks import Looks, check_words
from proxy.audit.query import Filter
from proxy.core.errors import NotFound
from proxy.gate.recorded import Recorded
from proxy.gate.work import AuditRecord, Work
from proxy.storage.columns import instant
from proxy.storage.tables import audit_content, audit_records, data_keys

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy.engine import Connection

    from proxy.audit.orders.model import Order
    from proxy.gate.ports import AuditLog, Clock, Envelope, Ids
    from proxy.gate.work import Actor
    from proxy.storage.reads import Reads

_DECIDED = "PG-101"
_TOGETHER = 200
"""Contents that are read at once: they are in memory then."""
OPENABLE = (
    sa.select(
        audit_records.c.log_id,
        audit_records.c.seq,
        audit_records.c.id,
        audit_records.c.leaf,
        audit_records.c.post_id,
        audit_records.c.at,
        audit_content.c.nonce,
        audit_content.c.ciphertext,
        audit_content.c.key_id,
        data_keys.c.wrapped_dek,
        data_keys.c.kek_id,
    )
    .join(audit_content, audit_content.c.record_id == audit_records.c.id)
    .join(data_keys, data_keys.c.id == audit_content.c.key_id)
    .where(
        audit_records.c.code == _DECIDED,
        data_keys.c.wrapped_dek.is_not(None),
    )
)
"""What was erased, or whose key was, has no row here."""
IN_ORDER = (audit_records.c.log_id, audit_records.c.seq)
PLACE = sa.tuple_(*IN_ORDER)
"""Of a record among those of all logs."""


class Contents:
    """The contents of recorded decisions."""

    def __init__(
        self,
        *,
        reads: Reads,
        envelope: Envelope,
        audit: AuditLog,
        clock: Clock,
        ids: Ids,
        together: int = _TOGETHER,
    ) -> None:
        self._reads = reads
        self._envelope = envelope
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._together = together
        self._looks = Looks(audit=audit, clock=clock, ids=ids)

    async def decided(
        self, *, since: datetime | None, until: datetime | None, by: Actor, purpose: str
    ) -> AsyncGenerator[Recorded]:
        """
        Yield the decisions of a time that can still be opened, oldest first; `until` is the first moment too late.

        Raises:
            AuditUnavailable: that they are opened could not be recorded, so none is.
            SealBroken: a content that does not open, under a key that is there.
        """
        count, ends = await self._reads.run(lambda connection: _extent(connection, since, until))
        wanted = Filter(since=since, until=until, code=_DECIDED).described()
        await self._looks.note(wanted, by=by, returned=count, places=ends, purpose=purpose)
        if not ends:
            return
        after, last = (0, 0), ends[-1]
        while rows := await self._page(since, until, after, last):
            for row in rows:
                yield self._open(row)
            after = (rows[-1].log_id, rows[-1].seq)

    async def one(self, name: str, *, by: Actor, purpose: str, case: Order | None = None) -> Recorded:
        """
        Return one decision with its content; that it is opened is on record (PG-512) before.

        Args:
            name: id of its record, its decision id (`d-` and the same), or id of its post: then its last decision.
            by: who looks.
            purpose: for which reason, for the record.
            case: the case that allows it, where one does.

        Raises:
            UnreadableField: a name that is more than a word.
            NotFound: there is no such decision, or its content was erased.
            AuditUnavailable: that it is opened could not be recorded, so it is not.
            SealBroken: it does not open, under a key that is there.
        """
        wanted, place = name.removeprefix("d-"), audit_records.c
        check_words({"record": wanted})
        query = (
            OPENABLE.where(sa.or_(place.id == wanted, place.post_id == wanted))
            .order_by(place.log_id.desc(), place.seq.desc())
            .limit(1)
        )
        row = await self._reads.run(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            number = None if case is None else case.case_number
            await self._looks.note({"record": wanted}, by=by, purpose=purpose, case=number)
            raise NotFound(expected="a decision whose content is kept", found="none of this id, or an erased one")
        data: dict[str, object] = {"records": [row.id], "purpose": purpose}
        if case is not None:
            data |= {"case": case.case_number, "order": case.id}
        record = AuditRecord(
            id=self._ids(), code="PG-512", type="content.opened", at=self._clock.now(), actor=by, data=data
        )
        await self._audit.commit(Work(records=(record,)))
        return self._open(row)

    async def _page(
        self, since: datetime | None, until: datetime | None, after: tuple[int, int], last: tuple[int, int]
    ) -> Sequence[sa.Row[Any]]:
        within_both = sa.and_(sa.tuple_(*after) < PLACE, sa.tuple_(*last) >= PLACE)
        query = within(OPENABLE, since, until).where(within_both).order_by(*IN_ORDER)
        return await self._reads.run(lambda connection: connection.execute(query.limit(self._together)).all())

    def _open(self, row: Any) -> Recorded:  # noqa: ANN401  a row of SQLAlchemy
        return Recorded(leaf=bytes(row.leaf), content=opened(self._envelope, row))


def opened(envelope: Envelope, row: Any) -> bytes:  # noqa: ANN401  a row of SQLAlchemy
    """
    Return the content of a row of `OPENABLE` in clear.

    Raises:
        SealBroken: it does not open, under a key that is there.
    """
    key = envelope.unwrap(key_id=row.key_id, wrapped=bytes(row.wrapped_dek), kek_id=row.kek_id)
    return envelope.open_content(key, record=row.id, nonce=bytes(row.nonce), ciphertext=bytes(row.ciphertext))


def within(query: sa.Select[Any], since: datetime | None, until: datetime | None) -> sa.Select[Any]:
    """Return the query for rows of a time."""
    at = audit_records.c.at
    if since is not None:
        query = query.where(at >= instant(since))
    return query if until is None else query.where(at < instant(until))


def _extent(
    connection: Connection, since: datetime | None, until: datetime | None
) -> tuple[int, list[tuple[int, int]]]:
    """Return how many there are, and the places of the first and the last in each log."""
    found = within(OPENABLE, since, until).subquery()
    log, seq = found.c.log_id, found.c.seq
    query = sa.select(log, sa.func.count(), sa.func.min(seq), sa.func.max(seq)).group_by(log).order_by(log)
    rows = connection.execute(query).all()
    return sum(row[1] for row in rows), [(row[0], seq) for row in rows for seq in row[2:]]
