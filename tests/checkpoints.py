"""
A small log that is signed, for tests of checkpoints: blocking, on any database.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from proxy.audit.checkpointing import Checkpointing
from proxy.audit.ledger import Ledger
from proxy.audit.signed import Trust, signer_of
from proxy.audit.stored_logs import head
from proxy.audit.tlog.checkpoints import Checkpoint, sign_checkpoint
from proxy.audit.tlog.trees import TreeHead
from proxy.audit.writer import prepare
from proxy.storage.engines import create_engine, create_reader
from proxy.storage.reads import Reads
from proxy.storage.tables import audit_checkpoints
from tests.closing import closing
from tests.fakes.clock import START
from tests.stores import ORIGIN
from tests.works import Sample, blocked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from proxy.audit.tlog.keys import NoteSigner
    from proxy.audit.tlog.notes import Note

SIGNER = signer_of(ORIGIN, bytes(range(32)))
ANOTHER = signer_of(ORIGIN, bytes(32))
TRUST = Trust(origin=ORIGIN, keys=(SIGNER.key(),))


class SignedLog:
    """A log, what writes it, and what signs it."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        self.reads = Reads(create_reader(url), threads=1)
        self._ledger = Ledger(self.engine, origin=ORIGIN, faults=lambda _name: None)
        self._ledger.open()

    def grow(self, records: int = 1) -> None:
        """Add records, one after the other."""
        for _ in range(records):
            self._ledger.append([prepare(blocked(Sample()), node="n1")])

    def close_log(self, state: Path) -> None:
        """Close the open log and open the next one, as another process would."""
        node = self.node(state)
        self._ledger.close_log(closing(node, self.reads.run_blocking(head).log))

    def node(
        self, state: Path, signer: NoteSigner | None = SIGNER, *, keys: Sequence[NoteSigner] = ()
    ) -> Checkpointing:
        """Return what signs on a node with this directory for its state, and what it verifies with beside its key."""
        known = tuple(one.key() for one in (*([] if signer is None else [signer]), *keys))
        trust = Trust(origin=ORIGIN, keys=known)
        return Checkpointing(
            reads=self.reads, engine=self.engine, trust=trust, signer=signer, state=state, now=lambda: START
        )

    def kept(self) -> list[tuple[int, bytes]]:
        """Return size and note of every checkpoint in the table, in the order of their sizes."""
        with self.engine.connect() as connection:
            rows = connection.execute(audit_checkpoints.select().order_by(audit_checkpoints.c.size)).all()
        return [(row.size, bytes(row.note)) for row in rows]

    def put(self, note: Note, size: int) -> None:
        """Put a row into the table, as somebody might who holds the database."""
        row = {"log_id": 1, "size": size, "root": b"", "note": note.data(), "signed_at": ""}
        with self.engine.begin() as connection:
            connection.execute(audit_checkpoints.insert(), row)

    def close(self) -> None:
        """Close all connections."""
        self._ledger.close()
        self.reads._close()
        self.engine.dispose()


@contextmanager
def signed_log(url: str, records: int = 0) -> Iterator[SignedLog]:
    """Open a log with some records on a database that is up to date."""
    log = SignedLog(url)
    try:
        log.grow(records)
        yield log
    finally:
        log.close()


def note_of(size: int, root: bytes = b"r" * 32, *, origin: str = ORIGIN, signer: NoteSigner = SIGNER) -> Note:
    """Sign a checkpoint that no log of these tests has."""
    checkpoint = Checkpoint(origin=origin, head=TreeHead(size=size, root=root))
    return sign_checkpoint(checkpoint, after=None, proof=(), signers=[signer])
