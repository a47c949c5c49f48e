import pytest

from proxy.audit.tlog.paths import Bundle, Tile, bundles_between, read_path, tiles_between
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import MOST_LEAVES


@pytest.mark.parametrize(
    ("named", "path"),
    [
        (Tile(level=0, index=0), "tile/0/000"),
        (Tile(level=0, index=999, width=1), "tile/0/999.p/1"),
        (Tile(level=1, index=1000), "tile/1/x001/000"),
        (Tile(level=0, index=1234067), "tile/0/x001/x234/067"),
        (Tile(level=63, index=5, width=255), "tile/63/005.p/255"),
        (Bundle(index=273, width=112), "tile/entries/273.p/112"),
        (Bundle(index=1234067), "tile/entries/x001/x234/067"),
        (Bundle(index=MOST_LEAVES // 256), "tile/entries/x036/x028/x797/x018/x963/967"),
    ],
)
def test_a_path_has_one_spelling(named: Tile | Bundle, path: str) -> None:
    """The example with seven digits is the one of c2sp.org/tlog-tiles."""
    assert named.path() == path
    assert read_path(path) == named


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/x000/x001/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/x01/000",
        "tile/0/X001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.q/1",
        "tile/0/000p/1",
        "tile/0/000.p/1/",
        "tile/0/-01",
        "tile/0/٠٠٠",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/entry/000",
        "tile/8/0/000",
        "tile/0/000\n",
        " tile/0/000",
        "/tile/0/000",
        "tile//000",
        "tile/0/../000",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/" + "x999/" * 20 + "000",
        "checkpoint",
    ],
)
def test_another_path_is_refused(path: str) -> None:
    """Second spellings, other places, and what would lead out of the log's folder."""
    with pytest.raises(EvidenceRefused) as refused:
        read_path(path)
    assert refused.value.reason == "path_malformed"


@pytest.mark.parametrize(
    ("level", "index", "width"), [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 2**60, 1), (0, 0, 0), (0, 0, 257)]
)
def test_no_tree_has_such_a_tile(level: int, index: int, width: int) -> None:
    """Neither as a path nor as a value."""
    with pytest.raises(EvidenceRefused):
        Tile(level=level, index=index, width=width)


def test_the_files_of_a_tree_of_70000() -> None:
    """The example of c2sp.org/tlog-tiles."""
    tiles = tiles_between(0, 70_000)

    assert [tile for tile in tiles if tile.width < 256 or tile.level] == [
        Tile(level=0, index=273, width=112),
        Tile(level=1, index=0),
        Tile(level=1, index=1, width=17),
        Tile(level=2, index=0, width=1),
    ]
    assert len(tiles) == 273 + 4
    assert len(bundles_between(0, 70_000)) == 274


def test_the_files_of_a_tree_of_256() -> None:
    """Also of the standard: one full tile, and above it one of width 1."""
    assert tiles_between(0, 256) == [Tile(level=0, index=0), Tile(level=1, index=0, width=1)]
    assert bundles_between(0, 256) == [Bundle(index=0)]


@pytest.mark.parametrize(
    ("old", "new", "tiles", "bundles"),
    [
        (0, 0, [], []),
        (5, 5, [], []),
        (5, 4, [], []),
        (0, 1, [Tile(level=0, index=0, width=1)], [Bundle(index=0, width=1)]),
        (5, 6, [Tile(level=0, index=0, width=6)], [Bundle(index=0, width=6)]),
        (
            255,
            257,
            [Tile(level=0, index=0), Tile(level=0, index=1, width=1), Tile(level=1, index=0, width=1)],
            [Bundle(index=0), Bundle(index=1, width=1)],
        ),
        (257, 300, [Tile(level=0, index=1, width=44)], [Bundle(index=1, width=44)]),
    ],
)
def test_growth_writes_what_changed(old: int, new: int, tiles: list[Tile], bundles: list[Bundle]) -> None:
    """What was written before is not written again."""
    assert tiles_between(old, new) == tiles
    assert bundles_between(old, new) == bundles
