from collections.abc import Callable

import pytest

from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.paths import tiles_between
from proxy.audit.tlog.proving import head_of, prove_consistency, prove_inclusion
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import Subtree
from proxy.audit.tlog.tiled import TiledTree
from proxy.audit.tlog.tiles import write_tile
from proxy.audit.tlog.trees import TreeHead, fold_equal
from tests.fakes.tree import MemoryNodes, MemoryTiles, files_of

LEAVES = [b"leaf %d" % number for number in range(66_000)]
NODES = MemoryNodes(LEAVES[:600])
FILES = files_of(LEAVES[:600])


def _tree(files: dict[str, bytes], size: int = 600) -> TiledTree:
    return TiledTree(MemoryTiles(files), NODES.heads[size])


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 600])
def test_proofs_from_tiles_are_those_from_nodes(size: int) -> None:
    """Of every tenth leaf and size, and the head."""
    tree = _tree(files_of(LEAVES[:size]), size)

    assert head_of(tree, size) == NODES.heads[size]
    for index in {*range(0, size, 10), size - 1}:
        assert prove_inclusion(tree, index=index, size=size) == prove_inclusion(NODES, index=index, size=size)
        assert prove_consistency(tree, old=index, new=size) == prove_consistency(NODES, old=index, new=size)


def test_heads_of_earlier_sizes_come_from_later_tiles() -> None:
    """What a checkpoint of any earlier time said can be looked up."""
    tree = _tree(FILES)

    assert [head_of(tree, size) for size in range(0, 601, 25)] == NODES.heads[::25]


def test_leaves_come_from_bundles() -> None:
    """Full ones, and the last one."""
    tree = _tree(FILES)

    assert tree.leaves(0) == tuple(LEAVES[:256])
    assert tree.leaves(2) == tuple(LEAVES[512:600])


def test_three_levels_of_tiles() -> None:
    """As with 66,000 leaves; a proof reads few files, each once."""
    grown = MemoryNodes(LEAVES)
    files = MemoryTiles({tile.path(): write_tile(tile, grown) for tile in tiles_between(0, len(LEAVES))})
    tree = TiledTree(files, grown.frontier.head())

    assert prove_inclusion(tree, index=12_345, size=66_000) == prove_inclusion(grown, index=12_345, size=66_000)
    assert tree.hashes([Subtree(level=16, index=0)]) == [grown.heads[65_536].root]
    assert sorted(files.asked) == ["tile/0/048", "tile/0/257.p/208", "tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1"]


def test_a_full_file_stands_in_for_a_partial_one() -> None:
    """A log may remove partial files once the full ones are there; an old checkpoint still works."""
    files = {path: data for path, data in files_of(LEAVES[:600], 300, 600).items() if ".p/44" not in path}
    tree = _tree(files, 300)

    assert prove_inclusion(tree, index=299, size=300) == prove_inclusion(NODES, index=299, size=300)
    assert tree.leaves(1) == tuple(LEAVES[256:300])


def _flip(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


def _all(tree: TiledTree) -> None:
    for index in range(3):
        tree.leaves(index)


@pytest.mark.parametrize("path", sorted(FILES))
@pytest.mark.parametrize(
    "change",
    [
        _flip,
        lambda data: data[:-1] + bytes([data[-1] ^ 128]),
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda _: b"",
    ],
    ids=["first bit", "last bit", "shorter", "longer", "empty"],
)
def test_a_changed_file_is_refused(path: str, change: Callable[[bytes], bytes]) -> None:
    """Whichever file it is, reading all leaves refuses."""
    with pytest.raises(EvidenceRefused) as refused:
        _all(_tree(FILES | {path: change(FILES[path])}))
    assert refused.value.reason in {"root_mismatch", "tile_mismatch", "leaf_hash_mismatch", "entry_truncated"}


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_missing_file_is_named(path: str) -> None:
    """Reading all leaves says which file is not there."""
    with pytest.raises(EvidenceRefused, match=f"expected: the file {path}; found: none") as refused:
        _all(_tree({name: data for name, data in FILES.items() if name != path}))
    assert refused.value.reason == "tile_missing"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("tile/0/000", "tile_mismatch"),
        ("tile/0/002.p/88", "root_mismatch"),
        ("tile/1/000.p/2", "root_mismatch"),
        ("tile/entries/001", "leaf_hash_mismatch"),
        ("tile/entries/002.p/88", "leaf_hash_mismatch"),
    ],
)
def test_where_a_change_is_noticed(path: str, reason: str) -> None:
    """At the edge by the root, in a full tile by the one above, in a leaf by its hash."""
    data = FILES[path]

    with pytest.raises(EvidenceRefused) as refused:
        _all(_tree(FILES | {path: data[:9] + bytes([data[9] ^ 1]) + data[10:]}))
    assert refused.value.reason == reason


def test_exchanged_files_are_refused() -> None:
    """Genuine tiles in each other's place."""
    swapped = FILES | {"tile/0/000": FILES["tile/0/001"], "tile/0/001": FILES["tile/0/000"]}

    with pytest.raises(EvidenceRefused, match="tile/0/001 as the tile above it says"):
        _tree(swapped).leaves(1)


def test_files_of_another_log_are_refused() -> None:
    """They make another root."""
    with pytest.raises(EvidenceRefused, match="whose right edge makes the root of size 600"):
        _tree(files_of(LEAVES[1:601])).leaves(0)


@pytest.mark.parametrize(
    "subtree",
    [Subtree(level=0, index=600), Subtree(level=0, index=768), Subtree(level=7, index=4), Subtree(level=9, index=1)],
)
def test_there_is_nothing_beyond_the_tree(subtree: Subtree) -> None:
    """What is not complete yet has no hash."""
    with pytest.raises(EvidenceRefused, match="a place in the tree of size 600"):
        _tree(FILES).hashes([subtree])


def test_the_empty_tree_needs_no_files() -> None:
    """And has nothing in it."""
    tree = TiledTree(MemoryTiles({}), TreeHead.empty())

    assert head_of(tree, 0) == TreeHead.empty()
    with pytest.raises(EvidenceRefused):
        tree.leaves(0)


def test_hashes_inside_a_tile_are_folded() -> None:
    """A tile stands for eight levels of the tree."""
    assert _tree(FILES).hashes([Subtree(level=3, index=5)]) == [fold_equal(list(map(leaf_hash, LEAVES[40:48])))]
