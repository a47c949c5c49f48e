import pytest

from proxy.audit.tlog.subtrees import Subtree, beside, consistency_ranges, inclusion_ranges, subtrees


def test_a_subtree_has_a_power_of_two_of_leaves() -> None:
    """It starts at a multiple of their number."""
    assert Subtree(level=3, index=2).leaves() == range(16, 24)


@pytest.mark.parametrize("size", range(200))
def test_subtrees_cover_every_tree_exactly(size: int) -> None:
    """From left to right, without gap, each smaller than the one before, one for each 1 in the size."""
    cover = subtrees(range(size))

    assert [leaf for one in cover for leaf in one.leaves()] == list(range(size))
    assert [one.level for one in cover] == sorted({one.level for one in cover}, reverse=True)
    assert len(cover) == size.bit_count()


def test_the_figure_of_the_docstring() -> None:
    """Beside the way of leaf 4 of 7 stand leaf 5, leaf 6, and the first four; leaf 6 goes straight up at first."""
    assert inclusion_ranges(4, 7) == [range(5, 6), range(6, 7), range(4)]
    assert inclusion_ranges(6, 7) == [range(4, 6), range(4)]


@pytest.mark.parametrize("size", range(1, 70))
def test_what_stands_beside_a_way_is_everything_else(size: int) -> None:
    """A leaf and the ranges beside its way are the whole tree, each once."""
    for index in range(size):
        leaves = [index, *(leaf for where in beside(index, size) for leaf in where)]

        assert sorted(leaves) == list(range(size))


@pytest.mark.parametrize("new", range(2, 70))
def test_a_consistency_proof_shows_both_trees(new: int) -> None:
    """The ranges below the old size are the old tree; with the others they are the new one."""
    for old in range(1, new):
        ranges = consistency_ranges(old, new)
        if old.bit_count() == 1:  # the verifier has it
            ranges = [range(old), *ranges]
        leaves = [leaf for where in ranges for leaf in where]

        assert sorted(leaves) == list(range(new))
        assert sorted(leaf for where in ranges if where.start < old for leaf in where) == list(range(old))
