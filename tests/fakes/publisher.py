"""
Twin of the sending side: remembers what it was given and answers by script.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from proxy.core.model import Receipt
from proxy.core.release import release
from proxy.gate.outcome import Outcome, OutcomeKind
from tests.factories import make_decision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Post
    from proxy.gate.ports import ReleasedPost, SpooledMedia


class RecordingPublisher:
    """Publishes into a list; the outcomes are given in order, after them everything is published."""

    def __init__(self, *outcomes: Outcome) -> None:
        self._outcomes = list(outcomes)
        self.published: list[tuple[ReleasedPost, tuple[SpooledMedia, ...]]] = []

    async def publish(self, released: ReleasedPost, media: Sequence[SpooledMedia]) -> Outcome:
        """Remember one attempt and give the next outcome."""
        self.published.append((released, tuple(media)))
        if self._outcomes:
            return self._outcomes.pop(0)
        identifier = str(len(self.published))
        return Outcome(
            kind=OutcomeKind.PUBLISHED,
            upstream_status=200,
            upstream_id=identifier,
            answer=json.dumps({"id": identifier}).encode(),
        )


def make_released(post: Post, *, attempt: str = "attempt-1") -> ReleasedPost:
    """Release a post the way the gate does, with an invented decision and receipt."""
    receipt = Receipt(
        post=post.id, mac="m" * 64, records={"PG-101": "record-1", "PG-102": "record-2"}, first_seq=1, size=2
    )
    return release(post=post, mac="m" * 64, decision=make_decision(post), receipt=receipt, attempt=attempt)
