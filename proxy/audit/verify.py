"""
Checks a log from its first record to its last; knows no database, no network, no clock.

What is checked of each record: its place, its leaf hash, its link, its spelling, its type and fields, its copies for
queries, its content. What is checked of the whole: the head, and that sending happened in the only order allowed (an
allowing decision, an intent, exactly one outcome). The first thing that does not hold ends the check.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from proxy.audit.catalogue import complaint
from proxy.audit.chain import genesis, link
from proxy.audit.columns import columns_of, member
from proxy.audit.tlog.hashes import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REASONS = (
    "chain_broken",
    "column_mismatch",
    "content_mismatch",
    "head_mismatch",
    "leaf_hash_mismatch",
    "schema_invalid",
    "sequence_broken",
)
"""Why a log is refused; stable for ever."""
_OUTCOME, _RECONCILED = "PG-103", "PG-104"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """A record as the database holds it."""

    seq: int
    id: str
    leaf: bytes = field(repr=False)
    leaf_hash: bytes
    chain_hash: bytes
    columns: Mapping[str, object] = field(repr=False)
    """Copies for queries."""
    ciphertext: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """What the head of a log says."""

    origin: str
    size: int
    chain_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The log is whole."""

    size: int
    chain_hash: str
    open_attempts: int
    """Attempts whose lease still runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The log is not whole, and where."""

    reason: str
    seq: int
    record: str
    detail: str
    """In our words, nothing of the record's content."""


class _Stop(Exception):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def verify(rows: Iterable[LogRow], head: LogHead, *, now: str) -> Verified | Broken:
    """
    Check all records of a log in their order.

    Args:
        rows: every record below the head, in the order of the log.
        head: what the head said before the rows were read.
        now: RFC 3339 in UTC with six digits; attempts whose lease ends later may still be without outcome.
    """
    previous = genesis(head.origin)
    order = _Order()
    seen = 0
    row: LogRow | None = None
    try:
        for row in rows:
            if row.seq != seen:
                raise _Stop("chain_broken", f"place {seen} is missing")
            leaf = _leaf(row)
            previous = link(previous, row.leaf_hash)
            if previous != row.chain_hash:
                raise _Stop("chain_broken", "the link does not follow from the one before")
            _check_copies(row, leaf)
            order.add(row.id, leaf)
            seen += 1
        row = None
        if seen != head.size or previous != head.chain_hash:
            raise _Stop("head_mismatch", f"{seen} records found, the head says {head.size}")
        order.end(now)
    except _Stop as stop:
        place = -1 if row is None else row.seq
        return Broken(reason=stop.reason, seq=place, record="" if row is None else row.id, detail=stop.detail)
    return Verified(size=seen, chain_hash=previous.hex(), open_attempts=order.open_attempts())


def _leaf(row: LogRow) -> dict[str, object]:
    if leaf_hash(row.leaf) != row.leaf_hash:
        raise _Stop("leaf_hash_mismatch", "the leaf is not the one that was hashed")
    try:
        leaf = orjson.loads(row.leaf)
    except orjson.JSONDecodeError:
        raise _Stop("schema_invalid", "the leaf is not JSON") from None
    if not isinstance(leaf, dict) or orjson.dumps(leaf, option=orjson.OPT_SORT_KEYS) != row.leaf:
        raise _Stop("schema_invalid", "the leaf is not in its one spelling")
    data = leaf.get("data")
    wrong = complaint(leaf.get("code"), leaf.get("type"), data) if isinstance(data, dict) else "a leaf without data"
    if wrong is not None:
        raise _Stop("schema_invalid", wrong)
    return leaf


def _check_copies(row: LogRow, leaf: dict[str, object]) -> None:
    if leaf.get("id") != row.id or columns_of(leaf) != row.columns:
        raise _Stop("column_mismatch", "the columns for queries differ from the leaf")
    content = leaf.get("content")
    if content is None and row.ciphertext is None:
        return
    if not isinstance(content, dict) or row.ciphertext is None:
        raise _Stop("content_mismatch", "content is missing, or too much")
    if content.get("ct_sha256") != hashlib.sha256(row.ciphertext).hexdigest():
        raise _Stop("content_mismatch", "the content is not the one that was recorded")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Intent:
    record: str
    post: object
    lease_until: str


class _Order:
    """The order in which decisions, intents and outcomes may follow each other."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._allowed: dict[str, tuple[object, object]] = {}
        """Allowing decisions: record id to post and mac."""
        self._open: dict[str, _Intent] = {}
        """Attempts without outcome."""
        self._closed: dict[str, str] = {}
        """Attempts with their result."""

    def add(self, record: str, leaf: dict[str, object]) -> None:
        if record in self._ids:
            raise _Stop("sequence_broken", "a record id that was used before")
        self._ids.add(record)
        data = member(leaf, "data")
        post, mac = member(leaf, "subject").get("post"), member(leaf, "content").get("mac")
        match leaf["code"]:
            case "PG-101" if data["decision"] == "allow":
                self._allowed[record] = (post, mac)
            case "PG-102":
                self._add_intent(record, post, data)
            case "PG-103":
                self._add_outcome(post, data, leaf.get("refs"))
            case "PG-104":
                self._add_reconciled(data)
            case _:
                pass

    def _add_intent(self, record: str, post: object, data: Mapping[str, object]) -> None:
        if self._allowed.get(str(data["decided"])) != (post, data["mac"]):
            raise _Stop("sequence_broken", "an intent without an allowing decision of the same content")
        attempt = str(data["attempt"])
        if attempt in self._open or attempt in self._closed:
            raise _Stop("sequence_broken", "an attempt with two intents")
        self._open[attempt] = _Intent(record=record, post=post, lease_until=str(data["lease_until"]))

    def _add_outcome(self, post: object, data: Mapping[str, object], refs: object) -> None:
        attempt = str(data["attempt"])
        if attempt in self._closed:
            raise _Stop("sequence_broken", "an attempt with two outcomes")
        intent = self._open.pop(attempt, None)
        if intent is None or intent.post != post or refs != [intent.record]:
            raise _Stop("sequence_broken", "an outcome without its intent")
        self._closed[attempt] = str(data["result"])

    def _add_reconciled(self, data: Mapping[str, object]) -> None:
        if self._closed.get(str(data["attempt"])) != "unknown":
            raise _Stop("sequence_broken", "a reconciliation of an attempt that was not unknown")

    def end(self, now: str) -> None:
        over = [intent for intent in self._open.values() if intent.lease_until <= now]
        if over:
            raise _Stop("sequence_broken", f"an intent without outcome whose lease is over: {over[0].record}")

    def open_attempts(self) -> int:
        return len(self._open)
