"""What became of a submission."""

from __future__ import annotations

from typing import get_args

from proxy.core.model import Verdict
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.results import (
    Blocked,
    Held,
    NotSent,
    Opened,
    Published,
    Queued,
    Rejected,
    Result,
    Scheduled,
    Spooled,
    Unknown,
)
from tests.factories import make_decision, make_post
from tests.fakes.clock import START


def test_no_result_shows_the_post() -> None:
    """Results are handed to platform modules, whose defects end up in tracebacks."""
    post, outcome = make_post("Kanarienvogel"), Outcome(kind=OutcomeKind.PUBLISHED, answer=b"Kanarienvogel")
    allow, block = make_decision(post), make_decision(post, Verdict.BLOCK)
    results: list[Result] = [
        Published(post=post, decision=allow, decision_id="d-1", outcome=outcome),
        Blocked(post=post, decision=block, decision_id="d-1"),
        Held(post=post, decision=block, decision_id="d-1", review_id="r-1", due_at=START),
        Scheduled(post=post, decision=allow, decision_id="d-1", send_at=START),
        Queued(decision_id="d-1", not_before=START, reason="paced"),
        Spooled(post=post, decision=allow, decision_id="d-1", media_id="m-1"),
        Opened(media_id="m-1"),
        Rejected(decision_id="d-1", outcome=outcome),
        NotSent(decision_id="d-1", outcome=outcome),
        Unknown(decision_id="d-1", outcome=outcome),
    ]

    assert {type(result) for result in results} == set(get_args(Result))
    assert "Kanarienvogel" not in repr(results)
