"""
Signed checkpoints of the log: one after the other, each the proven continuation of the one before.

    look       what was signed (state file, table) and where the log ends; both must be the same history
    prove      that the log continues what was signed last, from the stored tree
    sign       Ed25519: two nodes that sign one size make one note
    keep       into the table, under the lock of the head, unless somebody was faster
    remember   into the state file, which a restored database does not take back

Runs in a thread, blocking, after commits and apart from them. A log that is shorter than what was signed, or has
another root there, is rolled back: nothing is signed for it any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.head import LOG
from proxy.audit.nodes import SqlNodes
from proxy.audit.note_files import read_note_file, write_note_file
from proxy.audit.rollback import LogRolledBack, NothingRemembered
from proxy.audit.signed import Signed, Trust, read_signed
from proxy.audit.tlog.checkpoints import Checkpoint, sign_checkpoint
from proxy.audit.tlog.notes import read_note
from proxy.audit.tlog.proving import head_of, prove_consistency
from proxy.audit.tlog.trees import TreeHead
from proxy.core.errors import AuditBroken, AuditUnavailable
from proxy.storage.columns import instant
from proxy.storage.failures import Failure, failure_of, name_of
from proxy.storage.tables import audit_checkpoints, audit_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

    from proxy.audit.tlog.keys import NoteSigner
    from proxy.audit.tlog.notes import Note
    from proxy.storage.reads import Reads

STATE_FILE = "last-checkpoint"
_LAST = sa.select(sa.func.max(audit_checkpoints.c.size)).where(audit_checkpoints.c.log_id == LOG).scalar_subquery()
_ENDS = (
    sa.select(audit_head.c.origin, audit_head.c.size, audit_head.c.root, audit_checkpoints.c.note)
    .outerjoin(
        audit_checkpoints, sa.and_(audit_checkpoints.c.log_id == audit_head.c.log_id, audit_checkpoints.c.size == _LAST)
    )
    .where(audit_head.c.log_id == LOG)
)
"""Head and last checkpoint in one statement, which is one snapshot on both databases."""
_LOCKED = sa.select(audit_head.c.size).where(audit_head.c.log_id == LOG).with_for_update()
_KEPT = sa.select(audit_checkpoints.c.note).where(
    audit_checkpoints.c.log_id == LOG, audit_checkpoints.c.size == sa.bindparam("b_size")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What the start of a process compared the log with."""

    size: int
    """Records in the log."""
    trusted_database: bool
    """Whether there are records, and no checkpoint was found outside the database."""


def last_note(connection: Connection) -> Note | None:
    """
    Return the newest checkpoint in the database, not verified; None when none was signed.

    Raises:
        EvidenceRefused: `note_malformed`.
    """
    row = connection.execute(_ENDS).one_or_none()
    return None if row is None or row.note is None else read_note(bytes(row.note))


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
        self.seen = 0
        """Records in the log when it was looked at last."""

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
        note = read_note_file(self._file)
        known = [*outside, *([] if note is None else [read_signed(note, origin=self._origin)])]
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
        note = read_note_file(self._file)
        remembered = [] if note is None else [read_signed(note, origin=self._origin)]
        latest, head, proof = self._reads.run_blocking(lambda connection: self._look(connection, remembered))
        self.seen = head.size
        after = None if latest is None else latest.checkpoint
        if self._signer is None or head.size == (after.head.size if after else 0):
            return latest if head.size else None
        checkpoint = Checkpoint(origin=self._origin, head=head)
        signed = Signed(
            checkpoint=checkpoint, note=sign_checkpoint(checkpoint, after=after, proof=proof, signers=self._signers)
        )
        return signed if self._keep(signed) else self._kept_by_others(remembered)

    def remember(self, signed: Signed) -> None:
        """
        Write what `sign` returned into the state file, unless a later one stands there.

        Raises:
            OSError: it cannot be written.
            AuditBroken: the file of before cannot be read.
            EvidenceRefused: it is malformed or of another log.
        """
        before = read_note_file(self._file)
        if before is None or read_signed(before, origin=self._origin).size < signed.size:
            write_note_file(self._file, signed.note)

    def _kept_by_others(self, remembered: list[Signed]) -> Signed | None:
        """Look once more where somebody was faster, and return what stands in the table now."""
        latest, _, _ = self._reads.run_blocking(lambda connection: self._look(connection, remembered))
        return latest

    def _compare(self, connection: Connection, known: list[Signed]) -> tuple[Start, bool]:
        """Compare, and say whether there are checkpoints in the table."""
        head, note = self._ends(connection)
        nodes = SqlNodes(connection, LOG)
        kept = [] if note is None else [read_signed(note, origin=self._origin)]
        for signed in (*known, *kept):
            _require_continued(nodes, head, signed.checkpoint.head)
        return Start(size=head.size, trusted_database=bool(head.size and not known)), bool(kept)

    def _look(
        self, connection: Connection, remembered: list[Signed]
    ) -> tuple[Signed | None, TreeHead, tuple[bytes, ...]]:
        """Return the latest checkpoint, where the log ends, and the proof that leads there."""
        head, note = self._ends(connection)
        known = [*([] if note is None else [read_signed(note, origin=self._origin)]), *remembered]
        latest = max(known, key=lambda signed: signed.size, default=None)
        if latest is not None:
            self._trust.open(latest.note)  # those before it need no key: this one continues them, or the log does not
        nodes = SqlNodes(connection, LOG)
        for signed in known:
            _require_continued(nodes, head, signed.checkpoint.head)
        size = 0 if latest is None else latest.size
        return latest, head, prove_consistency(nodes, old=size, new=head.size)

    def _ends(self, connection: Connection) -> tuple[TreeHead, Note | None]:
        """Return where the log ends, and its newest checkpoint in the table."""
        row = connection.execute(_ENDS).one_or_none()
        if row is None or row.root is None:
            raise AuditBroken(expected="a log that was opened", found="none")
        if row.origin != self._origin:
            raise AuditBroken(expected="the log of this origin", found="a log of another origin")
        note = None if row.note is None else read_note(bytes(row.note))
        return TreeHead(size=row.size, root=bytes(row.root)), note

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
    connection.execute(_LOCKED).one()  # whoever has it sees every checkpoint of others, so they come in growing order
    last = connection.execute(sa.select(_LAST)).scalar() or 0
    note = signed.note.data()
    if last > signed.size:
        return False
    if last == signed.size:
        if bytes(connection.execute(_KEPT, {"b_size": last}).scalar_one()) != note:
            raise AuditBroken(expected="one note for one size", found=f"two of size {last}")
        return True
    row = {"log_id": LOG, "size": signed.size, "root": signed.checkpoint.head.root, "note": note, "signed_at": at}
    connection.execute(sa.insert(audit_checkpoints), row)
    return True


def _require_continued(nodes: SqlNodes, head: TreeHead, known: TreeHead) -> None:
    if known.size > head.size or head_of(nodes, known.size) != known:
        raise LogRolledBack(size=head.size, known=known.size)
