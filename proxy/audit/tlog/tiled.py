"""
A tree that is read from tiles, none of which is trusted.

What counts is the head, which comes from a signed checkpoint:

    edge    on each level the one tile that is not full; their hashes together are the frontier, and must make the root
    full    its hash must stand in the tile above it, which is checked in the same way, up to the edge
    leaf    its hash must stand in the tile of level 0

So whatever comes out of here is what the log signed, however the files came here.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Protocol, TypeVar

from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.paths import FULL_WIDTH, HIGHEST_LEVEL, TILE_LEVELS, Bundle, Tile
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import subtrees
from proxy.audit.tlog.tiles import read_bundle, read_tile
from proxy.audit.tlog.trees import fold, fold_equal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.audit.tlog.subtrees import Subtree
    from proxy.audit.tlog.trees import TreeHead


_File = TypeVar("_File", Tile, Bundle)


class TileReader(Protocol):
    """Where the files of a log lie: a folder, an archive, a server."""

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, or None when there is no such file."""
        ...


class TiledTree:
    """A tree of a known head, read from tiles; implements `proving.Nodes`."""

    def __init__(self, files: TileReader, head: TreeHead) -> None:
        """Remember both; nothing is read yet."""
        self._files = files
        self._head = head
        self._edge: dict[int, tuple[bytes, ...]] | None = None
        """By level, the checked hashes of the tile that is not full."""
        self._full: dict[tuple[int, int], tuple[bytes, ...]] = {}
        """By level and index, checked: all above level 0, and of level 0 only the last one."""

    def hashes(self, wanted: Sequence[Subtree]) -> list[bytes]:
        """
        Return the hash of each subtree.

        Raises:
            EvidenceRefused: `tile_missing`, `tile_mismatch` or `root_mismatch`; also for subtrees the tree has not.
        """
        return [self._hash(one) for one in wanted]

    def leaves(self, index: int) -> tuple[bytes, ...]:
        """
        Return the leaves of the bundle at an index: 256, or fewer in the last one.

        Raises:
            EvidenceRefused: as `hashes`; `entry_truncated`; `leaf_hash_mismatch`.
        """
        hashes = self._tile(0, index)
        bundle, data = self._find(Bundle(index=index, width=len(hashes)))
        leaves = read_bundle(bundle, data)[: len(hashes)]
        for place, (leaf, wanted) in enumerate(zip(leaves, hashes, strict=True)):
            if leaf_hash(leaf) != wanted:
                raise EvidenceRefused(
                    "leaf_hash_mismatch",
                    expected=f"leaf {index * FULL_WIDTH + place} as it was hashed",
                    found="another leaf",
                )
        return leaves

    def _hash(self, subtree: Subtree) -> bytes:
        level, height = divmod(subtree.level, TILE_LEVELS)
        index, first = divmod(subtree.index << height, FULL_WIDTH)
        hashes = self._tile(level, index)[first : first + (1 << height)]
        if len(hashes) != 1 << height:
            raise _beyond(self._head.size)
        return fold_equal(hashes)

    def _tile(self, level: int, index: int) -> tuple[bytes, ...]:
        """Return the checked hashes of a tile, as wide as the tree has it."""
        full, width = divmod(self._head.size >> (TILE_LEVELS * level), FULL_WIDTH)
        if index > full or (index == full and width == 0):
            raise _beyond(self._head.size)
        if index == full:
            return self._checked_edge()[level]
        known = self._full.get((level, index))
        return self._checked_full(level, index) if known is None else known

    def _checked_full(self, level: int, index: int) -> tuple[bytes, ...]:
        above, place = divmod(index, FULL_WIDTH)
        wanted = self._tile(level + 1, above)[place]
        tile, data = self._find(Tile(level=level, index=index))
        hashes = read_tile(tile, data)
        if fold_equal(hashes) != wanted:
            raise EvidenceRefused(
                "tile_mismatch", expected=f"{tile.path()} as the tile above it says", found="other hashes"
            )
        if level == 0:
            self._full = {known: value for known, value in self._full.items() if known[0] > 0}
        self._full[level, index] = hashes
        return hashes

    def _checked_edge(self) -> dict[int, tuple[bytes, ...]]:
        if self._edge is None:
            edge = {tile.level: self._read_edge(tile) for tile in self._edge_tiles()}
            frontier = [
                fold_equal(hashes[cover.leaves().start : cover.leaves().stop])
                for _, hashes in sorted(edge.items(), reverse=True)
                for cover in subtrees(range(len(hashes)))
            ]
            if fold(frontier) != self._head.root:
                raise EvidenceRefused(
                    "root_mismatch",
                    expected=f"tiles whose right edge makes the root of size {self._head.size}",
                    found="another root",
                )
            self._edge = edge
        return self._edge

    def _edge_tiles(self) -> list[Tile]:
        sizes = takewhile(bool, (self._head.size >> (TILE_LEVELS * level) for level in range(HIGHEST_LEVEL)))
        places = [(level, *divmod(size, FULL_WIDTH)) for level, size in enumerate(sizes)]
        return [Tile(level=level, index=index, width=width) for level, index, width in places if width]

    def _read_edge(self, tile: Tile) -> tuple[bytes, ...]:
        found, data = self._find(tile)
        return read_tile(found, data)[: tile.width]

    def _find(self, named: _File) -> tuple[_File, bytes]:
        """Return a file and what is in it; the full one where the partial one is gone, as a log may do."""
        for file in (named, replace(named, width=FULL_WIDTH)):
            data = self._files.read(file.path())
            if data is not None:
                return file, data
        raise EvidenceRefused("tile_missing", expected=f"the file {named.path()}", found="none")


def _beyond(size: int) -> EvidenceRefused:
    return EvidenceRefused("tile_missing", expected=f"a place in the tree of size {size}", found="one beyond it")
