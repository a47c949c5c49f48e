"""Restricted lists, each entry for a time or for always. All names are invented."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.layout import Format, Layout
from proxy.core.detection.register.restricted import RestrictedMatcher
from proxy.core.detection.register.table import FOREVER, Contents, Table
from proxy.detectors.sheet import make_sheet
from proxy.register.files import verify
from proxy.register.job import folder_of
from proxy.register.refusals import RegisterRefused
from proxy.register.restricted import _merged, build_restricted, window
from proxy.register.rows import RowReader
from proxy.register.tally import Reason
from tests.registers import KEY, KEY_ID, NOW, PUBLIC_KEY, TERMS, digest_of, make_order, silent, write_source

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.register.build import Built

HEADER = ("term", "from", "until")
READER = RowReader(Layout(name="a", format=Format.CSV, columns=TERMS.columns, date_formats=("DD.MM.YYYY",)))


def _minute(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp()) // 60  # type: ignore[arg-type, misc]  # parts of a time


def _build(tmp_path: Path, lines: list[str], **order: Any) -> tuple[Built, Table]:
    source = write_source(tmp_path / "source", lines, HEADER)
    built = build_restricted(make_order(source, layout=TERMS, **order), silent)
    return built, Table(memoryview((tmp_path / "register").read_bytes()))


def test_an_entry_counts_in_its_windows(tmp_path: Path) -> None:
    """Days count whole, in the time of Berlin; between two windows an entry does not count."""
    built, table = _build(
        tmp_path,
        ["Projekt Nordlicht;2026-12-01;2026-12-31", "Projekt Nordlicht;2027-03-01 18:00;", "Krume AG;;"],
    )
    digest = digest_of(Kind.RESTRICTED, "projekt nordlicht")
    times = {
        _minute(2026, 11, 30, 22, 59): False,
        _minute(2026, 11, 30, 23): True,
        _minute(2026, 12, 31, 22, 59): True,
        _minute(2026, 12, 31, 23): False,
        _minute(2027, 3, 1, 16, 59): False,
        _minute(2027, 3, 1, 17): True,
        _minute(2099, 1, 1): True,
    }

    assert {minute: table.open_at(digest, minute) for minute in times} == times
    assert table.open_at(digest_of(Kind.RESTRICTED, "projektnordlicht"), _minute(2026, 12, 5))
    assert table.open_at(digest_of(Kind.RESTRICTED, "krume"), 0)
    assert table.open_at(digest_of(Kind.RESTRICTED, "krumeag"), 0)
    assert verify(tmp_path / "register", key_id=KEY_ID, public_key=PUBLIC_KEY, now=NOW) == built.header
    assert (built.header.contents, built.header.records) == (Contents.RESTRICTED, 3)
    assert not folder_of(tmp_path / "register").exists()


@pytest.mark.parametrize("text", ["Projekt Nordlicht", "#ProjektNordlicht", "Pro-jekt Nordlicht", "Krume", "KRUME AG"])
def test_what_was_built_is_found_in_posts(tmp_path: Path, text: str) -> None:
    """Every entry with how it begins: without, nobody would look it up."""
    _, table = _build(tmp_path, ["Projekt Nordlicht;;", "Krume AG;;"])
    matcher = RestrictedMatcher(table, register_key=KEY, fingerprint_key=b"k" * 32, minute=lambda: 0)

    assert matcher.find([part.surfaces for part in make_sheet((f"Zu {text}!",), "").parts])
    assert set(table.header.counts) == {Kind.RESTRICTED, Kind.BEGIN}


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("", "", FOREVER),
        ("1900-01-01", "", FOREVER),
        ("2026-12-01", "01.12.2026", (_minute(2026, 11, 30, 23), _minute(2026, 12, 1, 22, 59))),
        ("2026-12-01T12:00+00:00", "", (_minute(2026, 12, 1, 12), FOREVER[1])),
        ("2026-07-01 12:00", "2026-07-01 12:00", (_minute(2026, 7, 1, 10), _minute(2026, 7, 1, 10))),
        ("2026-10-25 02:30", "2026-10-25 02:30", (_minute(2026, 10, 25, 0, 30), _minute(2026, 10, 25, 1, 30))),
    ],
)
def test_a_window(begin: str, end: str, expected: tuple[int, int]) -> None:
    """Both ends belong to it; in the hour that comes twice it is as long as it can be."""
    assert window(READER, begin, end) == expected


@pytest.mark.parametrize(
    ("begin", "end"),
    [("soon", ""), ("", "2026-W49-1"), ("", "20261231"), ("2026-12-02", "2026-12-01"), ("2026-12-01 24:30", "")],
)
def test_a_window_that_is_unclear_is_none(begin: str, end: str) -> None:
    """A day in a form that nobody named could end a window a day early."""
    with pytest.raises(ValueError, match=r"."):
        window(READER, begin, end)


@pytest.mark.parametrize("line", ["Nordlicht;bald;", "Nordlicht;2026-12-02;2026-12-01", "Nordlicht;;9999-12-31"])
def test_an_entry_with_an_unclear_time_always_counts(tmp_path: Path, line: str) -> None:
    """And is told, where bad rows are allowed at all."""
    built, table = _build(tmp_path, [line], most_bad=1.0)

    assert table.open_at(digest_of(Kind.RESTRICTED, "nordlicht"), 0)
    assert built.tallies[0][1].places == {Reason.WINDOW: [2]}


@pytest.mark.parametrize(
    ("term", "reason"),
    [("Projekt 42", Reason.TERM), ("AB", Reason.TERM), ("", Reason.TERM), ("a b c d efg", Reason.LONG_TERM)],
)
def test_an_entry_that_cannot_be_looked_for_is_told(tmp_path: Path, term: str, reason: Reason) -> None:
    """With digits it would be its first word, which anybody may write."""
    built, _ = _build(tmp_path, [f"{term};;", "Nordlicht;;"], most_bad=1.0)

    assert built.tallies[0][1].places == {reason: [2]}


def test_a_list_without_entries_builds_nothing(tmp_path: Path) -> None:
    """The file of before is as it was."""
    (tmp_path / "register").write_bytes(b"old")
    with pytest.raises(RegisterRefused) as refused:
        _build(tmp_path, [])

    assert refused.value.why == "no-entries"
    assert (tmp_path / "register").read_bytes() == b"old"


def test_a_bad_row_builds_nothing(tmp_path: Path) -> None:
    """A list of two is not read by halves."""
    with pytest.raises(RegisterRefused) as refused:
        _build(tmp_path, ["Nordlicht;;", "Südlicht;;;"])

    assert refused.value.why == "bad-rows"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), max_size=8))
def test_merged_windows_hold_the_same_minutes(pairs: list[tuple[int, int]]) -> None:
    """In order, and none touches the next."""
    windows = [(first, first + length) for first, length in pairs]
    minutes = {minute for first, last in windows for minute in range(first, last + 1)}

    found = list(_merged(windows))

    assert {minute for first, last in found for minute in range(first, last + 1)} == minutes
    assert all(one[1] + 1 < other[0] for one, other in pairwise(found))
