"""
Checkpoints (c2sp.org/tlog-checkpoint): the signed statement of a log that it has this many leaves under this root.

    origin
    size
    base64(root)
    extension lines, which ours do not have

A log signs one history: `sign_checkpoint` wants the checkpoint before and the proof that the new one continues it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.audit.tlog.notes import open_note, sign_note
from proxy.audit.tlog.proofs import verify_consistency
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.spelling import Place, read_decimal, read_hash, write_base64
from proxy.audit.tlog.subtrees import MOST_LEAVES
from proxy.audit.tlog.trees import TreeHead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.audit.tlog.keys import NoteSigner, VerifierKey
    from proxy.audit.tlog.notes import Note

_CHECKPOINT = Place(reason="note_malformed", where="a checkpoint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """
    What a log states about itself.

    Raises:
        EvidenceRefused: `note_malformed`: an origin or an extension that is not one line with something in it.
    """

    origin: str
    """The name of the log; it need not be an address."""
    head: TreeHead
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin:
            raise _CHECKPOINT.refuse("an origin in one line", "none, or more than one line")
        if any(not line or "\n" in line for line in self.extensions):
            raise _CHECKPOINT.refuse("extension lines with something in them", "another one")

    def text(self) -> str:
        """Return the text that is signed."""
        lines = (self.origin, str(self.head.size), write_base64(self.head.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def read_checkpoint(text: str) -> Checkpoint:
    """
    Return the checkpoint from the text of a note; `read_checkpoint(text).text() == text`.

    Raises:
        EvidenceRefused: `note_malformed`; `root_mismatch` for an empty tree with the root of another one.
    """
    if not text.endswith("\n"):
        raise _CHECKPOINT.refuse("a line feed at the end", "none")
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3:
        raise _CHECKPOINT.refuse("origin, size and root, one a line", f"{len(lines)} lines")
    origin, size, root, *extensions = lines
    head = TreeHead(
        size=read_decimal(size, Place(reason="note_malformed", where="the size of a checkpoint"), most=MOST_LEAVES),
        root=read_hash(root, Place(reason="note_malformed", where="the root of a checkpoint")),
    )
    return Checkpoint(origin=origin, head=head, extensions=tuple(extensions))


def open_checkpoint(note: Note, *, origin: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """
    Return the checkpoint of a log from a note that one of its keys signed.

    Args:
        note: as it was read.
        origin: the log that is meant.
        keys: the keys of that log, from somewhere else than the log.

    Raises:
        EvidenceRefused: the reasons of `open_note` and `read_checkpoint`; `origin_mismatch`: of another log.
    """
    checkpoint = read_checkpoint(open_note(note, keys).text)
    if checkpoint.origin != origin:
        raise EvidenceRefused("origin_mismatch", expected="a checkpoint of this log", found="one of another origin")
    return checkpoint


def sign_checkpoint(
    checkpoint: Checkpoint, *, after: Checkpoint | None, proof: Sequence[bytes], signers: Sequence[NoteSigner]
) -> Note:
    """
    Return the signed note of a checkpoint that continues the one signed before.

    Args:
        checkpoint: of our own log: without extension lines.
        after: the last one that was signed; None only for the first of a log.
        proof: of consistency from `after`; empty for the first.
        signers: one, or two while a key is replaced; their name is the origin.

    Raises:
        EvidenceRefused: `origin_mismatch`: of another log than `after`, or with another key name;
            `note_malformed`: with extension lines; `consistency_invalid`: it does not continue `after`.
    """
    if checkpoint.extensions:
        raise _CHECKPOINT.refuse("no extension lines", f"{len(checkpoint.extensions)}")
    names = {one.name for one in signers} | ({after.origin} if after else set())
    if names - {checkpoint.origin}:
        raise EvidenceRefused(
            "origin_mismatch",
            expected="the origin as name of the keys and of the checkpoint before",
            found="another name",
        )
    before = after.head if after else TreeHead.empty()
    verify_consistency(proof, old=before, new=checkpoint.head)
    return sign_note(checkpoint.text(), signers)
