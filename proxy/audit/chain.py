"""
The links of the log, and nothing else.

    genesis      SHA-256(0x03 || origin)                                the link before the first record
    link         SHA-256(0x02 || previous link || leaf hash)            one for each record

Leaf hashes are those of the tree (`proxy.audit.tlog.hashes`). Prefixes keep the kinds of hash apart: 0x00 is a leaf,
0x01 an inner node of the tree.
"""

from __future__ import annotations

import hashlib


def genesis(origin: str) -> bytes:
    """Return the link before the first record of the log of this name."""
    return hashlib.sha256(b"\x03" + origin.encode()).digest()


def link(previous: bytes, leaf: bytes) -> bytes:
    """Return the link of a record from the one before it and its leaf hash."""
    return hashlib.sha256(b"\x02" + previous + leaf).digest()
