"""
The hashes of the log, and nothing else.

    leaf hash    SHA-256(0x00 || leaf)                                  as in RFC 6962
    genesis      SHA-256(0x03 || origin)                                the link before the first record
    link         SHA-256(0x02 || previous link || leaf hash)            one for each record

The Merkle tree will be laid over the same leaf hashes; the links stay what makes an append cheap to check. Prefixes
keep the kinds of hash apart: 0x01 is the tree's inner node.
"""

from __future__ import annotations

import hashlib

HASH_BYTES = 32


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf, over its bytes as they are stored."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def genesis(origin: str) -> bytes:
    """Return the link before the first record of the log of this name."""
    return hashlib.sha256(b"\x03" + origin.encode()).digest()


def link(previous: bytes, leaf: bytes) -> bytes:
    """Return the link of a record from the one before it and its leaf hash."""
    return hashlib.sha256(b"\x02" + previous + leaf).digest()
