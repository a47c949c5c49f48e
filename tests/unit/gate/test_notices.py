"""What people are told of a record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from proxy.gate.notices import CODES, Happening, Kind, Place, ReviewNow, notice_of
from tests.fakes.clock import START

HAPPENING = Happening(
    place=Place(log=1, seq=7),
    id="r1",
    code="PG-201",
    node="n1",
    at=START,
    data={"review": "w1", "queue": "compliance"},
    decision="d1",
    author="digest",
    waited=True,
    review=ReviewNow(queue="compliance", rules=("bank/iban",), due_at=START + timedelta(hours=2)),
)


@pytest.mark.parametrize(
    ("code", "data", "kind", "queue"),
    [
        ("PG-201", {"review": "w1", "queue": "legal"}, Kind.OPENED, "legal"),
        ("PG-203", {"review": "w1", "from_queue": "legal", "to_queue": "board"}, Kind.ESCALATED, "board"),
        ("PG-206", {"review": "w1", "queue": "quality"}, Kind.SAMPLED, "quality"),
        ("PG-209", {"review": "w1", "queue": "legal"}, Kind.REMINDED, "legal"),
    ],
)
def test_a_queue_hears_of_its_reviews(code: str, data: dict[str, object], kind: Kind, queue: str) -> None:
    """With rules and due time; whose post it is, it does not hear."""
    notice = notice_of(replace(HAPPENING, code=code, data=data))

    assert notice is not None
    assert (notice.id, notice.kind, notice.queue, notice.author) == ("r1", kind, queue, None)
    assert (notice.review, notice.rules, notice.due_at) == ("w1", ("bank/iban",), START + timedelta(hours=2))


@pytest.mark.parametrize(
    ("code", "data", "kind"),
    [
        ("PG-202", {"review": "w1", "verdict": "reject"}, Kind.REJECTED),
        ("PG-202", {"review": "w1", "verdict": "return"}, Kind.RETURNED),
        ("PG-105", {"from": "held", "to": "expired"}, Kind.EXPIRED),
        ("PG-105", {"from": "approved", "to": "blocked"}, Kind.BLOCKED),
        ("PG-105", {"from": "queued", "to": "failed"}, Kind.FAILED),
        ("PG-103", {"result": "published"}, Kind.PUBLISHED),
        ("PG-104", {"result": "published"}, Kind.PUBLISHED),
    ],
)
def test_an_author_hears_what_became_of_a_post(code: str, data: dict[str, object], kind: Kind) -> None:
    """
    No queue does; what is due does not matter any more.

    Why it was stopped stands in its status: a notice would name rules that its author must not hear of.
    """
    notice = notice_of(replace(HAPPENING, code=code, data=data))

    assert notice is not None
    assert (notice.kind, notice.queue, notice.author) == (kind, None, "digest")
    assert (notice.decision, notice.due_at, notice.rules) == ("d1", None, ())


@pytest.mark.parametrize(
    ("code", "data", "waited"),
    [
        ("PG-202", {"review": "w1", "verdict": "approve"}, True),
        ("PG-105", {"from": "held", "to": "withdrawn"}, True),
        ("PG-105", {"from": "intent", "to": "scheduled"}, True),
        ("PG-103", {"result": "not_sent"}, True),
        ("PG-103", {"result": "published"}, False),
    ],
)
def test_nobody_hears_what_they_know(code: str, data: dict[str, object], waited: bool) -> None:
    """What an author did, or was answered; and what is not over yet."""
    assert notice_of(replace(HAPPENING, code=code, data=data, waited=waited)) is None


def test_a_post_that_was_erased_has_nobody_who_hears() -> None:
    """A review of it is told without rules when it is gone."""
    notice = notice_of(replace(HAPPENING, review=None, author=None, decision=None))

    assert notice is not None
    assert (notice.rules, notice.due_at, notice.decision) == ((), None, None)


def test_every_record_that_makes_a_notice_is_read() -> None:
    """The codes of the reads are those of the notices."""
    assert {"PG-103", "PG-104", "PG-105", "PG-201", "PG-202", "PG-203", "PG-206", "PG-209"} == CODES
