"""
Where checkpoints are handed to: places that the holder of the database does not hold.

A sink takes a checkpoint or raises `OSError`; whoever hands it out tries again. A file drop can be read as well, so a
node without memory of its own finds there how far the log had come.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from proxy.audit.checkpointing import Signed, read_signed
from proxy.audit.note_files import FOR_READERS, read_note_file, write_note_file
from proxy.core.errors import AuditBroken

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from proxy.audit.tlog.notes import Note

NEWEST = "checkpoint"
ALL = "checkpoints"
_DIGITS = 20
"""Enough for any size, so that files sort by it."""
_FOR_READERS = 0o755


class Sink(Protocol):
    """A place that takes checkpoints; blocking."""

    kind: str
    """The same word as in the settings."""

    def publish(self, signed: Signed) -> None:
        """
        Hand over a checkpoint; handing over the same one again changes nothing.

        Raises:
            OSError: it could not be handed over; try again later.
            AuditBroken: there is another one of this size.
        """
        ...

    def newest(self) -> Note | None:
        """
        Return the newest checkpoint that was handed over, not verified; None when there is none, or it cannot be read.

        Raises:
            OSError: the place cannot be reached.
            EvidenceRefused: what is there is not a checkpoint of this log.
        """
        ...


class FileDrop:
    """
    A directory, as on the share of another system: `checkpoints/SIZE`, and the newest once more as `checkpoint`.

    The directory is never made here: a share that is not mounted must not become a folder on our own disk.
    """

    kind = "file"

    def __init__(self, directory: Path, *, origin: str) -> None:
        self._newest = directory / NEWEST
        self._all = directory / ALL
        self._origin = origin

    def publish(self, signed: Signed) -> None:
        """Write both files; a file that exists is never overwritten, and `checkpoint` takes no step back."""
        self._all.mkdir(mode=_FOR_READERS, exist_ok=True)
        file = self._all / f"{signed.size:0{_DIGITS}d}"
        there = read_note_file(file)
        if there is None:
            write_note_file(file, signed.note, mode=FOR_READERS)
        elif there != signed.note:
            raise AuditBroken(expected="one note for one size", found=f"two of size {signed.size}")
        before = read_note_file(self._newest)
        if before is None or self._size(before) < signed.size:
            write_note_file(self._newest, signed.note, mode=FOR_READERS)

    def newest(self) -> Note | None:
        """Return the largest of all: a node that was slow may have written `checkpoint` last."""
        here = {file.name for file in self._newest.parent.iterdir()}  # raises where there is no share
        sizes = [file.name for file in self._all.iterdir() if _is_size(file.name)] if ALL in here else []
        files = [self._newest, *([self._all / max(sizes)] if sizes else [])]
        notes = [note for file in files if (note := read_note_file(file)) is not None]
        return max(notes, key=self._size, default=None)

    def _size(self, note: Note) -> int:
        return read_signed(note, origin=self._origin).size


def handed_out(sinks: Iterable[Sink]) -> list[Note]:
    """
    Return the newest checkpoint of every sink that can be read.

    Raises:
        AuditBroken: a file cannot be read.
        EvidenceRefused: what is there is not a checkpoint of this log.
    """
    notes: list[Note] = []
    for sink in sinks:
        with suppress(OSError):  # out of reach: posts do not wait for it, and handing out will say so
            notes += [note] if (note := sink.newest()) is not None else []
    return notes


def _is_size(name: str) -> bool:
    return len(name) == _DIGITS and name.isascii() and name.isdigit()
