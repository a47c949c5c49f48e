"""
The examiner of the crash tests must itself see each violation, or its silence would prove nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.crash.check import Evidence, check
from tests.e2e.load import Ledger, Told, text_of
from tests.e2e.recorder import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

AT = "2026-11-23T09:48:00.000000Z"
LATER_NS = 1_795_427_281_000_000_000


def _record(seq: int, code: str, **data: object) -> dict[str, Any]:
    record_id = f"r-{data.get('attempt', seq)}-{code}"
    return {"seq": seq, "id": record_id, "code": code, "at": AT, "subject": {"post": "p1"}, "data": data}


def _entry(number: int = 1, key: str = "a1", *, at: int = LATER_NS, recorded_before: bool | None = True) -> Entry:
    return Entry(
        at=at,
        method="POST",
        path="/api/v1/statuses",
        key=key,
        fields={"status": text_of(number)},
        headers=[],
        authorization=None,
        do="ok",
        recorded_before=recorded_before,
    )


def _evidence() -> Evidence:
    decided = _record(1, "PG-101", decision="allow")
    intent = _record(2, "PG-102", attempt="a1", decided=decided["id"])
    outcome = _record(3, "PG-103", attempt="a1", result="published", upstream_id="10001")
    ledger = Ledger()
    ledger.told[1].append(Told(status=200, body=json.dumps({"id": "10001"}), replayed=False))
    return Evidence(records=[decided, intent, outcome], received=[_entry()], ledger=ledger)


def _told(evidence: Evidence, number: int, status: int, body: dict[str, str]) -> None:
    evidence.ledger.told[number].append(Told(status=status, body=json.dumps(body), replayed=False))


def test_a_clean_history_passes() -> None:
    """One post: decided, announced, sent, recorded, told."""
    check(_evidence())


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda e: e.received.append(_entry(2, "a2")), "without an intent"),
        (lambda e: e.records[0]["data"].update(decision="hold"), "without an allowing decision"),
        (lambda e: e.records[0].update(seq=9), "without an allowing decision"),
        (lambda e: e.records[0].update(subject={"post": "p2"}), "about different posts"),
        (lambda e: e.received.__setitem__(0, _entry(at=LATER_NS - 2_000_000_000)), "arrived before its intent was rec"),
        (lambda e: e.received.__setitem__(0, _entry(recorded_before=False)), "arrived before its intent was committed"),
        (lambda e: e.received.append(_entry(1, "a2")), "post 1 was sent 2 times"),
        (lambda e: e.received.append(_entry(2, "a1")), "attempt a1 was sent 2 times"),
        (lambda e: e.received.append(_entry(4)), "I4"),
        (lambda e: e.records.pop(), "not on record"),
        (lambda e: e.records.pop(), "has 0 outcomes"),
        (lambda e: e.records.append(e.records[-1]), "has 2 outcomes"),
        (lambda e: e.records.pop(1), "an outcome without intent"),
        (lambda e: _told(e, 1, 200, {"id": "10002"}), "several ids"),
        (lambda e: _told(e, 2, 200, {"id": "10001"}), "never arrived"),
        (lambda e: _told(e, 4, 200, {"id": "10001"}), "I4: post 4 was told as published"),
        (lambda e: _told(e, 3, 500, {"error": "oops"}), "was answered 500"),
    ],
)
def test_each_violation_is_seen(spoil: Callable[[Evidence], object], complaint: str) -> None:
    """A spoiled history is complained about, by name."""
    evidence = _evidence()
    spoil(evidence)

    with pytest.raises(AssertionError, match=complaint):
        check(evidence)


@pytest.mark.parametrize("result", ["published", "unknown"])
def test_a_post_for_later_arrives_or_is_unclear(result: str) -> None:
    """Nobody may believe that a post goes out which is lost."""
    evidence = _evidence()
    later = {"id": "p2", "scheduled_at": AT}
    _told(evidence, 2, 200, later)
    with pytest.raises(AssertionError, match="I2: post 2 was told as scheduled and never arrived"):
        check(evidence)
    decided = _record(4, "PG-101", decision="allow") | {"id": "d2"}
    intent = _record(5, "PG-102", attempt="a2", decided="d2")
    outcome = _record(6, "PG-103", attempt="a2", result=result, upstream_id="10002")
    evidence.records.extend(record | {"subject": {"post": "p2"}} for record in (decided, intent, outcome))
    if result == "published":
        evidence.received.append(_entry(2, "a2"))

    check(evidence)
