"""Calendars of the house: days count whole, in the zone that is named, and mistakes are told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from proxy.loading.calendars import read_calendars
from proxy.loading.strict_yaml import parse
from proxy.loading.validation import Fields, Report

if TYPE_CHECKING:
    from proxy.core.model import Calendar

TODAY = date(2026, 11, 29)
TWICE = "{name: a, owner: ir, periods: [{from: 2026-12-01, to: 2027-01-01}]}"


def _read(text: str) -> tuple[tuple[Calendar, ...], list[str]]:
    report = Report(file="organisation.yaml")
    node, _ = parse(f"calendars: {text}".encode(), report.file)
    assert node is not None
    fields = Fields.of(report, node)
    assert fields is not None
    return read_calendars(fields, TODAY), [one.code for one in report.problems]


def _at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_days_count_whole_in_the_time_of_berlin() -> None:
    """In winter one hour before UTC; the last day belongs to the period, the next does not."""
    (calendar,), codes = _read("[{name: a, owner: ir, periods: [{from: 2026-12-01, to: 2027-03-31}]}]")

    assert codes == []
    assert calendar.periods == ((_at(2026, 11, 30, 23), _at(2027, 3, 31, 22)),)
    assert not calendar.running(_at(2026, 11, 30, 22, 59))
    assert calendar.running(_at(2026, 11, 30, 23))
    assert calendar.running(_at(2027, 3, 31, 21, 59))
    assert not calendar.running(_at(2027, 3, 31, 22))


def test_a_period_may_name_times_and_the_calendar_a_zone() -> None:
    """With a space or a T between day and time."""
    (calendar,), codes = _read(
        "[{name: a, owner: ir, zone: UTC, periods: [{from: 2026-12-01 18:00, to: 2026-12-02T07:30}]}]"
    )

    assert codes == []
    assert calendar.periods == ((_at(2026, 12, 1, 18), _at(2026, 12, 2, 7, 30)),)


def test_where_a_clock_is_turned_back_a_period_is_as_long_as_it_can_be() -> None:
    """On 31 October 2027 there are two half past two in Berlin."""
    (late, early), _ = _read(
        "[{name: b, owner: ir, periods: [{from: 2027-10-31 02:30, to: 2027-11-01}]},"
        " {name: a, owner: ir, periods: [{from: 2027-10-30, to: 2027-10-31 02:30}]}]"
    )

    assert late.periods[0][1] == _at(2027, 10, 31, 1, 30)
    assert early.periods[0][0] == _at(2027, 10, 31, 0, 30)


def test_where_a_clock_is_set_forward_a_period_is_as_long_as_it_can_be() -> None:
    """On 28 March 2027 there is no half past two in Berlin; in Cairo 24 April 2026 has no first hour."""
    (early, late, cairo), codes = _read(
        "[{name: a, owner: ir, periods: [{from: 2027-03-27, to: 2027-03-28 02:30}]},"
        " {name: b, owner: ir, periods: [{from: 2027-03-28 02:30, to: 2027-03-28 03:15}]},"
        " {name: c, owner: ir, zone: Africa/Cairo, periods: [{from: 2026-04-20, to: 2026-04-23}]}]"
    )

    assert codes == ["calendar-over"]
    assert early.periods[0][1] == _at(2027, 3, 28, 1, 30)
    assert late.periods[0][0] == _at(2027, 3, 28, 0, 30)
    assert cairo.running(_at(2026, 4, 23, 21, 59))


def test_periods_of_one_calendar_add_up() -> None:
    """Between them it is not running."""
    ((calendar,), _) = _read(
        "[{name: a, owner: ir, periods: [{from: 2026-12-01, to: 2026-12-01}, {from: 2026-12-03, to: 2026-12-03}]}]"
    )

    assert [calendar.running(_at(2026, 12, day, 12)) for day in (1, 2, 3, 4)] == [True, False, True, False]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[{name: a, periods: [{from: 2026-12-01, to: 2026-12-02}]}]", ["entry-without-owner"]),
        ("[{name: a, owner: ir}]", ["missing-key"]),
        ("[{name: a, owner: ir, periods: []}]", ["empty-list"]),
        ("[{name: a, owner: ir, periods: [{from: 2026-12-02, to: 2026-12-01}]}]", ["period-backwards"]),
        ("[{name: a, owner: ir, periods: [{from: 2026-12-01 08:00, to: 2026-12-01 08:00}]}]", ["period-backwards"]),
        ("[{name: a, owner: ir, periods: [{from: 2026-13-01, to: 2027-01-01}]}]", ["wrong-kind"]),
        ("[{name: a, owner: ir, periods: [{from: tomorrow, to: 2027-01-01}]}]", ["wrong-kind"]),
        ("[{name: a, owner: ir, periods: [{from: 2026-12-01, to: 9999-12-31}]}]", ["wrong-kind"]),
        ("[{name: a, owner: ir, periods: [{from: 2026-12-01 25:00, to: 2027-01-01}]}]", ["wrong-kind"]),
        ("[{name: a, owner: ir, zone: Europe/Bonn, periods: [{from: 2026-12-01, to: 2027-01-01}]}]", ["unknown-zone"]),
        ("[{name: a, owner: ir, zone: ../etc, periods: [{from: 2026-12-01, to: 2027-01-01}]}]", ["unknown-zone"]),
        ("[{name: a, owner: ir, periods: [{from: 2026-01-01, to: 2026-11-28}]}]", ["calendar-over"]),
        ("[{name: a, owner: ir, periods: [{from: 2026-01-01, to: 2026-11-29}]}]", []),
        (
            f"[{TWICE}, {TWICE}]",
            ["duplicate-calendar"],
        ),
    ],
)
def test_mistakes_are_told(text: str, codes: list[str]) -> None:
    """Each by its code; the golden files have the words."""
    assert _read(text)[1] == codes
