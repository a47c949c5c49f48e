"""Audit records as values: complete, and without text."""

from __future__ import annotations

import json
from dataclasses import replace

from proxy.core.model import Confidence, DetectorId, MatchedRule, Verdict
from proxy.core.policy.told import TOPIC
from proxy.gate import records
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.review import ReviewTerms
from proxy.gate.work import SealedContent, Subject
from tests.factories import make_decision, make_finding, make_grant, make_post, make_scan
from tests.fakes.clock import START

SECRET = "Kanarienvogel-7319"
CONTENT = SealedContent(key="k", nonce=b"n", ciphertext=b"c", mac="m", dek_sha256="d", retention="blocked-30d")


def test_findings_are_counted_per_rule_and_entity() -> None:
    """The leaf says how often and how sure, never where or what."""
    scan = make_scan(
        make_finding(start=0, end=5, confidence=Confidence.LOW),
        make_finding(start=9, end=14, confidence=Confidence.HIGH),
        make_finding("PERSON", rule="ner/rampart", confidence=Confidence.MEDIUM),
    )
    record = records.decided(
        record="r1",
        at=START,
        actor=records.actor_of(make_grant().principal),
        post=make_post(SECRET),
        scan=scan,
        decision=make_decision(),
        content=CONTENT,
    )

    assert record.data["findings"] == [
        {"rule": "ner/rampart", "entity": "PERSON", "count": 1, "confidence": "medium"},
        {"rule": "presidio/iban", "entity": "IBAN_CODE", "count": 2, "confidence": "high"},
    ]
    assert SECRET not in json.dumps(record.data)
    assert SECRET not in repr(record)


def test_a_decision_says_which_register_was_asked() -> None:
    """By the version of its detector; without a register nothing is said of one."""
    asked = frozenset({DetectorId(name="register", version="c0de-v1-v2"), DetectorId(name="lexicons", version="r-9")})
    decision = make_decision()

    assert records.register_version(asked) == "v1-v2"
    data = records.decided_data(make_post(SECRET), make_scan(), replace(decision, expected=asked))
    assert data["register_version"] == "v1-v2"
    assert "register_version" not in records.decided_data(make_post(SECRET), make_scan(), decision)


def test_ten_thousand_kinds_of_findings_still_fit() -> None:
    """A post with very many findings is recorded: the first 200 groups, the rest as a number."""
    scan = make_scan(*(make_finding(rule=f"rule/{index:05}") for index in range(10_000)))
    record = records.decided(
        record="r1",
        at=START,
        actor=records.SYSTEM,
        post=make_post(),
        scan=scan,
        decision=make_decision(),
        content=CONTENT,
    )
    rows = record.data["findings"]

    assert isinstance(rows, list)
    assert len(rows) == 201
    assert rows[-1] == {"rule": "more", "entity": "more", "count": 9_800, "confidence": "high"}


def test_the_sealed_content_holds_texts_and_spans() -> None:
    """What the leaf must not hold is in the encrypted content, so that a reviewer can see it."""
    plain = json.loads(records.content_of(make_post(SECRET), make_scan(make_finding(start=2, end=4))))

    assert plain["parts"] == [["body", "status", SECRET]]
    assert [(row["start"], row["end"], row["fingerprint"]) for row in plain["findings"]] == [(2, 4, "f" * 32)]


def test_records_of_one_attempt_refer_to_each_other() -> None:
    """Intent points to the decision, outcome and late answer point to the intent."""
    post, subject = make_post(), Subject(account="mastodon:presse", post="p")
    intent = records.intent(
        record="r2",
        at=START,
        actor=records.SYSTEM,
        post=post,
        mac="m",
        decided_by="r1",
        attempt="a1",
        lease=START,
    )
    published = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="42")
    outcome = records.outcome(
        record="r3", at=START, subject=subject, attempt="a1", intent_record="r2", result=published, ms=12
    )
    late = records.reconciled(
        record="r4",
        at=START,
        subject=subject,
        attempt="a1",
        intent_record="r2",
        result=published,
        method="late",
    )

    assert (intent.refs, outcome.refs, late.refs) == (("r1",), ("r2",), ("r2",))
    assert intent.data["mac"] == "m"
    assert intent.data["lease_until"] == "2026-11-23T09:00:00.000000Z"
    assert outcome.data["result"] == "published"
    assert (late.code, late.data["method"]) == ("PG-104", "late")


def test_the_record_of_a_decision_says_what_its_author_was_told_instead() -> None:
    """Only where that differs from its reasons."""
    matched = MatchedRule(rule="test/rule", verdict=Verdict.BLOCK, untold=TOPIC)
    decision = make_decision(verdict=Verdict.BLOCK)
    plain = records.decided_data(make_post(), make_scan(), decision)
    told = records.decided_data(make_post(), make_scan(), replace(decision, matched=(matched,)))

    assert "told" not in plain
    assert (told["reasons"], told["told"]) == (["test/rule"], ["gate/topic-closed"])


def test_an_opened_review_names_queue_and_rules() -> None:
    """The record of a hold says who acts next and until when."""
    terms = ReviewTerms(queue="compliance", stages=1, due_at=START, escalate_to="board", told_due_at=START)
    record = records.review_opened(
        record="r5",
        at=START,
        post=make_post(),
        mac="m",
        decided_by="r1",
        decision=make_decision(),
        name="rv",
        review=terms,
    )

    assert record.code == "PG-201"
    assert (record.data["queue"], record.data["stages"], record.data["escalate_to"]) == ("compliance", 1, "board")
    assert record.data["due_at"] == "2026-11-23T09:00:00.000000Z"
    assert record.data["rules"] == ["test/rule"]
    assert (record.refs, record.data["review"]) == (("r1",), "rv")


def test_the_record_of_a_decision_shows_who_was_outside_a_sample() -> None:
    """The share stands beside a rule that is being rolled out, and beside no other."""
    rolled = MatchedRule(rule="bank/new", verdict=Verdict.BLOCK, rollout=25)
    plain = MatchedRule(rule="bank/old", verdict=Verdict.HOLD)
    decision = replace(make_decision(), matched=(plain,), would_have=(rolled, plain))

    data = records.decided(
        record="r",
        at=START,
        actor=records.SYSTEM,
        post=make_post(),
        scan=make_scan(),
        decision=decision,
        content=CONTENT,
    ).data

    assert data["rules"] == [{"rule": "bank/old", "verdict": "hold"}]
    assert data["would_have"] == [
        {"rule": "bank/new", "verdict": "block", "rollout": "2.5%"},
        {"rule": "bank/old", "verdict": "hold"},
    ]
