from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from proxy.storage.columns import Instant, instant


def test_a_moment_is_text_in_utc_with_six_digits() -> None:
    """Whatever its zone and precision."""
    moment = datetime(2026, 11, 23, 10, 48, tzinfo=timezone(timedelta(hours=1)))

    assert instant(moment) == "2026-11-23T09:48:00.000000Z"
    assert instant(datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)) == "2026-01-02T03:04:05.000006Z"


def test_a_time_without_zone_is_refused() -> None:
    """Nobody knows when it is."""
    with pytest.raises(ValueError, match="zone"):
        instant(datetime(2026, 11, 23))  # noqa: DTZ001  the mistake itself


def test_a_column_keeps_moments_and_nothing() -> None:
    """What is written is read; text sorts by time."""
    engine = sa.create_engine("sqlite://")
    table = sa.Table("t", sa.MetaData(), sa.Column("at", Instant))
    moments = [datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (9, 10)]
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(sa.insert(table), [{"at": moment} for moment in (*reversed(moments), None)])
        rows = connection.execute(sa.select(table.c.at).order_by(table.c.at)).scalars().all()
    engine.dispose()

    assert rows == [None, *moments]
