"""
Keyed digests of values, 62 bits of BLAKE2b (RFC 7693): whoever lacks the key cannot try values out.

Two bits are left for how many customers share a value. Among ten million keys one of a hundred probes of a post hits by
chance in 5 billion posts.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from proxy.core.detection.register.kinds import Kind

__all__ = ["KEY_BYTES", "SHARED_BITS", "digester", "digests", "key_id"]

KEY_BYTES = 32
_SIZE = 8
SHARED_BITS = 0b11
_CLEAR = ~SHARED_BITS
_KEY_ID = b"postgate:key-id"


def key_id(key: bytes) -> str:
    """
    Return the name of a key, 16 hexadecimal digits, which says nothing about it.

    Raises:
        ValueError: not 32 bytes.
    """
    return hashlib.blake2b(key=_checked(key), digest_size=_SIZE, person=_KEY_ID).hexdigest()


def digester(key: bytes, kind: Kind) -> Callable[[str], int]:
    """
    Return a function from values of one kind to their digests: numbers below 2**64 whose last two bits are 0.

    Raises:
        ValueError: as `key_id`.
    """
    begun = _begun(key, kind)

    def digest(value: str) -> int:
        state = begun.copy()
        state.update(value.encode("utf-8"))
        return int.from_bytes(state.digest()) & _CLEAR

    return digest


def digests(key: bytes, kind: Kind) -> Callable[[Iterable[str]], bytes]:
    """
    Return a function from many values of one kind to their digests: 8 bytes for each, the highest first.

    The last two bits are whatever BLAKE2b makes of them: who asks for very many clears them for all at once.

    Raises:
        ValueError: as `key_id`.
    """
    copy = _begun(key, kind).copy

    def digest(values: Iterable[str]) -> bytes:
        found = []
        for value in values:
            state = copy()
            state.update(value.encode("utf-8"))
            found.append(state.digest())
        return b"".join(found)

    return digest


def _begun(key: bytes, kind: Kind) -> hashlib.blake2b:
    return hashlib.blake2b(key=_checked(key), digest_size=_SIZE, person=kind.value.encode("ascii"))


def _checked(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of a register has {KEY_BYTES} bytes, this one {len(key)}")
    return key
