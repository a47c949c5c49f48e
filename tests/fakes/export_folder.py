"""In-memory twin of the folder of an export."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping


class _NewFile(io.BytesIO):
    """Puts what was written into the folder when it is closed."""

    def __init__(self, files: dict[str, bytes], path: str) -> None:
        super().__init__()
        self._files, self._path = files, path

    def close(self) -> None:
        """Keep the bytes."""
        if not self.closed:
            self._files[self._path] = self.getvalue()
        super().close()


class MemoryFolder:
    """Files by path."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self.sealed = False

    def create(self, path: str) -> BinaryIO:
        """Return a new file."""
        if path in self.files:
            raise FileExistsError(path)
        return _NewFile(self.files, path)

    def seal(self) -> None:
        """End writing."""
        self.sealed = True

    def discard(self) -> None:
        """Remove everything."""
        self.files.clear()

    def open(self, path: str) -> BinaryIO | None:
        """Return a file, or None."""
        return io.BytesIO(self.files[path]) if path in self.files else None

    def paths(self) -> list[str]:
        """Return what lies there."""
        return sorted(self.files)
