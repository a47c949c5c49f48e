"""
What must hold, looked at whenever something is kept, sent or told, and once more when everything has ended.

    I1  nothing is sent before its decision and intent are kept        I5  the records are a log that verifies
    I2  what somebody is told is on record                             I6  a look that is not complete allows nothing
    I3  one post, one attempt, one key: one publication                I7  no text outside what is sealed
    I4  what is sent was allowed, or approved by enough others         I8  what was found lies where the record says
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from proxy.audit.leaf import build
from proxy.audit.records import Order, Refused, read_leaf
from proxy.audit.stories import story_of
from proxy.core.model import Verdict
from proxy.gate.lifecycle import FINAL, WAITING, State
from proxy.gate.review_changes import AdvanceReview
from proxy.gate.work import MovePost, ReserveKey, StorePost
from tests.fakes.clock import START
from tests.simulation.policies import BUNDLES, ENTITIES, MARK, approvals_for, verdict_on
from tests.simulation.seen import event_of

if TYPE_CHECKING:
    from proxy.gate.ports import ReleasedPost
    from proxy.gate.work import AuditRecord, Work
    from tests.simulation.node import Node
    from tests.simulation.world import World

_NOT_PUBLIC = FINAL - {State.RECALLED, State.REPLACED} | {State.ABSENT} | WAITING
"""States that say: it certainly is not on the platform."""
_KEY_KEPT_S = 22 * 3600
"""A key is kept for a day; clocks of nodes are an hour wrong at most."""
_NAMES = {bundle.digest: name for name, bundle in BUNDLES.items()}
_ENDS = {"Published": "published", "Rejected": "rejected", "NotSent": "not_sent", "Unknown": "unknown"}


class Watch:
    """Complains about what must not be."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.complaints: list[str] = []
        self._records: dict[str, AuditRecord] = {}
        self._intents: dict[str, AuditRecord] = {}
        """By attempt."""
        self._attempts: Counter[str] = Counter()
        self._keys: dict[str, tuple[str, str]] = {}
        """Scope and key by post."""
        self._reserved: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
        """By scope and key: when which post got it."""

        self._promised: dict[str, datetime] = {}
        """When the authors of posts want them sent, as the log told them last."""

    def complain(self, what: str) -> None:
        """Note what must not be."""
        self.complaints.append(what)
        self._world.trace(f"COMPLAINT {what}")

    # ---------------------------------------------------------------------------------------------------------- kept
    def kept(self, work: Work, before: dict[str, State]) -> None:
        """Look at a unit of work that is durable now."""
        for record in work.records:
            self._records[record.id] = record
            if record.code == "PG-102":
                self._intents[str(record.data["attempt"])] = record
            if record.code == "PG-105" and "send_at" in record.data:
                self._promised[str(record.subject.post)] = datetime.fromisoformat(str(record.data["send_at"]))
        for change in work.changes:
            if isinstance(change, ReserveKey):
                self._keys[change.post] = change.scope, change.key
                self._reserved[change.scope, change.key][change.post] = self._world.elapsed()
            if isinstance(change, StorePost):
                self._moved(None, change.state, work)
            elif isinstance(change, MovePost):
                self._moved(before[change.id], change.target, work)
            elif isinstance(change, AdvanceReview):
                self._moved(State.HELD, State.HELD, work)

    def _moved(self, source: State | None, target: State, work: Work) -> None:
        if source in FINAL:
            self.complain(f"a post left the state {source}")
        event = event_of(source, target, work)
        if event is None:
            self.complain(f"a post moved from {source} to {target}, outside the table of its life")
        else:
            self._world.seen.transitions[source, event] += 1

    # ---------------------------------------------------------------------------------------------------------- sent
    def sending(self, node: Node, released: ReleasedPost) -> None:
        """Look at a post whose first byte leaves now."""
        post = released.post
        self._world.seen.sent += 1
        self._world.trace(f"{node.name} sends {post.id[-4:]}")
        intent = self._intents.get(released.attempt)
        decided = None if intent is None else self._records.get(str(intent.data["decided"]))
        if intent is None or decided is None or intent.subject.post != post.id or decided.subject.post != post.id:
            self.complain("I1: sent without a decision and an intent that are kept")
            return
        self._attempts[released.attempt] += 1
        if self._attempts[released.attempt] > 1:
            self.complain("I3: one attempt was sent twice")
        if self._world.platform.taken.get(post.id, 0) > 0:
            self.complain("I3: a post was sent again that the platform has taken")
        self._check_key(post.id)
        if decided.data["expected"] != decided.data["completed"]:
            self.complain("I6: sent after a look that was not complete")
        if decided.data["policy_digest"] != node.policies.current().digest:
            self.complain("I4: sent by policies that are not in force any more")
        text = "\n".join(part.text for part in post.parts)
        self._check_allowed(post.author, text, decided, intent)
        self._check_time(node, post.id)

    def _check_key(self, post: str) -> None:
        reserved = self._reserved[self._keys[post]] if post in self._keys else {}
        for other, at in reserved.items():
            taken = self._world.platform.taken.get(other, 0) > 0
            if other != post and taken and abs(reserved[post] - at) < _KEY_KEPT_S:
                self.complain("I3: two posts with one key were taken")

    def _check_allowed(self, author: str, text: str, decided: AuditRecord, intent: AuditRecord) -> None:
        bundle = _NAMES[str(decided.data["policy_digest"])]
        verdict = verdict_on(text, bundle)
        if verdict is Verdict.ALLOW:
            return
        if verdict is Verdict.BLOCK:
            self.complain("I4: what is blocked was sent")
            return
        named: Any = intent.data["approvals"]
        votes = [self._records[name] for name in named if name in self._records]
        right = [
            vote
            for vote in votes
            if (vote.code, vote.data["verdict"], vote.subject.post, vote.data["mac"])
            == ("PG-202", "approve", decided.subject.post, intent.data["mac"])
        ]
        people = {vote.actor.ref for vote in right}
        if author in people or len(people) < approvals_for(text, bundle):
            self.complain("I4: what is held was sent without the approvals that it needs")

    def _check_time(self, node: Node, post: str) -> None:
        row = self._world.log.tables.outbox.get(post)
        if row is None or self._world.jumped:
            return
        now = node.clock.now()
        if now >= row.expires_at:
            self.complain("sent after its time was over")
        if post in self._promised and now < self._promised[post]:
            self.complain("sent before its time")
        gone = self._world.gone_since(self._world.log.tables.posts[post].author)
        if gone is not None and self._world.elapsed() - gone > 60:
            self.complain("sent for somebody who may not post any more")

    # ---------------------------------------------------------------------------------------------------------- told
    def told(self, body: bytes, text: str) -> None:
        """Look at an answer that a client gets now."""
        answer = json.loads(body)
        result, name = answer["result"], str(answer["decision"]).removeprefix("d-")
        self._world.seen.told[result] += 1
        decision = self._records.get(name)
        if decision is None:
            self.complain("I2: somebody was told of a decision that is not on record")
            return
        sealed = b"" if decision.content is None else decision.content.ciphertext
        if decision.data["phase"] == "submit" and text.encode() not in sealed:
            self.complain("I2: somebody was told what became of another post")
        ends = {
            record.data["result"]
            for record in self._records.values()
            if record.code in {"PG-103", "PG-104"} and record.subject.post == decision.subject.post
        }
        if result in _ENDS and _ENDS[result] not in ends and not self._withheld(decision):
            self.complain(f"I2: somebody was told {result}, which is not on record")

    def _withheld(self, decision: AuditRecord) -> bool:
        about = decision.subject.post
        return any(one.code == "PG-105" and one.subject.post == about for one in self._records.values())

    def error(self, error: BaseException) -> None:
        """Look at an error that a client gets now."""
        if _shows_text(f"{error!r} {error} {vars(error)}".encode()):
            self.complain("I7: an error shows text")

    # ----------------------------------------------------------------------------------------------------------- end
    def end(self) -> None:
        """Compare the log, the rows and the platform when nothing is left to be done."""
        tables, leaves = self._world.log.tables, self._leaves()
        for post, state in tables.states.items():
            if state is State.INTENT or state in WAITING:
                self.complain(f"a post is {state} for ever")
            story = story_of([(name, leaf) for name, leaf in leaves if leaf["subject"]["post"] == post])
            if story.flaw is not None:
                self.complain(f"the story of a post has a flaw: {story.flaw}")
            if story.state is not state:
                self.complain(f"a post is {state}, and {story.state} by its records")
            if {name: one.result for name, one in story.attempts.items()} != {
                name: tables.results.get(name) for name, one in tables.attempts.items() if one.post == post
            }:
                self.complain("attempts and their records disagree")
            if post in tables.outbox and state in FINAL | {State.PUBLISHED}:
                self.complain(f"a post that is {state} is kept in the outbox")
            taken = self._world.platform.taken.get(post, 0)
            if taken > 1 or (taken and state in _NOT_PUBLIC):
                self.complain(f"I3: a post was taken {taken} times and is {state}")
            if not taken and state in {State.PUBLISHED, State.RECALLED}:
                self.complain(f"I2: a post is {state} that the platform never took")
        for review in tables.reviews.values():
            if review.state == "open" and tables.states[review.opened.post] is not State.HELD:
                self.complain("people are asked about a post that does not wait for them")
        self._check_order(leaves)
        self._check_attempts()
        self._check_places()

    def _leaves(self) -> list[tuple[str, dict[str, Any]]]:
        found = []
        for record in self._world.log.records:
            data = build(record, node="n1").data
            if _shows_text(data):
                self.complain("I7: a leaf shows text")
            try:
                found.append((record.id, read_leaf(data)))
            except Refused as refused:
                self.complain(f"I5: {refused.detail}")
        return found

    def _check_order(self, leaves: list[tuple[str, dict[str, Any]]]) -> None:
        order = Order()
        try:
            for name, leaf in leaves:
                order.add(name, leaf)
            order.end(START.replace(year=START.year + 5).isoformat())
        except Refused as refused:
            self.complain(f"I5: {refused.detail}")

    def _check_attempts(self) -> None:
        ends = Counter(str(one.data["attempt"]) for one in self._records.values() if one.code == "PG-103")
        if ends != Counter(list(self._intents)):
            self.complain("an intent has not exactly one outcome")

    def _check_places(self) -> None:
        for record in self._records.values():
            if record.code != "PG-101" or record.content is None:
                continue
            content = json.loads(record.content.ciphertext[32:])
            for row in content["findings"]:
                text = content["parts"][row["part"]][2]
                if text[row["start"] : row["end"]] not in ENTITIES:
                    self.complain("I8: what was found does not lie where the record says")


def _shows_text(data: bytes) -> bool:
    return MARK.encode() in data
