"""
The words of notices, German and English: what happened, and where to look. Nothing of a post, and nobody's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import Localised
from proxy.gate.notices import Kind
from proxy.gate.replay import decision_id

if TYPE_CHECKING:
    from proxy.gate.notices import Notice

_SUBJECTS: dict[Kind, Localised] = {
    Kind.OPENED: Localised(de="Ein Beitrag wartet auf eine Prüfung", en="A post waits for a review"),
    Kind.REMINDED: Localised(
        de="Erinnerung: Ein Beitrag wartet noch auf eine Prüfung", en="Reminder: a post still waits for a review"
    ),
    Kind.ESCALATED: Localised(
        de="Überfällig: Über einen Beitrag wurde nicht entschieden", en="Overdue: nobody decided about a post"
    ),
    Kind.SAMPLED: Localised(
        de="Ein Beitrag wurde zur Qualitätsprüfung gezogen", en="A post was drawn for a look at quality"
    ),
    Kind.REJECTED: Localised(de="Ihr Beitrag wurde abgelehnt", en="Your post was rejected"),
    Kind.RETURNED: Localised(de="Ihr Beitrag kommt zur Überarbeitung zurück", en="Your post was sent back to you"),
    Kind.EXPIRED: Localised(
        de="Ihr Beitrag ist verfallen und wurde nicht veröffentlicht", en="Your post expired and was not published"
    ),
    Kind.BLOCKED: Localised(de="Ihr wartender Beitrag wurde aufgehalten", en="Your post was stopped while it waited"),
    Kind.FAILED: Localised(de="Ihr Beitrag konnte nicht veröffentlicht werden", en="Your post could not be published"),
    Kind.PUBLISHED: Localised(de="Ihr wartender Beitrag ist veröffentlicht", en="Your post that waited is published"),
}
_REVIEW = Localised(de="Prüfung: {}", en="Review: {}")
_QUEUE = Localised(de="Warteschlange: {}", en="Queue: {}")
_RULES = Localised(de="Regeln: {}", en="Rules: {}")
_DUE = Localised(de="Fällig: {}", en="Due: {}")
_DECISION = Localised(de="Entscheidung: {}", en="Decision: {}")
_LOOK = Localised(de="Ansehen: {}", en="Look: {}")
_NOTE = Localised(
    de="Diese Nachricht enthält nichts aus dem Beitrag. Sie kommt von Postgate; eine Antwort liest niemand.",
    en="This message contains nothing of the post. It comes from Postgate; nobody reads an answer.",
)


def subject(notice: Notice, *, language: str) -> str:
    """Return one line that says what happened, and to which queue."""
    text = _SUBJECTS[notice.kind].pick(language)
    return f"[Postgate] {text}" if notice.queue is None else f"[Postgate] {notice.queue}: {text}"


def body(notice: Notice, *, language: str, api: str | None) -> str:
    """Return the whole text; with an address of the API also where to look."""
    rows: list[tuple[Localised, str | None]] = [
        (_REVIEW, notice.review),
        (_QUEUE, notice.queue),
        (_RULES, ", ".join(notice.rules)),
        (_DUE, None if notice.due_at is None else notice.due_at.strftime("%Y-%m-%d %H:%M UTC")),
        (_DECISION, None if notice.decision is None else decision_id(notice.decision)),
        (_LOOK, link(notice, api)),
    ]
    facts = [label.pick(language).format(value) for label, value in rows if value]
    said = f"{_SUBJECTS[notice.kind].pick(language)}."
    return "\n".join([said, "", *facts, "", _NOTE.pick(language), ""])


def link(notice: Notice, api: str | None) -> str | None:
    """Return where to look: reviewers at the review, authors at their post."""
    if api is not None and notice.queue is not None and notice.review is not None:
        return f"{api}/v1/reviews/{notice.review}"
    if api is not None and notice.queue is None and notice.decision is not None:
        return f"{api}/v1/posts/{decision_id(notice.decision)}"
    return None
