"""
Files that are ours alone, replaced as a whole: after a crash there is the old one or the new one, never half of it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_private(file: Path, text: str) -> None:
    """Put one line into a file that nobody else may read, in the place of what was there."""
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # 0600 from the first moment
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(text + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    Path(beside).replace(file)
    sync_directory(file.parent)


def sync_directory(directory: Path) -> None:
    """Make durable which files a directory has."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
