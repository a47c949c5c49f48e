"""
What holds for records by themselves, wherever they are read: their form, and the order in which they may follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from proxy.audit.catalogue import leaf_complaint
from proxy.audit.columns import member
from proxy.gate.lifecycle import FINAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Refused(Exception):
    """A log that is refused, with one of the reasons of `verify`."""

    def __init__(self, reason: str, detail: str) -> None:
        """Remember both; the detail is in our words, nothing of a record."""
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def read_leaf(data: bytes) -> dict[str, object]:
    """
    Return a leaf that is in its one spelling and a record of the catalogue.

    Raises:
        Refused: `schema_invalid`.
    """
    try:
        leaf = orjson.loads(data)
        spelled = orjson.dumps(leaf, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONDecodeError:
        raise Refused("schema_invalid", "the leaf is not JSON") from None
    except orjson.JSONEncodeError:  # it reads deeper nesting than it writes
        raise Refused("schema_invalid", "the leaf is nested deeper than a record can be") from None
    if not isinstance(leaf, dict) or spelled != data:
        raise Refused("schema_invalid", "the leaf is not in its one spelling")
    wrong = leaf_complaint(leaf)
    if wrong is not None:
        raise Refused("schema_invalid", wrong)
    return leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class _Intent:
    record: str
    post: object
    lease_until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Approval:
    about: tuple[object, object]
    """Post and mac."""
    review: tuple[object, object]
    """Id of the review, and how many must approve."""
    stage: object
    people: frozenset[object]
    """Who spoke, and for whom."""


class Order:
    """
    The order in which decisions, intents and outcomes may follow each other.

    A post that was published, or has ended, is forgotten, but for the ids of its records: nothing more may follow on
    any of its decisions, and what does is refused as something without its decision or intent.
    """

    def __init__(self, *, partial: bool = False) -> None:
        """
        Begin with no record.

        Args:
            partial: what a record refers to may lie in a log before that is not at hand; what is at hand must fit.
        """
        self._partial = partial
        self._ids: set[str] = set()
        self._allowed: dict[str, tuple[object, object]] = {}
        """Allowing decisions: record id to post and mac."""
        self._held: dict[str, tuple[object, object]] = {}
        """Decisions that hold a post or would replace words in it: record id to post and mac."""
        self._authors: dict[object, object] = {}
        """Who wrote a post that people were asked about."""
        self._approvals: dict[str, _Approval] = {}
        """Approvals by record id."""
        self._of: dict[object, list[str]] = {}
        """Post to all of these records."""
        self._open: dict[str, _Intent] = {}
        """Attempts without outcome."""
        self._closed: dict[str, str] = {}
        """Attempts that published nothing for sure, with their result; with a log that is not at hand, all."""

    def add(self, record: str, leaf: dict[str, object]) -> None:
        """
        Take the next record.

        Raises:
            Refused: `sequence_broken`.
        """
        if record in self._ids:
            raise Refused("sequence_broken", "a record id that was used before")
        self._ids.add(record)
        data, post = member(leaf, "data"), member(leaf, "subject").get("post")
        match leaf["code"]:
            case "PG-101":
                self._add_decision(record, post, leaf)
            case "PG-202":
                self._add_word(record, post, leaf)
            case "PG-102":
                self._add_intent(record, post, data)
            case "PG-103":
                self._add_outcome(post, data, leaf.get("refs"))
            case "PG-104":
                self._add_reconciled(post, data)
            case "PG-105" if data["to"] in FINAL:
                self._forget(post)
            case "PG-501" | "PG-502" | "PG-506" | "PG-507" | "PG-508" | "PG-514":
                if data["second"] == member(leaf, "actor").get("ref"):
                    raise Refused("sequence_broken", "an order that one person opened and confirmed")
            case _:
                pass

    def _add_decision(self, record: str, post: object, leaf: Mapping[str, object]) -> None:
        decision = member(leaf, "data")["decision"]
        if decision == "block":
            return
        kept = self._allowed if decision == "allow" else self._held
        kept[record] = (post, member(leaf, "content").get("mac"))
        self._of.setdefault(post, []).append(record)
        if kept is self._held:
            self._authors.setdefault(post, leaf.get("on_behalf_of") or member(leaf, "actor").get("ref"))

    def _add_word(self, record: str, post: object, leaf: Mapping[str, object]) -> None:
        data = member(leaf, "data")
        if data["verdict"] != "approve":
            self._forget(post)
            return
        self._approvals[record] = _approval(post, data, leaf)
        self._of.setdefault(post, []).append(record)

    def _add_intent(self, record: str, post: object, data: Mapping[str, object]) -> None:
        decided = self._allowed.get(str(data["decided"]), (post, data["mac"]) if self._partial else None)
        if decided is None or data.get("approvals"):
            decided = self._approved(post, data)
        if decided != (post, data["mac"]):
            raise Refused("sequence_broken", "an intent without an allowing decision of the same content")
        attempt = str(data["attempt"])
        if attempt in self._open or attempt in self._closed:
            raise Refused("sequence_broken", "an attempt with two intents")
        self._open[attempt] = _Intent(record=record, post=post, lease_until=str(data["lease_until"]))

    def _approved(self, post: object, data: Mapping[str, object]) -> tuple[object, object] | None:
        """Return post and code of a held decision that people approved, one a stage and none of them the author."""
        named = data.get("approvals")
        names = [str(one) for one in named] if isinstance(named, list) else []
        given = [self._approvals.get(name) for name in names]
        if self._partial and None in given:
            return post, data["mac"]
        known = [one for one in given if one is not None and one.about == (post, data["mac"])]
        if not names or len(known) != len(names) or not _complete(known, self._authors.get(post)):
            return None
        return self._held.get(str(data["decided"]), (post, data["mac"]) if self._partial else None)

    def _add_outcome(self, post: object, data: Mapping[str, object], refs: object) -> None:
        attempt = str(data["attempt"])
        if attempt in self._closed:
            raise Refused("sequence_broken", "an attempt with two outcomes")
        intent = self._open.pop(attempt, None)
        unknown = intent is None and self._partial
        if not unknown and (intent is None or intent.post != post or refs != [intent.record]):
            raise Refused("sequence_broken", "an outcome without its intent")
        if intent is not None and data["result"] == "published" and not self._partial:
            self._forget(post)
        else:
            self._closed[attempt] = str(data["result"])

    def _forget(self, post: object) -> None:
        """Let nothing follow on a post; where records are missing, everything that is at hand counts."""
        if self._partial:
            return
        self._authors.pop(post, None)
        for record in self._of.pop(post, ()):
            for kept in (self._allowed, self._held, self._approvals):
                kept.pop(record, None)

    def _add_reconciled(self, post: object, data: Mapping[str, object]) -> None:
        if self._closed.get(str(data["attempt"]), "unknown" if self._partial else None) != "unknown":
            raise Refused("sequence_broken", "a reconciliation of an attempt that was not unknown")
        if data["result"] in {"published", "rejected"}:
            self._forget(post)

    def end(self, now: str) -> None:
        """
        Check what must hold when no record is left.

        Raises:
            Refused: `sequence_broken`: an attempt is over, and has no outcome.
        """
        over = [intent for intent in self._open.values() if intent.lease_until <= now]
        if over:
            raise Refused("sequence_broken", f"an intent without outcome whose lease is over: {over[0].record}")

    def open_attempts(self) -> int:
        """Return how many attempts have no outcome yet."""
        return len(self._open)


def _approval(post: object, data: Mapping[str, object], leaf: Mapping[str, object]) -> _Approval:
    spoken = {member(leaf, "actor").get("ref"), leaf.get("on_behalf_of")} - {None}
    return _Approval(
        about=(post, data["mac"]),
        review=(data["review"], data["stages"]),
        stage=data["stage"],
        people=frozenset(spoken),
    )


def _complete(given: Sequence[_Approval], author: object) -> bool:
    """Return whether all stages of one review were approved, each by others than the author and the other stages."""
    people = frozenset[object]().union(*(one.people for one in given))
    apart = len(people) == sum(len(one.people) for one in given)
    stages = {one.stage for one in given}
    return (
        apart
        and author not in people
        and {one.review for one in given} == {(given[0].review[0], len(given))}
        and stages == set(range(1, len(given) + 1))
    )
