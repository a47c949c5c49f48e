"""
Read the rows of a Parquet file with pyarrow, which is installed only where somebody asks for it: `postgate[register]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.register.refusals import RegisterRefused
from proxy.register.tally import Reason
from proxy.register.values import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["parquet_rows"]

_BATCH = 10_000


def parquet_rows(
    path: Path, columns: list[str], seen: Callable[[int], None]
) -> Iterator[tuple[int, tuple[str, ...] | Reason]]:
    """
    Yield the rows of a file, numbered from 1; `seen` is told how far it is, as a part of its size.

    Raises:
        RegisterRefused: no pyarrow, no Parquet file, or not the columns.
        OSError: the file cannot be read.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra: most houses export CSV
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415
    except ImportError:
        raise RegisterRefused("no-parquet", source=path.name) from None
    try:
        with ParquetFile(path) as file:
            if wrong := [column for column in columns if file.schema_arrow.names.count(column) != 1]:
                raise RegisterRefused("missing-columns", source=path.name, columns=", ".join(wrong))
            before, size, total = 0, path.stat().st_size, max(1, file.metadata.num_rows)
            for batch in file.iter_batches(batch_size=_BATCH, columns=columns):
                lists = [batch.column(column).to_pylist() for column in columns]
                for number, values in enumerate(zip(*lists, strict=True), before + 1):
                    cells = tuple(text for value in values if (text := text_of(value)) is not None)
                    yield number, cells if len(cells) == len(columns) else Reason.VALUE
                before += batch.num_rows
                seen(size * before // total)
    except pa.ArrowException:
        raise RegisterRefused("unreadable", source=path.name) from None
