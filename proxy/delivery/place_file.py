"""
Remembers in a file up to which place of the log a channel has told everything: whole or as before, whatever happens.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from proxy.gate.notices import Place

if TYPE_CHECKING:
    from collections.abc import Callable


class PlaceFile:
    """Implements `gate.notices.Remembered` in the state directory of a node."""

    def __init__(self, file: Path, *, failed: Callable[[], None]) -> None:
        self._file = file
        self._failed = failed
        """Told when a place could not be kept."""

    async def read(self) -> Place | None:
        """Return the place; None: there is none yet, or it cannot be read."""
        return await asyncio.to_thread(self._read)

    async def write(self, place: Place) -> None:
        """Keep a place; one that cannot be kept is told again after the next start."""
        try:
            await asyncio.to_thread(self._write, f"{place.log} {place.seq}\n".encode("ascii"))
        except OSError:
            self._failed()

    def _read(self) -> Place | None:
        try:
            log, seq = map(int, self._file.read_text(encoding="ascii").split())
        except (OSError, ValueError):
            return None
        return Place(log=log, seq=seq)

    def _write(self, data: bytes) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=self._file.parent, prefix=f".{self._file.name}.")
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(data)
                opened.flush()
                os.fsync(opened.fileno())
            Path(beside).replace(self._file)
        finally:
            with suppress(FileNotFoundError):  # it has its name by now
                Path(beside).unlink()
