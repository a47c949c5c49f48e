"""
Put sorted keys into the file of a register, sign it, and let it take the place of the one before, whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from proxy.core.detection.register.table import body_start, head_of, signed_bytes, write_header
from proxy.register.files import index_entries, padding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from proxy.core.detection.register.table import Header
    from proxy.register.files import Keys, Windows

__all__ = ["public_key", "put_in_place", "sync_directory", "write_register"]

_NO_DIGEST = "0" * 64
"""As long as a digest: the header must have its length before there is one."""
_MODE = 0o640


def public_key(seed: bytes) -> bytes:
    """Return the public key, 32 bytes, of a signing key."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def write_register(
    file: Path, header: Header, runs: Callable[[], Iterator[Keys]], *, windows: Windows | None = None, seed: bytes
) -> Header:
    """
    Write and sign a register; the file is durable afterwards.

    Args:
        file: where; what is there is written over.
        header: what it says of itself, but for the digest of the body.
        runs: yields the keys in order, each time it is called.
        windows: of restricted lists, first and last minute of each key.
        seed: 32 bytes of an Ed25519 key (RFC 8032).
    """
    blank = replace(header, body_sha256=_NO_DIGEST)
    digest = hashlib.sha256()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE), "wb") as opened:
        opened.seek(body_start(len(write_header(blank))))
        for piece in _body(blank, runs, windows):
            digest.update(piece)
            opened.write(piece)
        finished = replace(blank, body_sha256=digest.hexdigest())
        raw = write_header(finished)
        opened.seek(0)
        opened.write(head_of(raw, Ed25519PrivateKey.from_private_bytes(seed).sign(signed_bytes(raw))))
        opened.flush()
        os.fsync(opened.fileno())
    return finished


def _body(header: Header, runs: Callable[[], Iterator[Keys]], windows: Windows | None) -> Iterator[bytes]:
    for entries in index_entries(runs(), header.index_bits):
        yield entries.astype("<u4").tobytes()
    yield bytes(padding(header))
    for run in runs():
        yield run.astype("<u8").tobytes()
    if windows is not None:
        yield windows.astype("<i8").tobytes()


def put_in_place(finished: Path, out: Path) -> None:
    """Let a durable file take the place of another in the same file system, and make that durable."""
    finished.replace(out)
    sync_directory(out.parent)


def sync_directory(directory: Path) -> None:
    """Make durable which files a directory has."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
