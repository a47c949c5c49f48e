"""Rows say what became of a post, survive the store, and hold nothing of its text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import GateBusy, OutcomeUnknown, StillInProgress
from proxy.core.model import PostId, Verdict
from proxy.gate.api_ports import OwnPost
from proxy.gate.lifecycle import State
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.post_rows import PostRow, RowAnswers, failed_row, kept_row, result_row, row_of
from proxy.gate.replay import REPLAYED, pack, unpack
from proxy.gate.results import Blocked, Held, NotSent, Published, Queued, Rejected, Scheduled, Spooled, Unknown
from tests.factories import CREATE, make_decision, make_post

if TYPE_CHECKING:
    from proxy.gate.results import Result

DUE = datetime(2026, 11, 23, 11, tzinfo=UTC)
POST = make_post("Zwielicht 4711")
DECISION = make_decision(POST)
PUBLISHED = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="7")
LIMITED = Outcome(kind=OutcomeKind.REJECTED, reason="rate_limited", upstream_status=429, retry_after=60)
UNKNOWN = Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout", upstream_id="8")

RESULTS: list[tuple[Result, tuple[str | None, ...]]] = [
    (Published(post=POST, decision=DECISION, decision_id="d-1", outcome=PUBLISHED), ("allow", "published", "7", None)),
    (
        Published(post=POST, decision=DECISION, decision_id="d-1", outcome=PUBLISHED, redacted=True),
        ("redact", "published", "7", None),
    ),
    (Blocked(post=POST, decision=replace(DECISION, verdict=Verdict.BLOCK), decision_id="d-1"),
     ("block", "blocked", None, None)),
    (
        Held(
            post=POST,
            decision=replace(DECISION, verdict=Verdict.HOLD),
            decision_id="d-1",
            review_id="r",
            due_at=DUE,
        ),
        ("hold", "held", None, None),
    ),
    (Rejected(decision_id="d-1", outcome=LIMITED), ("allow", "rejected", None, "rate_limited")),
    (NotSent(decision_id="d-1", outcome=Outcome(kind=OutcomeKind.NOT_SENT, reason="connect")),
     ("allow", "not_sent", None, "connect")),
    (Unknown(decision_id="d-1", outcome=UNKNOWN), ("allow", "unknown", None, "timeout")),
]  # fmt: skip


@pytest.mark.parametrize(("result", "told"), RESULTS, ids=lambda value: type(value).__name__)
def test_a_row_says_what_became_of_a_post(result: Result, told: tuple[str | None, ...]) -> None:
    """It comes back from the store as it was, marked as an answer to an earlier request."""
    row = result_row(result)
    kept = unpack(pack(RowAnswers().answer(CREATE, result)))
    again = row_of(replace(kept, headers=(*kept.headers, REPLAYED)))

    assert (row.verdict, row.status, row.platform_id, row.reason) == told
    assert row.decision_id == "d-1"
    assert again == replace(row, replayed=True)
    assert row_of(kept) == row
    assert b"Zwielicht" not in kept.body


def test_a_held_post_has_a_time_and_a_limited_one_too() -> None:
    """When a person has to have looked, and when the platform takes it."""
    rows = [result_row(result) for result, _ in RESULTS]

    assert [row.due_at for row in rows if row.status == "held"] == ["2026-11-23T11:00:00.000000Z"]
    assert [row.retry_after for row in rows if row.status == "rejected"] == [60]


def test_what_waits_says_until_when() -> None:
    """For its time, without rules that stopped it, or for the platform, with why."""
    scheduled = result_row(Scheduled(post=POST, decision=DECISION, decision_id="d-1", send_at=DUE))
    queued = result_row(Queued(decision_id="d-1", not_before=DUE, reason="connect"))
    due = "2026-11-23T11:00:00.000000Z"

    assert (scheduled.status, scheduled.verdict, scheduled.send_at, scheduled.rules) == ("scheduled", "allow", due, ())
    assert (queued.status, queued.verdict, queued.send_at, queued.reason) == ("queued", "allow", due, "connect")


def test_an_upload_is_no_post() -> None:
    """It has answers of its own."""
    with pytest.raises(TypeError):
        result_row(Spooled(post=POST, decision=DECISION, decision_id="d-1", media_id="m"))


def test_an_error_has_a_row() -> None:
    """With the decision where there is one, and words in both languages."""
    errors = (OutcomeUnknown(decision_id="d-1"), OutcomeUnknown(), StillInProgress(), GateBusy())
    rows = [failed_row(error) for error in errors]

    assert [(row.decision_id, row.status, row.reason) for row in rows] == [
        ("d-1", "unknown", None),
        (None, "unknown", None),
        (None, "in_progress", None),
        (None, "not_sent", "busy"),
    ]
    assert rows[3].messages[0].en == GateBusy.text.en


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.PUBLISHED, "published"),
        (State.REJECTED_UPSTREAM, "rejected"),
        (State.FAILED, "not_sent"),
        (State.INTENT, "in_progress"),
        (State.HELD, "held"),
        (State.UNKNOWN, "unknown"),
        (State.BLOCKED, "blocked"),
    ],
)
def test_a_state_is_a_status(state: State, status: str) -> None:
    """In the words of the answer to the request that made the post."""
    post = OwnPost(
        id=PostId("p"),
        account="mastodon:presse",
        operation="status.create",
        state=state,
        verdict="allow",
        decision_record="r",
        created_at=DUE,
        platform_id="7",
    )

    assert kept_row(post) == PostRow(
        target="mastodon:presse", decision_id="d-r", verdict="allow", status=status, platform_id="7"
    )
