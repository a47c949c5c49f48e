"""
What is in the files of a log (c2sp.org/tlog-tiles), and how they are made.

A tile is its hashes, one after the other. A bundle is its leaves, each after its length in two bytes, high byte first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.tlog.hashes import HASH_BYTES
from proxy.audit.tlog.paths import FULL_WIDTH, TILE_LEVELS
from proxy.audit.tlog.proving import ask
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import Subtree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.audit.tlog.paths import Bundle, Tile
    from proxy.audit.tlog.proving import Nodes

LONGEST_LEAF = 2**16 - 1
"""Bytes; two bytes of length can say no more."""
_LENGTH_BYTES = 2


def write_tile(tile: Tile, nodes: Nodes) -> bytes:
    """Return the bytes of a tile from stored subtrees."""
    return b"".join(ask(nodes, subtrees_of(tile)))


def subtrees_of(tile: Tile) -> list[Subtree]:
    """Return the subtrees whose hashes a tile holds, from left to right."""
    first = tile.index * FULL_WIDTH
    level = tile.level * TILE_LEVELS
    return [Subtree(level=level, index=index) for index in range(first, first + tile.width)]


def read_tile(tile: Tile, data: bytes) -> tuple[bytes, ...]:
    """
    Return the hashes of a tile.

    Raises:
        EvidenceRefused: `tile_mismatch`: another length.
    """
    if len(data) != tile.width * HASH_BYTES:
        raise EvidenceRefused(
            "tile_mismatch",
            expected=f"{tile.width * HASH_BYTES} bytes in {tile.path()}",
            found=f"{len(data)} bytes",
        )
    return tuple(data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))


def write_bundle(leaves: Sequence[bytes]) -> bytes:
    """
    Return the bytes of a bundle.

    Raises:
        EvidenceRefused: `entry_truncated`: a leaf is longer than a bundle can say.
    """
    longest = max(map(len, leaves), default=0)
    if longest > LONGEST_LEAF:
        raise EvidenceRefused(
            "entry_truncated", expected=f"leaves of at most {LONGEST_LEAF} bytes", found=f"{longest} bytes"
        )
    return b"".join(len(leaf).to_bytes(_LENGTH_BYTES, "big") + leaf for leaf in leaves)


def read_bundle(bundle: Bundle, data: bytes) -> tuple[bytes, ...]:
    """
    Return the leaves of a bundle.

    Raises:
        EvidenceRefused: `entry_truncated`: it ends inside a leaf or its length, or before the last one;
            `tile_mismatch`: something comes after the last one.
    """
    leaves: list[bytes] = []
    start = 0
    for number in range(bundle.width):
        begin = start + _LENGTH_BYTES
        end = begin + int.from_bytes(data[start:begin], "big")
        if max(begin, end) > len(data):
            raise EvidenceRefused(
                "entry_truncated",
                expected=f"{bundle.width} leaves in {bundle.path()}",
                found=f"{number} and a part of one" if start < len(data) else f"{number}",
            )
        leaves.append(data[begin:end])
        start = end
    if start != len(data):
        raise EvidenceRefused(
            "tile_mismatch",
            expected=f"nothing after {bundle.width} leaves in {bundle.path()}",
            found=f"{len(data) - start} bytes more",
        )
    return tuple(leaves)
