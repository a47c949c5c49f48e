"""In-memory twins of where a tree's hashes and files lie, filled from leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.paths import FULL_WIDTH, bundles_between, tiles_between
from proxy.audit.tlog.subtrees import Subtree
from proxy.audit.tlog.tiles import write_bundle, write_tile
from proxy.audit.tlog.trees import Frontier, grow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proxy.audit.tlog.trees import TreeHead


class MemoryNodes:
    """The stored subtrees of a tree; twin of `proving.Nodes`."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Grow the tree leaf by leaf, and remember the head of every size."""
        self.frontier = Frontier()
        self.heads: list[TreeHead] = [self.frontier.head()]
        """By size."""
        self._hashes: dict[Subtree, bytes] = {}
        for index, leaf in enumerate(leaves):
            grown = grow(self.frontier, [leaf_hash(leaf)])
            self._hashes |= {Subtree(level=0, index=index): leaf_hash(leaf), **dict(grown.nodes)}
            self.frontier = grown.frontier
            self.heads.append(self.frontier.head())

    def hashes(self, wanted: Sequence[Subtree]) -> list[bytes]:
        """Return the hash of each subtree."""
        return [self._hashes[one] for one in wanted]


class MemoryTiles:
    """The files of a log; twin of `tiled.TileReader`. Remembers what was asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.asked: list[str] = []

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file, or None."""
        self.asked.append(path)
        return self.files.get(path)


def files_of(leaves: Sequence[bytes], *sizes: int) -> dict[str, bytes]:
    """Return the files of a log that had a checkpoint at each size, the last one with all leaves."""
    nodes = MemoryNodes(leaves)
    files: dict[str, bytes] = {}
    before = 0
    for size in sizes or (len(leaves),):
        files |= {tile.path(): write_tile(tile, nodes) for tile in tiles_between(before, size)}
        for bundle in bundles_between(before, size):
            first = bundle.index * FULL_WIDTH
            files[bundle.path()] = write_bundle(leaves[first : first + bundle.width])
        before = size
    return files
