"""
Reviews as plain values: the same rows for commands and the API. People stand in them by their pseudonyms.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from proxy.gate.records import stamp
from proxy.gate.replay import decision_id

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.review_ports import AskedReview, Delegation
    from proxy.gate.review_shown import ShownReview
    from proxy.gate.reviewing import OfMany, Voted


def review_row(review: AskedReview) -> dict[str, object]:
    """Return what is known of a review, without any text."""
    return {
        "id": review.id,
        "post": review.post,
        "decision_id": decision_id(review.decision_record),
        "kind": review.kind,
        "queue": review.queue,
        "stage": review.stage,
        "stages": review.stages,
        "author": review.author,
        "account": review.account,
        "platform": review.platform,
        "operation": review.operation,
        "rules": list(review.rules),
        "bulk": review.bulk,
        "opened_at": stamp(review.opened_at),
        "due_at": stamp(review.due_at),
        "escalated": review.escalated,
        "send_at": _maybe(review.send_at),
        "expires_at": _maybe(review.expires_at),
        "policy_digest": review.policy_digest,
        "votes": [
            {
                "stage": vote.stage,
                "verdict": vote.verdict,
                "reviewer": vote.reviewer,
                "on_behalf_of": vote.on_behalf_of,
                "at": stamp(vote.at),
            }
            for vote in review.votes
        ],
    }


def shown_row(shown: ShownReview) -> dict[str, object]:
    """Return a review with its text, covered or in clear."""
    parts = [
        {
            "kind": part.kind,
            "slot": part.slot,
            "text": part.text,
            "covered": part.covered,
            "places": [
                {"start": place.start, "end": place.end, "rule": place.rule, "entity": place.entity}
                for place in part.places
            ],
        }
        for part in shown.parts
    ]
    return {
        "review": review_row(shown.review),
        "revealed": shown.revealed,
        "parts": parts,
        "images": [{"type": image.mime, "size": image.size, "alt": image.alt} for image in shown.images],
        "answers": shown.answers,
        "edits": None if shown.edits is None else asdict(shown.edits),
        "appeal": None if shown.appeal is None else asdict(shown.appeal),
        "alike": [
            {"review": one.review, "verdict": one.verdict, "at": stamp(one.at), "reason": one.reason}
            for one in shown.alike
        ],
        "options": [asdict(choice) for choice in shown.choices],
    }


def voted_row(voted: Voted) -> dict[str, object]:
    """Return what became of a word on a review."""
    return {
        "review": voted.review,
        "verdict": voted.verdict,
        "stage": voted.stage,
        "stages": voted.stages,
        "state": voted.state,
        "on_behalf_of": voted.on_behalf_of,
    }


def of_many_row(one: OfMany) -> dict[str, object]:
    """Return what became of one review among several."""
    return {"review": one.review, "why": one.why, "state": None if one.voted is None else one.voted.state}


def delegation_row(delegation: Delegation) -> dict[str, object]:
    """Return who stands in for whom, and until when."""
    return {
        "id": delegation.id,
        "person": delegation.person,
        "deputy": delegation.deputy,
        "queue": delegation.queue,
        "since": stamp(delegation.since),
        "until": stamp(delegation.until),
    }


def _maybe(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)
