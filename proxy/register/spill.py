"""
Files of numbers between the steps of a build: what was counted, and arrays of 64 bits; digests, never a value.

A file has its name only when it is complete and durable, so that a build that was killed goes on from those it finds.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from proxy.register.files import Keys

__all__ = ["array_of", "head_of", "write_spill"]

_WIDTH = 8


def write_spill(path: Path, head: Mapping[str, Any], arrays: Sequence[Keys]) -> None:
    """Write a file whole or not at all."""
    text = json.dumps({**head, "lengths": [len(array) for array in arrays]}).encode("ascii")
    text += b" " * (-len(text) % _WIDTH)
    beside = path.with_name(f"new-{os.getpid()}-{path.name}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(len(text).to_bytes(_WIDTH, "little") + text)
        for array in arrays:
            file.write(array.astype("<u8").tobytes())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def head_of(path: Path) -> dict[str, Any] | None:
    """Return what a file says of itself; None where there is none, or a crash of the machine left it unfinished."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_WIDTH), "little")
            text = file.read(min(length, path.stat().st_size))
            head = json.loads(text)
            complete = path.stat().st_size == _WIDTH + length + _WIDTH * sum(head["lengths"])
    except (FileNotFoundError, ValueError):
        return None
    return {**head, "start": _WIDTH + length} if complete else None


def array_of(path: Path, head: Mapping[str, Any], number: int, first: int = 0, last: int | None = None) -> Keys:
    """Return one array of a file, or a slice of it."""
    end = head["lengths"][number] if last is None else last
    start = head["start"] + _WIDTH * (sum(head["lengths"][:number]) + first)
    return np.fromfile(path, dtype="<u8", count=end - first, offset=start)
