"""A ReleasedPost exists only for a recorded allow of exactly this post."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.errors import NotReleased
from proxy.core.model import (
    Decision,
    DetectorId,
    Localised,
    MatchedRule,
    Part,
    PartKind,
    Post,
    PostId,
    PostKind,
    Reason,
    Receipt,
    Verdict,
)
from proxy.core.release import Approval, ReleasedPost, release

DETECTOR = DetectorId(name="patterns", version="1")
POST = Post(
    id=PostId("post-1"),
    platform="mastodon",
    account="mastodon:presse",
    author="a-1",
    operation="status.create",
    kind=PostKind.POST,
    parts=(Part(kind=PartKind.BODY, slot="status", text="Schönes Wochenende!"),),
)
DECISION = Decision(
    post=POST.id,
    verdict=Verdict.ALLOW,
    reasons=(Reason(rule="gate/clean", verdict=Verdict.ALLOW, message=Localised(de="Sauber.", en="Clean.")),),
    matched=(),
    would_have=(),
    obligations=(),
    policy_digest="p",
    rules_digest="r",
    organisation_digest="o",
    expected=frozenset({DETECTOR}),
    completed=frozenset({DETECTOR}),
)
RECEIPT = Receipt(post=POST.id, mac="mac-1", records={"PG-101": "r-1", "PG-102": "r-2"}, first_seq=0, size=2)


def test_a_recorded_allow_is_released() -> None:
    """An allowing decision and its intent on record give a post that may be sent, with the attempt's id."""
    released = release(post=POST, mac="mac-1", decision=DECISION, receipt=RECEIPT, attempt="attempt-1")

    assert released.post is POST
    assert released.attempt == "attempt-1"


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.ALLOW])
def test_no_other_verdict_is_released(verdict: Verdict) -> None:
    """Only `allow` lets a post leave."""
    with pytest.raises(NotReleased, match="the verdict is not allow"):
        release(
            post=POST, mac="mac-1", decision=replace(DECISION, verdict=verdict), receipt=RECEIPT, attempt="attempt-1"
        )


@pytest.mark.parametrize(
    ("decision", "receipt", "mac", "complaint"),
    [
        (replace(DECISION, completed=frozenset()), RECEIPT, "mac-1", "the scan is incomplete"),
        (replace(DECISION, expected=frozenset(), completed=frozenset()), RECEIPT, "mac-1", "the scan is incomplete"),
        (replace(DECISION, post=PostId("post-2")), RECEIPT, "mac-1", "the decision is about another post"),
        (DECISION, replace(RECEIPT, post=PostId("post-2")), "mac-1", "the receipt is about another post"),
        (DECISION, replace(RECEIPT, post=None), "mac-1", "the receipt is about another post"),
        (DECISION, RECEIPT, "mac-2", "the receipt is about another content"),
        (DECISION, replace(RECEIPT, mac=""), "", "the receipt is about another content"),
        (DECISION, replace(RECEIPT, records={"PG-102": "r-2"}), "mac-1", "the decision is not on record"),
        (DECISION, replace(RECEIPT, records={"PG-101": "r-1"}), "mac-1", "the intent is not on record"),
    ],
)
def test_what_is_missing_is_named(decision: Decision, receipt: Receipt, mac: str, complaint: str) -> None:
    """Each condition alone stops the release, and says so."""
    with pytest.raises(NotReleased) as caught:
        release(post=POST, mac=mac, decision=decision, receipt=receipt, attempt="attempt-1")

    assert caught.value.diagnostics().found == complaint


def test_every_complaint_is_reported_at_once() -> None:
    """Several missing conditions are listed together."""
    with pytest.raises(NotReleased) as caught:
        release(
            post=POST,
            mac="mac-1",
            decision=replace(DECISION, verdict=Verdict.BLOCK),
            receipt=replace(RECEIPT, records={}),
            attempt="attempt-1",
        )

    assert caught.value.diagnostics().found == (
        "the verdict is not allow; the decision is not on record; the intent is not on record"
    )


def test_nobody_else_can_make_one() -> None:
    """Calling the class does not make a ReleasedPost, nor does a copy with another post."""
    with pytest.raises(NotReleased):
        ReleasedPost(post=POST, attempt="attempt-1", seal=object())


def test_a_released_post_shows_no_text() -> None:
    """Neither the text nor the seal appears in a representation."""
    released = release(post=POST, mac="mac-1", decision=DECISION, receipt=RECEIPT, attempt="attempt-1")

    assert "Wochenende" not in repr(released)
    assert "seal" not in repr(released)


HELD = replace(
    DECISION,
    verdict=Verdict.HOLD,
    reasons=(Reason(rule="bank/iban", verdict=Verdict.HOLD, message=Localised(de="Halt.", en="Hold.")),),
    matched=(
        MatchedRule(rule="bank/iban", verdict=Verdict.HOLD),
        MatchedRule(rule="bank/tone", verdict=Verdict.REDACT),
        MatchedRule(rule="bank/note", verdict=Verdict.ALLOW),
    ),
)
APPROVAL = Approval(post=POST.id, mac="mac-1", rules=frozenset({"bank/iban", "bank/tone"}), records=("vote-1",))


def test_what_people_approved_is_released() -> None:
    """A hold by nothing but rules that they were shown."""
    released = release(post=POST, mac="mac-1", decision=HELD, receipt=RECEIPT, attempt="attempt-1", approval=APPROVAL)

    assert released.post is POST


@pytest.mark.parametrize(
    ("decision", "approval"),
    [
        (HELD, None),
        (HELD, replace(APPROVAL, mac="mac-2")),
        (HELD, replace(APPROVAL, post=PostId("post-2"))),
        (HELD, replace(APPROVAL, records=())),
        (HELD, replace(APPROVAL, rules=frozenset({"bank/iban"}))),
        (HELD, replace(APPROVAL, rules=frozenset({"bank/tone"}))),
        (replace(HELD, verdict=Verdict.BLOCK), APPROVAL),
        (replace(HELD, completed=frozenset()), APPROVAL),
        (replace(HELD, expected=frozenset(), completed=frozenset()), APPROVAL),
    ],
    ids=[
        "nobody",
        "another text",
        "another post",
        "no words of theirs",
        "a rule that they were not shown",
        "a reason that they were not shown",
        "a block",
        "not looked at completely",
        "not looked at",
    ],
)
def test_nothing_else_is_released(decision: Decision, approval: Approval | None) -> None:
    """Whatever else holds it, nobody has approved."""
    with pytest.raises(NotReleased):
        release(post=POST, mac="mac-1", decision=decision, receipt=RECEIPT, attempt="attempt-1", approval=approval)
