import hashlib
from collections.abc import Sequence

import pytest

from proxy.audit.tlog.proving import ask, head_of, prove_consistency, prove_inclusion
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.subtrees import Subtree
from tests.fakes.tree import MemoryNodes
from tests.outsider import path, proof
from tests.tlog_vectors import CONSISTENCY, INCLUSION, LEAVES, OTHER_CONSISTENCY, OTHER_INCLUSION, OTHER_LEAVES

NODES = MemoryNodes(OTHER_LEAVES[:70])


@pytest.mark.parametrize(("index", "size", "expected"), INCLUSION)
def test_published_inclusion_proofs(index: int, size: int, expected: tuple[str, ...]) -> None:
    """Certificate Transparency's test vectors are made."""
    made = prove_inclusion(MemoryNodes(LEAVES), index=index, size=size)

    assert tuple(one.hex() for one in made) == expected


@pytest.mark.parametrize(("old", "new", "expected"), CONSISTENCY)
def test_published_consistency_proofs(old: int, new: int, expected: tuple[str, ...]) -> None:
    """Certificate Transparency's test vectors are made."""
    made = prove_consistency(MemoryNodes(LEAVES), old=old, new=new)

    assert tuple(one.hex() for one in made) == expected


def test_proofs_are_those_another_program_makes() -> None:
    """All of them up to size 64, as aics-tlog makes them."""
    inclusion, consistency = hashlib.sha256(), hashlib.sha256()
    for size in range(1, 65):
        for index in range(size):
            inclusion.update(b"".join(prove_inclusion(NODES, index=index, size=size)))
        for old in range(1, size):
            consistency.update(b"".join(prove_consistency(NODES, old=old, new=size)))

    assert (inclusion.hexdigest(), consistency.hexdigest()) == (OTHER_INCLUSION, OTHER_CONSISTENCY)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21, 64, 70])
def test_proofs_are_those_of_the_recursive_definition(size: int) -> None:
    """As RFC 6962 defines them over lists of leaves."""
    leaves = OTHER_LEAVES[:size]
    for index in range(size):
        assert list(prove_inclusion(NODES, index=index, size=size)) == path(index, leaves)
        assert list(prove_consistency(NODES, old=index + 1, new=size)) == proof(index + 1, leaves)


@pytest.mark.parametrize("size", range(71))
def test_heads_of_all_sizes_come_from_stored_subtrees(size: int) -> None:
    """Also of sizes that were never asked for while the tree grew."""
    assert head_of(NODES, size) == NODES.heads[size]


def test_a_proof_asks_once() -> None:
    """One query for each proof."""

    class Counting:
        asked = 0

        def hashes(self, wanted: Sequence[Subtree]) -> list[bytes]:
            self.asked += 1
            return NODES.hashes(wanted)

    nodes = Counting()
    prove_inclusion(nodes, index=3, size=70)
    prove_consistency(nodes, old=33, new=70)
    assert nodes.asked == 2


def test_nothing_is_asked_where_there_is_nothing_to_prove() -> None:
    """From the empty tree, and from a size to itself."""
    assert prove_consistency(NODES, old=0, new=70) == ()
    assert prove_consistency(NODES, old=70, new=70) == ()


@pytest.mark.parametrize(("index", "size"), [(0, 0), (70, 70), (-1, 70)])
def test_there_is_no_proof_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    """The refusal says how many leaves there are."""
    with pytest.raises(EvidenceRefused, match=f"expected: a leaf below {size}; found: leaf {index}"):
        prove_inclusion(NODES, index=index, size=size)


@pytest.mark.parametrize("old", [-1, 71])
def test_there_is_no_proof_from_a_later_tree(old: int) -> None:
    """Time goes one way."""
    with pytest.raises(EvidenceRefused, match=f"found: size {old}"):
        prove_consistency(NODES, old=old, new=70)


def test_a_source_that_answers_with_less_is_refused() -> None:
    """A proof is never made of what happens to be there."""

    class Forgetful:
        def hashes(self, wanted: Sequence[Subtree]) -> list[bytes]:
            return NODES.hashes(wanted)[1:]

    with pytest.raises(EvidenceRefused) as refused:
        ask(Forgetful(), [Subtree(level=0, index=0), Subtree(level=0, index=1)])
    assert refused.value.reason == "tile_missing"
