"""Rows of Parquet files. All data is invented."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.layout import Format, Layout
from proxy.core.detection.register.table import Shared, Table
from proxy.register import parquet
from proxy.register.build import build
from proxy.register.parquet import parquet_rows
from proxy.register.refusals import RegisterRefused
from proxy.register.tally import Reason
from tests.registers import COLUMNS, LAYOUT, digest_of, make_order, silent

if TYPE_CHECKING:
    from pathlib import Path

    Column = list[object]


def _write(path: Path, **columns: Column) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_rows_of_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order that is asked for, numbered from 1, however the file is cut."""
    monkeypatch.setattr(parquet, "_BATCH", 2)
    path = _write(
        tmp_path / "a", X=[1, 2, 3], NR=[7, 8, None], BORN=[date(1967, 3, 12), None, None], M=[["a", "b"], [], None]
    )
    told: list[int] = []

    found = list(parquet_rows(path, ["M", "NR", "BORN"], told.append))

    assert found == [(1, ("a\nb", "7", "1967-03-12")), (2, ("", "8", "")), (3, ("", "", ""))]
    assert told == [path.stat().st_size * 2 // 3, path.stat().st_size]


def test_a_value_of_another_kind_is_counted(tmp_path: Path) -> None:
    """An account with a fraction is none."""
    assert list(parquet_rows(_write(tmp_path / "a", NR=[1.5]), ["NR"], lambda _: None)) == [(1, Reason.VALUE)]


def test_columns_that_are_not_there_are_told(tmp_path: Path) -> None:
    """As with other sources."""
    with pytest.raises(RegisterRefused) as refused:
        list(parquet_rows(_write(tmp_path / "a", NR=[1]), ["NR", "NAME"], lambda _: None))

    assert refused.value.why == "missing-columns"


def test_what_is_no_parquet_is_told(tmp_path: Path) -> None:
    """By the name of the file alone."""
    (tmp_path / "a").write_bytes(b"no such thing")

    with pytest.raises(RegisterRefused) as refused:
        list(parquet_rows(tmp_path / "a", ["NR"], lambda _: None))

    assert refused.value.why == "unreadable"


def test_without_pyarrow_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is installed only where somebody asks for it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(RegisterRefused) as refused:
        list(parquet_rows(tmp_path / "a", ["NR"], lambda _: None))

    assert refused.value.why == "no-parquet"


def test_a_register_out_of_a_table(tmp_path: Path) -> None:
    """With dates and numbers as a database has them."""
    cells: dict[str, Column] = {column: ["x"] for column in COLUMNS}
    cells |= {"NR": [1_000_001], "MAIL": ["anna@example.org"], "BORN": [date(1967, 3, 12)], "PHONE": [None]}
    cells |= {"ACCOUNT": [7_700_000_001], "FIRST": ["Anna"], "LAST": ["Meier"], "CITY": ["Adorf"]}
    layout = Layout(name="a", format=Format.PARQUET, columns=LAYOUT.columns)

    build(make_order(_write(tmp_path / "source", **cells), layout=layout), silent)

    table = Table(memoryview((tmp_path / "register").read_bytes()))
    assert table.find(digest_of(Kind.EMAIL, "anna@example.org")) is Shared.ONE
    assert table.find(digest_of(Kind.SHORT_NUMBER, "7700000001")) is Shared.ONE
