"""
How changes of posts that wait become rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate import review_changes as reviews
from proxy.gate import waiting_changes as waiting
from proxy.storage.rows import same, taken

if TYPE_CHECKING:
    from proxy.storage.rows import Columns


def _open(_change: object) -> str:
    return "open"


def _first(_change: object) -> int:
    return 1


def _none(_change: object) -> None:
    """Fill a column that begins empty."""


def _rules(change: reviews.OpenReview) -> str:
    return " ".join(change.rules)


def _bulk(change: reviews.OpenReview) -> int:
    return int(change.bulk)


WAITING_ROWS: dict[type, tuple[tuple[str, Columns], ...]] = {
    reviews.OpenReview: (
        (
            "open_review",
            same("id", "kind", "queue", "stages", "author", "mac", "opened_at", "due_at", "escalate_to")
            | same("decision_record", "policy_digest")
            | taken(post_id="post")
            | taken(first_queue="queue")
            | {"state": _open, "stage": _first, "rules": _rules, "bulk": _bulk}
            | {"escalated_at": _none, "reminded_at": _none, "closed_at": _none},
        ),
    ),
    reviews.CastVote: (
        ("cast_vote", same("id", "stage", "reviewer", "on_behalf_of", "verdict", "at") | taken(review_id="review")),
    ),
    reviews.AdvanceReview: (("advance_review", taken(b_id="id", b_stage="stage")),),
    reviews.EndReview: (("end_review", taken(b_id="id", b_state="state", b_at="at")),),
    reviews.DropReviews: (("drop_reviews", taken(b_post="post", b_state="state", b_at="at")),),
    reviews.Remind: (("remind", taken(b_id="id", b_at="at")),),
    reviews.Escalate: (("escalate", taken(b_id="id", b_queue="queue", b_at="at")),),
    reviews.Delegate: (
        ("delegate", same("id", "person", "deputy", "queue", "since", "until", "created_at") | {"ended_at": _none}),
    ),
    reviews.EndDelegation: (("end_delegation", taken(b_id="id", b_person="person", b_at="at")),),
    waiting.TakeWaiting: (("take_waiting", taken(b_post="post", b_send_at="send_at", b_tries="tries")),),
    waiting.KeepWaiting: (
        ("keep_waiting", same("send_at", "not_before", "expires_at", "tries") | taken(post_id="post")),
    ),
    waiting.StopWaiting: (("stop_waiting", taken(b_post="post")),),
}
