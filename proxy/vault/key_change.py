"""
The change of the key that signs checkpoints, in steps that can be taken again after a crash.

    drawn        `checkpoint.next` beside `checkpoint`
    in place     `checkpoint` is the new key, `checkpoint.old` the one of before; `checkpoint.next` says "not finished"
    finished     `checkpoint.next` is gone; nobody needs `checkpoint.old` any more, and only a person removes it
"""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from proxy.vault.keys import CHECKPOINT, KEY_BYTES, load_key

NEXT = f"{CHECKPOINT}.next"
OLD = f"{CHECKPOINT}.old"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """Two seeds of 32 bytes: the one that retires, and the one that follows."""

    old: bytes = field(repr=False)
    new: bytes = field(repr=False)


def begin_change(directory: Path) -> KeyChange:
    """
    Draw the key that follows; a change that was begun goes on with the one that was drawn.

    Raises:
        ConfigurationError: a file is missing or not fit to hold a key.
    """
    current, following = directory / CHECKPOINT, directory / NEXT
    seed = load_key(current)
    if not os.path.lexists(following):
        _write(following, secrets.token_bytes(KEY_BYTES))
    new = load_key(following)
    return KeyChange(old=load_key(directory / OLD) if new == seed else seed, new=new)


def put_in_place(directory: Path, change: KeyChange) -> None:
    """Let the new key sign from the next start on; once more does no harm."""
    _write(directory / OLD, change.old)
    _write(directory / CHECKPOINT, change.new)


def finish_change(directory: Path) -> None:
    """Forget that a change was going on."""
    (directory / NEXT).unlink()
    _sync(directory)


def _write(file: Path, seed: bytes) -> None:
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # 0600 from the first moment
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(seed.hex() + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    Path(beside).replace(file)
    _sync(file.parent)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
