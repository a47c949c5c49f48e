"""
A signed note as a file of its own: whole or not there, whatever happens while it is written.

    write beside it -> fsync -> rename -> fsync of the directory

So a reader, and a start after a loss of power, sees the note of before or the new one.
"""

from __future__ import annotations

import os
import stat
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


def write_note_file(file: Path, note: Note, *, mode: int | None = None) -> None:
    """
    Put a note in the place of what the file held; durable on return.

    Args:
        file: where to; folders above it are made for us alone.
        note: that is written.
        mode: the rights of the file; None: it stays as it is, in owner and rights, whoever writes. A new one is
            readable by its owner only, who is that of the folder.

    Raises:
        OSError: it could not be written, or not for its owner; the file is as it was.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(note.data())
            opened.flush()
            if mode is None:
                _as_before(opened.fileno(), file)
            else:
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


def _as_before(handle: int, file: Path) -> None:
    """Give what is open the owner and the rights of the file that it replaces."""
    there = file.exists()
    before = (file if there else file.parent).stat()
    if before.st_uid != os.geteuid():  # else a command run by another user would lock the gateway out of its own file
        os.fchown(handle, before.st_uid, before.st_gid)
    os.fchmod(handle, stat.S_IMODE(before.st_mode) if there else OURS)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
