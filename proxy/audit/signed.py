"""
Checkpoints together with the notes that say them, and who may sign them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy.audit.tlog.checkpoints import Checkpoint, open_checkpoint, read_checkpoint
from proxy.audit.tlog.keys import NoteSigner, VerifierKey
from proxy.audit.tlog.refusal import EvidenceRefused

if TYPE_CHECKING:
    from proxy.audit.tlog.notes import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A checkpoint with the note that says it."""

    checkpoint: Checkpoint
    note: Note

    @property
    def size(self) -> int:
        """Return how many records it covers."""
        return self.checkpoint.head.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The name of a log and the keys that sign it; without keys nothing is believed."""

    origin: str
    keys: tuple[VerifierKey, ...] = ()

    def open(self, note: Note) -> Signed:
        """
        Return the checkpoint of a note that one of the keys signed.

        Raises:
            EvidenceRefused: it is malformed, of another log, or no key of ours signed it.
        """
        return Signed(checkpoint=open_checkpoint(note, origin=self.origin, keys=self.keys), note=note)


def signer_of(origin: str, seed: bytes) -> NoteSigner:
    """Return what signs for a log: the Ed25519 key of a 32-byte seed, under the name of the log."""
    return NoteSigner(name=origin, private=Ed25519PrivateKey.from_private_bytes(seed))


def read_signed(note: Note, *, origin: str) -> Signed:
    """
    Return the checkpoint of a note as it stands there; whether its signature verifies is not looked at.

    Raises:
        EvidenceRefused: `note_malformed`, or `origin_mismatch` for one of another log.
    """
    checkpoint = read_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise EvidenceRefused("origin_mismatch", expected="a checkpoint of this log", found="one of another origin")
    return Signed(checkpoint=checkpoint, note=note)
