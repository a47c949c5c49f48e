"""
Check the file of a register from the first byte to the last, before anybody relies on it.

What it says of itself is signed and holds a digest of the rest, so one look at the key, the signature, the age, the
digest and the order proves the whole file. Read in pieces: a file of 1.5 GB needs no more memory than a small one, but
for its index.
"""

from __future__ import annotations

import hashlib
import mmap
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from proxy.core.detection.register.table import (
    BrokenRegister,
    Contents,
    body_start,
    read_header,
    signed_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from proxy.core.detection.register.table import Header

    Keys = np.ndarray[tuple[int], np.dtype[np.uint64]]
    _Read = Callable[[int], bytes]
    Windows = np.ndarray[tuple[int, int], np.dtype[np.int64]]
    Starts = np.ndarray[tuple[int], np.dtype[np.uint32]]

__all__ = ["index_entries", "keys_of", "opened", "padding", "verify"]

_PIECE = 1 << 20
"""Keys that are looked at together: 8 MB."""
_CLOCKS_DIFFER = timedelta(hours=1)


def verify(path: Path, *, key_id: str, public_key: bytes, now: datetime, max_age: timedelta | None = None) -> Header:
    """
    Check everything about a file, and return what it says of itself.

    Args:
        path: the file; it must not change meanwhile, which one that is replaced by renaming never does.
        key_id: name of the key that the digests must be taken with.
        public_key: 32 bytes of Ed25519; the builder's signature must be its.
        now: with its zone.
        max_age: how old it may be; None: as old as it likes.

    Raises:
        BrokenRegister: the file cannot be read, or is not to be relied on.
    """
    with opened(path) as (file, header, raw, signature):
        if header.key_id != key_id:
            raise BrokenRegister("other-key")
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed_bytes(raw))
        except (InvalidSignature, ValueError):
            raise BrokenRegister("signature") from None
        _check_age(header, now, max_age)
        _check_body(file, header)
        return header


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, Header, bytes, bytes]]:
    """
    Open a file at its index; with it come the header, its bytes and the signature, which nobody has checked.

    Raises:
        BrokenRegister: it cannot be read, is none, or shorter or longer than it says.
    """
    try:
        with path.open("rb") as file:
            header, raw, signature = _head(file)
            file.seek(body_start(len(raw)))
            yield file, header, raw, signature
    except OSError:
        raise BrokenRegister("unreadable") from None


def _head(file: BinaryIO) -> tuple[Header, bytes, bytes]:
    try:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:  # an empty file cannot be mapped
        raise BrokenRegister("not-a-register") from None
    with mapped, memoryview(mapped) as buffer:
        return read_header(buffer)


def _check_age(header: Header, now: datetime, max_age: timedelta | None) -> None:
    try:
        age = now - datetime.fromisoformat(header.built_at)
    except (ValueError, TypeError):
        raise BrokenRegister("altered") from None
    if age < -_CLOCKS_DIFFER:
        raise BrokenRegister("not-yet")
    if max_age is not None and age > max_age:
        raise BrokenRegister("too-old")


def _check_body(file: BinaryIO, header: Header) -> None:
    digest = hashlib.sha256()

    def read(size: int) -> bytes:
        data = file.read(size)
        if len(data) < size:
            raise BrokenRegister("cut")
        digest.update(data)
        return data

    index = np.frombuffer(read(4 * _entries(header)), dtype="<u4")
    read(padding(header))
    place, ordered = 0, [True]
    runs = _checked(_pieces(read, header.keys), ordered, unique=header.contents is Contents.CUSTOMERS)
    for expected in index_entries(runs, header.index_bits):
        ordered.append(bool(np.array_equal(index[place : place + len(expected)], expected)))
        place += len(expected)
    if header.contents is Contents.RESTRICTED:
        ordered.extend(_forwards(read, header.keys))
    if digest.hexdigest() != header.body_sha256:
        raise BrokenRegister("altered")
    if not all(ordered):
        raise BrokenRegister("unsorted")


def _entries(header: Header) -> int:
    return (1 << header.index_bits) + 1


def padding(header: Header) -> int:
    """Return how many zero bytes stand between index and keys."""
    return -4 * _entries(header) % 8


def keys_of(file: BinaryIO, header: Header) -> Iterator[Keys]:
    """Yield the keys of a file that is open at its index, in pieces; nothing is checked."""
    file.seek(4 * _entries(header) + padding(header), 1)
    yield from _pieces(file.read, header.keys)


def _pieces(read: _Read, keys: int) -> Iterator[Keys]:
    for start in range(0, keys, _PIECE):
        yield np.frombuffer(read(8 * min(_PIECE, keys - start)), dtype="<u8")


def _checked(runs: Iterable[Keys], ordered: list[bool], *, unique: bool) -> Iterator[Keys]:
    """Pass keys on, and note whether they ascend."""
    last = -1
    for run in runs:
        digests = run >> np.uint64(2)
        first = int(digests[0])
        rising = digests[1:] > digests[:-1] if unique else run[1:] >= run[:-1]
        ordered.append(bool(rising.all()) and (first > last or (first == last and not unique)))
        last = int(digests[-1])
        yield run


def _forwards(read: _Read, keys: int) -> Iterator[bool]:
    """Yield whether the windows end after they begin."""
    for start in range(0, keys, _PIECE):
        windows = np.frombuffer(read(16 * min(_PIECE, keys - start)), dtype="<i8").reshape(-1, 2)
        yield bool((windows[:, 0] <= windows[:, 1]).all())


def index_entries(runs: Iterable[Keys], bits: int) -> Iterator[Starts]:
    """
    Yield the entries of an index in order, some for each run of keys and the rest at the end.

    Entry `i` is the place of the first key whose leading bits are at least `i`; there are `2**bits + 1`.
    """
    shift, place, entry = np.uint64(64 - bits), 0, 0
    for run in runs:
        last = int(run[-1] >> shift)
        buckets = np.arange(entry, last + 1, dtype=np.uint64) << shift
        yield (np.searchsorted(run, buckets) + place).astype(np.uint32)
        place, entry = place + len(run), max(entry, last + 1)
    yield np.full((1 << bits) + 1 - entry, place, dtype=np.uint32)
