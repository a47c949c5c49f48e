from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from proxy.audit.export.tally import Tally, local
from proxy.audit.export.told import records_of
from proxy.audit.leaf import build
from tests.works import Sample, decided, outcome_record

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def _counted(*records: object) -> Tally:
    tally = Tally(zone=BERLIN)
    leaves = [build(record, node="n1").data for record in records]  # type: ignore[arg-type]
    assert len(list(tally.through(records_of(leaves)))) == len(leaves)
    return tally


def test_decisions_are_counted_where_the_day_begins() -> None:
    """By verdict, rule and platform; other records only by code."""
    late = Sample(at=NEW_YEAR)
    tally = _counted(
        decided(late, "block", platform="mastodon"),
        decided(Sample(at=NEW_YEAR - timedelta(hours=1))),
        outcome_record(late),
    )

    assert tally.periods() == {"2026-12-31": Counter(allow=1), "2027-01-01": Counter(block=1)}
    assert tally.rules == Counter({"bank/iban": 1})
    assert tally.by_platform() == {"": Counter(allow=1), "mastodon": Counter(block=1)}
    assert tally.codes == Counter({"PG-101": 2, "PG-103": 1})


def test_many_days_are_counted_by_month_and_many_months_by_year() -> None:
    """A figure has a few dozen rows."""
    tally = _counted(*(decided(Sample(at=NEW_YEAR + timedelta(days=day))) for day in range(100)))
    assert list(tally.periods()) == ["2027-01", "2027-02", "2027-03", "2027-04"]

    tally = _counted(*(decided(Sample(at=NEW_YEAR + timedelta(days=30 * day))) for day in range(100)))
    assert all(len(year) == 4 for year in tally.periods())


def test_nothing_is_counted_by_person() -> None:
    """No count knows an actor or an account."""
    tally = _counted(decided(Sample(), "block"))

    counts = (tally.codes, tally.days, tally.rules, tally.platforms)
    assert "a_invented" not in repr(counts)
    assert "presse" not in repr(counts)


def test_times_are_local_with_their_offset() -> None:
    """Summer and winter."""
    assert local("2026-11-23T09:00:00.000000Z", BERLIN) == "2026-11-23 10:00:00+01:00"
    assert local("2026-07-23T09:00:00.000000Z", BERLIN) == "2026-07-23 11:00:00+02:00"
