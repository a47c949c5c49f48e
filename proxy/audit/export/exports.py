"""
Exports and proofs on record: they exist when their record does, and are there as a whole or not at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.export.folder import Archive, Directory, sync
from proxy.audit.export.writing import Asked, write_export
from proxy.audit.looks import Looks, check_words, extent
from proxy.audit.nodes import SqlNodes
from proxy.audit.query import named
from proxy.audit.tlog.proof_files import ProofFile
from proxy.audit.tlog.proving import prove_inclusion
from proxy.core.errors import AuditUnavailable, MalformedRequest
from proxy.gate.work import AuditRecord, Work
from proxy.storage.tables import audit_records

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from proxy.audit.checkpointing import Checkpointing
    from proxy.audit.signed import Signed
    from proxy.audit.tlog.keys import NoteSigner
    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.gate.work import Actor
    from proxy.storage.reads import Reads

_UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export holds."""

    log: int
    origin: str
    size: int
    """Records."""
    manifest_sha256: str


class Exports:
    """Writes the log into folders, and that it did so into the log."""

    def __init__(self, *, reads: Reads, checkpoints: Checkpointing, audit: AuditLog, clock: Clock, ids: Ids) -> None:
        self._reads = reads
        self._checkpoints = checkpoints
        self._audit = audit
        self._clock = clock
        self._ids = ids
        self._looks = Looks(audit=audit, clock=clock, ids=ids)

    async def write(
        self,
        place: Path,
        *,
        by: Actor,
        log: int | None = None,
        purpose: str | None = None,
        zipped: bool = False,
        zone: tzinfo = UTC,
    ) -> Exported:
        """
        Sign the open log as far as it goes and write it into a new directory, or a new zip file around one.

        A closed log ends with its last checkpoint.

        Everything and the record of the export (PG-511) are durable before it appears under its name; the record lies
        after the checkpoint, so it is not in the export itself.

        Args:
            place: where to; it must not exist. Directories above it are made.
            by: who asked.
            log: which one; None for the open one.
            purpose: for which reason, for the record.
            zipped: whether one zip file is written; the directory in it has its name without the ending.
            zone: for the times that people read.

        Raises:
            MalformedRequest: the place is taken, or the unfinished one beside it, where it is written; there is no
                such log, or no checkpoint of it.
            AuditUnavailable: there is no key for checkpoints, or the record could not be written.
            AuditBroken: the log does not continue what was signed before, or has not all its records.
            OSError: a file cannot be written.
        """
        unfinished = place.parent / f"{place.name}{_UNFINISHED}"
        await asyncio.to_thread(_require_absent, place, unfinished)
        signed, signer = await asyncio.to_thread(self._sign, log)
        asked = Asked(by=by.ref, at=self._clock.now(), zone=zone)
        target = (
            await asyncio.to_thread(Archive, unfinished, directory=place.stem, at=asked.at)
            if zipped
            else Directory(unfinished)
        )
        try:
            manifest = await asyncio.to_thread(
                self._reads.run_blocking,
                lambda connection: write_export(connection, target, signed=signed, signer=signer, asked=asked),
            )
            digest = hashlib.sha256(manifest).hexdigest()
            await self._record(signed, digest, by=by, purpose=purpose)
            await asyncio.to_thread(_appear, unfinished, place)
        except BaseException:
            await asyncio.to_thread(target.discard)
            raise
        return Exported(log=signed.log, origin=signer.name, size=signed.size, manifest_sha256=digest)

    async def prove(self, record: str, *, by: Actor) -> ProofFile:
        """
        Sign the log as far as it goes and prove that a record is in it.

        The leaf is in the file as well, as its `extra`. That somebody looked (PG-510) is durable before it is returned.

        Args:
            record: its id, or its place in the log.
            by: who asked.

        Raises:
            UnreadableField: a name that is more than a word.
            MalformedRequest: there is no such record.
            AuditUnavailable: there is no key for checkpoints, or the record could not be written.
            AuditBroken: the log does not continue what was signed before, or has not all its records.
        """
        check_words({"record": record})
        try:
            found = await self._reads.run(lambda connection: _row(connection, record))
        except MalformedRequest:
            await self._looks.note({"record": record}, by=by)
            raise
        signed, _ = await asyncio.to_thread(self._sign, found.log_id)
        made = await asyncio.to_thread(
            self._reads.run_blocking, lambda connection: _proof(connection, found, signed=signed)
        )
        await self._looks.note({"record": record}, by=by, returned=1, places=[(found.log_id, found.seq)])
        return made

    def _sign(self, log: int | None) -> tuple[Signed, NoteSigner]:
        """Sign the open log; return its newest checkpoint or the last of another log, with the key under its name."""
        signer = self._checkpoints.signer
        signed = self._checkpoints.sign()
        if signer is None or signed is None:
            raise AuditUnavailable(expected="a log with records, and a key that signs its checkpoints", found="none")
        self._checkpoints.remember(signed)
        if log not in {None, signed.log}:
            signed = self._checkpoints.last_of(log)
        return signed, signer.named(signed.checkpoint.origin)

    async def _record(self, signed: Signed, digest: str, *, by: Actor, purpose: str | None) -> None:
        data = {
            "returned": signed.size,
            **extent(((signed.log, 0), (signed.log, signed.size - 1))),
            "manifest_sha256": digest,
            "purpose": purpose,
        }
        record = AuditRecord(
            id=self._ids(), code="PG-511", type="audit.exported", at=self._clock.now(), actor=by, data=data
        )
        await self._audit.commit(Work(records=(record,)))


def _appear(unfinished: Path, place: Path) -> None:
    unfinished.rename(place)
    sync(place.parent)


def _require_absent(place: Path, unfinished: Path) -> None:
    if os.path.lexists(place):
        raise MalformedRequest(expected="a place where nothing is yet", found="one that exists")
    if os.path.lexists(unfinished):
        raise MalformedRequest(
            expected="a place where nothing is yet",
            found=f"one of its name with {_UNFINISHED} behind it",
            remedy=f"an export runs, or one that crashed left it: then remove the one with {_UNFINISHED} and try again",
        )


def _row(connection: Connection, record: str) -> sa.Row[int, int, bytes]:
    places = audit_records.c
    row = connection.execute(sa.select(places.log_id, places.seq, places.leaf).where(named(record))).one_or_none()
    if row is None:
        raise MalformedRequest(expected="the id of a record, or its place in the log", found="another text")
    return row


def _proof(connection: Connection, row: sa.Row[int, int, bytes], *, signed: Signed) -> ProofFile:
    if row.seq >= signed.size:
        raise MalformedRequest(expected="a record that a checkpoint covers", found="one that none will cover")
    hashes = prove_inclusion(SqlNodes(connection, signed.log), index=row.seq, size=signed.size)
    return ProofFile(index=row.seq, hashes=hashes, note=signed.note, extra=bytes(row.leaf))
