"""Rows become digests. All data is invented."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.register.entries import entries
from proxy.core.detection.register.kinds import Kind
from proxy.register import chunks
from proxy.register.chunks import SLICE_BITS, TAGGED, Chunk, ChunkWriter
from proxy.register.rows import RowReader
from proxy.register.spill import array_of, head_of
from proxy.register.tally import Reason, Tally
from tests.registers import KEY, LAYOUT, customer_row, digest_of

if TYPE_CHECKING:
    import pytest

    from proxy.register.files import Keys

TAGS = {Kind.NUMBER: 1, Kind.SHORT_NUMBER: 1, Kind.PHONE: 2, Kind.EMAIL: 3}


def _cells(number: int, **cells: str) -> tuple[str, ...]:
    """Return the cells of a customer in the order that the layout wants them."""
    return tuple(customer_row(number, **cells).split(";"))


def _written(tmp_path: Path, rows: list[tuple[int, tuple[str, ...] | Reason]]) -> tuple[dict[str, object], list[Keys]]:
    ChunkWriter(KEY, (LAYOUT, LAYOUT))(Chunk(tmp_path / "chunk", 1, rows))
    head = head_of(tmp_path / "chunk")
    assert head is not None
    return head, [array_of(tmp_path / "chunk", head, number) for number in range(3)]


def test_every_entry_of_a_row_is_written_with_its_customer(tmp_path: Path) -> None:
    """In the order of the digests, with what kind of value it is in the two free bits."""
    rows = [(2, _cells(1)), (3, _cells(2))]
    head, (keys, owners, customers) = _written(tmp_path, [*rows])
    reader = RowReader(LAYOUT)
    expected = [
        sorted(digest_of(kind, value) | TAGS.get(kind, 0) for kind, value in entries(reader.customer(cells).record))
        for _, cells in rows
    ]

    assert keys.tolist() == sorted(keys.tolist()) == sorted(expected[0] + expected[1])
    assert len(customers) == 2
    assert sorted(keys[owners == owner].tolist() for owner in customers) == sorted(expected)
    bounds = head["bounds"]
    assert isinstance(bounds, list)
    assert len(bounds) == (1 << SLICE_BITS) + 1
    assert bounds == [int(np.sum(keys >> np.uint64(56) < place)) for place in range(257)]
    assert set(TAGGED) == set(TAGS.values())


def test_rows_of_one_number_are_one_customer(tmp_path: Path) -> None:
    """However the number is written; rows without are each their own."""
    _, (_, _, one) = _written(tmp_path, [(2, _cells(1)), (3, _cells(2, NR="1 000-001"))])
    _, (_, _, two) = _written(tmp_path, [(2, _cells(1, NR="")), (3, _cells(1, NR=""))])

    assert (len(one), len(two)) == (1, 2)


def test_how_many_rows_are_digested_at_once_makes_no_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every digest keeps its customer, with rows between that cannot be read and rows that lack a kind of value."""
    rows = [(number + 2, _cells(number, **({"MAIL": ""} if number % 3 else {"LAST": ""}))) for number in range(25)]
    _, expected = _written(tmp_path, [*rows[:9], (90, Reason.COLUMNS), *rows[9:]])
    monkeypatch.setattr(chunks, "_ROWS_AT_ONCE", 4)

    _, found = _written(tmp_path, [*rows[:9], (90, Reason.COLUMNS), *rows[9:]])

    pairs = [sorted(zip(keys.tolist(), owners.tolist(), strict=True)) for keys, owners, _ in (expected, found)]
    assert pairs[0] == pairs[1]
    assert expected[2].tolist() == found[2].tolist()


def test_what_is_wrong_is_counted(tmp_path: Path) -> None:
    """A row that could not be read, a byte that did not belong, a value of no form, and nothing at all."""
    head, _ = _written(
        tmp_path,
        [
            (2, Reason.COLUMNS),
            (3, _cells(1, LAST="M\udcfcller")),
            (4, _cells(2, MAIL="keine Adresse", LAST="Müller")),
            (5, ("",) * 8),
        ],
    )
    tally = Tally.from_json(head["tally"])  # type: ignore[arg-type]  # plain values of a file

    assert (tally.rows, tally.bad_rows) == (4, 4)
    assert {reason: tally.places[reason] for reason in tally.reasons} == {
        Reason.COLUMNS: [2],
        Reason.ENCODING: [3],
        Reason.EMAIL: [4],
        Reason.NOTHING: [5],
    }
    assert tally.kinds[Kind.WORD] == 1
    assert tally.lengths == {7, 10}


def test_no_value_is_in_the_file(tmp_path: Path) -> None:
    """As text in any of the usual encodings."""
    cells = _cells(4711, FIRST="Gerlinde", CITY="Feldkirchen")
    _written(tmp_path, [(2, cells)])
    data = (tmp_path / "chunk").read_bytes().lower()

    for cell in cells:
        for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
            assert cell.lower().encode(encoding) not in data


_CELL = st.text(max_size=6) | st.text(st.sampled_from("a\x1f\udc80\n"), max_size=3)


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.tuples(st.integers(1, 2**40), st.tuples(*[_CELL] * width) | st.sampled_from(Reason)), max_size=8
        )
    )
)
def test_a_chunk_arrives_in_another_process_as_it_was(rows: list[tuple[int, tuple[str, ...] | Reason]]) -> None:
    """Whatever is in its cells, and wherever a row could not be read."""
    chunk = Chunk(Path("rows-000-0000000"), 3, rows)

    assert pickle.loads(pickle.dumps(chunk)) == chunk
