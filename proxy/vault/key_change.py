"""
The change of the key that signs checkpoints, in steps that can be taken again after a crash.

    drawn        `checkpoint.next` beside `checkpoint`
    in place     `checkpoint` is the new key, `checkpoint.old` the one of before; `checkpoint.next` says "not finished"
    finished     `checkpoint.next` is gone; nobody needs `checkpoint.old` any more, and only a person removes it
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.vault.keys import CHECKPOINT, KEY_BYTES, load_key
from proxy.vault.private_files import sync_directory, write_private

if TYPE_CHECKING:
    from pathlib import Path

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
        write_private(following, secrets.token_bytes(KEY_BYTES).hex())
    new = load_key(following)
    return KeyChange(old=load_key(directory / OLD) if new == seed else seed, new=new)


def put_in_place(directory: Path, change: KeyChange) -> None:
    """Let the new key sign from the next start on; once more does no harm."""
    write_private(directory / OLD, change.old.hex())
    write_private(directory / CHECKPOINT, change.new.hex())


def finish_change(directory: Path) -> None:
    """Forget that a change was going on."""
    (directory / NEXT).unlink()
    sync_directory(directory)
