"""Exports for tests: a log on a database of the test's own, and what is written of it. All values are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from proxy.audit.export.verifying import VerifiedExport, verify_exports
from proxy.audit.export.writing import Asked, write_export
from proxy.audit.ledger import Ledger
from proxy.audit.nodes import SqlNodes
from proxy.audit.signed import Signed, signer_of
from proxy.audit.tlog.checkpoints import Checkpoint, sign_checkpoint
from proxy.audit.tlog.proving import head_of
from proxy.audit.verify import Broken
from proxy.audit.writer import prepare
from proxy.storage.engines import create_engine
from tests.fakes.clock import START
from tests.stores import ORIGIN
from tests.works import Sample, allowed, blocked, ended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.audit.export.folder import Folder, Target
    from proxy.audit.tlog.keys import VerifierKey
    from proxy.gate.work import Work

SIGNER = signer_of(ORIGIN, bytes(range(32)))
VKEY = SIGNER.key().text()
ASKED_BY = "o_invented"
ASKED = Asked(by=ASKED_BY, at=START, zone=ZoneInfo("Europe/Berlin"))


def _nothing(_name: str) -> None:
    """Pass a fault point."""


def fill(url: str, posts: int, *, at_once: int = 1, origin: str = ORIGIN) -> int:
    """Write posts that were published and as many that were blocked; return the number of records."""
    samples = [Sample() for _ in range(posts)]
    works = [work for one in samples for work in (allowed(one), ended(one), blocked(Sample()))]
    return record(url, works, at_once=at_once, origin=origin)


def record(url: str, works: Sequence[Work], *, at_once: int = 1, origin: str = ORIGIN) -> int:
    """Write units of work; return the number of records."""
    engine = create_engine(url)
    ledger = Ledger(engine, origin=origin, faults=_nothing)
    ledger.open()
    entries = [prepare(work, node="n1") for work in works]
    for start in range(0, len(entries), at_once):
        ledger.append(entries[start : start + at_once])
    ledger.close()
    engine.dispose()
    return sum(len(entry.leaves) for entry in entries)


def verify_export(folder: Folder, *, key: VerifierKey, after: bytes | None = None) -> VerifiedExport | Broken:
    """Check the export of a log that is the only one."""
    found = verify_exports([folder], keys=[key], after=after)
    return found if isinstance(found, Broken) else found[0]


def export(url: str, folder: Target, size: int) -> bytes:
    """Write an export of the first records of a log; return its manifest."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            checkpoint = Checkpoint(origin=ORIGIN, head=head_of(SqlNodes(connection, 1), size))
            note = sign_checkpoint(checkpoint, after=None, proof=(), signers=[SIGNER])
            signed = Signed(checkpoint=checkpoint, note=note)
            return write_export(connection, folder, signed=signed, signer=SIGNER, asked=ASKED)
    finally:
        engine.dispose()
