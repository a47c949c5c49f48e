"""An appeal against a block: a new post, held, linked, once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import NotFound
from proxy.core.model import PostKind
from proxy.core.policy.actions.hold import HoldSpec
from proxy.gate.api_ports import Attached
from proxy.gate.appeal import NotBlocked
from proxy.gate.lifecycle import State
from proxy.gate.native import Entry
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.sealed import opened_content
from proxy.gate.waiting import Approved
from proxy.gate.waiting_changes import KeepWaiting
from proxy.gate.wire import Draft, Upload
from tests.fakes.native_house import PRESS, NativeHouse, anna, entry
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.gate.post_rows import PostRow

SENT = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="115")
PICTURE = Upload(slot="file", mime="image/png", data=b"invented picture")


async def blocked(house: NativeHouse, text: str = "IBAN") -> PostRow:
    """Return the row of a post that was stopped."""
    (row,) = await house.order(entry(text))
    return row


async def test_an_appeal_is_the_same_text_as_a_new_post_held_for_a_person() -> None:
    """With its own records, linked to the decision; the blocked one stays where it is."""
    house = NativeHouse()
    row = await blocked(house)
    appeal = await house.appeal(str(row.decision_id), by=anna())

    assert (appeal.status, appeal.verdict, appeal.target) == ("held", "hold", PRESS)
    assert appeal.rules == ("sample/iban", "gate/appeal")
    assert appeal.decision_id != row.decision_id
    assert house.states == ["blocked", "held"]
    assert house.log.codes() == ["PG-101", "PG-101", "PG-201"]
    first, second = (one for one in house.log.records if one.code == "PG-101")
    assert ("appeal_of" in first.data, second.data["appeal_of"]) == (False, first.id)
    (review,) = house.log.tables.reviews.values()
    assert (review.queue, review.opened.bulk, set(review.opened.rules)) == (
        "compliance",
        False,
        {"sample/iban", "gate/appeal"},
    )
    one, two = house.log.tables.posts.values()
    assert (one.operation, one.kind) == (two.operation, two.kind)


async def test_an_appeal_asks_as_many_people_as_the_rules_that_hold_it() -> None:
    """A block beside them does not make it easier to get a text out that two people would have to approve."""
    house = NativeHouse()
    held = make_rule("two", action=HoldSpec(queue="legal", stages=2))
    house.policies.bundle = make_bundle(make_policy(make_rule(), held, kinds=frozenset(PostKind)))
    row = await blocked(house)
    await house.appeal(str(row.decision_id), by=anna())
    (review,) = house.log.tables.reviews.values()

    assert (review.queue, review.opened.stages) == ("legal", 2)


async def test_what_its_author_says_is_sealed_with_the_appeal() -> None:
    """Looked at by itself, in no leaf, in no representation; it decides nothing, and the second one is not kept."""
    house = NativeHouse()
    row = await blocked(house)
    first = await house.appeal(str(row.decision_id), by=anna(), says="Die IBAN ist ein Muster.")
    scans = len(house.scanner.scanned)
    second = await house.appeal(str(row.decision_id), by=anna(), says="Noch ein Grund.")

    kept = await house.views.kept(list(house.log.tables.posts)[-1])
    assert kept is not None
    content = opened_content(house.ports.envelope, kept.content)
    assert content is not None
    assert (content.says["plea"]["text"], content.says["plea"]["complete"]) == ("Die IBAN ist ein Muster.", True)
    assert [one["entity"] for one in content.says["plea"]["findings"]] == ["IBAN_CODE"]
    assert [part[2] for part in content.says["parts"]] == ["IBAN"]
    assert (first.rules, second.decision_id, scans) == (
        ("sample/iban", "gate/appeal"),
        first.decision_id,
        len(house.scanner.scanned),
    )
    assert "Muster" not in repr(house.log.records)


async def test_an_appeal_takes_the_images_of_its_post_along() -> None:
    """They are sent with it when people approve; a post whose image is gone could not be sent, so nobody is asked."""
    house = NativeHouse(SENT)
    draft = Draft(operation="media", kind=PostKind.MEDIA, parts=(), uploads=(PICTURE,))
    kept = await house.uploads.take(draft, by=anna())
    (row,) = await house.order(Entry(account=PRESS, texts=("IBAN",), media=(Attached(id=str(kept.id)),)))
    (image,) = house.log.tables.media
    gone = house.log.tables.media.pop(image)
    with pytest.raises(NotBlocked):
        await house.appeal(str(row.decision_id), by=anna())
    house.log.tables.media[image] = gone
    await house.appeal(str(row.decision_id), by=anna())
    await approved(house)

    assert house.states[-1] == "published"
    ((_, media),) = house.publisher.published
    assert [one.data for one in media] == [PICTURE.data]


async def test_there_is_one_appeal_a_post() -> None:
    """Whoever asks again gets the answer of the first, years later too."""
    house = NativeHouse()
    name = str((await blocked(house)).decision_id)
    first = await house.appeal(name, by=anna())
    house.clock.advance(3 * 365 * 24 * 3600)
    second = await house.appeal(name, by=anna())

    assert second == replace(first, replayed=True)
    assert len(house.log.tables.reviews) == 1


async def test_the_appeal_is_found_from_what_it_is_about() -> None:
    """By its author."""
    house = NativeHouse()
    name = str((await blocked(house)).decision_id)
    own = await house.native.own(name, by=anna())
    before = await house.appeal.of(own, by=anna())
    row = await house.appeal(name, by=anna())

    assert (before, await house.appeal.of(own, by=anna())) == (None, row.decision_id)


@pytest.mark.parametrize("text", ["Moin", "Mensch"])
async def test_only_a_block_can_be_appealed_against(text: str) -> None:
    """What is published or held is not."""
    house = NativeHouse(SENT)
    row = await blocked(house, text)
    with pytest.raises(NotBlocked):
        await house.appeal(str(row.decision_id), by=anna())


async def test_only_ones_own_block_can_be_appealed_against() -> None:
    """Somebody else's is not there."""
    house = NativeHouse()
    name = str((await blocked(house)).decision_id)
    with pytest.raises(NotFound):
        await house.appeal(name, by=replace(anna(), ref="a_andere"))


@pytest.mark.parametrize("how", ["erased", "broken", "gone"])
async def test_without_its_text_nothing_can_be_looked_at(how: str) -> None:
    """It was erased, or does not open."""
    house = NativeHouse()
    name = str((await blocked(house)).decision_id)
    keys = house.log.tables.data_keys
    (key,) = keys
    if how == "erased":
        keys.clear()
    elif how == "broken":
        object.__setattr__(keys[key], "wrapped", b"another")
    else:
        house.views.forgotten = True
    with pytest.raises(NotBlocked):
        await house.appeal(name, by=anna())


async def approved_appeal(house: NativeHouse) -> None:
    """Let people approve an appeal."""
    row = await blocked(house)
    await house.appeal(str(row.decision_id), by=anna())
    await approved(house)


async def approved(house: NativeHouse) -> None:
    """Let people approve what they are asked about."""
    (review,) = house.log.tables.reviews.values()

    async def said(post: str) -> Approved:
        assert post == review.opened.post
        return Approved(
            mac=review.opened.mac,
            rules=frozenset(review.opened.rules),
            records=("r",),
            queue=review.queue,
            stages=1,
        )

    house.posts.approved = said  # type: ignore[method-assign]
    place = house.log.tables.outbox[review.opened.post]
    house.log.tables.states[review.opened.post] = State.APPROVED
    house.log.tables.apply(
        KeepWaiting(post=place.post, send_at=None, not_before=house.clock.now(), expires_at=place.expires_at, tries=0)
    )
    (waiting,) = await house.posts.due(house.clock.now(), limit=9)
    await house.deliver(waiting)


async def test_what_people_approve_is_sent_where_the_rule_lets_them() -> None:
    """Decided once more, held by nothing but what they have seen."""
    house = NativeHouse(SENT)
    await approved_appeal(house)

    assert (house.states, house.sent) == (["blocked", "published"], ["IBAN"])


async def test_a_hard_rule_still_blocks_what_people_approve() -> None:
    """Nobody can approve it away; the appeal has led to a look, and to nothing else."""
    house = NativeHouse(SENT)
    hard = make_policy(replace(make_rule(), hard=True), kinds=frozenset(PostKind))
    house.policies.bundle = make_bundle(hard)
    await approved_appeal(house)

    assert (house.states, house.sent) == (["blocked", "blocked"], [])
    row = [one for one in house.log.records if one.code == "PG-101"][1]
    with pytest.raises(NotBlocked):
        await house.appeal(row.id, by=anna())
