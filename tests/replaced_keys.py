"""
Exports of logs whose key was replaced twice, for tests. All values are invented.

    log 1    3 records, `A`; PG-503 and the checkpoint of `A` and `B`; 2 records, closed under `B`
    log 2    2 records, `B`; PG-503 and the checkpoint of `B` and `C`; 1 record, `C`
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from proxy.audit.checkpointing import Checkpointing
from proxy.audit.export.manifest import NAME
from proxy.audit.export.verifying import VerifiedExport, verify_exports
from proxy.audit.export.writing import write_export
from proxy.audit.key_chain import ROTATED
from proxy.audit.signed import Trust, signer_of
from proxy.audit.stored_logs import head
from proxy.audit.tlog.notes import read_note, sign_note
from proxy.audit.verify import Broken
from proxy.audit.writer import prepare
from proxy.gate.work import AuditRecord, Work
from tests.checkpoints import signed_log
from tests.closing import closing
from tests.exports import ASKED
from tests.fakes.clock import START
from tests.fakes.export_folder import MemoryFolder
from tests.stores import ORIGIN, migrated
from tests.works import SYSTEM, new_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from proxy.audit.signed import Signed
    from proxy.audit.tlog.keys import NoteSigner
    from tests.checkpoints import SignedLog

A, B, C, STRANGER = (signer_of(ORIGIN, bytes([number]) * 32) for number in range(1, 5))
NEXT = ORIGIN.removesuffix("1") + "2"


class ReplacedKeys:
    """A log whose key is replaced, on a database of its own; what it is at has a directory for its state."""

    def __init__(self, log: SignedLog, state: Path) -> None:
        self._log = log
        self._state = state

    def node(self, signer: NoteSigner, *, retiring: NoteSigner | None = None) -> Checkpointing:
        """Return what signs with a key."""
        return Checkpointing(
            reads=self._log.reads,
            engine=self._log.engine,
            trust=Trust(origin=ORIGIN, keys=tuple(one.key() for one in (retiring, signer) if one is not None)),
            signer=signer,
            retiring=retiring,
            state=self._state,
            now=lambda: START,
        )

    def sign(self, signer: NoteSigner, *, retiring: NoteSigner | None = None) -> Signed:
        """Sign the log as far as it goes."""
        node = self.node(signer, retiring=retiring)
        signed = node.sign()
        assert signed is not None
        node.remember(signed)
        return signed

    def announce(self, old: NoteSigner, new: NoteSigner) -> None:
        """Write the record that a key is replaced."""
        data: dict[str, object] = {"from_key": old.key().text(), "to_key": new.key().text(), "reason": "a test"}
        record = AuditRecord(id=new_id(), code=ROTATED, type="log.key_rotated", at=START, actor=SYSTEM, data=data)
        self._log._ledger.append([prepare(Work(records=(record,)), node="n1")])

    def replace(self, old: NoteSigner, new: NoteSigner) -> Signed:
        """Replace the key as `postgate audit rotate-key` does."""
        self.announce(old, new)
        return self.sign(new, retiring=old)

    def grow(self, records: int, signer: NoteSigner) -> Signed:
        """Add records and sign them."""
        self._log.grow(records)
        return self.sign(signer)

    def close(self, signer: NoteSigner) -> Signed:
        """Close the open log; return its last checkpoint."""
        number = self._log.reads.run_blocking(head).log
        self._log._ledger.close_log(closing(self.node(signer), number))
        return self.node(signer).last_of(number)

    def export(self, signed: Signed, signer: NoteSigner) -> dict[str, bytes]:
        """Return the files of an export."""
        folder, named = MemoryFolder(), signer.named(signed.checkpoint.origin)
        self._log.reads.run_blocking(
            lambda connection: write_export(connection, folder, signed=signed, signer=named, asked=ASKED)
        )
        return folder.files


def exports_of(directory: Path) -> dict[str, dict[str, bytes]]:
    """
    Return the files of exports, by name.

    Beside `1` and `2`, made when all was done: `first` before a key was replaced, `both` at the checkpoint of two keys,
    and `old`, which is log 1 as it was exported when it was closed.
    """
    found = {}
    with signed_log(migrated(f"sqlite:///{directory}/log.db")) as opened:
        log = ReplacedKeys(opened, directory / "state")
        found["first"] = log.export(log.grow(3, A), A)
        found["both"] = log.export(log.replace(A, B), B)
        log.grow(2, B)
        ended = log.close(B)
        found["old"] = log.export(ended, B)
        log.grow(2, B)
        log.replace(B, C)
        last = log.grow(1, C)
        found["1"], found["2"] = log.export(ended, C), log.export(last, C)
    return found


def resigned(files: Mapping[str, bytes], signer: NoteSigner, *, origin: str = ORIGIN) -> dict[str, bytes]:
    """Return the files with a manifest that fits them, as the holder of a key can make it."""
    text = read_note(files[NAME]).text
    lines = [line for line in text.splitlines() if not line.startswith("file ")]
    lines += [
        f"file {hashlib.sha256(data).hexdigest()} {len(data)} {path}"
        for path, data in sorted(files.items())
        if path != NAME
    ]
    manifest = sign_note("".join(f"{line}\n" for line in lines), [signer.named(origin)])
    return {**files, NAME: manifest.data()}


def checked(*exports: Mapping[str, bytes], key: NoteSigner, after: bytes | None = None) -> str:
    """Return the reason why exports are refused, or `whole`."""
    result = verify_exports([MemoryFolder(dict(one)) for one in exports], keys=[key.key()], after=after)
    if isinstance(result, Broken):
        return result.reason
    assert all(isinstance(one, VerifiedExport) for one in result)
    return "whole"
