"""
Metrics: closed labels, one registry, every method.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from prometheus_client.parser import text_string_to_metric_families

from proxy.core.model import Confidence, DetectorId, Finding, Post, PostId, PostKind, Scan, Span, Verdict
from proxy.observability.metrics import ENTITIES, FAILURES, LABELS, OTHER, Metrics

CANARY = "Kanarienvogel"


@dataclass(frozen=True)
class _Outcome:
    kind: str


def _metrics() -> Metrics:
    return Metrics(
        version="1.2.3",
        doors=("m",),
        platforms=("mastodon",),
        detectors=("presidio",),
        checks=("store",),
        sinks=("file",),
    )


def _samples(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(metrics.render().decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def _post(platform: str = "mastodon") -> Post:
    return Post(
        id=PostId("1"),
        platform=platform,
        account="a",
        author="p",
        operation="status.create",
        kind=PostKind.POST,
        parts=(),
    )


def _finding(entity: str) -> Finding:
    return Finding(rule="r", entity=entity, confidence=Confidence.HIGH, part=0, span=Span(start=0, end=1))


def _use_everything(metrics: Metrics, word: str) -> None:
    """Call every method with a word where a name is expected."""
    scan = Scan(
        findings=(_finding(word), _finding("IBAN_CODE")),
        expected=frozenset({DetectorId(name=word, version="1"), DetectorId(name="presidio", version="1")}),
        completed=frozenset(),
    )
    metrics.request(door=word, status=200)
    metrics.refused(door=word, reason=word)
    metrics.in_flight(3)
    metrics.log_lines_dropped(2)
    metrics.stage(word, 0.1)
    metrics.decided(_post(word), scan, Verdict.BLOCK)
    metrics.outcome(word, _Outcome(word))
    metrics.breaker(word, broken=True)
    metrics.unclear(2, oldest_s=90.0)
    metrics.detector_failed(word, kind=word)
    metrics.committed(seconds=0.01, records=3)
    metrics.writer_queue(5)
    metrics.writer_failed(failed=True)
    metrics.checkpoints_unsigned(7.0)
    metrics.checkpoint_anchored(word, age_s=9.0)
    metrics.database_trusted(trusted=True)
    metrics.sink_unread("file")
    metrics.policy_reloaded(succeeded=True, at=1000.0)
    metrics.policies(word)
    metrics.reviews(3, oldest_s=60.0, overdue_s=5.0)
    metrics.ready(word, holds=False)
    metrics.canary(word, ok=True)
    metrics.notified(word, word)
    metrics.limit(word)


def test_numbers_arrive_under_their_names() -> None:
    """Each method changes the metric it is named after."""
    metrics = _metrics()
    scan = Scan(
        findings=(_finding("IBAN_CODE"), _finding("IBAN_CODE")),
        expected=frozenset({DetectorId(name="presidio", version="1")}),
        completed=frozenset(),
    )
    metrics.request(door="m", status=422)
    metrics.refused(door="m", reason="auth")
    metrics.stage("scan", 0.2)
    metrics.decided(_post(), scan, Verdict.HOLD)
    metrics.outcome("mastodon", _Outcome("published"))
    metrics.breaker("mastodon", broken=True)
    metrics.unclear(2, oldest_s=90.0)
    metrics.reviews(3, oldest_s=60.0, overdue_s=5.0)
    metrics.detector_failed("presidio", kind="deadline")
    metrics.committed(seconds=0.01, records=3)
    metrics.checkpoints_unsigned(7.0)
    metrics.checkpoint_anchored("file", age_s=9.0)
    metrics.database_trusted(trusted=True)
    metrics.sink_unread("file")
    metrics.policy_reloaded(succeeded=True, at=1000.0)
    metrics.policy_reloaded(succeeded=False, at=2000.0)
    metrics.ready("store", holds=True)
    metrics.canary("iban", ok=False)
    metrics.notified("mail", "sent")
    metrics.limit("stopped")
    samples = _samples(metrics)
    expected: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {
        ("postgate_requests_total", (("door", "m"), ("status_class", "4xx"))): 1,
        ("postgate_refusals_total", (("door", "m"), ("reason", "auth"))): 1,
        ("postgate_canary_ok", (("kind", "iban"),)): 0,
        ("postgate_notices_total", (("channel", "mail"), ("result", "sent"))): 1,
        ("postgate_stage_seconds_count", (("stage", "scan"),)): 1,
        ("postgate_decisions_total", (("platform", "mastodon"), ("verdict", "hold"))): 1,
        ("postgate_findings_total", (("entity", "IBAN_CODE"),)): 2,
        ("postgate_detector_missing_total", (("detector", "presidio"),)): 1,
        ("postgate_outcomes_total", (("outcome", "published"), ("platform", "mastodon"))): 1,
        ("postgate_limits_reached_total", (("limit", "stopped"),)): 1,
        ("postgate_breaker_open", (("platform", "mastodon"),)): 1,
        ("postgate_decisions_incomplete_total", (("platform", "mastodon"),)): 1,
        ("postgate_unclear_posts", ()): 2,
        ("postgate_unclear_oldest_seconds", ()): 90,
        ("postgate_reviews_open", ()): 3,
        ("postgate_review_oldest_seconds", ()): 60,
        ("postgate_review_overdue_seconds", ()): 5,
        ("postgate_detector_failures_total", (("detector", "presidio"), ("kind", "deadline"))): 1,
        ("postgate_commit_seconds_count", ()): 1,
        ("postgate_writer_batch_records_sum", ()): 3,
        ("postgate_checkpoint_unsigned_seconds", ()): 7,
        ("postgate_checkpoint_anchor_age_seconds", (("sink", "file"),)): 9,
        ("postgate_checkpoint_database_trusted", ()): 1,
        ("postgate_checkpoint_sink_unread", (("sink", "file"),)): 1,
        ("postgate_policy_reload_ok", ()): 0,
        ("postgate_policy_reload_timestamp_seconds", ()): 1000,
        ("postgate_ready", (("check", "store"),)): 1,
    }
    assert {key: samples[key] for key in expected} == expected
    assert any(name == "postgate_build_info" and ("version", "1.2.3") in labels for name, labels in samples)


def test_labels_are_closed() -> None:
    """Whatever a caller says, only listed names of labels and listed values appear."""
    metrics = _metrics()
    _use_everything(metrics, CANARY)
    assert CANARY not in metrics.render().decode()
    started = {"door": {"m"}, "platform": {"mastodon"}, "detector": {"presidio"}, "check": {"store"}, "sink": {"file"}}
    for name, labels in _samples(metrics):
        for label, value in labels:
            if label in {"le", "version", "python"}:
                continue
            assert label in LABELS, name
            assert value in {*LABELS[label], *started.get(label, ()), OTHER}, name


def test_what_can_be_counted_is_shown_before_it_happens() -> None:
    """An alert about an increase sees the very first one; nothing is shown that cannot happen."""
    samples = _samples(_metrics())
    expected = {
        ("postgate_requests_total", (("door", "m"), ("status_class", "5xx"))),
        ("postgate_outcomes_total", (("outcome", "unknown"), ("platform", "mastodon"))),
        ("postgate_decisions_incomplete_total", (("platform", "mastodon"),)),
        ("postgate_detector_missing_total", (("detector", "presidio"),)),
        ("postgate_stage_seconds_count", (("stage", "record"),)),
        ("postgate_notices_total", (("channel", "mail"), ("result", "failed"))),
    }
    kinds = {labels for name, labels in samples if name == "postgate_detector_failures_total"}

    assert {samples[series] for series in expected} == {0}
    assert kinds == {(("detector", "presidio"), ("kind", kind)) for kind in FAILURES}
    assert [labels for _, labels in samples if OTHER in dict(labels).values()] == []


def test_one_digest_is_shown_at_a_time() -> None:
    """The policies of before do not stay on the page as if they were in force."""
    metrics = _metrics()
    metrics.policies("a" * 64)
    metrics.policies("0123456789abcdef" * 4)

    assert [labels for name, labels in _samples(metrics) if name == "postgate_policy_info"] == [
        (("digest", "0123456789ab"),)
    ]


def test_every_listed_label_is_used() -> None:
    """The list for the label lint has no leftovers."""
    metrics = _metrics()
    _use_everything(metrics, CANARY)
    assert {label for _, labels in _samples(metrics) for label, _ in labels} - {"le"} == set(LABELS)


@pytest.mark.parametrize("status", [0, 99, 499, 600, -1])
def test_any_status_has_a_class(status: int) -> None:
    """Unusual numbers are counted too."""
    metrics = _metrics()
    metrics.request(door="m", status=status)
    wanted = "4xx" if status == 499 else OTHER
    assert ("postgate_requests_total", (("door", "m"), ("status_class", wanted))) in _samples(metrics)


def test_two_objects_share_nothing() -> None:
    """There is no global registry behind the class."""
    first, second = _metrics(), _metrics()
    first.in_flight(5)
    assert _samples(second)["postgate_in_flight", ()] == 0


def test_entities_are_unique_and_sorted() -> None:
    """The list can be read and compared."""
    assert list(ENTITIES) == sorted(set(ENTITIES))
