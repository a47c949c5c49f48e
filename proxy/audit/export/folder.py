"""
Where an export is written to and read from: a directory, and nothing but regular files in it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO, Protocol


class Folder(Protocol):
    """Files by relative path."""

    def create(self, path: str) -> BinaryIO:
        """
        Return a new file, to be written and closed.

        Raises:
            OSError: it is there already, or cannot be written.
        """
        ...

    def open(self, path: str) -> BinaryIO | None:
        """Return a file, to be read and closed; None when there is none, or no regular one."""
        ...

    def paths(self) -> list[str]:
        """
        Return everything that lies there and is not a directory, whatever it is.

        Raises:
            OSError: a directory cannot be read, so that something may lie in it.
        """
        ...


class Directory:
    """A folder of the file system. Links are not followed."""

    def __init__(self, root: Path) -> None:
        """Remember where; nothing is read or made yet."""
        self._root = root

    def create(self, path: str) -> BinaryIO:
        """Return a new file; directories above it are made."""
        file = self._root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")

    def open(self, path: str) -> BinaryIO | None:
        """Return a file."""
        try:
            handle = os.open(self._root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            return None
        return os.fdopen(handle, "rb")

    def paths(self) -> list[str]:
        """Return what lies there; a link to a directory is something that lies there."""
        found: list[str] = []
        if not self._root.exists():
            return found
        for at, directories, files in os.walk(self._root, onerror=_stop):
            links = [one for one in directories if (Path(at) / one).is_symlink()]
            found += [(Path(at) / one).relative_to(self._root).as_posix() for one in (*files, *links)]
        return sorted(found)


def _stop(error: OSError) -> None:
    """End a walk at a directory that cannot be read; without this it would be passed by."""
    raise error
