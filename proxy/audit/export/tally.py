"""
What the page of an export counts: decisions by day and verdict, by rule and by platform, and records by code.

Nothing is counted by person: no figure here belongs to an actor, an account or a group of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from proxy.audit.columns import member
from proxy.audit.export.told import names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from proxy.audit.export.told import Record

_DECIDED = "PG-101"
_MOST_BARS = 62
_DAY, _MONTH, _YEAR = 10, 7, 4


@dataclass(slots=True)
class Tally:
    """Counts of one export."""

    zone: tzinfo
    """Where days begin."""
    codes: Counter[str] = field(default_factory=Counter)
    days: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Decisions by day (`2026-11-23`) and verdict."""
    rules: Counter[str] = field(default_factory=Counter)
    """Decisions in which a rule counted."""
    platforms: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Decisions by platform and verdict."""

    def through(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield records as they come, and count them."""
        for record in records:
            self._add(record)
            yield record

    def _add(self, record: Record) -> None:
        leaf = record.leaf
        self.codes[leaf["code"]] += 1
        if leaf["code"] != _DECIDED:
            return
        data = member(leaf, "data")
        verdict = str(data["decision"])
        self.days[local(leaf["at"], self.zone)[:_DAY], verdict] += 1
        self.rules.update(set(names_of(data.get("rules"), "rule")))
        self.platforms[str(data.get("platform") or ""), verdict] += 1

    def periods(self) -> dict[str, Counter[str]]:
        """Return decisions by period and verdict: by day, or by month or year where days would be too many."""
        periods: dict[str, Counter[str]] = {}
        for length in (_DAY, _MONTH, _YEAR):
            periods = {}
            for (day, verdict), count in sorted(self.days.items()):
                periods.setdefault(day[:length], Counter())[verdict] += count
            if len(periods) <= _MOST_BARS:
                break
        return periods

    def by_platform(self) -> dict[str, Counter[str]]:
        """Return decisions by platform and verdict."""
        found: dict[str, Counter[str]] = {}
        for (platform, verdict), count in sorted(self.platforms.items()):
            found.setdefault(platform, Counter())[verdict] += count
        return found


def local(at: str, zone: tzinfo) -> str:
    """Return a time of the log in a zone, with its offset."""
    return datetime.fromisoformat(at).astimezone(zone).isoformat(sep=" ", timespec="seconds")
