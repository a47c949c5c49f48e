from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import pytest

from proxy.cli.audit_times import Moment


@pytest.mark.parametrize(
    ("said", "hour"), [("2026-11-23", 0), ("2026-11-23T09:00:00", 9), ("2026-11-23T09:00:00+01:00", 8)]
)
def test_moments_are_utc_unless_they_say_otherwise(said: str, hour: int) -> None:
    """A date is its first moment."""
    moment = Moment().convert(said, None, None)

    assert moment == datetime(2026, 11, 23, hour, tzinfo=UTC)
    assert Moment().convert(moment, None, None) is moment
    assert moment.utcoffset() == timedelta(0)


@pytest.mark.parametrize("said", ["gestern", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_what_is_no_moment_is_refused(said: str) -> None:
    """With an example of one; also what lies beyond the calendar in UTC."""
    with pytest.raises(click.BadParameter, match="2026-11-23"):
        Moment().convert(said, None, None)
