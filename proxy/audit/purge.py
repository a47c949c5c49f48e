"""
Destroying contents whose time is over, a few hundred in a transaction, each batch on record.

What a hold covers, and what still waits for a decision or is shown by what waits, is left for a later run.
"""

from __future__ import annotations

import asyncio
from itertools import groupby
from typing import TYPE_CHECKING

from proxy.audit.orders import belonging, records, rows
from proxy.core.errors import AuditBusy, Conflict, GateUnavailable
from proxy.gate.order_changes import DestroyKey, DropExpiredKeys
from proxy.gate.records import SYSTEM
from proxy.gate.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.engine import Connection, Engine

    from proxy.audit.orders.rows import KeptKey
    from proxy.gate.ports import AuditLog, Clock, Envelope, Ids
    from proxy.gate.work import Actor
    from proxy.storage.reads import Reads

BATCH = 100
"""Keys in one transaction: few enough that posts do not wait for it."""
EVERY_S = 24 * 3600.0
SOON_S = 60.0
"""Until the next try where the database did not answer."""


class Purge:
    """Destroys what is over."""

    def __init__(
        self,
        *,
        reads: Reads,
        audit: AuditLog,
        envelope: Envelope,
        clock: Clock,
        ids: Ids,
        sweep: Callable[[], None],
        done: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._reads = reads
        self._audit = audit
        self._envelope = envelope
        self._clock = clock
        self._ids = ids
        self._sweep = sweep
        self._done = done

    async def once(self, by: Actor = SYSTEM) -> int:
        """
        Destroy everything that is over now; return how many contents.

        Raises:
            GateUnavailable: the database does not answer, or cannot be written; what was destroyed is on record.
        """
        now, count = self._clock.now(), 0
        page, due = await self._page(now, None)
        while page:
            for retention, keys in groupby(sorted(due, key=_class), _class):
                count += await self._destroy(list(keys), retention, now, by)
            page, due = await self._page(now, page[-1])
        await asyncio.to_thread(self._sweep)  # always: an erasure while somebody was reading could not do all of it
        self._done(count)
        return count

    async def run(self) -> None:
        """Purge now and every day, for ever."""
        while True:
            try:
                await self.once()
            except (GateUnavailable, AuditBusy):
                await asyncio.sleep(SOON_S)
            else:
                await asyncio.sleep(EVERY_S)

    async def _destroy(self, keys: list[KeptKey], retention: str, now: datetime, by: Actor) -> int:
        record = records.purged(keys, retention, record=self._ids(), at=now, by=by)
        destroy = tuple(DestroyKey(id=key.id, post=key.post, at=now) for key in keys)
        try:
            await self._audit.commit(Work(records=(record,), changes=(*destroy, DropExpiredKeys(at=now))))
        except Conflict:
            return 0  # another node purges as well, or a hold was placed; what is left is found again
        return len(keys)

    async def _page(self, now: datetime, after: KeptKey | None) -> tuple[list[KeptKey], list[KeptKey]]:
        """Return the next keys whose time is over, and those of them that may go."""

        def read(connection: Connection) -> tuple[list[KeptKey], list[KeptKey]]:
            page = rows.expired_keys(connection, now, after=after, limit=BATCH)
            among = rows.holds(connection, self._envelope.digest)
            stays = belonging.held(connection, page, among, self._envelope)
            stays |= belonging.needed(connection, page, self._envelope)
            return page, [key for key in page if key.state not in rows.UNDECIDED and key.post not in stays]

        return await self._reads.run(read)


def _class(key: KeptKey) -> str:
    return key.retention


def sweep(engine: Engine) -> None:
    """
    Take what was destroyed out of the side files of the database: SQLite copies back its WAL and empties it.

    On PostgreSQL old versions of rows go with VACUUM, which the server does by itself.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()  # SQLAlchemy would begin a transaction, and it must be outside of one
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
