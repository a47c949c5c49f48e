"""
Proof files (c2sp.org/tlog-proof): all that is needed to show, offline, that one leaf is in a log.

    c2sp.org/tlog-proof@v1
    extra <base64>                     only if there is something
    index <position of the leaf>
    <base64 of a hash>                 one a line, from beside the leaf up
    <blank line>
    <the checkpoint, a signed note>

Who checks one has the leaf and the log's key. What stands in `extra` is covered by no signature.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.audit.tlog.checkpoints import open_checkpoint, read_checkpoint
from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.notes import MOST_BYTES as LONGEST_NOTE
from proxy.audit.tlog.notes import read_note
from proxy.audit.tlog.proofs import verify_inclusion
from proxy.audit.tlog.spelling import Place, read_base64, read_decimal, read_hash, read_text, write_base64
from proxy.audit.tlog.subtrees import MOST_LEAVES, inclusion_ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.audit.tlog.checkpoints import Checkpoint
    from proxy.audit.tlog.keys import VerifierKey
    from proxy.audit.tlog.notes import Note

HEADER = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
MOST_EXTRA = 2**16
"""Bytes of `extra`."""
MOST_BYTES = LONGEST_NOTE + 2 * MOST_EXTRA
_EXTRA, _INDEX = "extra ", "index "
_FILE = Place(reason="proof_malformed", where="a proof file")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFile:
    """A proof file as it was read: nothing is verified."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    """The checkpoint."""
    extra: bytes = field(default=b"", repr=False)
    """Unsigned; empty when the file has none."""

    def data(self) -> bytes:
        """Return the bytes of the file."""
        lines = [
            HEADER,
            *([_EXTRA + write_base64(self.extra)] if self.extra else []),
            f"{_INDEX}{self.index}",
            *(write_base64(one) for one in self.hashes),
            "",
        ]
        return "".join(f"{line}\n" for line in lines).encode() + self.note.data()


def read_proof_file(data: bytes) -> ProofFile:
    """
    Return the proof file from its bytes; `read_proof_file(data).data() == data`.

    Raises:
        EvidenceRefused: `proof_malformed`, also when the number of hashes does not fit index and size;
            `note_malformed`, `root_mismatch`: what stands for the checkpoint is none.
    """
    whole = read_text(data, _FILE, most=MOST_BYTES)
    head, blank, rest = whole.partition("\n\n")
    if not blank:
        raise _FILE.refuse("a blank line before the checkpoint", "none")
    header, *lines = head.split("\n")
    if header != HEADER:
        raise _FILE.refuse(f"{HEADER} in the first line", "another line")
    extra = _read_extra(lines)
    if not lines or not lines[0].startswith(_INDEX):
        raise _FILE.refuse("a line with the index", "another line, or none")
    index = read_decimal(lines.pop(0).removeprefix(_INDEX), _at("the index"), most=MOST_LEAVES)
    hashes = tuple(read_hash(line, _at(f"hash {number}")) for number, line in enumerate(lines, start=1))
    note = read_note(rest.encode())
    _check_shape(index, len(hashes), read_checkpoint(note.text).head.size)
    return ProofFile(index=index, hashes=hashes, note=note, extra=extra)


def verify_proof_file(file: ProofFile, leaf: bytes, *, origin: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """
    Check that a leaf is in the log, and return the checkpoint that says so.

    Args:
        file: as it was read.
        leaf: its bytes, exactly as the log holds them.
        origin: the log that is meant.
        keys: the keys of that log, from somewhere else than the file.

    Raises:
        EvidenceRefused: the reasons of `open_checkpoint`; `inclusion_invalid`.
    """
    checkpoint = open_checkpoint(file.note, origin=origin, keys=keys)
    verify_inclusion(file.hashes, leaf=leaf_hash(leaf), index=file.index, head=checkpoint.head)
    return checkpoint


def _read_extra(lines: list[str]) -> bytes:
    """Take the optional line away; return what is in it."""
    if not lines or not lines[0].startswith(_EXTRA):
        return b""
    data = read_base64(lines.pop(0).removeprefix(_EXTRA), _at("the extra data"))
    if not 0 < len(data) <= MOST_EXTRA:
        raise _at("the extra data").refuse(f"1 to {MOST_EXTRA} bytes, or no such line", f"{len(data)} bytes")
    return data


def _check_shape(index: int, hashes: int, size: int) -> None:
    if index >= size:
        raise _FILE.refuse(f"an index below the checkpoint's size {size}", f"index {index}")
    expected = len(inclusion_ranges(index, size))
    if hashes != expected:
        raise _FILE.refuse(f"{expected} hashes for index {index} and size {size}", f"{hashes}")


def _at(part: str) -> Place:
    return Place(reason="proof_malformed", where=f"{part} of a proof file")
