"""
What the records of one post say about its rows: the state it must be in, its attempts, its reviews.

Knows no database. The life cycle is that of `gate.lifecycle`: a record is an event, and one that its state does not
allow is a flaw of the story.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.audit.columns import member
from proxy.gate.lifecycle import DELIVERABLE, TRANSITIONS, Event, State, step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_EVENTS = {
    "PG-101": {
        "allow": Event.NEW_ALLOW,
        "redact": Event.NEW_REDACT,
        "hold": Event.NEW_HOLD,
        "block": Event.NEW_BLOCK,
    },
    "PG-103": {
        "published": Event.OUTCOME_PUBLISHED,
        "rejected": Event.OUTCOME_REJECTED,
        "not_sent": Event.OUTCOME_NOT_SENT,
        "unknown": Event.OUTCOME_UNKNOWN,
    },
    "PG-104": {
        "published": Event.LATE_PUBLISHED,
        "rejected": Event.LATE_REJECTED,
        "absent": Event.FOUND_ABSENT,
    },
    "PG-106": {"": Event.RECALL},
    "PG-107": {
        "recalled": Event.RECALL_GONE,
        "gone_already": Event.RECALL_GONE,
        "refused": Event.RECALL_REFUSED,
    },
    "PG-202": {"stage": Event.APPROVE_STAGE, "approve": Event.APPROVE, "reject": Event.REJECT, "return": Event.REJECT},
}
_UNSETTLED = frozenset({"undetermined", "unknown"})
"""What was found out, and moves nothing."""
_JUMPS = {
    (source, target)
    for (source, _), target in TRANSITIONS.items()
    if source is not None and target is not State.INTENT and source is not State.INTENT
}
_INSTEAD = {
    (State.INTENT, State.SCHEDULED),
    (State.INTENT, State.QUEUED),
    (State.INTENT, State.FAILED),
    (State.HELD, State.FAILED),
}
"""What PG-105 may say of a post that was never to be sent yet: it goes from where its decision alone had led it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt to send."""

    intent: str
    """Record id of its PG-102."""
    result: str | None = None
    outcome: str | None = None
    """Record id of its PG-103."""


@dataclass(slots=True, kw_only=True)
class Story:
    """What became of one post."""

    state: State | None = None
    """None before its first decision."""
    decisions: set[str] = field(default_factory=set)
    """Record ids of its PG-101."""
    attempts: dict[str, Attempt] = field(default_factory=dict)
    reviews: set[str] = field(default_factory=set)
    """Record ids of the decisions that opened a review."""
    flaw: str | None = None
    """The first record that its state does not allow, in our words."""

    def add(self, record: str, leaf: Mapping[str, object]) -> None:
        """Take the next record of the post."""
        code, data = str(leaf.get("code")), member(leaf, "data")
        match code:
            case "PG-101":
                self.decisions.add(record)
                if self.state is None:  # a later decision moves nothing by itself
                    self._move(code, data.get("decision"))
            case "PG-102":
                self._begin(record, data)
            case "PG-103":
                self._end(record, data)
            case "PG-105":
                self._jump(data)
            case "PG-106":
                self._move(code, "")
            case "PG-104" | "PG-107" if str(data.get("result")) not in _UNSETTLED:
                self._move(code, data.get("result"))
            case "PG-201" | "PG-202" | "PG-206":
                self._review(code, leaf)
            case _:
                pass

    def _review(self, code: str, leaf: Mapping[str, object]) -> None:
        data, refs = member(leaf, "data"), leaf.get("refs")
        if code == "PG-202":
            last = data.get("verdict") != "approve" or data.get("stage") == data.get("stages")
            self._move(code, data.get("verdict") if last else "stage")
        elif isinstance(refs, list):
            self.reviews |= {str(one) for one in refs}

    def _begin(self, record: str, data: Mapping[str, object]) -> None:
        self.attempts[str(data.get("attempt"))] = Attempt(intent=record)
        if self.state in DELIVERABLE:
            self.state = State.INTENT

    def _end(self, record: str, data: Mapping[str, object]) -> None:
        name, result = str(data.get("attempt")), str(data.get("result"))
        begun = self.attempts.get(name)
        if begun is not None:
            self.attempts[name] = Attempt(intent=begun.intent, result=result, outcome=record)
        if data.get("again_at") is None:
            self._move("PG-103", result)
        elif self.state is State.INTENT and result in {"not_sent", "rejected"}:
            self.state = State.QUEUED
        elif self.flaw is None:
            self.flaw = f"PG-103 cannot be tried again in the state {self._named()}"

    def _move(self, code: str, what: object) -> None:
        event = _EVENTS[code].get(str(what))
        target = None if event is None else step(self.state, event)
        if isinstance(target, State):
            self.state = target
        elif self.flaw is None:
            self.flaw = f"{code} is not possible in the state {self._named()}"

    def _jump(self, data: Mapping[str, object]) -> None:
        target = next((one for one in State if one == data.get("to")), None)
        jump = (self.state, target)
        possible = jump in _JUMPS or (jump in _INSTEAD and not self.attempts)
        if data.get("from") == self._named() and target is not None and possible:
            self.state = target
        elif self.flaw is None:
            self.flaw = f"PG-105 is not possible in the state {self._named()}"

    def _named(self) -> str:
        return "none" if self.state is None else self.state.value


def story_of(records: Iterable[tuple[str, Mapping[str, object]]]) -> Story:
    """Return what the records of one post say, in the order of the log."""
    story = Story()
    for record, leaf in records:
        story.add(record, leaf)
    return story
