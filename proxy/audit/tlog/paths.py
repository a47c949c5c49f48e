"""
The paths of a log's files (c2sp.org/tlog-tiles).

    tile/<level>/<index>[.p/<width>]      hashes
    tile/entries/<index>[.p/<width>]      leaves

An index is written in groups of three digits, all but the last with an `x`: 1234067 is `x001/x234/067`. A file that is
not full yet has its width at the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import MOST_LEAVES

FULL_WIDTH = 256
"""Hashes of a full tile, and leaves of a full bundle."""
TILE_LEVELS = 8
"""Levels of the tree between one level of tiles and the next: 2**8 is 256."""
HIGHEST_LEVEL = 63
_ENTRIES = "entries"
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)
_LONGEST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """
    One file of hashes: `width` subtrees of tree level `8 * level`, side by side.

    Raises:
        EvidenceRefused: `path_malformed`: no tree has such a tile.
    """

    level: int
    index: int
    """From the left, in tiles of this level."""
    width: int = FULL_WIDTH

    def __post_init__(self) -> None:
        if not 0 <= self.level <= HIGHEST_LEVEL:
            raise _refused(f"a level from 0 to {HIGHEST_LEVEL}", f"level {self.level}")
        _check_place(self.index, self.width)

    def path(self) -> str:
        """Return the path below the log's prefix."""
        return f"tile/{self.level}/{_written(self.index, self.width)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """
    One file of leaves: those of the level 0 tile of the same index and width.

    Raises:
        EvidenceRefused: `path_malformed`: no tree has such a bundle.
    """

    index: int
    width: int = FULL_WIDTH

    def __post_init__(self) -> None:
        _check_place(self.index, self.width)

    def path(self) -> str:
        """Return the path below the log's prefix."""
        return f"tile/{_ENTRIES}/{_written(self.index, self.width)}"


def read_path(path: str) -> Tile | Bundle:
    """
    Return what a path names; `read_path(path).path() == path`.

    Raises:
        EvidenceRefused: `path_malformed`.
    """
    match = _PATH.fullmatch(path) if len(path) <= _LONGEST else None
    if match is None:
        raise _refused("tile/LEVEL/INDEX or tile/entries/INDEX, with .p/WIDTH where it is not full", "another path")
    index = int(match["index"].replace("/", "").replace("x", ""))
    width = FULL_WIDTH if match["width"] is None else int(match["width"])
    named = (
        Bundle(index=index, width=width)
        if match["level"] == _ENTRIES
        else Tile(level=int(match["level"]), index=index, width=width)
    )
    if named.path() != path:
        raise _refused("an index without leading groups of zeros, and no width on a full file", "another spelling")
    return named


def tiles_between(old: int, new: int) -> list[Tile]:
    """Return the tiles that a tree of size `new` has and one of size `old` had not, lowest level first."""
    found: list[Tile] = []
    level = 0
    while new:
        found += [Tile(level=level, index=index, width=width) for index, width in _widths(old, new)]
        old, new, level = old >> TILE_LEVELS, new >> TILE_LEVELS, level + 1
    return found


def bundles_between(old: int, new: int) -> list[Bundle]:
    """Return the bundles that a tree of size `new` has and one of size `old` had not."""
    return [Bundle(index=index, width=width) for index, width in _widths(old, new)]


def _widths(old: int, new: int) -> list[tuple[int, int]]:
    """Return index and width of what changed in a row that grew from `old` to `new` places."""
    if new <= old:
        return []
    full, rest = divmod(new, FULL_WIDTH)
    return [(index, FULL_WIDTH) for index in range(old // FULL_WIDTH, full)] + ([(full, rest)] if rest else [])


def _written(index: int, width: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return path if width == FULL_WIDTH else f"{path}.p/{width}"


def _check_place(index: int, width: int) -> None:
    if not 0 <= index <= MOST_LEAVES // FULL_WIDTH:
        raise _refused(f"an index up to {MOST_LEAVES // FULL_WIDTH}", "another one")
    if not 1 <= width <= FULL_WIDTH:
        raise _refused(f"a width from 1 to {FULL_WIDTH}", f"width {width}")


def _refused(expected: str, found: str) -> EvidenceRefused:
    return EvidenceRefused("path_malformed", expected=expected, found=found)
