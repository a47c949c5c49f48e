"""Rows of sources, as houses export them. All data is invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from proxy.core.detection.register.layout import Format, Layout, Meaning
from proxy.register.exports import Source, rows, wanted
from proxy.register.refusals import RegisterRefused
from proxy.register.tally import Reason

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = {Meaning.LAST_NAME: ("NAME",), Meaning.CUSTOMER: ("NR",), Meaning.NUMBER: ("NR",)}
BAD = Reason.COLUMNS


def _rows(tmp_path: Path, content: bytes | str, **layout: Any) -> list[tuple[int, tuple[str, ...] | Reason]]:
    path = tmp_path / "source"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    described = {"name": "a", "format": Format.CSV, "columns": COLUMNS} | layout
    return list(rows(Source(layout=Layout(**described), path=path), lambda _: None))


def test_a_column_is_read_once_whatever_it_means() -> None:
    """In a fixed order."""
    assert wanted(Layout(name="a", format=Format.CSV, columns=COLUMNS)) == ["NAME", "NR"]


@pytest.mark.parametrize(
    ("content", "layout"),
    [
        ("NR;X;NAME\n1;;Meier\n2;y;Groß\n", {}),
        ("\ufeffNR; NAME\r\n1;Meier\r\n\r\n2;Groß", {}),
        ("NR,NAME\n1,'Meier'\n2,Groß\n", {"delimiter": ",", "quote": "'"}),
        ("NR\tNAME\n1\tMeier\n2\tGroß\n".encode("cp1252"), {"delimiter": "\t", "encoding": "cp1252"}),
    ],
)
def test_a_table_of_text(tmp_path: Path, content: bytes | str, layout: dict[str, object]) -> None:
    """With the separators and the encoding of the house; empty lines are none."""
    found = [cells for _, cells in _rows(tmp_path, content, **layout)]

    assert found == [("Meier", "1"), ("Groß", "2")]


def test_a_table_without_header_has_numbered_columns(tmp_path: Path) -> None:
    """From 1; the first line is a row."""
    columns = {Meaning.LAST_NAME: ("2",)}

    assert _rows(tmp_path, "1;Meier\n2;Groß\n", header=False, columns=columns) == [(1, ("Meier",)), (2, ("Groß",))]


def test_a_row_that_does_not_fit_is_counted_and_the_next_is_read(tmp_path: Path) -> None:
    """Once for each of its lines, with the number an editor shows."""
    found = _rows(tmp_path, 'NR;NAME\n1\n2;"a\nb"\n3;"x"y\n4;Meier;z\n5;Groß\n')

    assert found == [(2, BAD), (3, ("a\nb", "2")), (5, BAD), (6, BAD), (7, ("Groß", "5"))]


def test_a_quote_that_nobody_closes_swallows_no_customer(tmp_path: Path) -> None:
    """The build ends, and says where it began."""
    with pytest.raises(RegisterRefused) as refused:
        _rows(tmp_path, 'NR;NAME\n1;"Meier\n' + "2;Groß\n" * 100)

    assert refused.value.why == "quotes"
    assert "2" in refused.value.reason.en
    assert "Meier" not in str(refused.value)


def test_a_byte_that_does_not_belong_stays_in_its_cell(tmp_path: Path) -> None:
    """It is told later; the other rows are read."""
    (_, broken), (_, sound) = _rows(tmp_path, b"NR;NAME\n1;M\xfcller\n2;Meier\n")

    assert isinstance(broken, tuple)
    assert not broken[0].isprintable()
    assert sound == ("Meier", "2")


@pytest.mark.parametrize("content", ["", "NR;OTHER\n1;a\n", "NR;NAME;NAME\n1;a;b\n", '"NR;NAME\n'])
def test_columns_that_are_not_there_once_are_told(tmp_path: Path, content: str) -> None:
    """An empty source has no rows, and one without its columns is another source."""
    if not content:
        assert _rows(tmp_path, content) == []
        return
    with pytest.raises(RegisterRefused) as refused:
        _rows(tmp_path, content)

    assert refused.value.why == "missing-columns"
    assert "NAME" in refused.value.reason.de


def test_lines_of_json(tmp_path: Path) -> None:
    """Numbers and lists are read; a line that is none, or of another kind, is counted."""
    lines = [
        '{"NR": 1, "NAME": "Meier"}',
        "",
        '{"NR": [2, "3"]}',
        "[]",
        "{",
        '{"NR": 1.5}',
        '{"NR": "\\ud800"}',
    ]

    assert _rows(tmp_path, "\n".join(lines), format=Format.JSON_LINES) == [
        (1, ("Meier", "1")),
        (3, ("", "2\n3")),
        (4, Reason.JSON),
        (5, Reason.JSON),
        (6, Reason.VALUE),
        (7, Reason.JSON),
    ]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """By its name alone."""
    source = Source(layout=Layout(name="a", format=Format.CSV, columns=COLUMNS), path=tmp_path)

    with pytest.raises(RegisterRefused) as refused:
        list(rows(source, lambda _: None))

    assert refused.value.why == "unreadable"


def test_how_far_it_is_can_be_seen(tmp_path: Path) -> None:
    """In bytes, up to the size of the file."""
    path = tmp_path / "source"
    path.write_text("NR;NAME\n1;Meier\n", encoding="utf-8")
    told: list[int] = []

    list(rows(Source(layout=Layout(name="a", format=Format.CSV, columns=COLUMNS), path=path), told.append))

    assert told[-1] == path.stat().st_size
