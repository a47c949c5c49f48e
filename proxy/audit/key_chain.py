"""
Which key counts for which checkpoint of a log whose key was replaced (PG-503).

    up to the record        the key of before
    then                    the first checkpoint that both keys signed hands over
    after it                the new key alone

The next log goes on with the key of the one before, under its own origin.

One key of the chain, from somewhere else than the log, is enough to believe the others: what hands over is signed by
both, and covers the record that names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.audit.columns import member
from proxy.audit.logs import related
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
    log: int = 1


def rotation_of(seq: int, leaf: Mapping[str, object], *, log: int = 1) -> Rotation:
    """Return what a PG-503 says."""
    data = member(leaf, "data")
    return Rotation(seq=seq, old=str(data["from_key"]), new=str(data["to_key"]), log=log)


class KeyChain:
    """
    The keys of the logs of an installation along their checkpoints, which come in growing order.

    Raises:
        EvidenceRefused: `key_malformed`: the log names a key that is none; `key_unknown`: no key that was given is one
            of the chain, or the chain has a gap.
    """

    def __init__(self, origin: str, keys: Sequence[VerifierKey], rotations: Sequence[Rotation]) -> None:
        """Begin with log 1, of this origin."""
        self._log, self._origin = 1, origin
        self._given = frozenset(key.public for key in keys)
        self._used: set[bytes] = set()
        self._keys = tuple(keys)
        self._later: list[tuple[tuple[int, int], VerifierKey]] = []
        current = None
        for rotation in rotations:
            old, new = read_verifier_key(rotation.old), read_verifier_key(rotation.new)
            if self._later and new.public == current:
                continue  # the command was run again: the same two keys
            if current is not None and old.public != current:
                raise _gap()
            if current is None:
                self._keys = (old,)
            self._later.append(((rotation.log, rotation.seq), new))
            current = new.public
        known = (*self._keys, *(key for _, key in self._later))
        if self._given.isdisjoint(key.public for key in known):
            raise _gap()

    def turn(self, log: int, origin: str) -> None:
        """Go on with the checkpoints of the next log."""
        self._log, self._origin = log, origin

    def open(self, note: Note) -> Checkpoint:
        """
        Return the checkpoint of the next note.

        Raises:
            EvidenceRefused: the reasons of `open_checkpoint`.
        """
        checkpoint = self.read(note, origin=self._origin)
        self._use()
        place = (self._log, checkpoint.head.size)
        if self._later and place > self._later[0][0] and self._hands_over(note, self._later[0][1]):
            self._keys = (self._later.pop(0)[1],)
            self._use()
        return checkpoint

    def read(self, note: Note, *, origin: str) -> Checkpoint:
        """
        Return the checkpoint of a note that stands beside the others, of a log of this origin.

        Raises:
            EvidenceRefused: the reasons of `open_checkpoint`.
        """
        return open_checkpoint(note, origin=origin, keys=[_under(key, origin) for key in self._keys])

    def end(self) -> None:
        """
        Check what must hold when no checkpoint is left.

        Raises:
            Refused: `key_unknown`: the log names a key that was given, and no checkpoint of both handed over to it.
        """
        if self._used and self._given.isdisjoint(self._used):
            raise Refused("key_unknown", "no checkpoint is signed with a key that was given")

    def _use(self) -> None:
        self._used.update(key.public for key in self._keys)

    def _hands_over(self, note: Note, following: VerifierKey) -> bool:
        try:
            open_checkpoint(note, origin=self._origin, keys=(_under(following, self._origin),))
        except EvidenceRefused as refused:
            if refused.reason != "key_unknown":
                raise
            return False
        return True


def _under(key: VerifierKey, origin: str) -> VerifierKey:
    """Return a key under the origin of a log of its installation; one of another installation stays as it is."""
    return key.named(origin) if related(key.name, origin) else key


def _gap() -> EvidenceRefused:
    return EvidenceRefused(
        "key_unknown", expected="one of the keys of this log, each named by the one before", found="another key"
    )
