import hashlib

import pytest

from proxy.audit.tlog.hashes import EMPTY_ROOT, leaf_hash
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import MOST_LEAVES, Subtree
from proxy.audit.tlog.trees import Frontier, TreeHead, fold_equal, grow, read_frontier
from tests.fakes.tree import MemoryNodes
from tests.outsider import mth
from tests.tlog_vectors import LEAVES, OTHER_LEAVES, OTHER_ROOTS, ROOTS


def test_roots_of_the_published_tree() -> None:
    """Certificate Transparency's test vectors, for every size."""
    assert [head.root.hex() for head in MemoryNodes(LEAVES).heads] == list(ROOTS)


def test_roots_are_those_another_program_computes() -> None:
    """Of 601 sizes, as aics-tlog computes them."""
    roots = b"".join(head.root for head in MemoryNodes(OTHER_LEAVES).heads)

    assert hashlib.sha256(roots).hexdigest() == OTHER_ROOTS


@pytest.mark.parametrize("size", range(0, 130, 3))
def test_roots_are_those_of_the_recursive_definition(size: int) -> None:
    """Leaf by leaf, or all at once."""
    leaves = [b"leaf %d" % number for number in range(size)]
    grown = grow(Frontier(), map(leaf_hash, leaves))

    assert grown.frontier.head() == TreeHead(size=size, root=mth(leaves))
    assert grown.frontier == MemoryNodes(leaves).frontier


def test_an_append_names_every_subtree_that_became_complete() -> None:
    """Each once, with the hash over its leaves."""
    leaves = [b"leaf %d" % number for number in range(21)]
    first = grow(Frontier(), map(leaf_hash, leaves[:5]))
    second = grow(first.frontier, map(leaf_hash, leaves[5:]))
    nodes = dict(first.nodes + second.nodes)

    expected = {Subtree(level=level, index=index) for level in range(1, 5) for index in range(21 >> level)}
    assert len(first.nodes + second.nodes) == len(nodes)
    assert nodes.keys() == expected
    assert all(value == mth(leaves[one.leaves().start : one.leaves().stop]) for one, value in nodes.items())


def test_a_frontier_comes_back_from_its_stored_form() -> None:
    """Size and bytes are all there is to keep."""
    frontier = MemoryNodes(LEAVES[:7]).frontier

    assert len(frontier.data()) == 3 * 32
    assert read_frontier(7, frontier.data()) == frontier
    assert read_frontier(0, b"") == Frontier()


@pytest.mark.parametrize(
    ("size", "data"),
    [
        (0, bytes(32)),
        (1, b""),
        (1, bytes(31)),
        (1, bytes(64)),
        (3, bytes(32)),
        (3, bytes(65)),
        (-1, b""),
        (2**63, bytes(32)),
    ],
)
def test_bytes_of_another_frontier_are_refused(size: int, data: bytes) -> None:
    """The number of hashes follows from the size."""
    with pytest.raises(EvidenceRefused) as refused:
        read_frontier(size, data)
    assert refused.value.reason == "head_mismatch"


@pytest.mark.parametrize(
    ("size", "root"), [(0, bytes(32)), (1, bytes(31)), (1, bytes(33)), (-1, bytes(32)), (MOST_LEAVES + 1, bytes(32))]
)
def test_no_tree_has_such_a_head(size: int, root: bytes) -> None:
    """An impossible size, no hash, or an empty tree with a root of leaves."""
    with pytest.raises(EvidenceRefused) as refused:
        TreeHead(size=size, root=root)
    assert refused.value.reason == "root_mismatch"


def test_the_empty_tree() -> None:
    """It has a root too."""
    assert TreeHead.empty() == TreeHead(size=0, root=EMPTY_ROOT) == Frontier().head()


def test_what_is_no_leaf_hash_is_not_appended() -> None:
    """A leaf itself, by mistake, for example."""
    with pytest.raises(EvidenceRefused) as refused:
        grow(Frontier(), [b"a leaf"])
    assert refused.value.reason == "leaf_hash_mismatch"


def test_no_tree_grows_beyond_the_largest() -> None:
    """A size that other programs cannot read is refused."""
    full = Frontier(size=MOST_LEAVES, hashes=(bytes(32),) * 63)

    with pytest.raises(EvidenceRefused) as refused:
        grow(full, [bytes(32)])
    assert refused.value.reason == "head_mismatch"


def test_equal_subtrees_fold_to_the_one_above_them() -> None:
    """The root of eight leaves, from the leaf hashes."""
    assert fold_equal([leaf_hash(leaf) for leaf in LEAVES]).hex() == ROOTS[8]
