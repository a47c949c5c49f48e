"""
A directory as a sink, as on the share of another system, with the newest once more as `checkpoint`.

    checkpoints/SIZE        of log 1
    checkpoints-N/SIZE      of log N

The directory is never made here: a share that is not mounted must not become a folder on our own disk.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.audit.logs import log_of
from proxy.audit.note_files import FOR_READERS, read_note_file, write_note_file
from proxy.audit.sinks.sink import HIDDEN, MISPLACED, Found, code_of
from proxy.audit.tlog.checkpoints import read_checkpoint
from proxy.core.errors import AuditBroken

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.audit.signed import Signed, Trust

NEWEST = "checkpoint"
ALL = "checkpoints"
_LATER = re.compile(rf"{ALL}-([2-9]|[1-9][0-9]{{1,8}})", re.ASCII)
_DIGITS = 20
"""Enough for any size, so that files sort by it."""
_FOR_READERS = 0o755
_MOST_LOOKED_AT = 1000
"""Files that are tried when others put forged ones in front of ours; `HIDDEN` says that there are more."""


class FileDrop:
    """Writes checkpoints into a directory, and finds the newest there."""

    def __init__(self, directory: Path, *, name: str, trust: Trust) -> None:
        self.name = name
        self._directory = directory
        self._newest = directory / NEWEST
        self._trust = trust

    def publish(self, signed: Signed) -> None:
        """Write both files; a file that exists is never overwritten, and `checkpoint` takes no step back."""
        folder = self._folder(signed.log)
        folder.mkdir(mode=_FOR_READERS, exist_ok=True)
        file = folder / f"{signed.size:0{_DIGITS}d}"
        there = read_note_file(file)
        if there is None:
            write_note_file(file, signed.note, mode=FOR_READERS)
        elif there != signed.note:
            raise AuditBroken(expected="one note for one size", found=f"two of size {signed.size}")
        before = self._before()
        if before is None or before.place < signed.place:
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
            foreign = note is not None and log_of(self._trust.origin, read_checkpoint(note.text).origin) is None
        except AuditBroken:
            return None
        return self._trust.open(note) if note is not None and foreign else None

    def newest(self) -> Found:
        """Return the latest of all that we signed: a slow node may have written `checkpoint` last."""
        names = [file.name for file in self._directory.iterdir()]  # raises where there is no share
        newest, problem = self._read(self._newest)
        left = _MOST_LOOKED_AT
        for log in sorted(log for name in names if (log := _log(name)) is not None)[::-1]:
            folder = self._folder(log)
            sizes = sorted((file.name for file in folder.iterdir() if _is_size(file.name)), reverse=True)
            for size in sizes[:left]:
                signed, refused = self._read(folder / size)
                if signed is not None and signed.place != (log, int(size)):
                    signed, refused = None, MISPLACED
                problem = problem or refused
                if signed is not None:
                    newest = signed if newest is None or newest.place < signed.place else newest
                    return Found(newest=newest, problem=problem)
            if len(sizes) > left:
                return Found(newest=newest, problem=HIDDEN)
            left -= len(sizes)
        return Found(newest=newest, problem=problem)

    def _folder(self, log: int) -> Path:
        return self._directory / (ALL if log == 1 else f"{ALL}-{log}")

    def _read(self, file: Path) -> tuple[Signed | None, str | None]:
        """Return the checkpoint of a file, and a code for a file that does not count."""
        try:
            note = read_note_file(file)
            return (None if note is None else self._trust.open(note)), None
        except AuditBroken as error:
            return None, code_of(error)


def _is_size(name: str) -> bool:
    return len(name) == _DIGITS and name.isascii() and name.isdigit()


def _log(name: str) -> int | None:
    """Return the log whose checkpoints are in a folder of this name."""
    later = _LATER.fullmatch(name)
    return 1 if name == ALL else None if later is None else int(later[1])
