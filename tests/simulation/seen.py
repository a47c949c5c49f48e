"""
What simulations came by: transitions of the life cycle, fault points, and places where a node died.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.gate.lifecycle import TRANSITIONS, Event, State
from proxy.gate.review_changes import AdvanceReview
from proxy.observability.faults import NAMES

if TYPE_CHECKING:
    from proxy.gate.work import Work

ELSEWHERE: dict[str, str] = {}
"""Fault points that no simulation passes, and where a test does."""
Step = tuple[State | None, Event]


@dataclass(slots=True)
class Seen:
    """Places that were come by."""

    transitions: Counter[Step] = field(default_factory=Counter)
    passed: set[str] = field(default_factory=set)
    crashed: set[str] = field(default_factory=set)
    sent: int = 0
    told: Counter[str] = field(default_factory=Counter)

    def add(self, other: Seen) -> None:
        """Add what another one saw."""
        self.transitions += other.transitions
        self.passed |= other.passed
        self.crashed |= other.crashed
        self.sent += other.sent
        self.told += other.told

    def missing_transitions(self) -> list[str]:
        """Return transitions of the table that were never taken."""
        return sorted(
            f"{state or 'new'} --{event}--> {target}"
            for (state, event), target in TRANSITIONS.items()
            if (state, event) not in self.transitions
        )

    def missing_points(self) -> list[str]:
        """Return fault points at which no node died."""
        return [name for name in NAMES if name not in self.crashed and name not in ELSEWHERE]

    def lines(self) -> list[str]:
        """Return the coverage, for people."""
        points = [name for name in NAMES if name not in ELSEWHERE]
        without, untouched = self.missing_points(), self.missing_transitions()
        return [
            f"posts sent: {self.sent}; answers: "
            + ", ".join(f"{name} {count}" for name, count in sorted(self.told.items())),
            _share("transitions taken", len(TRANSITIONS), untouched),
            _share("fault points died at", len(points), without),
        ]


def _share(what: str, whole: int, missing: list[str]) -> str:
    percent = 100 * (whole - len(missing)) / whole
    listed = "" if not missing else "; missing: " + ", ".join(missing)
    return f"{what}: {whole - len(missing)} of {whole} = {percent:.0f} %{listed}"


def event_of(source: State | None, target: State, work: Work) -> Event | None:
    """Return which event moved a post, as the unit of work that moved it says; None: the table has none."""
    events = [event for (state, event), to in TRANSITIONS.items() if (state, to) == (source, target)]
    if len(events) < 2:
        return events[0] if events else None
    advanced = any(isinstance(change, AdvanceReview) for change in work.changes)
    lease_over = any(record.data.get("reason") == "lease_over" for record in work.records)
    told = {
        (State.INTENT, State.UNKNOWN): Event.LEASE_OVER if lease_over else Event.OUTCOME_UNKNOWN,
        (State.HELD, State.HELD): Event.APPROVE_STAGE if advanced else Event.RESCHEDULE,
    }
    return told[source, target] if source is not None else None
