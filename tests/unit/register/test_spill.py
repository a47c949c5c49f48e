"""Files between the steps: whole or not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from proxy.register.spill import array_of, head_of, write_spill

if TYPE_CHECKING:
    from pathlib import Path

FIRST = np.array([1, 2, 2**64 - 1], dtype=np.uint64)
SECOND = np.array([7], dtype=np.uint64)


def test_arrays_come_back(tmp_path: Path) -> None:
    """Whole, or a slice of them, with what the file says of itself."""
    write_spill(tmp_path / "a", {"many": 3}, (FIRST, SECOND))
    head = head_of(tmp_path / "a")

    assert head is not None
    assert head["many"] == 3
    assert array_of(tmp_path / "a", head, 0).tolist() == FIRST.tolist()
    assert array_of(tmp_path / "a", head, 0, 1, 2).tolist() == [2]
    assert array_of(tmp_path / "a", head, 1).tolist() == [7]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_others_cannot_read_them(tmp_path: Path) -> None:
    """With the key they would tell who is a customer."""
    write_spill(tmp_path / "a", {}, ())

    assert (tmp_path / "a").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("length", [0, 4, 8, 20, -1])
def test_a_file_that_is_not_whole_is_none(tmp_path: Path, length: int) -> None:
    """As a crash of the machine may leave it; neither is one that is not there."""
    write_spill(tmp_path / "a", {}, (FIRST,))
    data = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(data[:length])

    assert head_of(tmp_path / "a") is None
    assert head_of(tmp_path / "b") is None


def test_a_file_of_zeros_is_none(tmp_path: Path) -> None:
    """Of the right length, without content."""
    (tmp_path / "a").write_bytes(bytes(100))

    assert head_of(tmp_path / "a") is None
