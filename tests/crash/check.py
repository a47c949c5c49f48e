"""
What must hold after any crash: compares the log, the platform's diary and what the clients were told.

    I1  nothing reached the platform without an allowing decision and an intent before it
    I2  no success was told without a record of it
    I3  nothing reached the platform twice
    I4  nothing that must be blocked reached it
    I5  the log verifies, and every intent has exactly one outcome
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.e2e.load import leaky, number_in

if TYPE_CHECKING:
    from tests.e2e.gateway import Gateway
    from tests.e2e.load import Ledger
    from tests.e2e.recorder import Entry, Recorder

_CLOCK_READS_NS = 1_000_000
"""The record's time has microseconds, the diary's nanoseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that is known after the fact."""

    records: list[dict[str, Any]]
    """The log, in its own order."""
    received: list[Entry]
    ledger: Ledger

    def of(self, code: str) -> list[dict[str, Any]]:
        """Return all records of one code."""
        return [record for record in self.records if record["code"] == code]


def gather(gateway: Gateway, recorder: Recorder, ledger: Ledger) -> Evidence:
    """Read the log and the diary; the log must verify, and the rows must fit it (I5)."""
    verified = gateway.attempt("audit", "fsck")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    return Evidence(records=gateway.records(), received=recorder.entries(), ledger=ledger)


def settle(gateway: Gateway, *, seconds: float = 30.0) -> None:
    """
    Wait until nothing is on its way.

    Every attempt has an outcome, those whose sender was killed when the lease is over; whatever was for later is sent.
    """
    give_up = time.monotonic() + seconds
    while len(gateway.records(code="PG-102")) != len(gateway.records(code="PG-103")) or _scheduled(gateway):
        assert time.monotonic() < give_up, "posts on their way although lease and time are over"


def _scheduled(gateway: Gateway) -> set[str]:
    """Return the posts that still wait for their time."""
    moves = gateway.records(code="PG-105")
    waits = {record["subject"]["post"] for record in moves if record["data"]["to"] == "scheduled"}
    return waits - {record["subject"]["post"] for record in gateway.records(code="PG-102")}


def check(evidence: Evidence) -> None:
    """Compare; every complaint is listed."""
    complaints = [
        *_recorded_before_sent(evidence),
        *_sent_at_most_once(evidence),
        *_never_leaked(evidence),
        *_told_what_is_recorded(evidence),
        *_one_outcome_each(evidence),
    ]
    assert not complaints, "\n".join(complaints)


def _recorded_before_sent(evidence: Evidence) -> list[str]:
    decisions = {record["id"]: record for record in evidence.of("PG-101")}
    intents = {record["data"]["attempt"]: record for record in evidence.of("PG-102")}
    complaints = []
    for entry in evidence.received:
        intent = intents.get(entry.key or "")
        if intent is None:
            complaints.append(f"I1: {entry.text!r} was sent without an intent")
            continue
        decision = decisions.get(intent["data"]["decided"])
        if decision is None or decision["data"]["decision"] != "allow" or decision["seq"] >= intent["seq"]:
            complaints.append(f"I1: {entry.text!r} was sent without an allowing decision before its intent")
        elif decision["subject"] != intent["subject"]:
            complaints.append(f"I1: decision and intent of {entry.text!r} are about different posts")
        if _nanoseconds(intent["at"]) > entry.at + _CLOCK_READS_NS:
            complaints.append(f"I1: {entry.text!r} arrived before its intent was recorded")
        if entry.recorded_before is False:
            complaints.append(f"I1: {entry.text!r} arrived before its intent was committed")
    return complaints


def _sent_at_most_once(evidence: Evidence) -> list[str]:
    texts = Counter(number_in(entry.text) for entry in evidence.received)
    attempts = Counter(entry.key for entry in evidence.received)
    return [f"I3: post {number} was sent {count} times" for number, count in texts.items() if count > 1] + [
        f"I3: attempt {attempt} was sent {count} times" for attempt, count in attempts.items() if count > 1
    ]


def _never_leaked(evidence: Evidence) -> list[str]:
    return [f"I4: {entry.text!r} was sent" for entry in evidence.received if leaky(number_in(entry.text))]


def _told_what_is_recorded(evidence: Evidence) -> list[str]:
    published = {
        record["data"]["upstream_id"]
        for record in (*evidence.of("PG-103"), *evidence.of("PG-104"))
        if record["data"]["result"] == "published"
    }
    unclear = {record["subject"]["post"] for record in evidence.of("PG-103") if record["data"]["result"] == "unknown"}
    complaints = []
    for number, answers in evidence.ledger.told.items():
        ids = {json.loads(told.body)["id"] for told in answers if told.published}
        complaints += [f"I2: post {number} was told as {name}, not on record" for name in ids - published]
        if len(ids) > 1:
            complaints.append(f"I3: post {number} has several ids for its clients: {sorted(ids)}")
        if ids and leaky(number):
            complaints.append(f"I4: post {number} was told as published")
        if ids and number not in {number_in(entry.text) for entry in evidence.received}:
            complaints.append(f"I2: post {number} was told as published and never arrived")
        later = {json.loads(told.body)["id"] for told in answers if told.scheduled}
        if later - unclear and number not in {number_in(entry.text) for entry in evidence.received}:
            complaints.append(f"I2: post {number} was told as scheduled and never arrived")
        for told in answers:
            if told.status not in {200, 409, 422, 502, 503}:
                complaints.append(f"post {number} was answered {told.status}: {told.body[:200]}")
    return complaints


def _one_outcome_each(evidence: Evidence) -> list[str]:
    outcomes: defaultdict[str, list[str]] = defaultdict(list)
    for record in evidence.of("PG-103"):
        outcomes[record["data"]["attempt"]].append(record["data"]["result"])
    opened = {record["data"]["attempt"] for record in evidence.of("PG-102")}
    complaints = [
        f"I5: attempt {attempt} has {len(outcomes[attempt])} outcomes"
        for attempt in opened
        if len(outcomes[attempt]) != 1
    ]
    return complaints + [f"I5: an outcome without intent: {attempt}" for attempt in outcomes if attempt not in opened]


def _nanoseconds(stamp: str) -> int:
    moment = datetime.fromisoformat(stamp)
    return int(moment.timestamp()) * 1_000_000_000 + moment.microsecond * 1000
