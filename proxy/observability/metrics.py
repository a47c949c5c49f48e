"""
Every number the gateway tells operators, in one registry of its own.

Labels are closed sets: what is not listed is counted as `other`. No label ever carries text of a post, an account, a
principal, an address or the text of an error. `Metrics` fits the gate's port `Observer`.
"""

from __future__ import annotations

import platform as interpreter
import re
from collections import Counter as Counts
from itertools import product
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proxy.core.model import Post, Scan, Verdict

OTHER = "other"
M = TypeVar("M", Counter, Histogram)

ENTITIES = (
    "ACCOUNT_NUMBER",
    "ADDRESS",
    "AT_SOCIAL_SECURITY",
    "BIC_CODE",
    "CH_SOCIAL_SECURITY",
    "CLAIM_NUMBER",
    "CONFIDENTIAL_TERM",
    "CONTRACT_NUMBER",
    "CREDIT_CARD",
    "CRYPTO",
    "CUSTOMER_NUMBER",
    "CUSTOMER_RECORD",
    "CUSTOMER_RELATION",
    "DATE_OF_BIRTH",
    "DATE_TIME",
    "DEPOT_NUMBER",
    "DE_FUEHRERSCHEIN",
    "DE_HEALTH_INSURANCE",
    "DE_ID_CARD",
    "DE_KFZ",
    "DE_PASSPORT",
    "DE_SOCIAL_SECURITY",
    "DE_TAX_ID",
    "DE_TAX_NUMBER",
    "DE_VAT_ID",
    "DISCLOSURE",
    "EMAIL_ADDRESS",
    "HEALTH_CONDITION",
    "IBAN_CODE",
    "INFERRED_CUSTOMER",
    "INSIDER_TOPIC",
    "INSTRUMENT",
    "INTERNAL_URL",
    "IP_ADDRESS",
    "LOCATION",
    "MONEY_AMOUNT",
    "NRP",
    "OBFUSCATION",
    "ORGANIZATION",
    "OTHER_IDENTIFIER",
    "PERSON",
    "PHONE_NUMBER",
    "POLICY_NUMBER",
    "RESTRICTED_NAME",
    "SECRET",
    "UK_NHS",
    "UK_NINO",
    "URL",
    "US_SSN",
    "WORDS",
)
"""Kinds of findings that have a number of their own."""

CANARIES = ("iban", "spelled", "secret", "internal", "insider", "advertising", "clean", "door", "sandbox")
"""Invented posts that must be stopped; `clean` and `sandbox` must pass, `door` comes over HTTP to every door."""

LABELS: dict[str, tuple[str, ...]] = {
    "channel": ("mail", "webhook", OTHER),
    "check": (),
    "door": (),
    "detector": (),
    "digest": (),
    "entity": (*ENTITIES, OTHER),
    "kind": ("crash", "deadline", "error", *CANARIES, OTHER),
    "limit": ("checks", "stopped", "register", "account", "unreadable", OTHER),
    "outcome": ("published", "rejected", "not_sent", "unknown", OTHER),
    "platform": (),
    "python": (),
    "reason": ("auth", "busy", "endpoint", "field", "malformed", "rate", "size", "unavailable", OTHER),
    "result": ("sent", "failed", "refused", "given_up", OTHER),
    "sink": (),
    "stage": ("scan", "decide", "record", "publish", OTHER),
    "status_class": ("2xx", "3xx", "4xx", "5xx", OTHER),
    "verdict": ("allow", "redact", "hold", "block", OTHER),
    "version": (),
}
"""
All label names and their closed values. Empty here: the values are fixed when the process starts (names of configured
doors, detectors, platforms, sinks and readiness checks, versions), anything else is `other`. A `digest` is the one of
the policies in force; there is never more than one.
"""
FAILURES = ("crash", "deadline", "error")
"""What a detector process fails at."""
DIGEST_DIGITS = 12
"""So many hexadecimal digits of a digest are shown."""

_HEXADECIMAL = re.compile(r"[0-9a-f]{64}")
_FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_BATCH = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class HasKind(Protocol):
    """The one thing a metric needs to know of an outcome."""

    @property
    def kind(self) -> str:
        """Return the kind, of a closed set."""
        ...


class Metrics:
    """Counts what happens. One object, passed by constructor argument; every method is safe in any thread."""

    def __init__(
        self,
        *,
        version: str,
        doors: Iterable[str] = (),
        platforms: Iterable[str] = (),
        detectors: Iterable[str] = (),
        checks: Iterable[str] = (),
        sinks: Iterable[str] = (),
    ) -> None:
        self.registry = CollectorRegistry()
        """Holds these metrics and nothing else."""
        self._closed = LABELS | {
            "door": (*doors, OTHER),
            "platform": (*platforms, OTHER),
            "detector": (*detectors, OTHER),
            "check": (*checks, OTHER),
            "sink": (*sinks, OTHER),
        }
        self._children: dict[tuple[Any, tuple[tuple[str, str], ...]], Any] = {}
        """Series that were used before: looking one up by its labels costs more than counting."""
        self._make_traffic()
        self._make_gate()
        self._make_audit()
        self._make_state(version)

    def _make_traffic(self) -> None:
        self._requests = self._counter("requests", "Answered requests", "door", "status_class")
        self._refusals = self._counter("refusals", "Requests refused before a decision", "door", "reason")
        self._in_flight = self._gauge("in_flight", "Requests being worked on")
        self._log_lines_dropped = self._counter("log_lines_dropped", "Log lines that could not be written")

    def _make_gate(self) -> None:
        self._decisions = self._counter("decisions", "Decided posts", "platform", "verdict")
        self._findings = self._counter("findings", "Findings in decided posts", "entity")
        self._stages = self._histogram("stage_seconds", "Time a stage took", _FAST, "stage")
        self._outcomes = self._counter("outcomes", "What became of attempts to publish", "platform", "outcome")
        self._incomplete = self._counter("decisions_incomplete", "Decided posts not fully checked", "platform")
        self._missing = self._counter("detector_missing", "Scans that a detector did not complete", "detector")
        self._limits = self._counter("limits_reached", "Principals that reached a limit against probing", "limit")
        self._breaker = self._gauge("breaker_open", "1 while a platform that failed is left alone", "platform")
        self._unclear = self._gauge("unclear_posts", "Posts that may have been published")
        self._unclear_age = self._gauge("unclear_oldest_seconds", "For how long the oldest of them has been unclear")
        self._failures = self._counter(
            "detector_failures", "Failures of a detector process", "detector", "kind", kind=FAILURES
        )
        self._reviews = self._gauge("reviews_open", "Posts that wait for people")
        self._review_age = self._gauge("review_oldest_seconds", "For how long the oldest of them has waited")
        self._overdue = self._gauge("review_overdue_seconds", "For how long the first of them is overdue; 0: none is")

    def _make_audit(self) -> None:
        self._commits = self._histogram("commit_seconds", "Time of one durable audit commit", _FAST)
        self._batches = self._histogram("writer_batch_records", "Records in one audit commit", _BATCH)
        self._queue = self._gauge("writer_queue", "Units of work waiting for the audit writer")
        self._writer_failed = self._gauge("writer_failed", "1 while the audit writer takes no records")
        self._unsigned = self._gauge(
            "checkpoint_unsigned_seconds", "For how long checkpoints could not be signed or kept"
        )
        self._anchor_age = self._gauge("checkpoint_anchor_age_seconds", "Time since a sink took a checkpoint", "sink")
        self._unread = self._gauge(
            "checkpoint_sink_unread",
            "1 when a sink could not be read at the start, or holds what does not count",
            "sink",
        )
        self._trusted = self._gauge(
            "checkpoint_database_trusted", "1 when the log was compared with no checkpoint outside the database"
        )

    def _make_state(self, version: str) -> None:
        self._ready = self._gauge("ready", "1 while a readiness check holds", "check")
        self._reload_ok = self._gauge("policy_reload_ok", "1 when the last policy reload succeeded")
        self._reload_time = self._gauge("policy_reload_timestamp_seconds", "When the last policy reload succeeded")
        self._register_ok = self._gauge("register_ok", "1 while the newest files of the register are in force")
        self._register_age = self._gauge("register_age_seconds", "Age of the register in force")
        self._register_keys = self._gauge("register_keys", "Digests in the register in force")
        self._register_info = self._gauge("register_info", "Version of the register in force", "version")
        self._policies = self._gauge("policy_info", "The policies in force, by the start of their digest", "digest")
        self._notices = self._counter("notices", "What became of notices to people", "channel", "result")
        self._canary = self._gauge("canary_ok", "1 while an invented leak is stopped, or the clean post passes", "kind")
        info = self._gauge("build_info", "Version of the gateway and of Python", "version", "python")
        info.labels(version=version, python=interpreter.python_version()).set(1)

    def _counter(self, name: str, text: str, *labels: str, **values: tuple[str, ...]) -> Counter:
        return self._from_the_start(Counter(f"postgate_{name}", text, labels, registry=self.registry), labels, values)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"postgate_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        metric = Histogram(f"postgate_{name}", text, labels, buckets=buckets, registry=self.registry)
        return self._from_the_start(metric, labels, {})

    def _from_the_start(self, metric: M, labels: tuple[str, ...], values: Mapping[str, tuple[str, ...]]) -> M:
        """
        Show every series before it is first needed: a step from no number to one is no increase to Prometheus.

        `values` names those of a label that this metric has, where it has not all that are listed.
        """
        listed = [values.get(label, self._closed[label]) for label in labels]
        for series in product(*listed) if labels else ():
            if OTHER not in series:
                metric.labels(*series)
        return metric

    def _child(self, metric: Any, *values: tuple[str, str]) -> Any:  # noqa: ANN401 - counters and histograms alike
        """Return the series of these (label, value) pairs; what no closed set lists is `other`."""
        child = self._children.get((metric, values))
        if child is None:
            labels = {label: self._bounded(label, value) for label, value in values}
            child = metric.labels(**labels)
            if all(labels[label] == value for label, value in values):  # unlisted values could be endless
                self._children[metric, values] = child
        return child

    def _bounded(self, label: str, value: str) -> str:
        return str(value) if value in self._closed[label] else OTHER

    def request(self, *, door: str, status: int) -> None:
        """Note an answer to a client."""
        status_class = f"{status // 100}xx"
        self._child(self._requests, ("door", door), ("status_class", status_class)).inc()

    def refused(self, *, door: str, reason: str) -> None:
        """Note a request that was refused before a decision."""
        self._refusals.labels(door=self._bounded("door", door), reason=self._bounded("reason", reason)).inc()

    def in_flight(self, number: int) -> None:
        """Note how many requests are being worked on."""
        self._in_flight.set(number)

    def log_lines_dropped(self, number: int) -> None:
        """Note log lines that could not be written."""
        self._log_lines_dropped.inc(number)

    def stage(self, name: str, seconds: float) -> None:
        """Note how long a stage took."""
        self._child(self._stages, ("stage", name)).observe(seconds)

    def decided(self, post: Post, scan: Scan, verdict: Verdict) -> None:
        """Note a verdict, what was found and which detectors were missing."""
        self._child(self._decisions, ("platform", post.platform), ("verdict", verdict.value)).inc()
        for entity, number in Counts(finding.entity for finding in scan.findings).items():
            self._child(self._findings, ("entity", entity)).inc(number)
        if scan.missing:
            self._child(self._incomplete, ("platform", post.platform)).inc()
        for detector in scan.missing:
            self._child(self._missing, ("detector", detector)).inc()

    def outcome(self, platform: str, outcome: HasKind) -> None:
        """Note what became of an attempt to publish."""
        self._child(self._outcomes, ("platform", platform), ("outcome", str(outcome.kind))).inc()

    def limit(self, name: str) -> None:
        """Note that somebody has reached a limit, and not who."""
        self._child(self._limits, ("limit", name)).inc()

    def breaker(self, platform: str, *, broken: bool) -> None:
        """Note whether a platform that failed is left alone."""
        self._child(self._breaker, ("platform", platform)).set(int(broken))

    def unclear(self, posts: int, *, oldest_s: float) -> None:
        """Note how many posts may have been published, and for how long the oldest has been unclear."""
        self._unclear.set(posts)
        self._unclear_age.set(oldest_s)

    def reviews(self, posts: int, *, oldest_s: float, overdue_s: float) -> None:
        """Note how many posts wait for people, for how long the oldest has, and how long the first is overdue."""
        self._reviews.set(posts)
        self._review_age.set(oldest_s)
        self._overdue.set(overdue_s)

    def detector_failed(self, detector: str, *, kind: str) -> None:
        """Note that a detector process crashed, was killed at its deadline or raised an error."""
        self._failures.labels(detector=self._bounded("detector", detector), kind=self._bounded("kind", kind)).inc()

    def committed(self, *, seconds: float, records: int) -> None:
        """Note one durable commit of the audit writer."""
        self._commits.observe(seconds)
        self._batches.observe(records)

    def writer_queue(self, depth: int) -> None:
        """Note how many units of work wait for the audit writer."""
        self._queue.set(depth)

    def writer_failed(self, *, failed: bool) -> None:
        """Note whether the audit writer takes records."""
        self._writer_failed.set(int(failed))

    def checkpoints_unsigned(self, seconds: float) -> None:
        """Note for how long checkpoints could not be signed or kept; 0 when all is signed."""
        self._unsigned.set(seconds)

    def checkpoint_anchored(self, sink: str, *, age_s: float) -> None:
        """Note how long ago a sink got a checkpoint."""
        self._anchor_age.labels(sink=self._bounded("sink", sink)).set(age_s)

    def sink_unread(self, sink: str) -> None:
        """Note that a sink could not be read at the start, or holds something that does not count."""
        self._unread.labels(sink=self._bounded("sink", sink)).set(1)

    def database_trusted(self, *, trusted: bool) -> None:
        """Note whether this start had nothing but the database to compare the log with."""
        self._trusted.set(int(trusted))

    def policy_reloaded(self, *, succeeded: bool, at: float) -> None:
        """Note a policy reload; `at` is wall time in seconds, kept for the last one that succeeded."""
        self._reload_ok.set(int(succeeded))
        if succeeded:
            self._reload_time.set(at)

    def register_loaded(self, version: str, *, keys: int) -> None:
        """Note which register is in force."""
        self._register_info.clear()
        self._register_info.labels(version=version).set(1)
        self._register_keys.set(keys)
        self._register_ok.set(1)

    def register_refused(self) -> None:
        """Note that a new file of the register is not in force."""
        self._register_ok.set(0)

    def register_aged(self, seconds: float) -> None:
        """Note how old the register in force is."""
        self._register_age.set(seconds)

    def policies(self, digest: str) -> None:
        """Note which policies are in force from now on, by their digest in hexadecimal digits."""
        self._policies.clear()
        shown = digest[:DIGEST_DIGITS] if _HEXADECIMAL.fullmatch(digest) else OTHER
        self._policies.labels(digest=shown).set(1)

    def ready(self, check: str, *, holds: bool) -> None:
        """Note the result of a readiness check."""
        self._ready.labels(check=self._bounded("check", check)).set(int(holds))

    def canary(self, kind: str, *, ok: bool) -> None:
        """Note whether an invented leak was stopped, or the clean post passed."""
        self._child(self._canary, ("kind", kind)).set(int(ok))

    def notified(self, channel: str, result: str) -> None:
        """Note what became of a notice."""
        self._child(self._notices, ("channel", channel), ("result", result)).inc()

    def render(self) -> bytes:
        """Return everything in Prometheus' text format; takes milliseconds, so call it in a thread."""
        return generate_latest(self.registry)
