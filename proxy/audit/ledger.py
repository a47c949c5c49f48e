"""
One transaction of the audit log: state changes and records of a batch, durable together.

Runs in the writer's thread, blocking. Order of things inside a transaction: lock the head, change state, take out the
units of work that lost a condition, number the rest, add records and content, move the head, COMMIT. A number exists
only below the locked head, so there are no gaps whatever fails.

    all fine                    one grouped pass
    a condition was lost        rolled back, again with a savepoint around each unit of work; losers get a Conflict
    a wrapping key is retired   the same; what it wrapped is refused with what to do
    rows cannot be stored       the same; what still fails, each alone once
    COMMIT without an answer    a new connection takes the head's lock (the old transaction is then over) and looks
    the log is to be closed     its last record, its end, the next log and its first record
    store unfit                 `StoreUnfit`: nothing is acknowledged until `probe` succeeds
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.head import Head, HeadRow, append, open_log
from proxy.core.errors import AuditBroken, AuditUnavailable, Conflict, PostgateError
from proxy.core.model import Receipt
from proxy.storage.changes import Changes, Step
from proxy.storage.failures import Failure, failure_of, name_of
from proxy.storage.prepared import Prepared
from proxy.storage.round_trip import one_round_trip
from proxy.storage.tables import audit_content, audit_nodes, audit_records
from proxy.storage.wrapping_keys import retired_among

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection, Engine

    from proxy.audit.leaf import Leaf
    from proxy.core.model import PostId

    _Write = Callable[[Connection, Sequence["Entry"], Head], list["Result"]]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How the open log ends, and the next one begins."""

    entry: Entry
    """Changes that go with it, and the leaves by which it is found again after a COMMIT without an answer."""
    last: tuple[Leaf, ...]
    """What the log ends with; nothing for a log that must stay as it is."""
    opening: Callable[[Connection, Head], Sequence[Leaf]]
    """Returns what the next log begins with, from where the closed one ends."""
    at: datetime
    next: int | None = None
    """Number of the next log; None: one more."""


Result = Receipt | PostgateError


class Ledger:
    """The writing side of the log on one connection; used by one thread."""

    def __init__(self, engine: Engine, *, origin: str, faults: Callable[[str], None]) -> None:
        self._engine = engine
        self._faults = faults
        self._changes = Changes(engine.dialect)
        dialect = engine.dialect
        self._records = Prepared(sa.insert(audit_records), dialect, audit_records.c.keys())
        self._contents = Prepared(sa.insert(audit_content), dialect, audit_content.c.keys())
        self._nodes = Prepared(sa.insert(audit_nodes), dialect, audit_nodes.c.keys())
        self._name = origin
        self._head = HeadRow(dialect, origin=origin)
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
                self._head.begin(connection)
                self._head.check(connection)
        except sa.exc.SQLAlchemyError as error:
            self.close()
            raise AuditUnavailable(expected="a database that can be written", found=name_of(error)) from None

    def probe(self) -> None:
        """
        Open a new connection, check the end of the log, and make a write durable.

        A head that a node of an earlier version made in between gets its tree.

        Raises:
            StoreUnfit: still not fit.
        """
        self.close()
        try:
            connection = self._connected()
            with connection.begin():
                self._head.complete(connection)
                head = self._head.lock(connection)
                self._head.check(connection)
                self._head.move(connection, head, head)
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
            return self._run(batch, self._together)
        except _Refused:
            pass
        try:
            return self._run(batch, self._one_by_one)
        except _Refused as refused:
            if len(batch) == 1:
                return [AuditUnavailable(expected="rows that can be stored", found=str(refused))]
            return [self._append_alone(entry) for entry in batch]

    def _append_alone(self, entry: Entry) -> Result:
        try:
            return self._run([entry], self._one_by_one)[0]
        except _Refused as refused:
            return AuditUnavailable(expected="rows that can be stored", found=str(refused))

    def close_log(self, closing: Closing) -> Result:
        """
        Close the open log and open the next one, in one transaction; return the receipt of the entry.

        Raises:
            Conflict: a change of the entry lost its condition; nothing was done.
            AuditBroken: the log is another one, or does not continue what was signed.
            StoreUnfit: nothing is known to be done.
        """
        try:
            return self._run([closing.entry], partial(self._close_log, closing))[0]
        except _Refused as refused:
            return AuditUnavailable(expected="rows that can be stored", found=str(refused))

    def keep(self, steps: Sequence[Step]) -> None:
        """Make changes durable that no record can speak of yet; raise AuditUnavailable if that is not known."""
        try:
            connection = self._connected()
            with connection.begin():
                self._head.lock(connection)
                self._changes.run_alone(connection, steps)
        except sa.exc.SQLAlchemyError as error:
            self.close()
            raise AuditUnavailable(expected="a database that can be written", found=name_of(error)) from None

    def _run(self, batch: Sequence[Entry], write: _Write) -> list[Result]:
        try:
            return self._transact(batch, write)
        except _ConnectionGone:
            self.close()  # an idle connection may die; nothing was kept, so once more on a new one is safe
        except _NoAnswer:
            return self._look(batch)
        try:
            return self._transact(batch, write)
        except _ConnectionGone as gone:
            raise StoreUnfit(str(gone)) from None
        except _NoAnswer:
            return self._look(batch)

    def _transact(self, batch: Sequence[Entry], write: _Write) -> list[Result]:
        committing = False
        connection: Connection | None = None
        try:
            connection = self._connected()
            transaction = connection.begin()
            head = self._head.lock(connection)
            results = write(connection, batch, head)
            self._faults("before_commit")
            committing = True
            transaction.commit()
            self._head.committed()
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

    def _together(self, connection: Connection, batch: Sequence[Entry], head: Head) -> list[Result]:
        with one_round_trip(connection):
            held = self._changes.send(connection, (step for entry in batch for step in entry.steps))
            end = self._send(connection, [leaf for entry in batch for leaf in entry.leaves], head)
            check_moved = self._head.send(connection, head, end)
        if not held():
            connection.rollback()
            raise _Refused("a condition was lost")
        check_moved()
        ends = accumulate((len(entry.leaves) for entry in batch), initial=head.size)
        return [_receipt(entry, first, size) for entry, (first, size) in zip(batch, pairwise(ends), strict=True)]

    def _one_by_one(self, connection: Connection, batch: Sequence[Entry], head: Head) -> list[Result]:
        results: list[Result] = []
        start = head
        for entry in batch:
            if retired_among(connection, _wrapped_by(entry)):
                results.append(_left_behind())
                continue
            savepoint = connection.begin_nested()
            try:
                self._changes.run_alone(connection, entry.steps)
                with one_round_trip(connection):
                    end = self._send(connection, entry.leaves, head)
                savepoint.commit()
                results.append(_receipt(entry, head.size, end.size))
                head = end
            except (Conflict, sa.exc.IntegrityError) as error:
                savepoint.rollback()
                lost = error if isinstance(error, Conflict) else Conflict(what="record")
                results.append(self._stored(connection, entry) or lost)
        if head.size > start.size:
            self._head.move(connection, start, head)
        return results

    def _close_log(self, closing: Closing, connection: Connection, batch: Sequence[Entry], head: Head) -> list[Result]:
        (entry,) = batch
        self._changes.run_alone(connection, entry.steps)
        end = self._grow(connection, head, closing.last) if closing.last else head
        leaves, log = closing.opening(connection, end), closing.next or end.log + 1
        self._head.close(connection, end, closing.at)
        self._faults("log_closed")
        opened = self._grow(connection, open_log(connection, self._name, log), leaves)
        return [_receipt(entry, head.size, end.size) if closing.last else _receipt(entry, 0, opened.size)]

    def _grow(self, connection: Connection, head: Head, leaves: Sequence[Leaf]) -> Head:
        """Add records and move the head; return it."""
        with one_round_trip(connection):
            end = self._send(connection, leaves, head)
            check_moved = self._head.send(connection, head, end)
        check_moved()
        return end

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
                    self._head.lock(connection)
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
            self._connection = self._engine.connect()
        return self._connection

    def _send(self, connection: Connection, leaves: Sequence[Leaf], head: Head) -> Head:
        """Send records, the nodes they complete and their content; return where the log ends then."""
        added = append(head, leaves)
        self._records.send(connection, added.records)
        if added.nodes:
            self._nodes.send(connection, added.nodes)
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
            self._contents.send(connection, contents)
        return added.head


def _wrapped_by(entry: Entry) -> set[str]:
    """Return the names of the wrapping keys of the rows that a unit of work stores."""
    return {step.row["kek_id"] for step in entry.steps if "kek_id" in step.row}


def _left_behind() -> AuditUnavailable:
    """Say what the database would refuse without words: this node's wrapping key was exchanged by another one."""
    return AuditUnavailable(
        expected="the wrapping key of today",
        found="one that is retired",
        remedy="get the current key from another node (postgate key status), and start this node again",
    )


def _receipt(entry: Entry, first: int, size: int) -> Receipt:
    return Receipt(
        post=entry.post,
        mac=entry.mac,
        records={leaf.code: leaf.id for leaf in entry.leaves if entry.post is None or leaf.post == entry.post},
        first_seq=first,
        size=size,
    )
