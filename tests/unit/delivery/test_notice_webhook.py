"""Notices posted to a web address."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from proxy.delivery.notice_webhook import NoticeWebhook, document
from proxy.gate.notices import Kind, Notice, Told
from tests.fakes.clock import START

NOTICE = Notice(
    id="r1",
    kind=Kind.ESCALATED,
    at=START,
    queue="board",
    review="w1",
    decision="d1",
    rules=("bank/iban",),
    due_at=START + timedelta(hours=2),
)


def test_a_notice_is_json_without_a_person() -> None:
    """Review, rules, times, and where to look."""
    assert json.loads(document(NOTICE, api="https://api.bank.example")) == {
        "type": "postgate.notice",
        "id": "r1",
        "kind": "escalated",
        "at": "2026-11-23T09:00:00.000000Z",
        "queue": "board",
        "review": "w1",
        "rules": ["bank/iban"],
        "due_at": "2026-11-23T11:00:00.000000Z",
        "decision": "d-d1",
        "link": "https://api.bank.example/v1/reviews/w1",
    }
    said = document(Notice(id="r2", kind=Kind.EXPIRED, at=START, author="a-digest"), api=None)
    assert b"a-digest" not in said
    assert json.loads(said)["due_at"] is None


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (200, Told.SENT),
        (204, Told.SENT),
        (301, Told.FAILED),
        (400, Told.REFUSED),
        (401, Told.FAILED),
        (410, Told.REFUSED),
        (429, Told.FAILED),
        (503, Told.FAILED),
    ],
)
async def test_the_status_says_whether_it_was_taken(status: int, told: Told) -> None:
    """A redirect is no yes; what is refused for good is not sent again."""
    posted: list[bytes] = []

    def post(body: bytes) -> int:
        posted.append(body)
        return status

    assert await NoticeWebhook(post, api=None).tell(NOTICE) is told
    assert posted == [document(NOTICE, api=None)]


async def test_a_receiver_that_is_away_is_tried_again() -> None:
    """No answer is no answer."""

    def post(_body: bytes) -> int:
        raise ConnectionRefusedError

    assert await NoticeWebhook(post, api=None).tell(NOTICE) is Told.FAILED
