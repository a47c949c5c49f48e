"""
Checkpoints together with the notes that say them, and who may sign them.

An installation has one name and one key at a time for all its logs: a key signs each log under that log's origin.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy.audit.logs import log_of, origin_of
from proxy.audit.tlog.checkpoints import Checkpoint, open_checkpoint, read_checkpoint
from proxy.audit.tlog.keys import NoteSigner, VerifierKey
from proxy.audit.tlog.refusal import EvidenceRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.audit.tlog.notes import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A checkpoint with the note that says it."""

    checkpoint: Checkpoint
    note: Note

    log: int = 1
    """Which log of the installation."""

    @property
    def size(self) -> int:
        """Return how many records it covers."""
        return self.checkpoint.head.size

    @property
    def place(self) -> tuple[int, int]:
        """Return log and size, by which checkpoints of an installation are ordered."""
        return self.log, self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The name of an installation and the keys that sign its logs; without keys nothing is believed."""

    origin: str
    """Of log 1; see `logs`."""
    keys: tuple[VerifierKey, ...] = ()
    digest: Callable[[str, bytes], str] | None = field(default=None, repr=False)
    """Keyed: by it the gateway knows what it wrote into the log itself. None: no restored backup is believed."""

    def keys_of(self, log: int) -> tuple[VerifierKey, ...]:
        """Return the keys under the origin of a log."""
        return self.keys if log == 1 else tuple(key.named(origin_of(self.origin, log)) for key in self.keys)

    def open(self, note: Note) -> Signed:
        """
        Return the checkpoint of a note that one of the keys signed.

        Raises:
            EvidenceRefused: it is malformed, of another installation, or no key of ours signed it.
        """
        log = log_of(self.origin, note.text.partition("\n")[0]) or 1
        checkpoint = open_checkpoint(note, origin=origin_of(self.origin, log), keys=self.keys_of(log))
        return Signed(checkpoint=checkpoint, note=note, log=log)


def signer_of(origin: str, seed: bytes) -> NoteSigner:
    """Return what signs for a log: the Ed25519 key of a 32-byte seed, under the name of the log."""
    return NoteSigner(name=origin, private=Ed25519PrivateKey.from_private_bytes(seed))


def read_signed(note: Note, *, origin: str) -> Signed:
    """
    Return the checkpoint of a note as it stands there; whether its signature verifies is not looked at.

    Args:
        note: as it was read.
        origin: of log 1 of the installation.

    Raises:
        EvidenceRefused: `note_malformed`, or `origin_mismatch` for one of another installation.
    """
    checkpoint = read_checkpoint(note.text)
    log = log_of(origin, checkpoint.origin)
    if log is None:
        raise EvidenceRefused("origin_mismatch", expected="a checkpoint of this log", found="one of another origin")
    return Signed(checkpoint=checkpoint, note=note, log=log)
