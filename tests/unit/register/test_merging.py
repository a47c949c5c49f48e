"""Digests of all rows become keys, each once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.register.table import Shared
from proxy.register import merging
from proxy.register.chunks import Chunk, ChunkWriter
from proxy.register.merging import Merge, customers, groups, merge, merged
from proxy.register.spill import array_of, head_of
from tests.registers import KEY, LAYOUT, customer_row

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.register.files import Keys

PAIRS = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 200)), max_size=400)


def _array(numbers: list[int]) -> Keys:
    return np.array(numbers, dtype=np.uint64)


def _shared(count: int) -> Shared:
    return Shared.MANY if count >= 100 else Shared.TENS if count >= 10 else Shared.FEW if count >= 2 else Shared.ONE


@given(PAIRS)
def test_a_key_says_how_many_different_customers_share_it(pairs: list[tuple[int, int]]) -> None:
    """A customer in several rows counts once."""
    owners = defaultdict(set)
    for key, owner in pairs:
        owners[key << 2].add(owner)

    keys, many = merged(_array([key << 2 for key, _ in pairs]), _array([owner for _, owner in pairs]))

    assert keys.tolist() == [key | _shared(len(owners[key])) for key in sorted(owners)]
    assert many == {"number": 0, "phone": 0, "email": 0}


@pytest.mark.parametrize(
    ("count", "shared"),
    [(1, 0), (2, 1), (9, 1), (10, 2), (99, 2), (100, 3), (1_000, 3)],
)
def test_the_steps_of_sharing(count: int, shared: int) -> None:
    """One, few, tens, many."""
    keys, _ = merged(_array([4] * count), _array(list(range(count))))

    assert keys.tolist() == [4 | shared]


@pytest.mark.parametrize(("tag", "name"), [(1, "number"), (2, "phone"), (3, "email")])
def test_placeholders_are_counted_by_kind(tag: int, name: str) -> None:
    """The bits that say the kind give way to those that say how many."""
    keys, many = merged(_array([4 | tag] * 100 + [8 | tag] * 99), _array(list(range(199))))

    assert keys.tolist() == [4 | Shared.MANY, 8 | Shared.TENS]
    assert many == {"number": 0, "phone": 0, "email": 0, name: 1}


def test_slices_are_taken_together_as_long_as_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least one at a time, and none is left out."""
    monkeypatch.setattr(merging, "_ENTRIES", 10)

    assert list(groups([[0, 4, 8, 8, 30, 31], [0, 1, 2, 3, 3, 3]])) == [(0, 2), (2, 3), (3, 4), (4, 5)]
    assert list(groups([[0, 0, 0]])) == [(0, 2)]


def test_slices_of_all_files_become_one(tmp_path: Path) -> None:
    """Two files of the same customers say nothing new."""
    writer = ChunkWriter(KEY, (LAYOUT,))
    chunks = (tmp_path / "a", tmp_path / "b")
    for chunk in chunks:
        writer(Chunk(chunk, 0, [(2, tuple(customer_row(1).split(";"))), (3, tuple(customer_row(2).split(";")))]))
    merge(Merge(tmp_path / "low", 0, 100, chunks))
    merge(Merge(tmp_path / "high", 100, 256, chunks))
    head = head_of(chunks[0])
    assert head is not None

    found = []
    for part in ("low", "high"):
        whole = head_of(tmp_path / part)
        assert whole is not None
        found.append(array_of(tmp_path / part, whole, 0))

    assert (np.concatenate(found) >> np.uint64(2)).tolist() == np.unique(
        array_of(chunks[0], head, 0) >> np.uint64(2)
    ).tolist()
    assert int(found[0][-1]) >> 56 < 100 <= int(found[1][0]) >> 56
    assert customers(chunks) == 2


def test_a_file_that_went_away_ends_the_build(tmp_path: Path) -> None:
    """Rather than a register without its customers."""
    with pytest.raises(FileNotFoundError):
        merge(Merge(tmp_path / "keys", 0, 256, (tmp_path / "nowhere",)))
