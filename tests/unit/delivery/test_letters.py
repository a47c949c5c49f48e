"""The words of notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from proxy.delivery.letters import body, link, subject
from proxy.gate.notices import Kind, Notice
from tests.fakes.clock import START

NOTICE = Notice(
    id="r1",
    kind=Kind.OPENED,
    at=START,
    queue="compliance",
    review="w1",
    decision="d1",
    rules=("bank/iban", "bank/card"),
    due_at=START + timedelta(hours=2),
)
API = "https://api.bank.example"


GERMAN = """\
Ein Beitrag wartet auf eine Prüfung.

Prüfung: w1
Warteschlange: compliance
Regeln: bank/iban, bank/card
Fällig: 2026-11-23 11:00 UTC
Entscheidung: d-d1
Ansehen: https://api.bank.example/v1/reviews/w1

Diese Nachricht enthält nichts aus dem Beitrag. Sie kommt von Postgate; eine Antwort liest niemand.
"""
ENGLISH = """\
A post waits for a review.

Review: w1
Queue: compliance
Rules: bank/iban, bank/card
Due: 2026-11-23 11:00 UTC
Decision: d-d1
Look: https://api.bank.example/v1/reviews/w1

This message contains nothing of the post. It comes from Postgate; nobody reads an answer.
"""


@pytest.mark.parametrize(("language", "expected"), [("de", GERMAN), ("en", ENGLISH)])
def test_a_letter_says_what_is_asked_and_until_when(language: str, expected: str) -> None:
    """In the language of the house, and where to look."""
    assert body(NOTICE, language=language, api=API) == expected


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_kind_has_its_words(kind: Kind, language: str) -> None:
    """The subject names the queue, where one is asked."""
    to_queue = subject(replace(NOTICE, kind=kind), language=language)
    to_author = subject(replace(NOTICE, kind=kind, queue=None), language=language)

    assert to_queue.startswith("[Postgate] compliance: ")
    assert to_author == to_queue.replace("compliance: ", "")
    assert body(replace(NOTICE, kind=kind), language=language, api=None).startswith(
        to_author.removeprefix("[Postgate] ")
    )


def test_what_is_not_known_is_left_out() -> None:
    """No empty lines of facts."""
    bare = Notice(id="r1", kind=Kind.FAILED, at=START)

    assert body(bare, language="en", api=API).splitlines()[:3] == [
        "Your post could not be published.",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("notice", "api", "expected"),
    [
        (NOTICE, None, None),
        (replace(NOTICE, review=None), API, None),
        (replace(NOTICE, queue=None), API, f"{API}/v1/posts/d-d1"),
        (replace(NOTICE, queue=None, decision=None), API, None),
    ],
)
def test_a_link_leads_to_what_its_reader_may_see(notice: Notice, api: str | None, expected: str | None) -> None:
    """Reviewers to the review, authors to their post; without an API nowhere."""
    assert link(notice, api) == expected
