"""
Signed checkpoints of the log: one after the other, each the proven continuation of the one before.

    look       what was signed (state file, table) and where the log ends; both must be the same history
    prove      that the log continues what was signed last, from the stored tree
    sign       Ed25519: two nodes that sign one size make one note
    keep       into the table, under the lock of the head, unless somebody was faster
    remember   into the state file, which a restored database does not take back

Runs in a thread, blocking, after commits and apart from them. A log that is shorter than what was signed, or has
another root there, is rolled back: nothing is signed for it any more. A log that is closed gets its last checkpoint in
the very transaction that closes it (`seal`); from then on the next one is signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.audit.head import NEWEST
from proxy.audit.logs import origin_of
from proxy.audit.nodes import SqlNodes
from proxy.audit.note_files import read_note_file, write_note_file
from proxy.audit.openings import accounts_for
from proxy.audit.rollback import LogRolledBack, NothingRemembered
from proxy.audit.signed import Signed, Trust, read_signed
from proxy.audit.stored_logs import opening, openings
from proxy.audit.tlog.checkpoints import Checkpoint, sign_checkpoint
from proxy.audit.tlog.notes import read_note
from proxy.audit.tlog.proving import head_of, prove_consistency
from proxy.audit.tlog.trees import TreeHead
from proxy.core.errors import AuditBroken, AuditUnavailable, MalformedRequest
from proxy.storage.columns import instant
from proxy.storage.failures import Failure, failure_of, name_of
from proxy.storage.tables import audit_checkpoints, audit_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

    from proxy.audit.head import Head
    from proxy.audit.tlog.keys import NoteSigner
    from proxy.audit.tlog.notes import Note
    from proxy.storage.reads import Reads

STATE_FILE = "last-checkpoint"
_STORED = audit_checkpoints.c
_ALL = audit_checkpoints.alias("every").c
_LAST = (
    sa.select(sa.func.max(_ALL.size)).where(_ALL.log_id == audit_head.c.log_id).correlate(audit_head).scalar_subquery()
)
_ENDS = (
    sa.select(audit_head.c.log_id, audit_head.c.origin, audit_head.c.size, audit_head.c.root, _STORED.note)
    .select_from(audit_head)
    .outerjoin(audit_checkpoints, sa.and_(_STORED.log_id == audit_head.c.log_id, _STORED.size == _LAST))
)
"""Heads with last checkpoints in one statement, which is one snapshot on both databases."""
_OPEN = _ENDS.where(audit_head.c.log_id == NEWEST.scalar_subquery())
_OF_LOG = _ENDS.where(audit_head.c.log_id == sa.bindparam("b_log"))
_LOCKED = sa.select(audit_head.c.closed_at).where(audit_head.c.log_id == sa.bindparam("b_log")).with_for_update()
_LARGEST = sa.select(sa.func.max(_STORED.size)).where(_STORED.log_id == sa.bindparam("b_log"))
_KEPT = sa.select(_STORED.note).where(_STORED.log_id == sa.bindparam("b_log"), _STORED.size == sa.bindparam("b_size"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What the start of a process compared the log with."""

    size: int
    """Records in the log."""
    trusted_database: bool
    """Whether there are records, and no checkpoint was found outside the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """Where a log ends, and what was signed of it last."""

    log: int
    head: TreeHead
    kept: Signed | None


def last_note(connection: Connection, log: int | None = None) -> Note | None:
    """
    Return the newest checkpoint in the database, or that of one log, not verified; None when none was signed.

    Raises:
        EvidenceRefused: `note_malformed`.
    """
    query = sa.select(_STORED.note).order_by(_STORED.log_id.desc(), _STORED.size.desc()).limit(1)
    note = connection.scalar(query if log is None else query.where(_STORED.log_id == log))
    return None if note is None else read_note(bytes(note))


class Checkpointing:
    """Signs the log of one database; used by one thread at a time."""

    def __init__(
        self,
        *,
        reads: Reads,
        engine: Engine,
        trust: Trust,
        signer: NoteSigner | None,
        retiring: NoteSigner | None = None,
        state: Path,
        now: Callable[[], datetime],
    ) -> None:
        """
        Remember where things are.

        Args:
            reads: of the database.
            engine: that writes it; only the row of a new checkpoint.
            trust: the log, and the keys whose checkpoints count.
            signer: one of them; None where this node has no key.
            retiring: the key of before, which signs as well while the key is replaced.
            state: the directory of the state file; made when it is first written.
            now: wall time, noted beside each checkpoint.
        """
        self._reads = reads
        self._engine = engine
        self._origin = trust.origin
        self._trust = trust
        self._signer = signer
        self._signers = tuple(one for one in (retiring, signer) if one is not None)
        self._file = state / STATE_FILE
        self._now = now
        self.seen = (0, 0)
        """The open log and its records when it was looked at last."""

    @property
    def verifies(self) -> bool:
        """Return whether a key is known, if only to verify with."""
        return bool(self._trust.keys)

    @property
    def signs(self) -> bool:
        """Return whether there is a key."""
        return self._signer is not None

    @property
    def signer(self) -> NoteSigner | None:
        """Return the key of the log; None where this node has none."""
        return self._signer

    def check(self, outside: Iterable[Signed] = (), *, trust_database: bool = False) -> Start:
        """
        Compare the log with every checkpoint that is known: state file, table, and what was handed out.

        Needs no key. What is in the database alone says nothing about a database that was exchanged as a whole.

        Args:
            outside: what lies in the sinks; only what a key of the log signed.
            trust_database: go on although nothing outside the database says how far the log had come.

        Raises:
            LogRolledBack: the log is shorter than one of them, or has another root there.
            NothingRemembered: there are records, and no checkpoint outside the database; unless nobody ever signed.
            AuditBroken: the state file cannot be read, or the log has no head.
            EvidenceRefused: a note is malformed or of another log; hashes of the tree are missing.
            GateUnavailable: the database does not answer.
        """
        known = [*outside, *self._remembered()]
        start, signed_before = self._reads.run_blocking(lambda connection: self._compare(connection, known))
        if start.trusted_database and not trust_database and (signed_before or self.verifies):
            raise NothingRemembered(size=start.size)
        return start

    def begin(self) -> None:
        """
        Remember that the log is empty, before its first record is written.

        Without that a process that ends before its first signature would look as if somebody had removed the file.

        Raises:
            OSError: it cannot be written.
            AuditBroken: the file that is there cannot be read.
            EvidenceRefused: it is malformed or of another log.
        """
        if self._signer is not None:
            empty = Checkpoint(origin=self._origin, head=TreeHead.empty())
            note = sign_checkpoint(empty, after=None, proof=(), signers=[self._signer])
            self.remember(Signed(checkpoint=empty, note=note))

    def sign(self) -> Signed | None:
        """
        Sign the log as far as it goes; return its newest checkpoint, or None while there is none.

        What is returned continues everything that was signed before; it is in the table, if not yet in the state file.
        Without a key it is the newest that others signed.

        Raises:
            LogRolledBack: as in `check`.
            AuditBroken: as in `check`; another note of this size is in the table.
            EvidenceRefused: as in `check`; `key_unknown`: what was signed before was signed with another key.
            GateUnavailable: the database does not answer.
        """
        if not self.verifies:
            return None
        remembered = self._remembered()
        latest, end, proof = self._reads.run_blocking(lambda connection: self._look(connection, remembered))
        self.seen = (end.log, end.head.size)
        after = latest if latest is not None and latest.log == end.log else None
        if self._signer is None or end.head.size == (after.size if after else 0):
            return latest if end.head.size else None
        signed = self._signed(end, after, proof)
        return signed if self._keep(signed) else self._kept_by_others(remembered)

    def seal(self, connection: Connection, end: Head) -> Signed:
        """
        Sign and keep the last checkpoint of a log, in the transaction that closes it and holds its lock.

        Raises:
            AuditUnavailable: there is no key here.
            EvidenceRefused: the log does not continue what was signed before, or hashes of its tree are missing.
        """
        if self._signer is None:
            raise AuditUnavailable(expected="the key that signs checkpoints", found="a node without it")
        stored = self._end(connection, _OF_LOG, end.log)
        last = _End(log=end.log, head=end.frontier.head(), kept=stored.kept)
        if last.kept is not None:
            self._trust.open(last.kept.note)
        size = 0 if last.kept is None else last.kept.size
        proof = prove_consistency(SqlNodes(connection, end.log), old=size, new=end.size)
        signed = self._signed(last, last.kept, proof)
        _insert(connection, signed, instant(self._now()))
        return signed

    def before(self, log: int) -> Signed | None:
        """Return the last checkpoint of the log before one, as its first record has it; None: none that was sealed."""
        opened = self._reads.run_blocking(lambda connection: opening(connection, log))
        if opened is None or opened.restored_from is not None:
            return None
        return read_signed(read_note(opened.note.encode()), origin=self._origin)

    def last_of(self, log: int) -> Signed:
        """
        Return the last checkpoint of a log.

        Raises:
            MalformedRequest: there is no such log, or no checkpoint of it.
        """
        note = self._reads.run_blocking(lambda connection: last_note(connection, log))
        if note is None:
            raise MalformedRequest(expected="the number of a log with a checkpoint", found=str(log))
        return read_signed(note, origin=self._origin)

    def last_known(self, outside: Iterable[Signed]) -> Signed | None:
        """
        Return the latest checkpoint outside the database that the database does not continue; None: it continues all.

        Raises:
            EvidenceRefused: no key of ours signed it.
        """
        known = [*outside, *self._remembered()]
        lost = self._reads.run_blocking(
            lambda connection: [one for one in known if self._lacks(connection, one) is not None]
        )
        latest = max(lost, key=lambda signed: signed.place, default=None)
        return None if latest is None else self._trust.open(latest.note)

    def remember(self, signed: Signed) -> None:
        """
        Write what `sign` returned into the state file, unless a later one stands there.

        Raises:
            OSError: it cannot be written.
            AuditBroken: the file of before cannot be read.
            EvidenceRefused: it is malformed or of another log.
        """
        if all(before.place < signed.place for before in self._remembered()):
            write_note_file(self._file, signed.note)

    def _kept_by_others(self, remembered: list[Signed]) -> Signed | None:
        """Look once more where somebody was faster, and return what stands in the table now."""
        latest, _, _ = self._reads.run_blocking(lambda connection: self._look(connection, remembered))
        return latest

    def _remembered(self) -> list[Signed]:
        """Return what stands in the state file, if there is one."""
        note = read_note_file(self._file)
        return [] if note is None else [read_signed(note, origin=self._origin)]

    def _signed(self, end: _End, after: Signed | None, proof: tuple[bytes, ...]) -> Signed:
        checkpoint = Checkpoint(origin=origin_of(self._origin, end.log), head=end.head)
        signers = [one if end.log == 1 else one.named(checkpoint.origin) for one in self._signers]
        note = sign_checkpoint(
            checkpoint, after=None if after is None else after.checkpoint, proof=proof, signers=signers
        )
        return Signed(checkpoint=checkpoint, note=note, log=end.log)

    def _compare(self, connection: Connection, known: list[Signed]) -> tuple[Start, bool]:
        """Compare, and say whether there are checkpoints in the table."""
        end = self._end(connection, _OPEN)
        kept = [] if end.kept is None else [end.kept]
        for signed in (*known, *kept):
            self._require(connection, signed)
        size = end.head.size
        return Start(size=size, trusted_database=bool(size and not known)), bool(kept)

    def _look(self, connection: Connection, remembered: list[Signed]) -> tuple[Signed | None, _End, tuple[bytes, ...]]:
        """Return the latest checkpoint, where the log ends, and the proof that leads there."""
        end = self._end(connection, _OPEN)
        known = [*([] if end.kept is None else [end.kept]), *remembered]
        latest = max(known, key=lambda signed: signed.place, default=None)
        if latest is not None:
            self._trust.open(latest.note)  # those before it need no key: this one continues them, or the log does not
        for signed in known:
            self._require(connection, signed)
        size = latest.size if latest is not None and latest.log == end.log else 0
        return latest, end, prove_consistency(SqlNodes(connection, end.log), old=size, new=end.head.size)

    def _end(self, connection: Connection, query: sa.Select[*tuple[Any, ...]], log: int | None = None) -> _End:
        row = connection.execute(query, {} if log is None else {"b_log": log}).one_or_none()
        if row is None or row.root is None:
            raise AuditBroken(expected="a log that was opened", found="none")
        if row.origin != origin_of(self._origin, row.log_id):
            raise AuditBroken(expected="the log of this origin", found="a log of another origin")
        kept = None if row.note is None else read_signed(read_note(bytes(row.note)), origin=self._origin)
        return _End(log=row.log_id, head=TreeHead(size=row.size, root=bytes(row.root)), kept=kept)

    def _require(self, connection: Connection, known: Signed) -> None:
        size = self._lacks(connection, known)
        if size is not None:
            raise LogRolledBack(size=size, known=known.size)

    def _lacks(self, connection: Connection, known: Signed) -> int | None:
        """Return how many records a log has that does not continue a checkpoint; None: it does, or says why not."""
        size = connection.scalar(sa.select(audit_head.c.size).where(audit_head.c.log_id == known.log)) or 0
        head = known.checkpoint.head
        if head.size <= size and head_of(SqlNodes(connection, known.log), head.size) == head:
            return None
        ours = [one for one in openings(connection) if one.made_here(self._trust.digest)]
        return None if accounts_for(ours, known, name=self._origin) else size

    def _keep(self, signed: Signed) -> bool:
        """Put a checkpoint into the table; return whether it stands there now, or somebody put a later one."""
        try:
            with self._engine.begin() as connection:
                return _insert(connection, signed, instant(self._now()))
        except sa.exc.SQLAlchemyError as error:
            if failure_of(error) is Failure.ROW:  # refused by the table: one as large is there
                return False
            raise AuditUnavailable(expected="a database that can be written", found=name_of(error)) from None


def _insert(connection: Connection, signed: Signed, at: str) -> bool:
    place = {"b_log": signed.log}
    # Whoever has the lock sees every checkpoint of others, so they come in growing order, and none after the last.
    closed = connection.execute(_LOCKED, place).scalar_one()
    last = connection.scalar(_LARGEST, place) or 0
    note = signed.note.data()
    if last > signed.size or closed is not None:
        return False
    if last == signed.size:
        if bytes(connection.execute(_KEPT, place | {"b_size": last}).scalar_one()) != note:
            raise AuditBroken(expected="one note for one size", found=f"two of size {last}")
        return True
    row = {"log_id": signed.log, "size": signed.size, "root": signed.checkpoint.head.root, "note": note}
    connection.execute(sa.insert(audit_checkpoints), row | {"signed_at": at})
    return True
