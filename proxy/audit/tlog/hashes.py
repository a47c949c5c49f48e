"""
The hashes of the tree, as in RFC 6962, section 2.1 (the same in RFC 9162).

    leaf hash     SHA-256(0x00 || leaf)
    node hash     SHA-256(0x01 || left || right)
    empty root    SHA-256 of nothing

The prefixes keep leaf and node apart: no leaf can be passed off as an inner node.
"""

from __future__ import annotations

import hashlib

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf, over its bytes as they are stored."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two subtrees; each is 32 bytes, or what is hashed would be ambiguous."""
    return hashlib.sha256(b"\x01" + left + right).digest()
