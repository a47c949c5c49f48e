"""
Read the rows of a source, cell by cell as text, in whatever form the house exports them; what they mean comes later.

A row that cannot be read stands in the stream as the reason why: it is counted, never passed over.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

import orjson

from proxy.core.detection.register.layout import Format, Layout
from proxy.register.parquet import parquet_rows
from proxy.register.refusals import RegisterRefused
from proxy.register.tally import Reason
from proxy.register.values import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Cells = tuple[str, ...]
    Row = tuple[int, Cells | Reason]
    """Number of the line, and its cells in the order of `wanted`."""

__all__ = ["Source", "rows", "wanted"]

_LONGEST_RECORD = 50
"""Lines of one row of a CSV file: a quote that nobody closes would swallow customer after customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file, and how it lies."""

    layout: Layout
    path: Path


def wanted(layout: Layout) -> list[str]:
    """Return the names of the columns that the layout knows, each once, in a fixed order."""
    return list(dict.fromkeys(column for columns in layout.columns.values() for column in columns))


def rows(source: Source, seen: Callable[[int], None]) -> Iterator[Row]:
    """
    Yield the rows of a source; `seen` is told how many bytes of the file were read.

    Raises:
        RegisterRefused: the file cannot be read, or has not the columns of its layout.
    """
    try:
        match source.layout.format:
            case Format.CSV:
                yield from _csv_rows(source, seen)
            case Format.JSON_LINES:
                yield from _json_rows(source, seen)
            case Format.PARQUET:
                yield from parquet_rows(source.path, wanted(source.layout), seen)
    except OSError:
        raise RegisterRefused("unreadable", source=source.path.name) from None


def _csv_rows(source: Source, seen: Callable[[int], None]) -> Iterator[Row]:
    layout = source.layout
    with source.path.open("rb") as file:
        text = io.TextIOWrapper(file, layout.encoding, errors="surrogateescape", newline="")
        reader = csv.reader(text, delimiter=layout.delimiter, quotechar=layout.quote, strict=True)
        records = _records(reader, source.path.name)
        pick, width = None, 0
        for number, record in records:
            if pick is None:
                names = [name.strip("\ufeff ") for name in _first(record)]
                pick, width = _picker(source, names if layout.header else _numbers(names)), len(names)
                if layout.header:
                    continue
            if isinstance(record, Reason) or len(record) != width:
                yield number, Reason.COLUMNS
            else:
                yield number, pick(record)
            seen(file.tell())


def _first(record: list[str] | Reason) -> list[str]:
    return [] if isinstance(record, Reason) else record


def _numbers(names: Sequence[str]) -> list[str]:
    return [str(number) for number in range(1, len(names) + 1)]


def _records(reader: Any, name: str) -> Iterator[tuple[int, list[str] | Reason]]:  # noqa: ANN401 - csv's reader has no name
    """Yield each record with the line that it begins at; one that cannot be read counts once for each of its lines."""
    while True:
        before = reader.line_num
        record: list[str] | Reason | None
        try:
            record = next(reader, None)
        except csv.Error:
            record = Reason.COLUMNS
        lines = reader.line_num - before
        if record is None:
            return
        if lines > _LONGEST_RECORD:
            raise RegisterRefused("quotes", source=name, line=str(before + 1))
        if isinstance(record, Reason):
            yield from ((number, record) for number in range(before + 1, before + lines + 1))
        elif record:
            yield before + 1, record


def _picker(source: Source, names: Sequence[str]) -> Callable[[Sequence[str]], Cells]:
    """Return a function from a record to the cells that are wanted."""
    columns, counted = wanted(source.layout), Counter(names)
    if wrong := [column for column in columns if counted[column] != 1]:
        raise RegisterRefused("missing-columns", source=source.path.name, columns=", ".join(wrong))
    places = [names.index(column) for column in columns]
    if len(places) == 1:
        return lambda record: (record[places[0]],)
    return cast("Callable[[Sequence[str]], Cells]", itemgetter(*places))


def _json_rows(source: Source, seen: Callable[[int], None]) -> Iterator[Row]:
    columns = wanted(source.layout)
    with source.path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, _object(line, columns)
            seen(file.tell())


def _object(line: bytes, columns: list[str]) -> Cells | Reason:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return Reason.JSON
    if not isinstance(found, dict):
        return Reason.JSON
    cells = [text_of(found.get(column)) for column in columns]
    return Reason.VALUE if None in cells else cast("Cells", tuple(cells))
