"""
Which key counts for which checkpoint of a log whose key was replaced (PG-503).

    up to the record        the key of before
    then                    the first checkpoint that both keys signed hands over
    after it                the new key alone

One key of the chain, from somewhere else than the log, is enough to believe the others: what hands over is signed by
both, and covers the record that names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.audit.columns import member
from proxy.audit.records import Refused
from proxy.audit.tlog.checkpoints import open_checkpoint
from proxy.audit.tlog.keys import read_verifier_key
from proxy.audit.tlog.refusal import EvidenceRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proxy.audit.tlog.checkpoints import Checkpoint
    from proxy.audit.tlog.keys import VerifierKey
    from proxy.audit.tlog.notes import Note

ROTATED = "PG-503"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A key that was replaced, as the log says."""

    seq: int
    """Place of the record."""
    old: str
    """Verifier key, as its line."""
    new: str


def rotation_of(seq: int, leaf: Mapping[str, object]) -> Rotation:
    """Return what a PG-503 says."""
    data = member(leaf, "data")
    return Rotation(seq=seq, old=str(data["from_key"]), new=str(data["to_key"]))


class KeyChain:
    """
    The keys of a log along its checkpoints, which come in growing order.

    Raises:
        EvidenceRefused: `key_malformed`: the log names a key that is none; `key_unknown`: no key that was given is one
            of the chain, or the chain has a gap.
    """

    def __init__(self, origin: str, keys: Sequence[VerifierKey], rotations: Sequence[Rotation]) -> None:
        self._origin = origin
        self._given = frozenset(keys)
        self._used: set[VerifierKey] = set()
        self._keys = tuple(keys)
        self._later: list[tuple[int, VerifierKey]] = []
        current = None
        for rotation in rotations:
            old, new = read_verifier_key(rotation.old), read_verifier_key(rotation.new)
            if self._later and new == current:
                continue  # the command was run again: the same two keys
            if current is not None and old != current:
                raise _gap()
            if current is None:
                self._keys = (old,)
            self._later.append((rotation.seq, new))
            current = new
        if self._given.isdisjoint((*self._keys, *(key for _, key in self._later))):
            raise _gap()

    def open(self, note: Note) -> Checkpoint:
        """
        Return the checkpoint of the next note.

        Raises:
            EvidenceRefused: the reasons of `open_checkpoint`.
        """
        checkpoint = open_checkpoint(note, origin=self._origin, keys=self._keys)
        self._used.update(self._keys)
        if self._later and checkpoint.head.size > self._later[0][0] and self._hands_over(note, self._later[0][1]):
            self._keys = (self._later.pop(0)[1],)
            self._used.update(self._keys)
        return checkpoint

    def end(self) -> None:
        """
        Check what must hold when no checkpoint is left.

        Raises:
            Refused: `key_unknown`: the log names a key that was given, and no checkpoint of both handed over to it.
        """
        if self._used and self._given.isdisjoint(self._used):
            raise Refused("key_unknown", "no checkpoint is signed with a key that was given")

    def _hands_over(self, note: Note, following: VerifierKey) -> bool:
        try:
            open_checkpoint(note, origin=self._origin, keys=(following,))
        except EvidenceRefused as refused:
            if refused.reason != "key_unknown":
                raise
            return False
        return True


def _gap() -> EvidenceRefused:
    return EvidenceRefused(
        "key_unknown", expected="one of the keys of this log, each named by the one before", found="another key"
    )
