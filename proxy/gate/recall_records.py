"""
Records of posts that are taken back: one, or all of a request as one action.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.records import SYSTEM, part_of
from proxy.gate.work import AuditRecord

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.work import Actor, Subject


def recall_intent(
    *, record: str, at: datetime, by: Actor, about: Subject, attempt: str, action: str | None = None
) -> AuditRecord:
    """PG-106: a published post is to be taken back; the platform may be asked from now on."""
    return AuditRecord(
        id=record,
        code="PG-106",
        type="post.recall_intent",
        at=at,
        actor=by,
        subject=about,
        data={"attempt": attempt} | part_of(action),
    )


def recall_outcome(
    *,
    record: str,
    at: datetime,
    about: Subject,
    intent: str,
    said: dict[str, object],
    action: str | None = None,
) -> AuditRecord:
    """PG-107: what became of a recall; `said` has its attempt, result and reason."""
    return AuditRecord(
        id=record,
        code="PG-107",
        type="post.recall_outcome",
        at=at,
        actor=SYSTEM,
        subject=about,
        refs=(intent,),
        data=said | part_of(action),
    )


def request_taken_back(*, record: str, at: datetime, by: Actor, request: str) -> AuditRecord:
    """PG-109: all posts of a request are to be taken back; its id is the `action` of what is done for it."""
    return AuditRecord(id=record, code="PG-109", type="request.taken_back", at=at, actor=by, data={"request": request})
