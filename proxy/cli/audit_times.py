"""
Moments on the command line of the audit log.
"""

from __future__ import annotations

from datetime import UTC, datetime

import click


class Moment(click.ParamType[datetime]):
    """A date, or a date with time; without zone it is UTC."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read ISO 8601."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):  # in UTC, the first and last moments of a calendar may lie beyond it
            self.fail("expected something like 2026-11-23 or 2026-11-23T09:00:00+01:00", param, ctx)
