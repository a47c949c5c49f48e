"""`hold` says who looks, how often and until when."""

from __future__ import annotations

from proxy.core.model import Verdict
from proxy.core.policy.actions.hold import HoldSpec, build, obligations
from proxy.core.policy.fields import Written


def test_absent_details_have_defaults() -> None:
    """One look, escalated to compliance, due as the settings say."""
    spec = build(Written(place="hold", values={"queue": "press"}))

    assert spec == HoldSpec(queue="press", stages=1, due=None, escalate_to="compliance")
    assert spec.verdict is Verdict.HOLD


def test_every_detail_can_be_written() -> None:
    """All of it reaches the review."""
    written = {"queue": "press", "stages": 2, "due": 7200, "escalate_to": "board"}

    (review,) = obligations(build(Written(place="hold", values=written)), "bank/named")

    assert review.name == "review"
    assert dict(review.arguments) == {
        "queue": "press",
        "stages": 2,
        "due_seconds": 7200,
        "escalate_to": "board",
        "rule": "bank/named",
    }


def test_without_a_due_time_the_settings_decide() -> None:
    """The obligation does not name one."""
    (review,) = obligations(HoldSpec(queue="press"), "bank/named")

    assert "due_seconds" not in dict(review.arguments)
