"""
Read the calendars of the organisation profile: named periods such as those before results are published.

A day that ends a period belongs to it. Times are those of the calendar's zone; where a clock is set forward or back,
a period is as long as it can be.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from proxy.core.model import Calendar
from proxy.loading.strict_yaml import Node, Scalar
from proxy.loading.validation import Fields, Report, items_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = "Europe/Berlin"
"""The zone of a calendar that names none."""
_MOMENT = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})([ T](?P<time>\d{2}:\d{2}))?", re.ASCII)
_DAY = timedelta(days=1)


def read_calendars(fields: Fields, today: date) -> tuple[Calendar, ...]:
    """Return what `calendars` of a profile says; calendars whose periods are all over are warned of."""
    node = fields.get("calendars")
    found: dict[str, Calendar] = {}
    for item in [] if node is None else items_of(fields.report, node, empty=True):
        inner = Fields.of(fields.report, item)
        calendar = None if inner is None else _calendar(inner, today)
        if calendar is not None and calendar.name in found:
            fields.report.add("duplicate-calendar", item, value=calendar.name)
        elif calendar is not None:
            found[calendar.name] = calendar
    return tuple(found[name] for name in sorted(found))


def _calendar(fields: Fields, today: date) -> Calendar | None:
    report, before = fields.report, fields.report.errors
    name = fields.name("name")
    if (owner := fields.get("owner")) is None:
        report.add("entry-without-owner", fields.node)
    else:
        text_of(report, owner, limit=64)
    zone = _zone(report, fields.get("zone"))
    node = fields.need("periods")
    periods = tuple(_periods(report, node, zone))
    fields.close()
    if name is None or report.errors > before:
        return None
    if all(end <= datetime.combine(today, time(), zone) for _, end in periods):
        report.add("calendar-over", node, value=name)
    return Calendar(name=name, periods=periods)


def _zone(report: Report, node: Node | None) -> ZoneInfo:
    text = HERE if node is None else text_of(report, node, limit=64)
    try:
        return ZoneInfo(text or HERE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        report.add("unknown-zone", node)
        return ZoneInfo(HERE)


def _periods(report: Report, node: Node | None, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for item in [] if node is None else items_of(report, node):
        fields = Fields.of(report, item)
        if fields is None:
            continue
        begin, end = (_moment(report, fields.need(key), zone, last=key == "to") for key in ("from", "to"))
        fields.close()
        if begin is not None and end is not None and begin >= end:
            report.add("period-backwards", item)
        elif begin is not None and end is not None:
            yield begin, end


def _moment(report: Report, node: Node | None, zone: ZoneInfo, *, last: bool) -> datetime | None:
    """Return a moment in UTC; a day without a time begins a period with its first moment and ends it after its last."""
    if node is None:
        return None
    written = _MOMENT.fullmatch(node.text) if isinstance(node, Scalar) else None
    try:
        day = None if written is None else date.fromisoformat(written["day"])
        clock = time() if written is None or written["time"] is None else time.fromisoformat(written["time"])
        if written is not None and day is not None:
            if last and written["time"] is None:
                day += _DAY
            moment = datetime.combine(day, clock, zone)
            both = [moment.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
            return max(both) if last else min(both)
    except (ValueError, OverflowError):
        pass
    report.wrong_kind(node, "moment")
    return None
