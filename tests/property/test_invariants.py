"""
I1 to I4 and I6 at the gate: whatever clients, platform, log and process do, in whatever order.

A history is a list of steps: posts submitted one by one or at the same time, images, time that passes, detectors that
are missing, a log that is down, full or loses its answers, crashes at fault points, clients that leave, platforms that
answer late, unclearly or not at all, rounds of the reaper. All of it over twins, in a loop whose time costs nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.core.errors import AuditBusy, AuditUnavailable, PostgateError
from proxy.core.model import Part, PartKind, PostKind, Verdict
from proxy.core.policy.actions.redact import RedactSpec
from proxy.gate.lifecycle import Event, Refused, State, step
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.recover import settle_overdue
from proxy.gate.wire import Endpoint, EndpointClass, Upload
from proxy.gate.work import MovePost, StorePost
from tests.factories import make_draft, make_grant
from tests.fakes.fast_loop import LoopClock, run_fast
from tests.fakes.gate_house import GateHouse
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.gate.ports import ReleasedPost, SpooledMedia
    from proxy.gate.wire import WireAnswer
    from proxy.gate.work import AuditRecord, Work

LEASE_S = 60.0
KEY_LIFE_S = 24 * 3600.0
LEAK = "IBAN"
TEXTS = ("Schönes Wochenende!", "Filiale am Markt", "Guten Morgen", f"Konto {LEAK}", f"{LEAK} und {LEAK}")
PEOPLE = ("a_eins", "a_zwei")
UPLOAD = Endpoint(name="media.create", cls=EndpointClass.MEDIA)
CRASHES = ("received", "scanned", "decided", "after_intent", "sent", "before_outcome", "after_outcome")
OUTCOMES = {"Published": "published", "Rejected": "rejected", "NotSent": "not_sent", "Unknown": "unknown"}
"""What clients are told, and what must then be on record."""
TRANSITIONS = {
    (state, target)
    for state in (None, *State)
    for event in Event
    for target in (step(state, event),)
    if not isinstance(target, Refused)
}


class Crash(BaseException):
    """The process ends here, as far as one request is concerned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, and everything that goes wrong with it."""

    text: str = TEXTS[0]
    person: str = PEOPLE[0]
    key: str | None = None
    image: bool = False
    """Whether it uses this person's last image."""
    outcome: OutcomeKind = OutcomeKind.PUBLISHED
    reason: str = "refused"
    takes_s: float = 0.0
    """How long the platform takes."""
    begins_s: float = 0.0
    leaves_s: float | None = None
    """When the client leaves."""
    crash: str | None = None
    """Fault point at which the process ends."""
    outage: int = 0
    """How many commits fail once it may be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Requests that are made at the same time."""

    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An upload."""

    text: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What becomes of the next commits."""

    commits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """Time."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Detectors:
    """Which detectors do not look from now on."""

    missing: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learn:
    """From now on another word is one that nobody may publish."""

    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reap:
    """One round of the reaper, which may crash."""

    crash: bool = False


Step = Together | Image | Log | Passes | Detectors | Learn | Reap

requests = st.builds(
    Asked,
    text=st.sampled_from(TEXTS),
    person=st.sampled_from(PEOPLE),
    key=st.sampled_from(["k1", None, "k2", "k3", None]),
    image=st.booleans(),
    outcome=st.sampled_from([OutcomeKind.PUBLISHED, *OutcomeKind]),
    reason=st.sampled_from(["refused", "rate_limited"]),
    takes_s=st.sampled_from([65.0, 0.0, 0.01, 5.0, 0.0]),
    begins_s=st.sampled_from([0.0, 0.0, 0.02, 3.0]),
    leaves_s=st.sampled_from([None, None, 0.0, 0.01, 1.0]),
    crash=st.one_of(st.none(), st.none(), st.none(), st.sampled_from(CRASHES)),
    outage=st.sampled_from([0, 3, 0, 2, 4, 0]),
)
together = st.builds(Together, asked=st.lists(requests, min_size=1, max_size=5).map(tuple))
commits = st.sampled_from(["kept", "kept", "down", "full", "lost", "crash before", "crash after"])
histories = st.lists(
    st.one_of(
        together,
        together,
        together,
        together,
        st.builds(Image, text=st.sampled_from(TEXTS), person=st.sampled_from(PEOPLE)),
        st.builds(Log, commits=st.lists(commits, min_size=1, max_size=4).map(tuple)),
        st.builds(Learn, word=st.sampled_from(["Markt", "Wochenende"])),
        st.builds(Passes, seconds=st.sampled_from([1.0, 19.0, 30.0, 61.0, 3600.0, KEY_LIFE_S + 61])),
        st.builds(Detectors, missing=st.sampled_from([frozenset(), frozenset({"presidio"}), frozenset(), frozenset()])),
        st.builds(Reap, crash=st.booleans()),
    ),
    min_size=2,
    max_size=10,
)
actions = st.sampled_from([Verdict.BLOCK, Verdict.HOLD, RedactSpec()])

_NOW: ContextVar[Asked | None] = ContextVar("_NOW", default=None)
"""The request that is being worked on; tasks of the gate inherit it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Something reached the platform."""

    post: str
    attempt: str
    asked: Asked
    at: float
    outcome: Outcome


class World:
    """A gate, its misfortunes, and complaints about what must not be."""

    def __init__(self, action: Verdict | RedactSpec) -> None:
        every_kind = frozenset(PostKind)
        self.house = GateHouse(
            clock=LoopClock(),
            bundle=make_bundle(make_policy(make_rule(action=action), kinds=every_kind)),
            faults=self._fault,
        )
        self.house.publisher.publish = self._publish  # type: ignore[method-assign]
        self.house.log.on_commit = self._commit
        self.house.log.on_kept = self._kept
        self.commits: list[str] = []
        self.sent: list[Sent] = []
        self.told: list[tuple[Asked, WireAnswer]] = []
        self.leaks = [LEAK]
        self.complaints: list[str] = []
        self._committing = "kept"

    # ---------------------------------------------------------------------------------------------- what goes wrong
    def _fault(self, name: str) -> None:
        asked = _NOW.get()
        if asked is not None and asked.crash == name:
            raise Crash
        if asked is not None and name == "after_intent":
            self.commits[:0] = ["down"] * asked.outage

    def _commit(self, work: Work) -> None:
        self._check_states(work)
        self._committing = self.commits.pop(0) if self.commits else "kept"
        misfortunes: dict[str, type[BaseException]] = {
            "down": AuditUnavailable, "full": AuditBusy, "crash before": Crash,
        }  # fmt: skip
        if self._committing in misfortunes:
            raise misfortunes[self._committing]

    def _kept(self, _work: Work) -> None:
        happened, self._committing = self._committing, "kept"
        if happened == "lost":
            raise AuditUnavailable
        if happened == "crash after":
            raise Crash

    async def _publish(self, released: ReleasedPost, media: Sequence[SpooledMedia]) -> Outcome:
        post, attempt = released.post, released.attempt
        asked = _NOW.get()
        assert asked is not None
        outcome = Outcome(kind=asked.outcome, reason=asked.reason, upstream_id=attempt)
        self._check_recorded(post.id, attempt)
        self._check_twins(post.id, asked)
        if any(leak in part.text for part in post.parts for leak in self.leaks):
            self.complaints.append("I4: a leak reached the platform")
        slots = {f"media.{index}.{part.slot}" for index, item in enumerate(media) for part in item.parts}
        if not slots <= {part.slot for part in post.parts}:
            self.complaints.append("I4: a text of an image was not looked at with its post")
        self.sent.append(
            Sent(post=post.id, attempt=attempt, asked=asked, at=self.house.clock.monotonic(), outcome=outcome)
        )
        await asyncio.sleep(asked.takes_s)
        self._fault("sent")
        return outcome

    # ---------------------------------------------------------------------------------------------- what must hold
    def _check_states(self, work: Work) -> None:
        """States move along the table of the life cycle."""
        for change in work.changes:
            new = isinstance(change, StorePost) and (None, change.state) not in TRANSITIONS
            moved = isinstance(change, MovePost) and (change.source, change.target) not in TRANSITIONS
            if new or moved:
                self.complaints.append("a post moves outside the table of its life")

    def _check_recorded(self, post: str, attempt: str) -> None:
        """I1: an allowing decision of a complete look, then an intent, are durable; I4: nothing else was decided."""
        records = [record for record in self.house.log.records if record.subject.post == post]
        if [record.code for record in records[:2]] != ["PG-101", "PG-102"]:
            self.complaints.append("I1: sent without decision and intent on record")
            return
        decided, intent = (record.data for record in records[:2])
        if decided["decision"] != "allow" or decided["expected"] != decided["completed"]:
            self.complaints.append("I4: sent without an allow of a complete look")
        if intent["attempt"] != attempt:
            self.complaints.append("I1: sent as another attempt than the recorded one")

    def _check_twins(self, post: str, asked: Asked) -> None:
        """I3: without a key nothing is sent while an equal, earlier post may be on its way."""
        tables = self.house.log.tables
        mine = tables.posts[post]
        for other in tables.posts.values():
            if other.id == post:
                return
            maybe_sent = tables.states[other.id] in {State.INTENT, State.UNKNOWN}
            if asked.key is None and maybe_sent and (other.scope, other.fingerprint) == (mine.scope, mine.fingerprint):
                self.complaints.append("I3: an equal post that may be on its way was sent again")

    def check(self) -> None:
        """Compare the log, the platform and what clients were told, after everything has ended."""
        self._check_sent_once()
        self._check_told()
        self._check_outcomes()
        self._check_kept()
        assert self.complaints == []

    def _check_sent_once(self) -> None:
        for count in (Counter(sent.attempt for sent in self.sent), Counter(sent.post for sent in self.sent)):
            if any(number > 1 for number in count.values()):
                self.complaints.append("I3: one post or attempt was sent twice")
        by_key: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        for sent in self.sent:
            surely_not_taken = sent.outcome.kind is OutcomeKind.NOT_SENT or sent.outcome.reason == "rate_limited"
            if sent.asked.key is not None and not surely_not_taken:
                by_key[sent.asked.person, sent.asked.key].append(sent.at)
        for times in by_key.values():
            if any(later - earlier < KEY_LIFE_S for earlier, later in pairwise(times)):
                self.complaints.append("I3: one key was sent twice while it was kept")

    def _check_told(self) -> None:
        """I2: what a client was told is on record, and it says the same."""
        decisions = {record.id: record for record in self._of("PG-101")}
        ended = {(record.subject.post, record.data["result"]) for record in (*self._of("PG-103"), *self._of("PG-104"))}
        for asked, answer in self.told:
            told = json.loads(answer.body)
            result = told["result"]
            decision = decisions.get(str(told["decision"]).removeprefix("d-"))
            if decision is None:
                self.complaints.append("I2: a client was told of a decision that is not on record")
                continue
            if result in OUTCOMES and (decision.subject.post, OUTCOMES[result]) not in ended:
                self.complaints.append(f"I2: a client was told {result}, which is not on record")
            if result not in OUTCOMES and decision.data["decision"] == "allow":
                self.complaints.append("I2: a client was told of a stop that is on record as allowed")
            sealed = b"" if decision.content is None else decision.content.ciphertext
            if decision.data["phase"] == "submit" and asked.text.encode() not in sealed:
                self.complaints.append("I2: a client was told what became of another post")

    def _check_outcomes(self) -> None:
        """Every intent has exactly one outcome; what was learned later stands beside it, never instead."""
        outcomes = Counter(record.data["attempt"] for record in self._of("PG-103"))
        intents = Counter(record.data["attempt"] for record in self._of("PG-102"))
        if outcomes != intents:
            self.complaints.append("an intent has not exactly one outcome")
        unknown = {record.data["attempt"] for record in self._of("PG-103") if record.data["result"] == "unknown"}
        late = Counter(record.data["attempt"] for record in self._of("PG-104"))
        if any(number > 1 or attempt not in unknown for attempt, number in late.items()):
            self.complaints.append("a late answer to an attempt that was not unclear")

    def _check_kept(self) -> None:
        """States and records say the same; nothing that was stopped is kept in the spool."""
        tables = self.house.log.tables
        published = {
            record.subject.post
            for record in (*self._of("PG-103"), *self._of("PG-104"))
            if record.data["result"] == "published"
        }
        if published != {post for post, state in tables.states.items() if state is State.PUBLISHED}:
            self.complaints.append("states and records disagree")
        if State.INTENT in tables.states.values():
            self.complaints.append("a post is still being sent")
        if {record.subject.post for record in self._of("PG-201")} != {
            review.opened.post for review in tables.reviews.values()
        }:
            self.complaints.append("a held post that nobody is asked about")
        if any(LEAK.encode() in image.texts for image in tables.media.values()):
            self.complaints.append("a stopped image is kept")

    def _of(self, code: str) -> list[AuditRecord]:
        return [record for record in self.house.log.records if record.code == code]

    # --------------------------------------------------------------------------------------------------- what is done
    async def live(self, history: list[Step], *, reaper: bool) -> None:
        """Live through a history, with or without a reaper beside it, let everything end, and check."""
        async with asyncio.TaskGroup() as group:
            reaping = group.create_task(self._reap_for_ever() if reaper else asyncio.sleep(0))
            for happens in history:
                await self._do(happens)
            await self.house.shield.drain(200)
            reaping.cancel()
        self.commits = []
        await asyncio.sleep(LEASE_S + 1)
        await settle_overdue(self.house.ports)
        self.check()
        await self._still_works()

    async def _do(self, happens: Step) -> None:
        match happens:
            case Together():
                await self._submit_all(happens)
            case Image():
                await self._upload(happens)
            case Log():
                self.commits = list(happens.commits)
            case Passes():
                await asyncio.sleep(happens.seconds)
            case Detectors():
                self.house.scanner.missing = set(happens.missing)
            case Learn():
                await self.house.shield.drain(200)
                self.house.scanner.words[happens.word] = "IBAN_CODE"
                self.leaks.append(happens.word)
            case Reap():
                await self._reap(Asked(crash="lease_expired" if happens.crash else None))

    async def _submit_all(self, together: Together) -> None:
        async with asyncio.TaskGroup() as group:
            for asked in together.asked:
                group.create_task(self._submit(asked))

    async def _submit(self, asked: Asked) -> None:
        _NOW.set(asked)
        await asyncio.sleep(asked.begins_s)
        mine = [image.id for image in self.house.log.tables.media.values() if image.author == asked.person]
        draft = make_draft(asked.text, key=asked.key, media=tuple(mine[-1:]) if asked.image else ())
        with suppress(PostgateError, Crash, TimeoutError):
            async with asyncio.timeout(asked.leaves_s):
                answer = await self.house.submit_draft(draft, make_grant(ref=asked.person))
                self.told.append((asked, answer))

    async def _upload(self, image: Image) -> None:
        parts = (Part(kind=PartKind.ALT_TEXT, slot="description", text=image.text),)
        draft = replace(make_draft(), parts=parts, uploads=(Upload(slot="file", mime="image/png", data=b"picture"),))
        with suppress(PostgateError, Crash):
            await self.house.media.take(UPLOAD, draft, make_grant(ref=image.person), self.house.platform)

    async def _reap(self, asked: Asked) -> None:
        token = _NOW.set(asked)
        with suppress(PostgateError, Crash):
            await settle_overdue(self.house.ports)
        _NOW.reset(token)

    async def _reap_for_ever(self) -> None:
        while True:
            await self._reap(Asked())
            await asyncio.sleep(5)

    async def _still_works(self) -> None:
        """After all of it a harmless new post is published: nothing is stuck."""
        self.house.scanner.missing = set()
        before = len(self.sent)
        await self._submit(Asked(text="Etwas ganz anderes", key="a new key"))
        assert len(self.sent) == before + 1


@settings(max_examples=500)
@given(history=histories, action=actions, reaper=st.booleans())
def test_the_gate_keeps_its_promises(history: list[Step], action: Verdict | RedactSpec, reaper: bool) -> None:
    """Nothing unrecorded is sent, nothing twice, nothing that was stopped; every attempt ends exactly once."""

    async def scenario() -> None:
        await World(action).live(history, reaper=reaper)

    run_fast(scenario())
