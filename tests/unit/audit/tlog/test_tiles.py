import hashlib

import pytest

from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.paths import Bundle, Tile
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import Subtree
from proxy.audit.tlog.tiles import LONGEST_LEAF, read_bundle, read_tile, subtrees_of, write_bundle, write_tile
from tests.fakes.tree import MemoryNodes, files_of
from tests.outsider import exported
from tests.tlog_vectors import OTHER_FILES, OTHER_LEAVES

NODES = MemoryNodes(OTHER_LEAVES)


def test_files_are_those_another_program_writes() -> None:
    """Every path and byte of 600 leaves, as aics-tlog writes them."""
    files = files_of(OTHER_LEAVES)
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.encode() + b"\n" + files[path])

    assert digest.hexdigest() == OTHER_FILES


@pytest.mark.parametrize("size", [1, 255, 256, 257, 512, 600])
def test_an_outsider_accepts_our_export(size: int) -> None:
    """
    A second implementation, straight from the standards, finds every file and rebuilds the root from the leaves.

    It lies in `tests/outsider.py` and shares no code with ours. A package that does the same, aics-tlog, needs a newer
    Python than we support; what it wrote is compared in the test above.
    """
    leaves = OTHER_LEAVES[:size]
    files = files_of(leaves)

    assert exported(files, size, NODES.heads[size].root) == list(leaves)
    assert exported(files, size, bytes(32)) is None


def test_a_tile_holds_subtrees_side_by_side() -> None:
    """Level 0 the leaves' hashes, level 1 those over 256 leaves."""
    assert subtrees_of(Tile(level=1, index=3, width=2)) == [Subtree(level=8, index=768), Subtree(level=8, index=769)]
    assert write_tile(Tile(level=0, index=2, width=2), NODES) == leaf_hash(b"leaf 512") + leaf_hash(b"leaf 513")
    assert write_tile(Tile(level=1, index=0, width=1), NODES) == NODES.heads[256].root


def test_a_tile_comes_back() -> None:
    """As many hashes as it is wide."""
    tile = Tile(level=0, index=0, width=3)

    assert read_tile(tile, write_tile(tile, NODES)) == tuple(leaf_hash(leaf) for leaf in OTHER_LEAVES[:3])


@pytest.mark.parametrize("length", [0, 95, 97, 128])
def test_a_tile_has_exactly_its_bytes(length: int) -> None:
    """The refusal names the file."""
    with pytest.raises(EvidenceRefused, match=f"96 bytes in tile/0/000.p/3; found: {length} bytes") as refused:
        read_tile(Tile(level=0, index=0, width=3), bytes(length))
    assert refused.value.reason == "tile_mismatch"


def test_a_bundle_is_leaves_after_their_lengths() -> None:
    """Two bytes, the high one first."""
    leaves = (b"", b"abc", b"x" * 300)
    data = write_bundle(leaves)

    assert data[:9] == b"\x00\x00\x00\x03abc\x01\x2c"
    assert read_bundle(Bundle(index=0, width=3), data) == leaves


def test_the_longest_leaf() -> None:
    """Two bytes can say no more."""
    assert read_bundle(Bundle(index=0, width=1), write_bundle([bytes(LONGEST_LEAF)])) == (bytes(LONGEST_LEAF),)
    with pytest.raises(EvidenceRefused, match="found: 65536 bytes"):
        write_bundle([b"", bytes(LONGEST_LEAF + 1)])


def test_a_bundle_that_ends_early_is_refused() -> None:
    """Wherever it ends."""
    data = write_bundle([b"abc", b"de"])
    reasons = set()
    for end in range(len(data)):
        with pytest.raises(EvidenceRefused) as refused:
            read_bundle(Bundle(index=0, width=2), data[:end])
        reasons.add(refused.value.reason)

    assert reasons == {"entry_truncated"}


@pytest.mark.parametrize("more", [b"\0", b"\0\0", b"\0\1a"])
def test_nothing_follows_the_last_leaf(more: bytes) -> None:
    """Not even an empty leaf."""
    with pytest.raises(EvidenceRefused, match=r"nothing after 2 leaves in tile/entries/007\.p/2") as refused:
        read_bundle(Bundle(index=7, width=2), write_bundle([b"abc", b"de"]) + more)
    assert refused.value.reason == "tile_mismatch"
