"""
A signed note as a file of its own: whole or not there, whatever happens while it is written.

    write beside it -> fsync -> rename -> fsync of the directory

So a reader, and a start after a loss of power, sees the note of before or the new one.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from proxy.audit.tlog.notes import MOST_BYTES, read_note
from proxy.core.errors import AuditBroken

if TYPE_CHECKING:
    from proxy.audit.tlog.notes import Note

OURS = 0o600
FOR_READERS = 0o644
"""The rights of a file that auditors read; a note holds nothing secret."""


def write_note_file(file: Path, note: Note, *, mode: int = OURS) -> None:
    """
    Put a note in the place of what the file held; durable on return.

    Raises:
        OSError: it could not be written; the file is as it was.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(note.data())
            opened.flush()
            os.fchmod(opened.fileno(), mode)
            os.fsync(opened.fileno())
        Path(beside).replace(file)
    except BaseException:  # whatever stopped it leaves nothing beside the file; the error goes on
        Path(beside).unlink(missing_ok=True)
        raise
    _sync_directory(file.parent)


def read_note_file(file: Path) -> Note | None:
    """
    Return the note of a file, not verified; None when there is no file.

    Raises:
        AuditBroken: there is one, and it cannot be read.
        EvidenceRefused: `note_malformed`.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AuditBroken(
            expected="a checkpoint file that can be read",
            found=type(error).__name__,
            remedy=f"give the gateway's user the right to read {file}",
        ) from None
    return read_note(data)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
