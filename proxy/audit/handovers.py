"""
That each key of the logs handed over to the next, as an outsider sees it without the logs: one proof file for each.

    leaf         PG-503, which names both keys
    checkpoint   covers that record, and both keys signed it: first the one that retires, then the one that follows

A signature of both under any other checkpoint hands nothing over: anybody can sign what a key of somebody else signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from proxy.audit.key_chain import ROTATED, rotation_of
from proxy.audit.logs import log_of, related
from proxy.audit.records import Refused, read_leaf
from proxy.audit.tlog.checkpoints import read_checkpoint
from proxy.audit.tlog.keys import read_verifier_key
from proxy.audit.tlog.notes import open_note
from proxy.audit.tlog.proof_files import verify_proof_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proxy.audit.tlog.keys import VerifierKey
    from proxy.audit.tlog.proof_files import ProofFile
    from proxy.audit.tlog.trees import TreeHead


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A checkpoint that two keys signed, over the record that names them; whether either is believed is open."""

    old: VerifierKey
    new: VerifierKey
    index: int
    """Place of the record."""
    origin: str
    head: TreeHead
    """Of the checkpoint."""

    @property
    def place(self) -> tuple[int, int]:
        """Return log and size of the checkpoint, by which they are ordered."""
        return log_of(self.old.name, self.origin) or 0, self.head.size


def read_handover(proof: ProofFile) -> Handover:
    """
    Return what a proof file says, once it holds.

    Raises:
        EvidenceRefused: `key_malformed`, `signature_invalid`, `key_unknown`, `inclusion_invalid`.
        Refused: `schema_invalid`: the leaf is no record; `key_unknown`: it names no two keys, or not both signed.
    """
    leaf = read_leaf(proof.extra)
    if leaf["code"] != ROTATED:
        raise Refused("key_unknown", f"a handover with another record than {ROTATED}")
    said = rotation_of(proof.index, leaf)
    old, new = read_verifier_key(said.old), read_verifier_key(said.new)
    origin = read_checkpoint(proof.note.text).origin
    if old.name != new.name or log_of(old.name, origin) is None or old.public == new.public:
        raise Refused("key_unknown", "a handover that is not from one key of a log to another of it")
    keys = (old.named(origin), new.named(origin))
    opened = open_note(proof.note, keys)
    if opened.keys != keys or opened.strangers:
        raise Refused("key_unknown", "a handover that not both keys signed, and nobody else")
    head = verify_proof_file(proof, proof.extra, origin=origin, keys=keys).head
    return Handover(old=old, new=new, index=proof.index, origin=origin, head=head)


class Handovers:
    """
    The keys of the logs of an installation, one after the other. One that was given is enough to believe all.

    Raises:
        Refused: `key_unknown`: they are no chain, or no key that was given is in it.
    """

    def __init__(self, handovers: Sequence[Handover], given: Sequence[VerifierKey]) -> None:
        self._handovers = handovers
        self._given = tuple(given)
        self._keys = (*(one.old for one in handovers[:1]), *(one.new for one in handovers))
        for before, after in pairwise(handovers):
            if after.old != before.new or after.place <= before.place:
                raise Refused("key_unknown", "handovers of which one does not follow from the one before")
        if handovers and not any(self._has(key) for key in given):
            raise Refused("key_unknown", "no key that was given is one of those that handed over")

    def after(self, count: int, origin: str) -> tuple[VerifierKey, ...]:
        """Return the key after so many handovers, under the origin of a log; where none ever did, those given."""
        keys = self._keys[count : count + 1] or self._given
        return tuple(dict.fromkeys(key.named(origin) for key in keys if related(key.name, origin))) or keys

    def at(self, origin: str, size: int) -> tuple[VerifierKey, ...]:
        """Return whose signatures a checkpoint has; where no key ever handed over, any of those given."""
        place = (log_of(self._keys[0].name, origin) or 0, size) if self._keys else (0, 0)
        for count, one in enumerate(self._handovers):
            if place == one.place:
                return one.old.named(origin), one.new.named(origin)
            if place < one.place:
                return self.after(count, origin)
        return self.after(len(self._handovers), origin)

    def heads(self, origin: str) -> list[TreeHead]:
        """Return what the checkpoints of handovers say of a log, the smallest first."""
        return [one.head for one in self._handovers if one.origin == origin]

    def check(self, leaf: Mapping[str, object]) -> None:
        """
        Check that a PG-503 is of a handover, or of one that has only begun.

        Raises:
            Refused: `file_missing`: its handover is not there.
            EvidenceRefused: `key_malformed`.
        """
        said = rotation_of(0, leaf)
        old, new = (read_verifier_key(line).public for line in (said.old, said.new))
        known = any((one.old.public, one.new.public) == (old, new) for one in self._handovers)
        if not known and old not in {key.public for key in self._keys[-1:] or self._given}:
            raise Refused("file_missing", "a key was replaced, and its handover is missing")

    def _has(self, key: VerifierKey) -> bool:
        return any(one.public == key.public and related(one.name, key.name) for one in self._keys)


def one_chain(chains: Sequence[Sequence[Handover]]) -> Sequence[Handover]:
    """
    Return the longest of the chains that several exports have; each other one is its beginning.

    Raises:
        Refused: `key_unknown`: one is not.
    """
    longest = max(chains, key=len)
    if any(list(longest[: len(one)]) != list(one) for one in chains):
        raise Refused("key_unknown", "exports whose keys are no common chain")
    return longest
