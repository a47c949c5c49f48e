"""A post as its author sees it: where it is, why, who acts next, and what would let it out."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import NotFound
from proxy.core.model import Localised, Part, PartKind, PostKind
from proxy.gate.lifecycle import FINAL, WAITING, State
from proxy.gate.native import Order
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.post_rows import Words
from proxy.gate.review_words import Remark, Said, Suggestion
from proxy.gate.review_words import Words as ReviewerWords
from proxy.gate.status import ReviewerSays, ShowStatus, no_words, reviewer_says
from proxy.gate.wire import Draft, Upload
from tests.fakes.clock import START
from tests.fakes.native_house import PRESS, NativeHouse, anna, entry
from tests.policies import make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.gate.status import PostStatus

SENT = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="115")
SAID = ReviewerSays(at="2026-11-23T09:00:00.000000Z", verdict="return", comment="Bitte ohne Namen.")


async def shown(house: NativeHouse, text: str) -> PostStatus:
    """Post, and look."""
    (row,) = await house.order(entry(text))
    return await house.status(str(row.decision_id), by=anna())


async def test_a_held_post_waits_for_a_role() -> None:
    """Which queue, which stage of how many, until when, and why; no name of anybody."""
    house = NativeHouse()
    status = await shown(house, "Mensch")

    assert status.next is not None
    assert (status.next.role, status.next.queue, status.next.stage, status.next.stages) == (
        "reviewer",
        "compliance",
        1,
        1,
    )
    assert "compliance" in status.next.message.de
    assert "stage 1 of 1" in status.next.message.en
    assert status.next.until == status.post.due_at == "2026-11-23T11:00:00.000000Z"
    assert status.next.expires_at == "2026-11-26T09:00:00.000000Z"
    assert [rule.rule for rule in status.rules] == ["sample/person"]
    assert (status.may_withdraw, status.may_appeal) == (True, False)
    assert (status.post.status, status.post.target) == ("held", PRESS)


async def test_a_blocked_post_says_why_and_that_it_can_be_appealed_against() -> None:
    """In the rule's own words; once there is an appeal, each names the other."""
    house = NativeHouse()
    status = await shown(house, "IBAN")
    (rule,) = status.rules
    assert status.next is not None
    assert (status.next.role, status.may_appeal, status.may_withdraw) == ("author", True, False)
    assert rule.message is not None
    assert rule.title is not None
    assert rule.message.en

    name = str(status.post.decision_id)
    appeal = await house.appeal(name, by=anna())
    after = await house.status(name, by=anna())
    other = await house.status(str(appeal.decision_id), by=anna())
    assert (after.may_appeal, after.appeal) == (False, appeal.decision_id)
    assert (other.may_appeal, other.appeal_of, other.post.status) == (False, name, "held")


async def test_a_rule_says_what_would_make_a_post_pass() -> None:
    """In the answer, in the question before, for an image, and where the post is looked up."""
    house = NativeHouse()
    rule = replace(make_rule(), remedy=Localised(de="Ohne Nummer.", en="Leave it out."))
    house.policies.bundle = make_bundle(make_policy(rule, kinds=frozenset(PostKind)))
    remedy = Words(de="Ohne Nummer.", en="Leave it out.")
    status = await shown(house, "IBAN")
    (row,) = await house.order(entry("IBAN"))
    (check,) = await house.questions.check((entry("IBAN"),), by=anna())
    text = Part(kind=PartKind.ALT_TEXT, slot="alt", text="IBAN")
    upload = Upload(slot="file", mime="image/png", data=b"invented picture")
    draft = Draft(operation="media.upload", kind=PostKind.MEDIA, parts=(text,), uploads=(upload,))
    image = await house.uploads.take(draft, by=anna())

    assert [one.remedy for one in status.rules] == [remedy]
    assert (row.remedies, check.remedies, image.remedies) == ((remedy,),) * 3


async def test_a_published_post_is_an_end() -> None:
    """Nobody acts, and no rule stopped it."""
    status = await shown(NativeHouse(SENT), "Moin")

    assert (status.next, status.rules, status.post.platform_id) == (None, (), "115")


async def test_a_scheduled_post_waits_for_its_time() -> None:
    """And may be withdrawn."""
    house = NativeHouse()
    at = START + timedelta(hours=2)
    (row,) = await house.native.post(Order(entries=(entry("Moin"),), send_at=at), by=anna())
    status = await house.status(str(row.decision_id), by=anna())

    assert status.next is not None
    assert (status.next.role, status.next.until) == ("gateway", "2026-11-23T11:00:00.000000Z")
    assert (status.post.send_at, status.may_withdraw, status.rules) == ("2026-11-23T11:00:00.000000Z", True, ())


@pytest.mark.parametrize("state", list(State))
async def test_every_state_has_somebody_who_acts_or_is_an_end(state: State) -> None:
    """Without a word only what is out, taken back, or was withdrawn."""
    house = NativeHouse(SENT)
    (row,) = await house.order(entry("Moin"))
    house.log.tables.states.update(dict.fromkeys(house.log.tables.states, state))
    status = await house.status(str(row.decision_id), by=anna())
    silent = {State.PUBLISHED, State.RECALLED, State.WITHDRAWN}

    assert (status.next is None) is (state in silent)
    assert status.may_withdraw is (state in WAITING)
    assert (status.next is None) <= (state in FINAL | {State.PUBLISHED})
    if status.next is not None:
        assert status.next.message.de != status.next.message.en


async def test_what_reviewers_wrote_is_shown() -> None:
    """Where somebody wrote; by whom, the author is not told."""
    house = NativeHouse()
    (row,) = await house.order(entry("Mensch"))
    asked: list[str] = []

    async def words(post: str) -> tuple[ReviewerSays, ...]:
        asked.append(post)
        return (SAID,)

    show = ShowStatus(native=house.native, views=house.views, policies=house.policies, appeal=house.appeal, words=words)
    status = await show(str(row.decision_id), by=anna())

    assert status.reviewers == (SAID,)
    assert asked == list(house.log.tables.posts)
    assert await no_words("p") == ()
    assert "Namen" not in repr(SAID)
    assert asdict(status)["reviewers"][0]["comment"] == "Bitte ohne Namen."


async def test_nobody_sees_somebody_elses_post() -> None:
    """It is not there."""
    house = NativeHouse()
    (row,) = await house.order(entry("Mensch"))
    with pytest.raises(NotFound):
        await house.status(str(row.decision_id), by=replace(anna(), ref="a_andere"))


def test_a_reviewers_word_is_told_without_who_wrote_it() -> None:
    """The reason in words for people, what is said of which place, and how it could read."""
    said = Said(
        comment="Bitte ohne Namen.",
        remarks=(Remark(part=0, start=3, end=9, text="zu hart"),),
        suggestion=(Suggestion(part=0, text="Guten Tag"),),
    )
    words = ReviewerWords(record="r1", at=START, stage=1, stages=2, verdict="return", reason="wording", said=said)
    told = reviewer_says(words)
    silent = reviewer_says(replace(words, reason=None, said=Said()))

    assert told.reason is not None
    assert (told.reason.de, told.comment, told.verdict) == ("Wortwahl oder Ton", "Bitte ohne Namen.", "return")
    assert (told.remarks, told.suggestion) == (((0, 3, 9, "zu hart"),), ((0, "Guten Tag"),))
    assert "r1" not in repr(told)
    assert (silent.reason, silent.comment, silent.remarks, silent.suggestion) == (None, None, (), ())
