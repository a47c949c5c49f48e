"""
A directory as a sink, as on the share of another system: `checkpoints/SIZE`, and the newest once more as `checkpoint`.

The directory is never made here: a share that is not mounted must not become a folder on our own disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.note_files import FOR_READERS, read_note_file, write_note_file
from proxy.audit.sinks.sink import HIDDEN, MISPLACED, Found, code_of
from proxy.audit.tlog.checkpoints import read_checkpoint
from proxy.core.errors import AuditBroken

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.audit.signed import Signed, Trust

NEWEST = "checkpoint"
ALL = "checkpoints"
_DIGITS = 20
"""Enough for any size, so that files sort by it."""
_FOR_READERS = 0o755
_MOST_LOOKED_AT = 1000
"""Files that are tried when others put forged ones in front of ours; `HIDDEN` says that there are more."""


class FileDrop:
    """Writes checkpoints into a directory, and finds the newest there."""

    def __init__(self, directory: Path, *, name: str, trust: Trust) -> None:
        self.name = name
        self._newest = directory / NEWEST
        self._all = directory / ALL
        self._trust = trust

    def publish(self, signed: Signed) -> None:
        """Write both files; a file that exists is never overwritten, and `checkpoint` takes no step back."""
        self._all.mkdir(mode=_FOR_READERS, exist_ok=True)
        file = self._all / f"{signed.size:0{_DIGITS}d}"
        there = read_note_file(file)
        if there is None:
            write_note_file(file, signed.note, mode=FOR_READERS)
        elif there != signed.note:
            raise AuditBroken(expected="one note for one size", found=f"two of size {signed.size}")
        before = self._before()
        if before is None or before.size < signed.size:
            write_note_file(self._newest, signed.note, mode=FOR_READERS)

    def _before(self) -> Signed | None:
        """
        Return what `checkpoint` says; None for what is written over: nothing, garbage, or what was forged.

        Raises:
            EvidenceRefused: it is of another log, which somebody else keeps there.
        """
        before, problem = self._read(self._newest)
        if problem is None:
            return before
        try:
            note = read_note_file(self._newest)
            foreign = note is not None and read_checkpoint(note.text).origin != self._trust.origin
        except AuditBroken:
            return None
        return self._trust.open(note) if note is not None and foreign else None

    def newest(self) -> Found:
        """Return the largest of all that we signed: a slow node may have written `checkpoint` last."""
        here = {file.name for file in self._newest.parent.iterdir()}  # raises where there is no share
        sizes = sorted((file.name for file in self._all.iterdir() if _is_size(file.name)) if ALL in here else ())
        newest, problem = self._read(self._newest)
        for size in sizes[: -_MOST_LOOKED_AT - 1 : -1]:
            signed, refused = self._read(self._all / size)
            if signed is not None and signed.size != int(size):
                signed, refused = None, MISPLACED
            problem = problem or refused
            if signed is not None:
                newest = signed if newest is None or newest.size < signed.size else newest
                return Found(newest=newest, problem=problem)
        hidden = HIDDEN if len(sizes) > _MOST_LOOKED_AT else problem
        return Found(newest=newest, problem=hidden)

    def _read(self, file: Path) -> tuple[Signed | None, str | None]:
        """Return the checkpoint of a file, and a code for a file that does not count."""
        try:
            note = read_note_file(file)
            return (None if note is None else self._trust.open(note)), None
        except AuditBroken as error:
            return None, code_of(error)


def _is_size(name: str) -> bool:
    return len(name) == _DIGITS and name.isascii() and name.isdigit()
