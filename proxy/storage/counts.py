"""
Counts that all nodes share: how often something was asked, under a keyed digest, for at most an hour.

They are written in transactions of their own, beside the audit log: a count without its record makes the gate stricter,
and a record without its count cannot be, because what is counted is counted before it is recorded.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from proxy.core.errors import GateUnavailable
from proxy.gate.limits import GRAIN_S
from proxy.storage.failures import name_of
from proxy.storage.tables import counts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection, Engine

    from proxy.gate.limits import Counted
    from proxy.storage.reads import Reads

_Value = TypeVar("_Value")

_TOTAL = sa.select(sa.func.coalesce(sa.func.sum(counts.c.times), 0)).where(
    counts.c.name == sa.bindparam("b_name"), counts.c.at > sa.bindparam("b_since")
)
_FORGET = sa.delete(counts).where(counts.c.at <= sa.bindparam("b_before"))


class SqlCounts:
    """Implements `gate.limits.Counts` on the database."""

    def __init__(self, engine: Engine, reads: Reads) -> None:
        self._engine = engine
        self._reads = reads
        insert = (postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert)(counts)
        self._add = insert.on_conflict_do_update(
            index_elements=["name", "at"], set_={"times": counts.c.times + insert.excluded.times}
        )

    async def read(self, counted: Sequence[Counted], *, now: datetime) -> tuple[int, ...]:
        """Return how often each was counted."""
        return await self._reads.run(lambda connection: _totals(connection, counted, now))

    async def take(self, counted: Sequence[Counted], *, now: datetime, times: int = 1) -> tuple[int, ...]:
        """Count each so many times more, and return how often it was counted with these."""
        at = int(now.timestamp()) // GRAIN_S * GRAIN_S
        # In one order for all nodes, so that no two wait for each other.
        rows = [{"name": name, "at": at, "times": times} for name in sorted({one.name for one in counted})]

        def take(connection: Connection) -> tuple[int, ...]:
            connection.execute(self._add, rows)
            return _totals(connection, counted, now)

        return await self._write(take)

    async def forget(self, before: datetime) -> None:
        """Delete what was counted before a time."""
        values = {"b_before": int(before.timestamp())}
        await self._write(lambda connection: connection.execute(_FORGET, values).rowcount)

    async def _write(self, work: Callable[[Connection], _Value]) -> _Value:
        def run() -> _Value:
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except sa.exc.SQLAlchemyError as error:
                raise GateUnavailable(expected="a database that answers", found=name_of(error)) from None

        return await asyncio.to_thread(run)


def _totals(connection: Connection, counted: Sequence[Counted], now: datetime) -> tuple[int, ...]:
    moment = int(now.timestamp())
    return tuple(
        int(connection.execute(_TOTAL, {"b_name": one.name, "b_since": moment - one.seconds}).scalar_one())
        for one in counted
    )
