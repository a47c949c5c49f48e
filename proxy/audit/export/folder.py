"""
Where an export is written to and read from: a directory, and nothing but regular files in it.

It may also be written as one zip file around that directory, which is to be unpacked before it is read.
"""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol, cast

if TYPE_CHECKING:
    from datetime import datetime


class Target(Protocol):
    """Where files are written, one after the other."""

    def create(self, path: str) -> BinaryIO:
        """
        Return a new file, to be written and closed.

        Raises:
            OSError: it is there already, or cannot be written.
        """
        ...

    def seal(self) -> None:
        """
        End writing: everything is durable when this returns.

        Raises:
            OSError: something is not.
        """
        ...

    def discard(self) -> None:
        """Remove everything that was written; never fails."""
        ...


class Folder(Protocol):
    """Files by relative path."""

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

    def seal(self) -> None:
        """Make files and directories durable, the inner ones first."""
        for at, _, files in os.walk(self._root, topdown=False, onerror=_stop):
            for place in (*(Path(at) / name for name in files), Path(at)):
                sync(place)
        sync(self._root.parent)

    def discard(self) -> None:
        """Remove the directory."""
        shutil.rmtree(self._root, ignore_errors=True)

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


class Archive:
    """A new zip file, with one directory in it that holds the files."""

    def __init__(self, file: Path, *, directory: str, at: datetime) -> None:
        """
        Make the file; it must not exist. Those above it are made.

        Args:
            file: the zip file.
            directory: name of the directory in it.
            at: the time that all files get.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self._directory = directory
        self._time = at.timetuple()[:6]
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        self._out: IO[bytes] = os.fdopen(handle, "wb")
        self._zip = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED)

    def create(self, path: str) -> BinaryIO:
        """Return a new file; the one before must be closed."""
        entry = zipfile.ZipInfo(f"{self._directory}/{path}", self._time)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        return cast("BinaryIO", self._zip.open(entry, "w", force_zip64=True))

    def seal(self) -> None:
        """End the zip file and make it durable."""
        self._zip.close()
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        sync(self._file.parent)

    def discard(self) -> None:
        """Remove the file."""
        with suppress(OSError, ValueError):
            self._zip.close()
            self._out.close()
        self._file.unlink(missing_ok=True)


def sync(place: Path) -> None:
    """
    Make a file or a directory durable.

    Raises:
        OSError: it is not.
    """
    handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stop(error: OSError) -> None:
    """End a walk at a directory that cannot be read; without this it would be passed by."""
    raise error
