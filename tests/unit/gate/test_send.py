"""One attempt, one outcome, recorded before anybody is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditUnavailable, Conflict, OutcomeUnknown
from proxy.gate.lifecycle import Event, State
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.recover import settle_overdue
from proxy.gate.results import NotSent
from proxy.gate.send import move_post, patient_attempt
from tests.fakes.fast_loop import LoopClock, run_fast
from tests.fakes.gate_house import GateHouse

if TYPE_CHECKING:
    from proxy.gate.wire import WireAnswer
    from proxy.gate.work import Work

PUBLISHED = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="42", answer=b"{}")
REFUSED = Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=422)
RATE_LIMITED = Outcome(kind=OutcomeKind.REJECTED, reason="rate_limited", upstream_status=429)
UNKNOWN = Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout")
NOT_SENT = Outcome(kind=OutcomeKind.NOT_SENT, reason="connect")


def _slow(outcome: Outcome) -> GateHouse:
    """Return a gate whose platform answers after the lease is over and the attempt was settled."""
    house = GateHouse(outcome)

    async def meanwhile() -> None:
        house.clock.advance(61)
        assert await settle_overdue(house.ports) == 1

    house.publisher.before = meanwhile
    return house


@pytest.mark.parametrize(("outcome", "state"), [(PUBLISHED, "published"), (REFUSED, "rejected_upstream")])
async def test_a_clear_answer_after_the_lease_is_added_to_the_log(outcome: Outcome, state: str) -> None:
    """The one outcome stays `unknown`; a second record says what the sender learned, and the state follows it."""
    house = _slow(outcome)
    await house.submit()

    assert house.log.codes() == ["PG-101", "PG-102", "PG-103", "PG-104"]
    assert house.log.records[2].data["reason"] == "lease_over"
    assert house.log.records[3].refs == (house.log.records[1].id,)
    assert house.states == [state]
    assert list(house.log.tables.results.values()) == ["unknown"]


async def test_a_late_answer_is_kept_for_those_who_ask_again() -> None:
    """The client was told of its post; asking again with the key tells the same."""
    house = _slow(PUBLISHED)
    first = await house.submit(key="k1")
    house.publisher.before = None
    again = await house.submit(key="k1")

    assert (again.body, len(house.sent)) == (first.body, 1)


async def test_a_late_refusal_frees_the_key_when_nothing_was_taken() -> None:
    """A platform that was busy did not take the post: the same key may try again."""
    house = _slow(RATE_LIMITED)
    await house.submit(key="k1")
    house.publisher.before = None
    await house.submit(key="k1")

    assert house.states == ["rejected_upstream", "published"]


@pytest.mark.parametrize("outcome", [UNKNOWN, NOT_SENT])
async def test_an_unclear_answer_after_the_lease_adds_nothing(outcome: Outcome) -> None:
    """The post stays `unknown`, and that is what the client hears."""
    house = _slow(outcome)
    with pytest.raises(OutcomeUnknown) as told:
        await house.submit()

    assert told.value.decision_id == f"d-{house.log.records[0].id}"
    assert house.log.codes() == ["PG-101", "PG-102", "PG-103"]
    assert house.states == ["unknown"]


async def test_a_late_answer_that_comes_too_late_is_not_claimed() -> None:
    """Somebody settled the post in the meantime: nothing is overwritten, nothing is claimed."""
    house = _slow(PUBLISHED)
    before = house.publisher.before
    assert before is not None

    async def settled_by_a_person() -> None:
        await before()
        (post,) = house.log.tables.states
        house.log.tables.states[post] = State.REJECTED_UPSTREAM

    house.publisher.before = settled_by_a_person
    with pytest.raises(OutcomeUnknown):
        await house.submit()
    assert house.states == ["rejected_upstream"]


def test_the_log_may_be_away_for_a_moment() -> None:
    """A record is tried three times within two seconds; the client then hears of its post."""

    async def scenario() -> tuple[WireAnswer, GateHouse]:
        house = GateHouse(clock=LoopClock())
        house.publisher.after = lambda: _refuse(house, times=2)
        return await house.submit(key="k1"), house

    answer, house = run_fast(scenario())
    assert answer.status == 200
    assert house.log.codes() == ["PG-101", "PG-102", "PG-103"]
    assert house.states == ["published"]


def test_a_log_that_stays_away_leaves_the_post_unclear() -> None:
    """After the third try nothing is claimed; when the lease is over the log says so too."""

    async def scenario() -> GateHouse:
        house = GateHouse(clock=LoopClock())
        house.publisher.after = lambda: _refuse(house, times=3)
        with pytest.raises(OutcomeUnknown):
            await house.submit()
        assert house.states == ["intent"]
        house.clock.advance(61)
        await settle_overdue(house.ports)
        return house

    house = run_fast(scenario())
    assert (house.states, len(house.sent)) == (["unknown"], 1)


def test_an_answer_to_commit_that_got_lost_makes_no_second_record() -> None:
    """The record was kept but nobody was told: trying again finds it."""

    async def scenario() -> GateHouse:
        house = GateHouse(clock=LoopClock())
        house.publisher.after = house.log.lose_next_answer
        await house.submit()
        return house

    house = run_fast(scenario())
    assert house.log.codes() == ["PG-101", "PG-102", "PG-103"]
    assert house.states == ["published"]


def _refuse(house: GateHouse, *, times: int) -> None:
    """Let the log refuse a number of commits."""
    left = [AuditUnavailable() for _ in range(times)]

    def refuse(_work: Work) -> None:
        if left:
            raise left.pop()

    house.log.on_commit = refuse


def test_only_transitions_of_the_table_can_be_asked_for() -> None:
    """A change that the life of a post does not know is never sent to the database."""
    move = move_post("p", State.INTENT, Event.OUTCOME_PUBLISHED, platform_id="42")

    assert (move.source, move.target, move.platform_id) == (State.INTENT, State.PUBLISHED, "42")
    with pytest.raises(Conflict):
        move_post("p", State.BLOCKED, Event.OUTCOME_PUBLISHED)


class TestPatience:
    """A platform that cannot be reached is tried again while a client waits; nothing left in the tries before."""

    async def test_a_platform_that_is_back_gets_the_post_once(self) -> None:
        """One intent, one outcome, one post."""
        house = GateHouse(NOT_SENT, NOT_SENT, PUBLISHED)
        answer = await house.submit(key="k1")
        again = await house.submit(key="k1")

        assert (answer.status, again.body) == (200, answer.body)
        assert house.log.codes() == ["PG-101", "PG-102", "PG-103"]
        assert (house.states, house.pauses) == (["published"], [0.5, 1.0])
        assert len({released.attempt for released, _ in house.publisher.published}) == 1

    async def test_a_platform_that_stays_away_is_given_up(self) -> None:
        """After the fifth try the client learns that nothing was sent."""
        house = GateHouse(*[NOT_SENT] * 5)
        await house.submit()

        assert isinstance(house.platform.results[0], NotSent)
        assert (house.states, house.pauses) == (["failed"], [0.5, 1.0, 2.0, 4.0])

    async def test_tries_that_take_long_are_fewer(self) -> None:
        """Ten seconds after the intent nobody tries any more."""
        house = GateHouse(*[NOT_SENT] * 5)

        async def slow() -> None:
            house.clock.advance(4)

        house.publisher.before = slow
        await house.submit()

        assert (house.pauses, len(house.sent)) == ([0.5, 1.0], 3)

    async def test_half_of_a_short_lease_is_left_for_the_record(self) -> None:
        """Or the post would be settled as unclear although nobody sent it."""
        house, tries = GateHouse(), 0
        intent = replace(house.filing.intent(), lease_until=house.clock.now() + timedelta(seconds=3))

        async def send() -> Outcome:
            nonlocal tries
            tries += 1
            return NOT_SENT

        async def pause(seconds: float) -> None:
            house.clock.advance(seconds)

        await patient_attempt(send, intent=intent, ports=replace(house.ports, pause=pause))

        assert tries == 3, "at once, after 0.5 s and after 1.5 s; the next would come after 3.5 s"

    @pytest.mark.parametrize("outcome", [UNKNOWN, REFUSED, RATE_LIMITED, replace(NOT_SENT, reason="tls")])
    async def test_nothing_else_is_tried_again(self, outcome: Outcome) -> None:
        """What may have arrived is never sent again, and what was refused would be again."""
        house = GateHouse(outcome)
        await house.submit()

        assert (house.pauses, len(house.sent)) == ([], 1)

    async def test_what_came_to_speak_against_a_post_ends_it(self) -> None:
        """Other policies came into force while nobody was reached."""
        house = GateHouse(NOT_SENT)

        async def changed() -> None:
            house.policies.bundle = replace(house.policies.bundle, digest="f" * 64)

        house.publisher.before = changed
        await house.submit()

        assert house.log.records[-1].data["reason"] == "policy"
        assert (house.states, len(house.sent)) == (["failed"], 1)
