"""
Where a worker is: one number in memory that parent and worker share.

The worker writes which post and which stage it is at; the parent reads it by its own clock. So the parent knows how
long one detector has been at one post, and which post a worker died on, without a message per stage.
"""

from __future__ import annotations

import mmap
import struct

_CELL = struct.Struct("@Q")
_STAGE_BITS = 8
SIZE = mmap.PAGESIZE
MAX_STAGES = 1 << _STAGE_BITS


class Heartbeat:
    """A place in shared memory; written by one process, read by the other."""

    def __init__(self, descriptor: int) -> None:
        self._memory = mmap.mmap(descriptor, SIZE)

    def write(self, post: int, stage: int) -> None:
        """Say that work on this stage of this post begins."""
        _CELL.pack_into(self._memory, 0, (post << _STAGE_BITS) | stage)

    def read(self) -> tuple[int, int]:
        """Return number of the post and of the stage."""
        (value,) = _CELL.unpack_from(self._memory, 0)
        return value >> _STAGE_BITS, value & (MAX_STAGES - 1)

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()
