"""A waiting post's way out: decided again, recorded, sent once, or moved to where it belongs now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditUnavailable
from proxy.core.model import PostKind, Verdict
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.actions.redact import RedactSpec
from proxy.gate import records
from proxy.gate.deliver import LOOK_AGAIN_S
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.uploads import Uploads
from proxy.gate.wire import Draft, Upload
from tests.factories import make_draft, make_grant
from tests.fakes.waiting_house import HELD_TEXT, HOUR, WaitingHouse, holding
from tests.policies import make_bundle

if TYPE_CHECKING:
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.work import Work

PUBLISHED = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="42", answer=b"{}")
NOT_SENT = Outcome(kind=OutcomeKind.NOT_SENT, reason="connect")
RATE_LIMITED = Outcome(kind=OutcomeKind.REJECTED, reason="rate_limited", upstream_status=429, retry_after=120)
REFUSED = Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=422)
UNKNOWN = Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout")


async def test_a_scheduled_post_goes_out_when_it_is_time() -> None:
    """Decided again, its decision and intent on record before the first byte, once."""
    house = WaitingHouse()
    await house.schedule()
    assert await house.deliver_all() == []
    house.clock.advance(3600)
    assert await house.deliver_all() == [None]

    assert (house.sent, house.states, house.place) == (["Moin"], ["published"], None)
    assert house.log.codes() == ["PG-101", "PG-105", "PG-101", "PG-102", "PG-103"]
    first, moved, again, intent, _ = house.log.records
    assert (moved.data["from"], moved.data["to"], moved.data["reason"]) == ("intent", "scheduled", "scheduled")
    assert moved.data["send_at"] == "2026-11-23T10:00:00.000000Z"
    assert (again.data["phase"], again.actor.kind, again.on_behalf_of) == ("recheck", "system", first.actor.ref)
    assert (intent.refs, intent.data["attempt_no"]) == ((again.id,), 1)
    assert first.content is not None
    assert again.content is not None
    assert (first.content.mac, first.content.key) == (again.content.mac, again.content.key)
    assert await house.deliver_all() == []


async def test_an_approved_post_goes_out_although_the_rule_still_holds_it() -> None:
    """People approved what holds it: their words are named by the intent."""
    house = WaitingHouse()
    await house.submit(HELD_TEXT)
    votes = await house.approve("a_rita")
    assert await house.deliver_all() == [None]

    assert (house.sent, house.states) == ([HELD_TEXT], ["published"])
    (intent,) = [one for one in house.log.records if one.code == "PG-102"]
    released = next(one for one in house.log.records if one.id == intent.data["decided"])
    assert intent.data["approvals"] == list(votes)
    assert (released.data["decision"], released.data["phase"]) == ("hold", "release")


async def test_an_approved_post_waits_for_the_time_of_its_author() -> None:
    """An approval does not move a time."""
    house = WaitingHouse()
    await house.schedule(HELD_TEXT)
    await house.approve("a_rita")
    assert await house.deliver_all() == []
    house.clock.advance(3600)
    await house.deliver_all()

    assert house.states == ["published"]


@pytest.mark.parametrize(
    ("bundle", "state"),
    [
        (holding(action=Verdict.BLOCK), "blocked"),
        (holding(identifier="other"), "held"),
        (holding(action=HoldSpec(stages=2)), "held"),
        (holding(action=HoldSpec(queue="legal")), "held"),
        (make_bundle(), "blocked"),
    ],
    ids=["blocked", "another rule", "more stages", "another queue", "the usual one blocks"],
)
async def test_a_stricter_policy_voids_an_approval(bundle: PolicyBundle, state: str) -> None:
    """Nobody approved what holds it now: it is stopped, or asked about again."""
    house = WaitingHouse()
    await house.submit(HELD_TEXT)
    await house.approve("a_rita")
    house.policies.bundle = bundle
    await house.deliver_all()

    assert (house.sent, house.states) == ([], [state])
    open_reviews = [one for one in house.log.tables.reviews.values() if one.state == "open"]
    assert len(open_reviews) == (1 if state == "held" else 0)
    assert (house.place is None) == (state == "blocked")
    moved = house.log.records[-1 if state == "blocked" else -2]
    assert (moved.code, moved.data["from"], moved.data["to"]) == ("PG-105", "approved", state)


async def test_what_was_held_again_needs_new_approvals() -> None:
    """The old ones were for another policy; with new ones it goes."""
    house = WaitingHouse()
    await house.submit(HELD_TEXT)
    await house.approve("a_rita")
    house.policies.bundle = holding(action=HoldSpec(stages=2))
    await house.deliver_all()
    await house.approve("a_rita", "a_olaf")
    await house.deliver_all()

    assert house.states == ["published"]
    (intent,) = [one for one in house.log.records if one.code == "PG-102"]
    assert len(list(str(intent.data["approvals"]).split(","))) == 2


async def test_a_weaker_policy_lets_an_approved_post_go() -> None:
    """It is allowed now, whatever held it."""
    house = WaitingHouse()
    await house.submit(HELD_TEXT)
    await house.approve("a_rita")
    house.policies.bundle = holding(action=Verdict.ALLOW)
    await house.deliver_all()
    (intent,) = [one for one in house.log.records if one.code == "PG-102"]

    assert (house.states, intent.data["approvals"]) == (["published"], [])


async def test_a_redact_that_nobody_saw_is_held() -> None:
    """Nobody approved a text with words replaced, and the waiting text is not changed behind its author's back."""
    house = WaitingHouse(bundle=holding(action=Verdict.ALLOW))
    await house.schedule(HELD_TEXT)
    house.policies.bundle = holding(action=RedactSpec())
    house.clock.advance(3600)
    await house.deliver_all()

    assert (house.sent, house.states) == ([], ["held"])


async def test_a_redact_that_people_saw_is_covered() -> None:
    """A rule that they were shown holds nothing they did not approve, however it words its wish now."""
    house = WaitingHouse()
    await house.submit(HELD_TEXT)
    await house.approve("a_rita")
    house.policies.bundle = holding(action=RedactSpec())
    await house.deliver_all()

    assert (house.sent, house.states) == ([HELD_TEXT], ["published"])


async def test_an_incomplete_check_changes_nothing() -> None:
    """Not fully looked at is not allowed, approved or not: it waits, and says when to look again."""
    house = WaitingHouse()
    await house.submit(HELD_TEXT)
    await house.approve("a_rita")
    before = house.log.codes()
    house.scanner.missing = {"presidio"}
    assert await house.deliver_all() == [LOOK_AGAIN_S]

    assert (house.sent, house.states, house.log.codes()) == ([], ["approved"], before)
    house.scanner.missing = set()
    await house.deliver_all()
    assert house.states == ["published"]


async def test_a_post_whose_author_left_fails() -> None:
    """The right to post is asked for when it is sent, not only when it was written."""
    house = WaitingHouse()
    await house.schedule()
    house.standing.grants.clear()
    house.clock.advance(3600)
    assert await house.deliver_all() == [None]

    assert (house.sent, house.states, house.place) == ([], ["failed"], None)
    assert house.log.records[-1].data["reason"] == "standing"


async def test_a_post_of_a_door_of_other_nodes_is_left_to_them() -> None:
    """This node cannot send it, and says nothing about it."""
    house = WaitingHouse()
    await house.schedule()
    house.standing.grants[:] = [make_grant(door="anderswo")]
    house.clock.advance(3600)

    assert await house.deliver_all() == [LOOK_AGAIN_S]
    assert house.states == ["scheduled"]


async def test_a_post_for_an_account_of_another_platform_fails() -> None:
    """The account was removed and came back as one of another platform: it was decided for the first one only."""
    house = WaitingHouse()
    await house.submit(HELD_TEXT)
    await house.approve("a_rita")
    grant = make_grant()
    house.standing.grants[:] = [replace(grant, account=replace(grant.account, platform="bluesky"))]

    assert await house.deliver_all() == [None]
    assert (house.sent, house.states) == ([], ["failed"])
    assert house.log.records[-1].data["reason"] == "standing"


async def test_a_platform_that_takes_nothing_is_not_asked() -> None:
    """Nothing is scanned or recorded meanwhile."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(3600)
    house.traffic.wait_s = 7.0
    before = house.log.codes()

    assert await house.deliver_all() == [7.0]
    assert house.log.codes() == before


@pytest.mark.parametrize("how", ["erased", "changed", "unsealed"])
async def test_a_text_that_is_not_there_any_more_is_not_sent(how: str) -> None:
    """Erased, sealed by another key, or another one than was decided."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(3600)
    (post,) = house.log.tables.posts.values()
    if how == "erased":
        del house.log.tables.data_keys[post.key]
    if how == "changed":
        house.log.tables.posts[post.id] = replace(post, mac="0" * 64)
    if how == "unsealed":
        key = house.log.tables.data_keys[post.key]
        house.log.tables.data_keys[post.key] = replace(key, wrapped=b"another")
    await house.deliver_all()

    assert (house.sent, house.states) == ([], ["failed"])
    assert house.log.records[-1].data["reason"] == "content"


async def test_an_image_that_is_gone_stops_its_post() -> None:
    """Nothing goes out without what was decided with it."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(3600)
    waiting = await house.only()
    content = house.log.records[0].content
    assert content is not None
    plain = content.ciphertext.replace(b'"media":[]', b'"media":["00000000-0000-4000-8000-00000000000a"]')
    changed = replace(waiting, content=replace(waiting.content, ciphertext=plain))
    await house.deliver(changed)

    assert (house.sent, house.states) == ([], ["failed"])


@pytest.mark.parametrize(
    ("outcome", "state"), [(REFUSED, "rejected_upstream"), (UNKNOWN, "unknown"), (PUBLISHED, "published")]
)
async def test_an_outcome_ends_the_wait(outcome: Outcome, state: str) -> None:
    """Clear or not: nothing is sent again by itself."""
    house = WaitingHouse(outcome)
    await house.schedule()
    house.clock.advance(3600)
    await house.deliver_all()
    house.clock.advance(24 * 3600)

    assert (house.states, house.place) == ([state], None)
    assert await house.deliver_all() == []
    assert house.traffic.noted == [("mastodon:presse", outcome)]


@pytest.mark.parametrize(("outcome", "seconds"), [(NOT_SENT, 72), (RATE_LIMITED, 120)], ids=["not sent", "limited"])
async def test_what_was_certainly_not_taken_is_tried_again(outcome: Outcome, seconds: int) -> None:
    """Later, decided once more, with an attempt of its own; the record says when."""
    house = WaitingHouse(outcome, PUBLISHED)
    await house.schedule()
    house.clock.advance(3600)
    await house.deliver_all()
    assert (house.states, await house.deliver_all()) == (["queued"], [])
    assert house.log.records[-1].data["again_at"] is not None
    house.clock.advance(seconds)
    await house.deliver_all()

    assert house.states == ["published"]
    assert [one.data["attempt_no"] for one in house.log.records if one.code == "PG-102"] == [1, 2]


async def test_what_cannot_be_sent_in_its_time_fails() -> None:
    """Too late is not sent; it ends as failed, certainly not published."""
    house = WaitingHouse(NOT_SENT)
    await house.schedule()
    house.clock.advance(25 * 3600 - 30)
    await house.deliver_all()

    assert (house.states, house.place) == (["failed"], None)


async def test_the_second_of_two_nodes_sends_nothing() -> None:
    """Both looked; whoever records first sends."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(3600)
    waiting = await house.only()
    await house.deliver(waiting)
    await house.deliver(waiting)

    assert house.sent == ["Moin"]


async def test_of_two_nodes_that_stop_it_one_does() -> None:
    """And the other leaves nothing behind."""
    house = WaitingHouse()
    await house.submit(HELD_TEXT)
    await house.approve("a_rita")
    house.policies.bundle = make_bundle()
    waiting = await house.only()
    await house.deliver(waiting)
    codes = house.log.codes()
    await house.deliver(waiting)

    assert house.log.codes() == codes


async def test_nothing_is_sent_without_its_record() -> None:
    """The log is down: the post waits."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(3600)
    house.log.down = True
    with pytest.raises(AuditUnavailable):
        await house.deliver_all()

    assert (house.sent, house.states) == ([], ["scheduled"])


async def test_an_outcome_that_cannot_be_recorded_is_never_sent_again() -> None:
    """The attempt stays open until its lease is over; then somebody looks."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(3600)

    def down(_work: Work) -> None:
        house.log.down = bool(house.sent)

    house.log.on_commit = down
    await house.deliver_all()

    assert (house.sent, house.states) == (["Moin"], ["intent"])
    assert await house.deliver_all() == []


async def test_an_attempt_that_went_stale_is_not_begun() -> None:
    """A process that was frozen after its intent must not wake up and send: it waits and is decided again."""
    house = WaitingHouse(PUBLISHED)
    await house.schedule()
    house.clock.advance(3600)

    def freezes(name: str) -> None:
        if name == "after_intent":
            house.clock.advance(21)

    house.on_fault = freezes
    await house.deliver_all()

    assert (house.sent, house.states) == ([], ["queued"])


async def test_what_is_over_ends() -> None:
    """Also what people still look at: nobody is asked any more, and nothing goes out late."""
    house = WaitingHouse()
    await house.submit(HELD_TEXT)
    house.clock.advance(72 * 3600)
    (over,) = await house.posts.over(house.clock.now(), limit=5)
    await house.deliver.expire(over)
    await house.deliver.expire(over)

    assert (house.states, house.place) == (["expired"], None)
    assert [one.state for one in house.log.tables.reviews.values()] == ["expired"]
    assert house.log.codes()[-1] == "PG-105"


@pytest.mark.parametrize("gone", [False, True])
async def test_an_image_that_came_over_the_api_waits_with_its_post(gone: bool) -> None:
    """It is kept for all accounts of its author, so it is found for the one that the post is for, unless it is gone."""
    house = WaitingHouse()
    upload = Draft(
        operation="media.upload",
        kind=PostKind.MEDIA,
        parts=(),
        uploads=(Upload(slot="file", mime="image/gif", data=b"invented picture"),),
    )
    uploads = Uploads(house.media, envelope=house.ports.envelope)
    kept = await uploads.take(upload, by=make_grant().principal)
    assert kept.id is not None
    await house.submit_draft(replace(make_draft("Moin", media=(kept.id,)), send_at=house.clock.now() + HOUR))
    house.clock.advance(3600)
    if gone:
        house.log.tables.media.clear()
    await house.deliver_all()

    sent = [[one.data for one in media] for _, media in house.publisher.published]
    assert (sent, house.states) == (([], ["failed"]) if gone else ([[b"invented picture"]], ["published"]))


async def test_an_edit_keeps_images_that_are_on_the_platform() -> None:
    """They are not in the spool any more, and need not be."""
    house = WaitingHouse()
    image = "00000000-0000-4000-8000-00000000000a"
    draft = replace(
        make_draft("Moin", media=(image,)), keeps_media=True, edit_of="42", send_at=house.clock.now() + HOUR
    )
    await house.submit_draft(draft)
    house.clock.advance(3600)
    await house.deliver_all()
    ((released, media),) = house.publisher.published

    assert (released.post.edit_of, [one.id for one in media]) == ("42", [image])


async def test_a_look_that_took_too_long_sends_nothing() -> None:
    """Whether its author may post was asked when it began: a process that was frozen since does not know any more."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(3600)
    house.on_fault = lambda name: house.clock.advance(21) if name == "release_checked" else None
    await house.deliver_all()

    assert house.sent == []
    assert house.log.records[-1].data["reason"] == "stale"
    assert house.states == ["queued"]


async def test_a_post_whose_time_ends_between_record_and_sending_is_not_sent() -> None:
    """Nor is it tried again."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(25 * 3600 - 5)
    house.on_fault = lambda name: house.clock.advance(5) if name == "after_intent" else None
    await house.deliver_all()

    assert house.sent == []
    assert house.log.records[-1].data["reason"] == "expired"
    assert (house.states, house.place) == (["failed"], None)


async def test_other_policies_between_record_and_sending_stop_the_post() -> None:
    """It waits, and is decided anew."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(3600)

    def swap(name: str) -> None:
        if name == "after_intent":
            house.policies.bundle = replace(holding(), digest="c" * 64)

    house.on_fault = swap
    await house.deliver_all()
    assert (house.sent, house.states) == ([], ["queued"])
    assert house.log.records[-1].data["reason"] == "policy"

    house.on_fault = lambda _name: None
    house.clock.advance(120)
    await house.deliver_all()
    assert (house.sent, house.states) == (["Moin"], ["published"])


async def test_a_look_at_what_was_another_time_changes_nothing() -> None:
    """Its author chose another time after this node had read it: the state is the same, the post is not sent."""
    house = WaitingHouse()
    await house.schedule()
    house.clock.advance(3600)
    read = await house.only()
    moved = house.refiling.rescheduled(read, house.clock.now() + HOUR, records.actor_of(make_grant().principal))
    await house.log.commit(moved)

    assert await house.deliver(read) is None
    assert (house.sent, house.states) == ([], ["scheduled"])
    assert (await house.only()).send_at == house.clock.now() + HOUR
