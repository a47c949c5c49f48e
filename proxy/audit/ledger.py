"""
One transaction of the audit log: state changes and records of a batch, durable together.

Runs in the writer's thread, blocking. Order of things inside a transaction: lock the head, change state, take out the
units of work that lost a condition, number the rest, add records and content, move the head, COMMIT. A number exists
only below the locked head, so there are no gaps whatever fails.

    all fine                    one grouped pass
    a condition was lost        rolled back, again with a savepoint around each unit of work; losers get a Conflict
    rows cannot be stored       the same; what still fails, each alone once
    COMMIT without an answer    a new connection takes the head's lock (the old transaction is then over) and looks
    store unfit                 `StoreUnfit`: nothing is acknowledged until `probe` succeeds
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.chain import genesis, link
from proxy.core.errors import AuditBroken, AuditUnavailable, Conflict, PostgateError
from proxy.core.model import Receipt
from proxy.storage.changes import Changes, Step
from proxy.storage.failures import Failure, failure_of, name_of
from proxy.storage.statements import Prepared
from proxy.storage.tables import audit_content, audit_head, audit_records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.engine import Connection, Engine

    from proxy.audit.leaf import Leaf
    from proxy.core.model import PostId

LOG = 1
"""The log that is written. Rotation will open the next one."""
_TAIL = 256
_HEAD_LOCKED = (
    sa.select(audit_head.c.size, audit_head.c.chain_hash, audit_head.c.origin)
    .where(audit_head.c.log_id == LOG)
    .with_for_update()
)
_HEAD_MOVED = (
    sa.update(audit_head)
    .where(audit_head.c.log_id == sa.bindparam("b_log"), audit_head.c.size == sa.bindparam("b_old"))
    .values(size=sa.bindparam("b_size"), chain_hash=sa.bindparam("b_hash"))
)
_LOOKS = 25
_LOOK_PAUSE_S = 0.2


class StoreUnfit(Exception):
    """The database cannot be trusted to keep anything right now."""


class _Refused(Exception):
    """A batch cannot be stored as a whole; its units of work may be."""


class _NoAnswer(Exception):
    """The connection broke during COMMIT: the transaction may or may not be durable."""


class _ConnectionGone(Exception):
    """The connection broke before COMMIT: nothing was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A unit of work, ready to be written: leaves built and hashed, changes as steps."""

    leaves: tuple[Leaf, ...]
    steps: tuple[Step, ...] = field(repr=False)
    post: PostId | None
    mac: str

    def bytes(self) -> int:
        """Return about how much this writes."""
        return sum(
            len(leaf.data) + (0 if leaf.content is None else len(leaf.content.ciphertext)) for leaf in self.leaves
        )


Result = Receipt | PostgateError


@dataclass(slots=True, kw_only=True)
class _Head:
    size: int
    chain_hash: bytes


class Ledger:
    """The writing side of the log on one connection; used by one thread."""

    def __init__(self, engine: Engine, *, origin: str, faults: Callable[[str], None]) -> None:
        self._engine = engine
        self._origin = origin
        self._faults = faults
        self._changes = Changes(engine.dialect)
        dialect = engine.dialect
        self._records = Prepared(sa.insert(audit_records), dialect, audit_records.c.keys())
        self._contents = Prepared(sa.insert(audit_content), dialect, audit_content.c.keys())
        self._head = Prepared(_HEAD_MOVED, dialect, ("b_log", "b_old", "b_size", "b_hash"))
        self._connection: Connection | None = None

    def open(self) -> None:
        """
        Begin the log if it is new, and check its end.

        Raises:
            AuditBroken: the end of the log does not fit its head, or the log has another name.
            AuditUnavailable: the database does not answer.
        """
        try:
            connection = self._connected()
            with connection.begin():
                self._begin_log(connection)
                self._check_tail(connection)
        except sa.exc.SQLAlchemyError as error:
            self.close()
            raise AuditUnavailable(expected="a database that can be written", found=name_of(error)) from None

    def probe(self) -> None:
        """
        Open a new connection, check the end of the log, and make a write durable.

        Raises:
            StoreUnfit: still not fit.
        """
        self.close()
        try:
            connection = self._connected()
            with connection.begin():
                head = self._lock(connection)
                self._check_tail(connection)
                self._move_head(connection, head, head)
        except (sa.exc.SQLAlchemyError, AuditBroken) as error:
            self.close()
            raise StoreUnfit(name_of(error)) from None

    def close(self) -> None:
        """Close the connection; the next use opens another one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def append(self, batch: Sequence[Entry]) -> list[Result]:
        """
        Make a batch durable; return for each unit of work its receipt or why nothing of it was kept.

        Raises:
            StoreUnfit: nothing of the batch is known to be kept, and nothing more may be acknowledged.
        """
        try:
            return self._run(batch, together=True)
        except _Refused:
            pass
        try:
            return self._run(batch, together=False)
        except _Refused as refused:
            if len(batch) == 1:
                return [AuditUnavailable(expected="rows that can be stored", found=str(refused))]
            return [self._append_alone(entry) for entry in batch]

    def _append_alone(self, entry: Entry) -> Result:
        try:
            return self._run([entry], together=False)[0]
        except _Refused as refused:
            return AuditUnavailable(expected="rows that can be stored", found=str(refused))

    def _run(self, batch: Sequence[Entry], *, together: bool) -> list[Result]:
        try:
            return self._transact(batch, together=together)
        except _ConnectionGone:
            self.close()  # an idle connection may die; nothing was kept, so once more on a new one is safe
        except _NoAnswer:
            return self._look(batch)
        try:
            return self._transact(batch, together=together)
        except _ConnectionGone as gone:
            raise StoreUnfit(str(gone)) from None
        except _NoAnswer:
            return self._look(batch)

    def _transact(self, batch: Sequence[Entry], *, together: bool) -> list[Result]:
        committing = False
        connection: Connection | None = None
        try:
            connection = self._connected()
            transaction = connection.begin()
            head = self._lock(connection)
            old = _Head(size=head.size, chain_hash=head.chain_hash)
            results = self._together(connection, batch, head) if together else self._one_by_one(connection, batch, head)
            if head.size > old.size:
                self._move_head(connection, old, head)
            self._faults("before_commit")
            committing = True
            transaction.commit()
        except (sa.exc.SQLAlchemyError, OverflowError, UnicodeError) as error:
            return self._failed(error, connection, batch, committing=committing)
        except _Refused:
            raise
        except BaseException:
            self.close()
            raise
        self._faults("after_commit")
        return results

    def _failed(
        self, error: Exception, connection: Connection | None, batch: Sequence[Entry], *, committing: bool
    ) -> list[Result]:
        """Clean up after an error, and say what it means."""
        gone = isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
        if connection is None or gone:
            self.close()
            raise (_NoAnswer if committing else _ConnectionGone)(name_of(error)) from None
        try:
            connection.rollback()
        except sa.exc.SQLAlchemyError:
            self.close()
        match failure_of(error):
            case Failure.ROW:
                raise _Refused(name_of(error)) from None
            case Failure.BUSY:
                return [AuditUnavailable(expected="the lock of the log", found=name_of(error))] * len(batch)
            case Failure.STORE:
                self.close()
                raise StoreUnfit(name_of(error)) from None

    def _together(self, connection: Connection, batch: Sequence[Entry], head: _Head) -> list[Result]:
        if not self._changes.run_together(connection, (step for entry in batch for step in entry.steps)):
            connection.rollback()
            raise _Refused("a condition was lost")
        results: list[Result] = []
        records: list[dict[str, object]] = []
        for entry in batch:
            first = head.size
            records += _number(entry, head)
            results.append(_receipt(entry, first, head.size))
        self._insert(connection, records, [leaf for entry in batch for leaf in entry.leaves])
        return results

    def _one_by_one(self, connection: Connection, batch: Sequence[Entry], head: _Head) -> list[Result]:
        results: list[Result] = []
        for entry in batch:
            before = _Head(size=head.size, chain_hash=head.chain_hash)
            savepoint = connection.begin_nested()
            try:
                self._changes.run_alone(connection, entry.steps)
                self._insert(connection, _number(entry, head), entry.leaves)
                savepoint.commit()
                results.append(_receipt(entry, before.size, head.size))
            except (Conflict, sa.exc.IntegrityError) as error:
                savepoint.rollback()
                head.size, head.chain_hash = before.size, before.chain_hash
                lost = error if isinstance(error, Conflict) else Conflict(what="record")
                results.append(self._stored(connection, entry) or lost)
        return results

    def _stored(self, connection: Connection, entry: Entry) -> Receipt | None:
        """Return the receipt of a unit of work that is in the log already: it was asked for twice."""
        first = entry.leaves[0]
        row = connection.execute(
            sa.select(audit_records.c.seq, audit_records.c.leaf_hash).where(audit_records.c.id == first.id)
        ).one_or_none()
        if row is None or bytes(row.leaf_hash) != first.hash:
            return None
        return _receipt(entry, row.seq, row.seq + len(entry.leaves))

    def _look(self, batch: Sequence[Entry]) -> list[Result]:
        """
        Find out what became of a transaction whose COMMIT had no answer.

        The head's lock is taken first: whoever has it knows that the old transaction is over.
        """
        for _ in range(_LOOKS):
            try:
                connection = self._connected()
                with connection.begin():
                    self._lock(connection)
                    found = [self._stored(connection, entry) for entry in batch]
            except sa.exc.SQLAlchemyError:
                self.close()
                time.sleep(_LOOK_PAUSE_S)
                continue
            return [
                receipt or AuditUnavailable(expected="an answer to COMMIT", found="none; nothing was kept")
                for receipt in found
            ]
        raise StoreUnfit("no answer to COMMIT")

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(preserve_rowcount=True)
        return self._connection

    def _lock(self, connection: Connection) -> _Head:
        row = connection.execute(_HEAD_LOCKED).one()
        if row.origin != self._origin:
            raise AuditBroken(expected="the log of this origin", found="a log of another origin")
        return _Head(size=row.size, chain_hash=bytes(row.chain_hash))

    def _insert(self, connection: Connection, records: Sequence[dict[str, object]], leaves: Sequence[Leaf]) -> None:
        self._records.run(connection, records)
        contents = [
            {
                "record_id": leaf.id,
                "key_id": leaf.content.key,
                "nonce": leaf.content.nonce,
                "ciphertext": leaf.content.ciphertext,
            }
            for leaf in leaves
            if leaf.content is not None
        ]
        if contents:
            self._contents.run(connection, contents)

    def _move_head(self, connection: Connection, old: _Head, new: _Head) -> None:
        row = {"b_log": LOG, "b_old": old.size, "b_size": new.size, "b_hash": new.chain_hash}
        if self._head.run(connection, [row]) != 1:
            raise AuditBroken(expected="the head as it was locked", found="another head")

    def _begin_log(self, connection: Connection) -> None:
        row = connection.execute(sa.select(audit_head.c.origin).where(audit_head.c.log_id == LOG)).one_or_none()
        if row is None:
            _first_head(connection, self._origin)
        self._lock(connection)

    def _check_tail(self, connection: Connection) -> None:
        head = self._lock(connection)
        rows = connection.execute(
            sa.select(audit_records.c.seq, audit_records.c.leaf_hash, audit_records.c.chain_hash)
            .where(audit_records.c.log_id == LOG)
            .order_by(audit_records.c.seq.desc())
            .limit(_TAIL)
        ).all()
        last = bytes(rows[0].chain_hash) if rows else genesis(self._origin)
        if head.size != (rows[0].seq + 1 if rows else 0) or head.chain_hash != last:
            raise AuditBroken(expected="a head that fits the last record", found="another head")
        for newer, older in pairwise(rows):
            if newer.seq != older.seq + 1 or bytes(newer.chain_hash) != link(older.chain_hash, newer.leaf_hash):
                raise AuditBroken(expected="an unbroken chain at the end of the log", found="a broken one")


def _first_head(connection: Connection, origin: str) -> None:
    head = {"log_id": LOG, "origin": origin, "size": 0, "chain_hash": genesis(origin)}
    nested = connection.begin_nested()
    try:
        connection.execute(sa.insert(audit_head), head)
        nested.commit()
    except sa.exc.IntegrityError:  # another node was first
        nested.rollback()


def _number(entry: Entry, head: _Head) -> list[dict[str, object]]:
    """Give the records of a unit of work their places; moves the head in memory."""
    rows: list[dict[str, object]] = []
    for leaf in entry.leaves:
        head.chain_hash = link(head.chain_hash, leaf.hash)
        rows.append(
            {
                "log_id": LOG,
                "seq": head.size,
                "id": leaf.id,
                "leaf": leaf.data,
                "leaf_hash": leaf.hash,
                "chain_hash": head.chain_hash,
                **leaf.columns,
            }
        )
        head.size += 1
    return rows


def _receipt(entry: Entry, first: int, size: int) -> Receipt:
    return Receipt(
        post=entry.post,
        mac=entry.mac,
        records={leaf.code: leaf.id for leaf in entry.leaves if entry.post is None or leaf.post == entry.post},
        first_seq=first,
        size=size,
    )
