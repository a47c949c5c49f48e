"""Answers to clients that ask again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import IdempotencyMismatch, OutcomeUnknown, SealBroken, StillInProgress
from proxy.core.policy.actions.redact import RedactSpec
from proxy.gate.lifecycle import State
from proxy.gate.native import Order
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.replay import Claim, Replays, claim_of, decision_id, pack, record_of, unpack
from proxy.gate.wire import WireAnswer
from tests.factories import make_grant, make_post
from tests.fakes.envelope import PlainEnvelope
from tests.fakes.gate_house import GateHouse
from tests.fakes.native_house import NativeHouse, anna, entry
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.gate.ports import Grant

UNKNOWN = Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout")
ANSWER = WireAnswer(
    status=422, reason="Blocked by rule", body=b"\x00\xffgr\xc3\xbc\xc3\x9fe", headers=(("retry-after", "1"),)
)


def _replays(house: GateHouse) -> Replays:
    return Replays(posts=house.ports.posts, envelope=house.ports.envelope, clock=house.clock)


def _claim(house: GateHouse, key: str | None) -> Claim:
    return claim_of(house.ports.envelope, post=make_post("Schönes Wochenende!"), grant=make_grant(), key=key)


def test_a_decision_leads_to_its_record() -> None:
    """By what people call it; the record's own id is taken as well."""
    assert record_of(decision_id("194933b1")) == record_of("194933b1") == "194933b1"


@pytest.mark.parametrize("answer", [ANSWER, WireAnswer(status=200)])
def test_an_answer_survives_being_kept(answer: WireAnswer) -> None:
    """Every byte, header and reason phrase comes back."""
    assert unpack(pack(answer)) == answer


@pytest.mark.parametrize(
    "plain",
    [b"", b"[]", b"null", b"{}", b"\xff", b'{"status":"x"}', pack(ANSWER).replace(b'"AP9', b'"!!!'), pack(ANSWER)[:-5]],
)
def test_bytes_of_another_shape_are_no_answer(plain: bytes) -> None:
    """What does not read as an answer is not served as one."""
    with pytest.raises(SealBroken):
        unpack(plain)


class TestClaims:
    """What makes two submissions the same one."""

    def test_nothing_can_be_guessed_from_a_claim(self) -> None:
        """Scope, key and text are digests under the installation's pepper."""
        claim = _claim(GateHouse(), "meine-uuid")

        assert claim.key != "meine-uuid"
        assert "Wochenende" not in repr(claim)
        assert "a_erfunden" not in claim.scope

    @pytest.mark.parametrize(
        "grant", [make_grant(ref="a_andere"), make_grant(account="mastodon:andere"), make_grant(door="andere")]
    )
    def test_keys_belong_to_person_account_and_door(self, grant: Grant) -> None:
        """The same key of anybody else, or at another door, is another key."""
        envelope, post = PlainEnvelope(), make_post()
        mine = claim_of(envelope, post=post, grant=make_grant(), key="k")
        other = claim_of(envelope, post=post, grant=grant, key="k")

        assert mine.scope != other.scope
        assert mine.fingerprint == other.fingerprint


async def test_a_kept_answer_that_does_not_open_never_says_that_nothing_was_sent() -> None:
    """Somebody changed the database: the post was published, so the client must not try again."""
    house = GateHouse()
    await house.submit(key="k1")
    (post, kept), *_ = house.log.tables.answers.items()
    house.log.tables.answers[post] = replace(kept, ciphertext=kept.ciphertext[:-1] + b"X")

    with pytest.raises(OutcomeUnknown) as told:
        await house.submit(key="k1")
    assert told.value.decision_id == f"d-{house.log.records[0].id}"
    assert len(house.sent) == 1


async def test_an_answer_whose_key_was_erased_cannot_be_repeated() -> None:
    """Erasure destroys the data key: what is left is that there was a post."""
    house = GateHouse()
    await house.submit(key="k1")
    house.log.tables.data_keys.clear()

    with pytest.raises(OutcomeUnknown):
        await house.submit(key="k1")
    assert len(house.sent) == 1


async def test_a_key_is_free_after_a_day() -> None:
    """Then the same key is another post."""
    house = GateHouse()
    await house.submit(key="k1")
    house.clock.advance(24 * 3600 + 1)
    await house.submit(key="k1")

    assert len(house.sent) == 2


async def test_a_redacted_post_is_repeated_by_the_key_of_its_original() -> None:
    """The client sends what it sent before; it gets the answer of the redacted post, which is not made twice."""
    house = GateHouse(bundle=make_bundle(make_policy(make_rule(action=RedactSpec()))))
    first = await house.submit("Konto IBAN", key="k1")
    again = await house.submit("Konto IBAN", key="k1")

    assert again.body == first.body
    assert len(house.sent) == 1
    assert house.states == ["replaced", "published"]


async def test_the_twin_of_an_unclear_redacted_post_is_not_sent() -> None:
    """The original text is what is compared, so the same text does not slip through in its redacted form."""
    house = GateHouse(UNKNOWN, bundle=make_bundle(make_policy(make_rule(action=RedactSpec()))))
    await house.submit("Konto IBAN")
    with pytest.raises(OutcomeUnknown):
        await house.submit("Konto IBAN")

    assert len(house.sent) == 1


async def test_a_held_post_is_held_once_for_a_key() -> None:
    """Asking again opens no second review."""
    house = GateHouse()
    house.scanner.missing.add("presidio")
    first = await house.submit(key="k1")
    house.scanner.missing.clear()
    again = await house.submit(key="k1")

    assert (again.body, house.states, house.sent) == (first.body, ["held"], [])
    assert len(house.log.tables.reviews) == 1


class TestAfterALostRace:
    """The unit of work lost against an equal one."""

    async def test_a_twin_that_ended_meanwhile_is_still_unclear_for_the_loser(self) -> None:
        """Between commit and look the first one was settled: nothing is known about it here, nothing is sent."""
        house = GateHouse()
        with pytest.raises(OutcomeUnknown) as told:
            await _replays(house).after_conflict(_claim(house, None))
        assert told.value.decision_id == ""

    async def test_a_key_that_was_freed_meanwhile_is_still_unclear_for_the_loser(self) -> None:
        """The first one was not sent and gave its key back; the client may ask again."""
        house = GateHouse()
        with pytest.raises(OutcomeUnknown):
            await _replays(house).after_conflict(_claim(house, "k1"))

    async def test_a_key_that_is_seen_to_be_freed_may_be_used_again(self) -> None:
        """The first one was on its way and then was not sent: nobody is told that it may be published."""
        house = GateHouse()
        await house.submit(key="k1")
        tables = house.log.tables
        tables.answers.clear()
        (post,) = tables.states
        tables.states[post] = State.INTENT

        async def give_back() -> None:
            await asyncio.sleep(0)
            tables.keys.clear()

        ((scope, key),) = tables.keys
        claim = replace(_claim(house, "k1"), scope=scope, key=key, fingerprint=tables.posts[post].fingerprint)
        looks = asyncio.gather(_replays(house).after_conflict(claim), give_back())
        with pytest.raises(StillInProgress):
            await looks

    async def test_a_database_that_is_away_does_not_hide_the_twin(self) -> None:
        """That there is an equal post is known already: nobody is told "nothing was sent, try again"."""
        house = GateHouse()
        house.log.unreadable = True
        with pytest.raises(OutcomeUnknown):
            await _replays(house).after_conflict(_claim(house, None))

    async def test_a_post_without_answer_that_is_no_longer_sending_is_unclear(self) -> None:
        """Its sender died; whoever asks with the key hears that it may be published."""
        house = GateHouse()
        await house.submit(key="k1")
        house.log.tables.answers.clear()
        (post,) = house.log.tables.states
        house.log.tables.states[post] = State.UNKNOWN
        with pytest.raises(OutcomeUnknown) as told:
            await house.submit(key="k1")
        assert told.value.decision_id == f"d-{house.log.records[0].id}"


@pytest.mark.parametrize(
    ("way", "state", "codes"),
    [
        ("scheduled", "scheduled", ["PG-101", "PG-105"]),
        ("queued", "queued", ["PG-101", "PG-105"]),
        ("deferred", "queued", ["PG-101", "PG-102", "PG-103"]),
        ("held", "held", ["PG-101", "PG-201"]),
        ("blocked", "blocked", ["PG-101"]),
    ],
)
async def test_a_post_that_is_not_out_is_there_once_for_a_key(way: str, state: str, codes: list[str]) -> None:
    """Fifty at once, and a day long; whoever asks again reads the first answer, another text none."""
    house = NativeHouse(Outcome(kind=OutcomeKind.NOT_SENT, reason="connect"))
    house.traffic.wait_s = 60 if way == "queued" else 0
    text = {"held": "Mensch", "blocked": "IBAN"}.get(way, "Moin")
    send_at = house.clock.now() + timedelta(days=2) if way == "scheduled" else None
    order = Order(entries=(entry(text),), key="k", send_at=send_at)
    rows = [row for (row,) in await asyncio.gather(*(house.native.post(order, by=anna()) for _ in range(50)))]
    other = replace(order, entries=(entry("Etwas anderes"),))

    assert house.states == [state]
    assert house.log.codes() == codes
    assert {replace(row, replayed=False) for row in rows} == {replace(rows[0], replayed=False)}
    assert sum(row.replayed for row in rows) == 49
    house.clock.advance(24 * 3600 - 1)
    with pytest.raises(IdempotencyMismatch):
        await house.native.post(other, by=anna())
    (again,) = await house.native.post(order, by=anna())
    assert (again.replayed, len(house.states)) == (True, 1)
    house.clock.advance(1)
    (fresh,) = await house.native.post(order, by=anna())
    assert (fresh.replayed, len(house.states)) == (False, 2)


async def test_the_same_text_for_another_time_is_another_post() -> None:
    """With the same key it is refused."""
    house = NativeHouse()
    moment = house.clock.now() + timedelta(hours=1)
    await house.native.post(Order(entries=(entry("Moin"),), key="k", send_at=moment), by=anna())
    with pytest.raises(IdempotencyMismatch):
        await house.native.post(Order(entries=(entry("Moin"),), key="k"), by=anna())
    assert house.states == ["scheduled"]
