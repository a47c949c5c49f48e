"""A submission's way through the gate, over twins."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import (
    AuditBusy,
    AuditUnavailable,
    Conflict,
    IdempotencyMismatch,
    NotFound,
    OutcomeUnknown,
    StillInProgress,
    TextTooLong,
    UnreadableField,
)
from proxy.core.model import Calendar, Confidence, Phase, Verdict
from proxy.core.policy.actions.redact import RedactSpec
from proxy.core.policy.matchers.calendar import CalendarSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.recover import settle_overdue
from proxy.gate.results import Blocked, Held, NotSent, Published, Queued, Rejected, Scheduled, Unknown
from tests.factories import make_draft, make_grant
from tests.fakes.clock import START
from tests.fakes.gate_house import GateHouse
from tests.fakes.scanner import ScriptedScanner
from tests.fakes.waiting_house import HOUR, WaitingHouse
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.gate.wire import Draft
    from proxy.gate.work import Work

UNKNOWN = Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout")
NOT_SENT = Outcome(kind=OutcomeKind.NOT_SENT, reason="tls")
REFUSED = Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=422)
RATE_LIMITED = Outcome(kind=OutcomeKind.REJECTED, reason="rate_limited", upstream_status=429, retry_after=60)


async def test_an_allowed_post_is_recorded_before_and_after_it_is_sent() -> None:
    """Decision and intent are durable when the publisher is called; the outcome is when the client gets its answer."""
    house = GateHouse()
    codes_when_sent: list[str] = []
    house.publisher.after = lambda: codes_when_sent.extend(house.log.codes())
    answer = await house.submit()

    assert answer.status == 200
    assert codes_when_sent == ["PG-101", "PG-102"]
    assert house.log.codes() == ["PG-101", "PG-102", "PG-103"]
    assert house.states == ["published"]
    assert isinstance(house.platform.results[0], Published)
    assert house.reached == [
        "received", "scanned", "decided", "after_intent", "before_outcome", "after_outcome",
    ]  # fmt: skip
    assert house.observer.verdicts == ["allow"]
    assert house.observer.outcomes == ["published"]


async def test_a_blocked_post_is_recorded_and_never_sent() -> None:
    """The client learns the decision id; the platform learns nothing."""
    house = GateHouse()
    await house.submit("IBAN im Text")
    result = house.platform.results[0]

    assert isinstance(result, Blocked)
    assert result.decision_id == f"d-{house.log.records[0].id}"
    assert house.log.codes() == ["PG-101"]
    assert (house.sent, house.states) == ([], ["blocked"])


async def test_a_held_post_opens_a_review_and_is_not_sent() -> None:
    """Held: decision and review in one transaction, content sealed, nothing at the platform."""
    house = GateHouse(bundle=make_bundle(make_policy(make_rule(action=Verdict.HOLD))))
    await house.submit("IBAN im Text")
    result = house.platform.results[0]

    assert isinstance(result, Held)
    assert house.log.codes() == ["PG-101", "PG-201"]
    assert (house.sent, house.states) == ([], ["held"])
    assert [review.opened.id for review in house.log.tables.reviews.values()] == [result.review_id]
    assert house.log.records[0].content is not None


async def test_an_incomplete_scan_is_held() -> None:
    """A detector that did not look is no "nothing found"."""
    house = GateHouse(scanner=ScriptedScanner(missing=["presidio"]))
    await house.submit()

    assert house.states == ["held"]
    assert house.sent == []
    assert house.log.records[0].data["completed"] == ["identifiers", "lexicons", "surfaces"]


async def test_a_redacted_post_is_sent_without_its_findings() -> None:
    """The redacted text is a post of its own, scanned and decided again; the original is replaced, both on record."""
    rule = make_rule(action=RedactSpec())
    house = GateHouse(bundle=make_bundle(make_policy(rule)))
    await house.submit("Hier: IBAN bitte")

    assert house.log.codes() == ["PG-101", "PG-101", "PG-102", "PG-103"]
    assert [record.data.get("phase") for record in house.log.records[:2]] == [Phase.SUBMIT, Phase.REDACTED]
    assert house.log.records[1].refs == (house.log.records[0].id,)
    assert house.states == ["replaced", "published"]
    assert "IBAN" not in house.sent[0]
    result = house.platform.results[0]
    assert isinstance(result, Published)
    assert result.redacted


async def test_a_redacted_post_has_to_fit_its_platform() -> None:
    """A label may be longer than what it replaces: what would be sent is checked again, and nothing is sent."""
    house = GateHouse(bundle=make_bundle(make_policy(make_rule(action=RedactSpec()))))

    def fits(draft: Draft) -> None:
        if len(draft.parts[0].text) > 10:
            raise TextTooLong(expected="at most 10 characters", found="more")

    with pytest.raises(TextTooLong):
        await house.submit_draft(replace(make_draft("Eine IBAN"), fits=fits))
    assert (house.sent, house.log.codes()) == ([], [])
    await house.submit_draft(replace(make_draft("Kurz"), fits=fits))
    assert house.sent == ["Kurz"]


async def test_a_redaction_that_is_not_clean_is_held() -> None:
    """When the shortened text still has findings, a person decides about the original."""
    rule = make_rule(action=RedactSpec())
    stubborn = ScriptedScanner({"IBAN": "IBAN_CODE", "[entfernt]": "IBAN_CODE", "[removed]": "IBAN_CODE"})
    house = GateHouse(bundle=make_bundle(make_policy(rule)), scanner=stubborn)
    await house.submit("Hier: IBAN bitte")

    assert (house.sent, house.states) == ([], ["held"])
    reasons = house.log.records[0].data["reasons"]
    assert isinstance(reasons, list)
    assert "gate/redaction-not-clean" in reasons


@pytest.mark.parametrize(
    ("outcome", "result", "state"),
    [
        (REFUSED, Rejected, "rejected_upstream"),
        (RATE_LIMITED, Rejected, "rejected_upstream"),
        (NOT_SENT, NotSent, "failed"),
        (UNKNOWN, Unknown, "unknown"),
    ],
)
async def test_every_outcome_is_recorded_and_told(outcome: Outcome, result: type, state: str) -> None:
    """Whatever the platform did, there is one outcome record, one state and one answer."""
    house = GateHouse(outcome)
    await house.submit()

    assert house.log.records[-1].data["result"] == outcome.kind.value
    assert house.states == [state]
    assert isinstance(house.platform.results[0], result)


async def test_without_a_record_nothing_is_sent() -> None:
    """The log is down or its queue full: the client is told to come back, nothing is kept or sent."""
    house = GateHouse()
    house.log.down = True
    with pytest.raises(AuditUnavailable):
        await house.submit()
    house.log.down, house.log.full = False, True
    with pytest.raises(AuditBusy):
        await house.submit()

    assert (house.sent, house.states, house.log.codes()) == ([], [], [])


async def test_an_outcome_that_cannot_be_recorded_is_never_told_as_success() -> None:
    """Published, but the log went down in between: the client hears "may have been published"."""
    house = GateHouse()

    def go_down() -> None:
        house.log.down = True

    house.publisher.after = go_down
    with pytest.raises(OutcomeUnknown) as told:
        await house.submit()

    assert told.value.decision_id == f"d-{house.log.records[0].id}"
    assert house.states == ["intent"]


async def test_an_attempt_that_went_stale_is_not_begun() -> None:
    """A process frozen between record and sending does not wake up and send."""

    def freeze(name: str) -> None:
        if name == "after_intent":
            house.clock.advance(21)

    house = GateHouse(faults=freeze)
    await house.submit()

    assert house.sent == []
    assert house.log.records[-1].data["reason"] == "stale"
    assert house.states == ["failed"]


@pytest.mark.req("FEAT-32")
async def test_a_calendar_that_begins_between_record_and_sending_stops_the_post() -> None:
    """It was decided by what no longer holds: it is not sent, and the next try is decided anew."""
    begin = START + timedelta(seconds=5)
    calendar = Calendar(name="results", periods=((begin, begin + timedelta(days=1)),))
    quiet = make_rule("quiet", when=CalendarSpec(names=("results",)))

    def wait(name: str) -> None:
        if name == "after_intent":
            house.clock.advance(6)

    house = GateHouse(faults=wait, bundle=make_bundle(make_policy(quiet), calendars=(calendar,)))
    await house.submit(key="k1")

    assert house.sent == []
    assert house.log.records[0].data["calendars"] == []
    assert house.log.records[-1].data["reason"] == "policy"
    assert house.states == ["failed"]

    await house.submit(key="k1")
    decided = [record.data for record in house.log.records if record.code == "PG-101"][-1]
    assert (decided["decision"], decided["calendars"]) == ("block", ["results"])
    assert house.sent == []


async def test_other_policies_between_record_and_sending_stop_the_post() -> None:
    """It was decided by what is not in force any more: it is not sent, and the next try is decided anew."""
    stricter = replace(make_bundle(make_policy(make_rule(when=FindingSpec(entities=("CITY",))))), digest="c" * 64)

    def swap(name: str) -> None:
        if name == "after_intent":
            house.policies.bundle = stricter

    house = GateHouse(faults=swap, scanner=ScriptedScanner({"Markt": "CITY"}))
    await house.submit("Filiale am Markt", key="k1")

    assert house.sent == []
    assert house.log.records[-1].data["reason"] == "policy"
    assert house.states == ["failed"]

    await house.submit("Filiale am Markt", key="k1")
    assert house.states == ["failed", "blocked"]


class TestSameKey:
    """Idempotency keys belong to (principal, account, door)."""

    async def test_the_same_post_gets_the_stored_answer(self) -> None:
        """Twice the same key and content: one post at the platform, the same answer, marked as replayed."""
        house = GateHouse()
        first = await house.submit(key="k1")
        again = await house.submit(key="k1")

        assert len(house.sent) == 1
        assert again.body == first.body
        assert ("Postgate-Replayed", "true") in again.headers

    @pytest.mark.parametrize("text", ["IBAN im Text", "Schönes Wochenende!"])
    async def test_a_key_with_another_content_is_refused(self, text: str) -> None:
        """The key is known, the content is not: nothing is sent."""
        house = GateHouse()
        await house.submit(text, key="k1")
        with pytest.raises(IdempotencyMismatch):
            await house.submit("etwas anderes", key="k1")

        assert len(house.sent) <= 1

    async def test_blocked_and_held_answers_are_replayed_too(self) -> None:
        """Asking again does not decide again."""
        house = GateHouse()
        await house.submit("IBAN im Text", key="k1")
        await house.submit("IBAN im Text", key="k1")

        assert house.log.codes() == ["PG-101"]

    async def test_another_person_may_use_the_same_key(self) -> None:
        """Keys of two people never meet."""
        house = GateHouse()
        await house.submit(key="k1")
        await house.submit(key="k1", grant=make_grant(ref="a_andere"))

        assert len(house.sent) == 2

    async def test_fifty_at_once_make_one_post(self) -> None:
        """One wins the key in the decision transaction, the others wait for its answer."""
        house = GateHouse()
        answers = await asyncio.gather(*(house.submit(key="k1") for _ in range(50)))

        assert len(house.sent) == 1
        assert len({answer.body for answer in answers}) == 1

    @pytest.mark.parametrize("outcome", [NOT_SENT, RATE_LIMITED])
    async def test_a_key_is_free_again_when_nothing_was_taken(self, outcome: Outcome) -> None:
        """The platform certainly did not take the post, so the client may try again with the same key."""
        house = GateHouse(outcome)
        await house.submit(key="k1")
        await house.submit(key="k1")

        assert len(house.sent) == 2
        assert house.states[-1] == "published"

    async def test_an_unclear_outcome_is_never_sent_again(self) -> None:
        """The stored answer says "may have been published", as often as somebody asks."""
        house = GateHouse(UNKNOWN)
        first = await house.submit(key="k1")
        again = await house.submit(key="k1")

        assert len(house.sent) == 1
        assert again.body == first.body

    async def test_a_crash_after_the_intent_leaves_no_second_chance(self) -> None:
        """The key's post became `unknown` without an answer: asking again says so and sends nothing."""
        house = GateHouse()
        house.publisher.before = _crash
        with pytest.raises(SystemError):
            await house.submit(key="k1")
        house.clock.advance(61)

        assert await settle_overdue(house.ports) == 1
        with pytest.raises(OutcomeUnknown):
            await house.submit(key="k1")
        assert house.sent == []

    async def test_a_first_request_that_does_not_end_is_said_so(self) -> None:
        """The first request is still sending: after the patience is over, the client is told to wait."""
        house = GateHouse()
        house.publisher.before = _crash
        with pytest.raises(SystemError):
            await house.submit(key="k1")
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(_told(house))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            house.clock.advance(11)
        assert await waiting


async def _told(house: GateHouse) -> bool:
    with pytest.raises(StillInProgress):
        await house.submit(key="k1")
    return True


async def _crash() -> None:
    raise SystemError


class TestEqualTwins:
    """An equal post that may be on its way is not sent again, whatever key the client draws for it."""

    async def test_a_fresh_key_does_not_send_an_unclear_post_again(self) -> None:
        """Some clients draw a new key for each try: the unclear post is found by its content."""
        house = GateHouse(UNKNOWN)
        await house.submit(key="k1")
        with pytest.raises(OutcomeUnknown) as told:
            await house.submit(key="k2")

        assert len(house.sent) == 1
        assert told.value.decision_id == f"d-{house.log.records[0].id}"

    async def test_a_twin_of_an_unclear_post_is_not_sent(self) -> None:
        """The first may be published: the second gets its decision id and is not sent."""
        house = GateHouse(UNKNOWN)
        await house.submit()
        with pytest.raises(OutcomeUnknown) as told:
            await house.submit()

        assert len(house.sent) == 1
        assert told.value.decision_id == f"d-{house.log.records[0].id}"

    async def test_two_at_once_make_one_post(self) -> None:
        """Both were scanned; one is stored, the other loses."""
        house = GateHouse(UNKNOWN)
        results = await asyncio.gather(house.submit(), house.submit(), return_exceptions=True)

        assert len(house.sent) == 1
        assert sorted(type(result).__name__ for result in results) == ["OutcomeUnknown", "WireAnswer"]

    async def test_after_a_clear_outcome_an_equal_post_is_a_new_one(self) -> None:
        """Somebody may say the same thing twice."""
        house = GateHouse()
        await house.submit()
        await house.submit()

        assert len(house.sent) == 2


async def test_a_client_that_leaves_does_not_stop_its_post() -> None:
    """From the commit on, sending and outcome are finished; the client may be gone."""
    house, gone = GateHouse(), asyncio.Event()

    async def slowly() -> None:
        gone.set()
        await asyncio.sleep(0.01)

    house.publisher.before = slowly
    async with asyncio.TaskGroup() as group:
        client = group.create_task(house.submit())
        await gone.wait()
        client.cancel()
    assert await house.shield.drain(5)
    assert house.states == ["published"]


async def test_an_image_of_somebody_else_cannot_be_used() -> None:
    """Images are found by author and account; another id is an unknown id."""
    house = GateHouse()
    with pytest.raises(NotFound):
        await house.submit_draft(make_draft(media=("fremd",)))

    assert house.log.codes() == []


async def test_a_name_alone_is_a_finding_like_any_other() -> None:
    """Confidence decides by the rule's own threshold."""
    rule = make_rule(when=FindingSpec(entities=("PERSON",), confidence=Confidence.HIGH))
    house = GateHouse(
        bundle=make_bundle(make_policy(rule)), scanner=ScriptedScanner({"Mustermann": ("PERSON", Confidence.LOW)})
    )
    await house.submit("Gruß von Mustermann")

    assert house.states == ["published"]


class TestWhatStandsBetweenSendingAndItsRecord:
    """Nothing but the record itself: what the platform did is known, so it is written down first."""

    @pytest.mark.parametrize("key", [None, "k1"])
    async def test_an_answer_that_cannot_be_worded_does_not_lose_the_outcome(self, key: str | None) -> None:
        """A defect of a platform module after publishing: the log knows that the post is out."""
        house = GateHouse()
        house.platform.raising = KeyError("id")
        with pytest.raises(KeyError):
            await house.submit(key=key)

        assert house.log.codes() == ["PG-101", "PG-102", "PG-103"]
        assert house.states == ["published"]
        assert house.observer.outcomes == ["published"]

    async def test_asking_again_for_it_says_that_it_may_be_published(self) -> None:
        """There is no answer to repeat, and nothing is sent again."""
        house = GateHouse()
        house.platform.raising = KeyError("id")
        with pytest.raises(KeyError):
            await house.submit(key="k1")
        house.platform.raising = None
        with pytest.raises(OutcomeUnknown):
            await house.submit(key="k1")

        assert len(house.sent) == 1

    async def test_a_post_that_was_not_sent_frees_its_key_all_the_same(self) -> None:
        """Not sent is not sent, whatever becomes of the answer."""
        house = GateHouse(NOT_SENT)
        house.platform.raising = KeyError("id")
        with pytest.raises(KeyError):
            await house.submit(key="k1")
        house.platform.raising = None
        await house.submit(key="k1")

        assert house.states == ["failed", "published"]

    async def test_numbers_that_cannot_be_kept_do_not_lose_the_outcome(self) -> None:
        """Metrics come after the record."""
        house = GateHouse()
        house.observer.broken = True
        with pytest.raises(ValueError, match="metrics"):
            await house.submit()

        assert (house.states, len(house.sent)) == (["published"], 1)


async def test_a_publisher_that_raises_is_settled_as_unknown() -> None:
    """A defect while sending: nobody knows what left, so after the lease the log says so and nothing is sent again."""
    house = GateHouse()
    house.publisher.before = _crash
    with pytest.raises(SystemError):
        await house.submit()
    house.publisher.before = None
    house.clock.advance(61)
    assert await settle_overdue(house.ports) == 1
    with pytest.raises(OutcomeUnknown):
        await house.submit()

    assert (house.states, house.sent) == (["unknown"], [])


async def test_a_process_that_is_cancelled_while_sending_leaves_an_intent() -> None:
    """The loop ends in the middle of an attempt: no outcome is invented, the next reaper settles it."""
    house, sending = GateHouse(), asyncio.Event()

    async def for_ever() -> None:
        sending.set()
        await asyncio.Event().wait()

    house.publisher.before = for_ever
    async with asyncio.TaskGroup() as group:
        client = group.create_task(house.submit())
        await sending.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
    assert client.cancelled()
    assert await house.shield.drain(5)

    assert (house.states, house.log.codes()) == (["intent"], ["PG-101", "PG-102"])


async def test_a_record_that_is_there_already_stops_the_post() -> None:
    """Ids are random; should one come twice, nothing is sent and the error is not mistaken for a repetition."""
    house = GateHouse()
    await house.submit("eins")
    taken = house.log.records[0].id

    def same_id(work: Work) -> None:
        object.__setattr__(work.records[0], "id", taken)

    house.log.on_commit = same_id
    with pytest.raises(Conflict) as lost:
        await house.submit("zwei")
    assert lost.value.what == "record"
    assert len(house.sent) == 1


async def test_an_intent_whose_commit_had_no_answer_is_not_sent() -> None:
    """Kept or not, nobody knows: nothing is sent, and the reaper settles what was kept."""
    house = GateHouse()
    house.log.lose_next_answer()
    with pytest.raises(AuditUnavailable):
        await house.submit()
    house.clock.advance(61)
    await settle_overdue(house.ports)

    assert (house.states, house.sent) == (["unknown"], [])


async def test_a_post_for_later_waits() -> None:
    """Decided and recorded now, sent by nobody; its answer says when."""
    house = WaitingHouse()
    await house.schedule("Moin", key="k1")
    again = await house.schedule("Moin", key="k1")
    result = house.platform.results[0]

    assert isinstance(result, Scheduled)
    assert result.send_at == house.clock.now() + HOUR
    assert (house.sent, house.states, len(house.platform.results)) == ([], ["scheduled"], 1)
    assert ("Postgate-Replayed", "true") in again.headers
    assert house.place is not None
    assert house.place.not_before == result.send_at
    assert house.place.expires_at == result.send_at + 24 * HOUR


async def test_the_same_text_for_another_time_is_another_post() -> None:
    """The key is known with another content."""
    house = WaitingHouse()
    await house.schedule("Moin", key="k1")
    with pytest.raises(IdempotencyMismatch):
        await house.schedule("Moin", hours=2, key="k1")


async def test_a_held_post_keeps_the_time_of_its_author() -> None:
    """It waits for people first, and for its time then; when that is over nobody needs to look."""
    house = WaitingHouse()
    await house.schedule("IBAN im Text")
    place = house.place

    assert house.states == ["held"]
    assert place is not None
    assert (place.send_at, place.not_before) == (house.clock.now() + HOUR, None)
    assert place.expires_at == house.clock.now() + 25 * HOUR


@pytest.mark.parametrize("hours", [0, -1, 24 * 400])
async def test_a_time_that_is_not_ahead_is_refused(hours: float) -> None:
    """Before anything is looked at or recorded."""
    house = WaitingHouse()
    with pytest.raises(UnreadableField):
        await house.schedule(hours=hours)

    assert (house.log.codes(), house.scanner.scanned) == ([], [])


async def test_a_post_that_may_wait_waits_for_a_platform_that_takes_nothing() -> None:
    """Its author does not wait for the answer; it goes when the platform takes it."""
    house = WaitingHouse()
    house.traffic.wait_s = 90
    await house.submit_patiently("Moin")
    result = house.platform.results[0]

    assert isinstance(result, Queued)
    assert (house.sent, house.states) == ([], ["queued"])
    assert house.log.codes() == ["PG-101", "PG-105"]
    house.clock.advance(90)
    house.traffic.wait_s = 0
    await house.deliver_all()
    assert (house.sent, house.states) == (["Moin"], ["published"])


async def test_nothing_waits_behind_a_clients_back() -> None:
    """At a door a platform that failed just now gets nothing, and the client learns that nothing was sent."""
    house = WaitingHouse()
    house.traffic.broken_s = 20
    await house.submit("Moin", key="k1")
    result = house.platform.results[0]

    assert isinstance(result, NotSent)
    assert (house.sent, house.states) == ([], ["failed"])
    assert house.log.records[-1].data["reason"] == "broken"
    house.traffic.broken_s = 0
    await house.submit("Moin", key="k1")
    assert house.sent == ["Moin"]


async def test_a_limit_of_an_account_is_told_by_the_platform_itself() -> None:
    """Pacing is for what can wait: a client at a door gets the platform's own answer."""
    house = WaitingHouse()
    house.traffic.wait_s = 90
    await house.submit("Moin")

    assert house.sent == ["Moin"]


@pytest.mark.parametrize("key", [None, "k1"])
async def test_a_post_that_may_wait_is_tried_again_by_itself(key: str | None) -> None:
    """Certainly not sent: it stays in the gateway's hands, and so does its key."""
    house = WaitingHouse(Outcome(kind=OutcomeKind.NOT_SENT, reason="connect"))
    await house.submit_patiently("Moin", key=key)
    result = house.platform.results[0]

    assert isinstance(result, Queued)
    assert house.states == ["queued"]
    if key is not None:
        again = await house.submit_patiently("Moin", key=key)
        assert ("Postgate-Replayed", "true") in again.headers
    house.clock.advance(72)
    await house.deliver_all()
    assert (house.sent, house.states) == (["Moin", "Moin"], ["published"])


async def test_an_answer_that_cannot_be_worded_does_not_lose_the_place_of_a_post() -> None:
    """It is tried again although its client got nothing."""
    house = WaitingHouse(Outcome(kind=OutcomeKind.NOT_SENT, reason="connect"))
    house.platform.raising = RuntimeError()
    with pytest.raises(RuntimeError):
        await house.submit_patiently("Moin")

    assert house.states == ["queued"]
    assert house.place is not None
