import hashlib

from proxy.audit.tlog.hashes import EMPTY_ROOT, HASH_BYTES, leaf_hash, node_hash
from tests.tlog_vectors import LEAVES, ROOTS


def test_leaf_hashes_are_those_of_rfc_6962() -> None:
    """The published root of a tree of one empty leaf is the hash of that leaf."""
    assert leaf_hash(LEAVES[0]).hex() == ROOTS[1]


def test_node_hashes_are_those_of_rfc_6962() -> None:
    """The published root of two leaves is the hash of the node over them."""
    assert node_hash(leaf_hash(LEAVES[0]), leaf_hash(LEAVES[1])).hex() == ROOTS[2]


def test_the_empty_root_is_the_hash_of_nothing() -> None:
    """As published."""
    assert EMPTY_ROOT.hex() == ROOTS[0]


def test_a_leaf_is_no_node() -> None:
    """Two hashes as a leaf are another hash than the node over them."""
    left, right = hashlib.sha256(b"l").digest(), hashlib.sha256(b"r").digest()

    assert leaf_hash(left + right) != node_hash(left, right)
    assert len(node_hash(left, right)) == HASH_BYTES
