"""
Checks all logs of an installation from their first record to their last; knows no database, no network, no clock.

What is checked of each record: its place, its leaf hash, its link, its spelling, its type and fields, its copies for
queries, its content. What is checked of the whole: the head, every node of the tree, every checkpoint, and that sending
happened in the only order allowed (an allowing decision, an intent, exactly one outcome). The first thing that does not
hold ends the check. Each log must begin where the one before ended (`succession`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from proxy.audit.chain import genesis, link
from proxy.audit.columns import columns_of
from proxy.audit.key_chain import ROTATED, KeyChain, rotation_of
from proxy.audit.logs import origin_of
from proxy.audit.openings import End
from proxy.audit.records import Order, Refused, read_leaf
from proxy.audit.succession import Succession
from proxy.audit.tlog.checkpoints import read_checkpoint
from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.notes import read_note
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.trees import Frontier, grow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from proxy.audit.key_chain import Rotation
    from proxy.audit.tlog.keys import VerifierKey
    from proxy.audit.tlog.subtrees import Subtree

REASONS = (
    "chain_broken",
    "column_mismatch",
    "consistency_invalid",
    "content_mismatch",
    "entry_truncated",
    "file_changed",
    "file_extra",
    "file_missing",
    "head_mismatch",
    "inclusion_invalid",
    "key_malformed",
    "key_unknown",
    "leaf_hash_mismatch",
    "note_malformed",
    "origin_mismatch",
    "proof_malformed",
    "root_mismatch",
    "schema_invalid",
    "sequence_broken",
    "signature_invalid",
    "tile_mismatch",
    "tile_missing",
)
"""Why a log is refused; stable for ever."""
ERASURES = frozenset({"PG-506", "PG-509"})
"""Records whose `refs` name decisions whose content is gone."""
_GROWN_AT_ONCE = 256


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
    root: bytes
    frontier: bytes
    log: int = 1
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCheckpoint:
    """A checkpoint as the database holds it; nothing of it is verified."""

    size: int
    root: bytes
    note: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLog:
    """A log as the database holds it."""

    head: LogHead
    """What it said before the rest was read."""
    rows: Iterable[LogRow]
    """Every record below the head, in the order of the log."""
    nodes: Iterable[tuple[Subtree, bytes]]
    """Every stored subtree below the head, in the order of completion."""
    checkpoints: Iterable[StoredCheckpoint]
    """Up to the head, the smallest first."""
    rotations: Sequence[Rotation] = ()
    """Keys that were replaced, read ahead; compared with the records on the way."""
    later: Iterable[bytes] = ()
    """Leaves after the head that say what was erased; only read when a content is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The log is whole."""

    origin: str
    size: int
    chain_hash: str
    root: str
    """Of the tree, in hexadecimal."""
    checkpoints: int
    """How many of its own stored checkpoints fit."""
    open_attempts: int
    """Attempts whose lease still runs."""
    erased: int = 0
    """Contents that are gone, each named by a record that says why."""
    lost: End | None = None
    """After a restored backup: how far this log, or a later one, had come of which the rest is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The log is not whole, and where."""

    reason: str
    seq: int
    record: str
    detail: str
    """In our words, nothing of the record's content."""
    log: int = 1


def verify(logs: Sequence[StoredLog], *, now: str, keys: Sequence[VerifierKey] = ()) -> tuple[Verified, ...] | Broken:
    """
    Check all records of all logs in their order.

    What still runs, and what was erased, is told with the last log.

    Args:
        logs: all of them, the open one last; their streams are read once, beside each other.
        now: RFC 3339 in UTC with six digits; attempts whose lease ends later may still be without outcome.
        keys: those of a log, from somewhere else than the log; one is enough for logs whose key was replaced
            (`key_chain`). Without any, checkpoints are compared with the tree,
            and their signatures are not looked at.
    """
    reading = _Reading(logs[0].head.origin)
    found: list[Verified] = []
    try:
        chain = _chain(logs, keys) if keys else None
        succession = Succession(chain)
        for log in logs:
            reading.begin(log)
            found.append(_verify(log, reading, chain, succession))
        reading.row = None
        succession.end()
        if chain is not None:
            chain.end()
        reading.order.end(now)
        reading.contents.end(logs[-1].later)
    except Refused as stop:
        row = reading.row
        place, record = (-1, "") if row is None else (row.seq, row.id)
        return Broken(reason=stop.reason, seq=place, record=record, detail=stop.detail, log=reading.log)
    last = replace(found[-1], open_attempts=reading.order.open_attempts(), erased=reading.contents.erased)
    return tuple(replace(one, lost=succession.lost.get(one.origin)) for one in (*found[:-1], last))


class _Reading:
    """What goes on from one log to the next, and where the check is."""

    def __init__(self, name: str) -> None:
        self.name = name
        """Of the installation: the origin of log 1."""
        self.order = Order()
        self.contents = _Contents()
        self.log = 1
        self.row: LogRow | None = None

    def begin(self, log: StoredLog) -> None:
        self.log, self.row = log.head.log, None


def _verify(log: StoredLog, reading: _Reading, chain: KeyChain | None, succession: Succession) -> Verified:
    head = log.head
    previous = genesis(head.origin)
    seen = 0
    if chain is not None:
        chain.turn(head.log, head.origin)
    tree = _Tree(log, chain)
    succession.begin(head.log)
    if head.origin != origin_of(reading.name, head.log):
        raise Refused("origin_mismatch", "the log has another name than those before")
    for row in log.rows:
        reading.row = row
        if row.seq != seen:
            raise Refused("chain_broken", f"place {seen} is missing")
        if leaf_hash(row.leaf) != row.leaf_hash:
            raise Refused("leaf_hash_mismatch", "the leaf is not the one that was hashed")
        leaf = read_leaf(row.leaf)
        previous = link(previous, row.leaf_hash)
        if previous != row.chain_hash:
            raise Refused("chain_broken", "the link does not follow from the one before")
        _check_copies(row, leaf)
        reading.contents.add(row, leaf)
        succession.add(row.seq, leaf)
        reading.order.add(row.id, leaf)
        tree.add(row, leaf)
        seen += 1
    reading.row = None
    if seen != head.size or previous != head.chain_hash:
        raise Refused("head_mismatch", f"{seen} records found, the head says {head.size}")
    tree.end()
    end = End(origin=head.origin, size=seen, root=head.root.hex())
    succession.close(end, note=tree.last, closed=head.closed)
    return Verified(
        origin=head.origin,
        size=seen,
        chain_hash=previous.hex(),
        root=end.root,
        checkpoints=tree.checkpoints,
        open_attempts=0,
    )


class _Tree:
    """The tree as it grows along the records, compared with what the database holds of it."""

    def __init__(self, log: StoredLog, keys: KeyChain | None) -> None:
        self._head = log.head
        self._rotations = iter(log.rotations)
        self._keys = keys
        self._nodes = iter(log.nodes)
        self._later = iter(log.checkpoints)
        self._next = next(self._later, None)
        self._frontier = Frontier()
        self._waiting: list[bytes] = []
        self.checkpoints = 0
        """How many fitted."""
        self.last: bytes | None = None
        """The note of all records, if there is one."""

    def add(self, row: LogRow, leaf: dict[str, object]) -> None:
        """Go on by one record; some are gathered, for growing is cheaper with many."""
        if leaf["code"] == ROTATED and next(self._rotations, None) != rotation_of(row.seq, leaf, log=self._head.log):
            raise Refused("column_mismatch", "a key was replaced, and reading ahead did not find it")
        self._waiting.append(row.leaf_hash)
        size = self._frontier.size + len(self._waiting)
        if len(self._waiting) == _GROWN_AT_ONCE or (self._next is not None and self._next.size == size):
            self._grow()
            self._check_those_here()

    def end(self) -> None:
        """Check what must hold when no record is left."""
        self._grow()
        if next(self._nodes, None) is not None:
            raise Refused("root_mismatch", "a node of the tree without its leaves")
        if self._next is not None:
            raise Refused("root_mismatch", f"a checkpoint of size {self._next.size}, which the log never had")
        if self._head.frontier != self._frontier.data() or self._head.root != self._frontier.head().root:
            raise Refused("root_mismatch", "the head has another root than its records")
        if next(self._rotations, None) is not None:
            raise Refused("column_mismatch", "a key that was replaced is not among the records")

    def _grow(self) -> None:
        grown = grow(self._frontier, self._waiting)
        self._waiting.clear()
        self._frontier = grown.frontier
        for place, whole in grown.nodes:
            if next(self._nodes, None) != (place, whole):
                raise Refused(
                    "root_mismatch", f"the node of level {place.level} at {place.index} is not that of its leaves"
                )

    def _check_those_here(self) -> None:
        """Check the checkpoint of this size, if there is one."""
        while self._next is not None and self._next.size <= self._frontier.size:
            self._check(self._next)
            self.checkpoints += 1
            self._next = next(self._later, None)

    def _check(self, stored: StoredCheckpoint) -> None:
        here = self._frontier.head()
        if (stored.size, stored.root) != (here.size, here.root):
            raise Refused("root_mismatch", f"the checkpoint of size {stored.size} has another root than its records")
        try:
            note = read_note(stored.note)
            checkpoint = read_checkpoint(note.text) if self._keys is None else self._keys.open(note)
        except EvidenceRefused as refused:
            raise Refused(refused.reason, f"the checkpoint of size {stored.size} is refused") from None
        if checkpoint.origin != self._head.origin:
            raise Refused("origin_mismatch", f"the checkpoint of size {stored.size} names another log")
        if checkpoint.head != here:
            raise Refused("root_mismatch", f"the checkpoint stored for size {stored.size} states something else")
        if stored.size == self._head.size:
            self.last = stored.note


def _chain(logs: Sequence[StoredLog], keys: Sequence[VerifierKey]) -> KeyChain:
    try:
        return KeyChain(logs[0].head.origin, keys, [one for log in logs for one in log.rotations])
    except EvidenceRefused as refused:
        raise Refused(refused.reason, "the keys that the log names, and those given, are no chain") from None


def _check_copies(row: LogRow, leaf: dict[str, object]) -> None:
    if leaf.get("id") != row.id or columns_of(leaf) != row.columns:
        raise Refused("column_mismatch", "the columns for queries differ from the leaf")


class _Contents:
    """Every content is the one that was recorded, or a later record says that it was erased."""

    def __init__(self) -> None:
        self._missing: dict[str, int] = {}
        self.erased = 0

    def add(self, row: LogRow, leaf: dict[str, object]) -> None:
        """Take the next record."""
        content = leaf.get("content")
        if isinstance(content, dict) and row.ciphertext is None:
            self._missing[row.id] = row.seq
        elif isinstance(content, dict) != (row.ciphertext is not None):
            raise Refused("content_mismatch", "a content that no record speaks of")
        elif isinstance(content, dict) and content.get("ct_sha256") != _sha256(row.ciphertext):
            raise Refused("content_mismatch", "the content is not the one that was recorded")
        if leaf["code"] in ERASURES:
            self._explain(leaf, whole=True)

    def end(self, later: Iterable[bytes]) -> None:
        """Check what must hold when no record is left; what was erased while we read stands after the head."""
        if self._missing:
            for data in later:
                self._explain(read_leaf(data), whole=False)
        if self._missing:
            record, seq = next(iter(self._missing.items()))
            raise Refused("content_mismatch", f"a content is missing, and no erasure names it: {record} at {seq}")

    def _explain(self, leaf: dict[str, object], *, whole: bool) -> None:
        refs = leaf.get("refs")
        for ref in refs if isinstance(refs, list) else ():
            if self._missing.pop(str(ref), None) is not None:
                self.erased += 1
            elif whole:
                raise Refused("content_mismatch", f"a content is there that was erased, or never was: {ref}")


def _sha256(data: bytes | None) -> str:
    return hashlib.sha256(data or b"").hexdigest()
