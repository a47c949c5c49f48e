from __future__ import annotations

import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.audit.leaf import build
from proxy.audit.records import Order, Refused, read_leaf
from proxy.gate.work import Actor, AuditRecord
from tests.works import AUTHOR, MAC, SYSTEM, Sample, decided, intended, new_id, outcome_record

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_a_leaf_is_read_as_it_was_built() -> None:
    """With all its fields."""
    sample = Sample()
    leaf = build(decided(sample), node="n1")

    assert read_leaf(leaf.data)["id"] == sample.decision


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"data":{}}', b'{ "data": {} }', b"\xff", b"1"])
def test_other_bytes_are_no_leaf(data: bytes) -> None:
    """Whatever they are."""
    with pytest.raises(Refused) as refused:
        read_leaf(data)
    assert refused.value.reason == "schema_invalid"


@pytest.mark.parametrize("depth", [300, 1000, 5000])
def test_deep_nesting_is_no_leaf(depth: int) -> None:
    """Neither where it is still read but not written, nor where it is not even read."""
    with pytest.raises(Refused) as refused:
        read_leaf(b'{"data":' + b"[" * depth + b"]" * depth + b"}")
    assert refused.value.reason == "schema_invalid"


def test_the_order_of_sending_is_kept_over_a_whole_log() -> None:
    """Decision, intent, outcome; an intent without outcome is open until its lease is over."""
    order, one, two = Order(), Sample(), Sample()
    for record in (decided(one), intended(one), decided(two), outcome_record(one), intended(two)):
        order.add(record.id, read_leaf(build(record, node="n1").data))

    assert order.open_attempts() == 1
    order.end("2026-01-01T00:00:00.000000Z")
    with pytest.raises(Refused, match="sequence_broken"):
        order.end("2099-01-01T00:00:00.000000Z")


def _add(order: Order, *records: AuditRecord) -> None:
    for record in records:
        order.add(record.id, read_leaf(build(record, node="n1").data))


def test_nothing_follows_on_what_was_published() -> None:
    """No further intent, also not under the same decision; no further outcome, no intent of the same attempt."""
    sample = Sample()
    again = Sample(post=sample.post, decision=sample.decision, attempt=sample.attempt, key=sample.key)
    other = Sample(post=sample.post, decision=sample.decision, key=sample.key)
    for record in (intended(again), intended(other), outcome_record(again), outcome_record(other)):
        order = Order()
        _add(order, decided(sample), intended(sample), outcome_record(sample))
        with pytest.raises(Refused, match="sequence_broken"):
            _add(order, record)


@pytest.mark.parametrize("result", ["rejected", "not_sent", "unknown"])
def test_what_was_not_published_may_be_sent_again(result: str) -> None:
    """In another attempt under the same decision; the attempt that ended is not taken twice."""
    sample = Sample()
    again = Sample(post=sample.post, decision=sample.decision, key=sample.key)
    same = Sample(post=sample.post, decision=sample.decision, attempt=sample.attempt, key=sample.key)
    order = Order()
    _add(order, decided(sample), intended(sample), outcome_record(sample, result))

    with pytest.raises(Refused, match="sequence_broken"):
        _add(order, intended(same))
    _add(order, intended(again), outcome_record(again))
    assert order.open_attempts() == 0


def test_a_later_log_alone_takes_no_attempt_twice() -> None:
    """What it refers to may lie in a log that is not at hand, so what is at hand is not forgotten."""
    sample = Sample()
    twice = Sample(post=sample.post, decision=sample.decision, attempt=sample.attempt, key=sample.key)
    order = Order(partial=True)
    _add(order, intended(sample), outcome_record(sample))

    for record in (intended(twice), outcome_record(twice)):
        with pytest.raises(Refused, match="sequence_broken"):
            _add(order, record)


def _approved(sample: Sample, by: str, *, stage: int = 1, stages: int = 1, for_: str | None = None) -> AuditRecord:
    """Make PG-202: a person approves a stage."""
    return AuditRecord(
        id=new_id(),
        code="PG-202",
        type="review.decided",
        at=sample.at,
        actor=Actor(kind="employee", ref=by),
        on_behalf_of=for_,
        subject=sample.subject,
        refs=(sample.decision,),
        data={
            "review": "v1",
            "stage": stage,
            "stages": stages,
            "verdict": "approve",
            "policy_digest": "sha256:aa",
            "mac": MAC,
        },
    )


def _sent_with(sample: Sample, *approvals: AuditRecord) -> AuditRecord:
    intent = intended(sample)
    return replace(intent, data=intent.data | {"approvals": [one.id for one in approvals]})


def test_what_people_held_is_sent_with_a_word_of_each_of_them() -> None:
    """One a stage, each of another person, none of them the author."""
    for approvals in (
        (_approved(sample := Sample(), "a_rita"),),
        (_approved(sample, "a_rita", stages=2), _approved(sample, "a_olaf", stage=2, stages=2, for_="a_tina")),
    ):
        order = Order()
        _add(order, decided(sample, "hold"), *approvals, _sent_with(sample, *approvals))
        assert order.open_attempts() == 1


def test_what_people_held_is_not_sent_with_less() -> None:
    """A stage is missing or told twice, the author spoke or was spoken for, or one person spoke twice."""
    sample = Sample()
    first = _approved(sample, "a_rita", stages=2)
    for approvals in (
        (first,),
        (first, _approved(sample, "a_olaf", stages=2)),
        (first, _approved(sample, "a_olaf", stage=2, stages=2, for_="a_rita")),
        (first, _approved(sample, AUTHOR.ref, stage=2, stages=2)),
        (_approved(sample, "a_olaf", for_=AUTHOR.ref),),
        (_approved(Sample(), "a_olaf"),),
    ):
        order = Order()
        _add(order, decided(sample, "hold"), *approvals)
        with pytest.raises(Refused, match="sequence_broken"):
            _add(order, _sent_with(sample, *approvals))


def _about(sample: Sample, code: str, kind: str, **data: object) -> AuditRecord:
    return AuditRecord(id=new_id(), code=code, type=kind, at=sample.at, actor=SYSTEM, subject=sample.subject, data=data)


def test_nothing_follows_on_what_was_found_published_or_has_ended() -> None:
    """Under none of the decisions on the post: not what was found there, withdrawn, expired or refused by people."""
    sample = Sample()
    first = Sample(post=sample.post, key=sample.key)
    again = Sample(post=sample.post, decision=first.decision, key=sample.key)
    found = _about(sample, "PG-104", "post.reconciled", attempt=sample.attempt, result="published", method="lookup")
    moved = _about(sample, "PG-105", "post.moved", reason="author", **{"from": "scheduled", "to": "withdrawn"})
    voted = _approved(sample, "a_rita")
    rejected = replace(voted, data=voted.data | {"verdict": "reject"})
    sent = (intended(sample), outcome_record(sample))
    unclear = (intended(sample), outcome_record(sample, "unknown"), found)
    for history in (sent, unclear, (moved,), (rejected,)):
        order = Order()
        _add(order, decided(first), decided(sample), *history)
        with pytest.raises(Refused, match="sequence_broken"):
            _add(order, intended(again))


def _bytes_for(records: Sequence[AuditRecord]) -> int:
    """Return how much memory the order takes for records."""
    leaves = [build(record, node="n1").data for record in records]
    order = Order()
    tracemalloc.start()
    for leaf in leaves:
        said = read_leaf(leaf)
        order.add(str(said["id"]), said)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken


def test_whole_stories_take_no_more_memory_than_the_ids_of_their_records() -> None:
    """As much as records that nothing can follow on; some more is what the last story leaves."""
    samples = [Sample() for _ in range(2000)]
    stories = [one for it in samples for one in (decided(it), intended(it), outcome_record(it))]
    stopped = [decided(Sample(decision=new_id()), "block") for _ in stories]

    assert _bytes_for(stories) <= _bytes_for(stopped) * 1.02 + 2000
