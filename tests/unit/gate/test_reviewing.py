"""Review: what people are asked about, what they see of it, what they say, and what an approval is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.audit.stories import story_of
from proxy.core.policy.actions.hold import HoldSpec
from proxy.gate.lifecycle import Event, State
from proxy.gate.review_changes import Escalate
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.review_words import Remark, Said, Suggestion
from proxy.gate.reviewing import Ballot, Judgement, Verdict
from proxy.gate.work import MovePost, Work
from tests.factories import make_draft
from tests.fakes.clock import START
from tests.fakes.review_house import AUTHOR, ReviewHouse, person, review_bundle
from tests.policies import make_bundle

if TYPE_CHECKING:
    from proxy.core.model import Principal
    from tests.fakes.log import Tables

BEN, CARLA, DORA = person("a_ben"), person("a_carla"), person("a_dora", "review:legal")
YES = Ballot(verdict=Verdict.APPROVE)
NO = Ballot(verdict=Verdict.REJECT, reason="claim")
BACK = Ballot(verdict=Verdict.RETURN, reason="wording", said=Said(comment="Bitte anders."))


async def _refused(house: ReviewHouse, name: str, ballot: Ballot = YES, *, by: Principal = BEN) -> str:
    before = len(house.log.records)
    with pytest.raises(ReviewRefused) as refused:
        await house.reviewing.vote(name, ballot, by=by)
    assert len(house.log.records) == before
    return refused.value.why


def _told(house: ReviewHouse, post: str) -> str | None:
    """Return the state that the records of a post lead to."""
    leaves = [
        (one.id, {"code": one.code, "data": one.data, "refs": list(one.refs)})
        for one in house.log.records
        if one.subject.post == post
    ]
    story = story_of(leaves)
    assert story.flaw is None
    return None if story.state is None else story.state.value


async def test_a_queue_shows_what_is_to_do_to_those_who_may_and_nothing_of_their_own() -> None:
    """What is due first stands first; a group sees its queue alone."""
    house = ReviewHouse()
    legal = await house.held("Das Recht.")
    house.clock.advance(60)
    first = await house.held()
    own = await house.held("Noch ein Mensch.", author="a_ben")

    async def seen(ref: str, *scopes: str, queue: str | None = None) -> list[str]:
        return [one.id for one in await house.reviewing.mine(by=person(ref, *scopes), queue=queue)]

    assert await seen("a_carla") == [legal, first, own]
    assert await seen("a_ben") == [legal, first]
    assert await seen("a_ben", queue="legal") == [legal]
    assert await seen("a_dora", "review:legal") == [legal]
    assert await seen("a_dora", "review:legal", "review:press", queue="compliance") == []
    assert await seen("a_emil", "deputy") == []
    with pytest.raises(ReviewRefused):
        await seen("a_emil", "post")


async def test_a_word_on_one_of_several_stages_is_about_a_post_that_is_still_held() -> None:
    """One unit of work with its withdrawal in one batch: whoever comes second is told so, and no log has both."""
    house = ReviewHouse()
    name = await house.held("Das Recht.")
    works: list[Work] = []
    house.log.on_commit = works.append
    await house.reviewing.vote(name, YES, by=DORA)
    (work,) = works

    (move,) = [change for change in work.changes if isinstance(change, MovePost)]
    assert (move.source, move.target) == (State.HELD, State.HELD)


@pytest.mark.req("FEAT-34")
async def test_what_one_person_approves_is_sent_once() -> None:
    """The intent names the approval; the author hears nothing from a reviewer who does not want to say more."""
    house = ReviewHouse()
    name = await house.held()
    voted = await house.reviewing.vote(name, YES, by=BEN)

    assert (voted.state, voted.stage, voted.stages, voted.verdict, voted.on_behalf_of) == (
        "approved", 1, 1, "approve", None,
    )  # fmt: skip
    assert (house.states, house.sent, house.woken) == (["approved"], [], 1)
    await house.send()
    await house.send()
    assert (house.states, house.sent) == (["published"], ["Ein Mensch schreibt."])
    intent = next(one for one in house.log.records if one.code == "PG-102")
    approval = next(one for one in house.log.records if one.code == "PG-202")
    assert intent.data["approvals"] == [approval.id]
    assert _told(house, next(iter(house.log.tables.posts))) == "published"


@pytest.mark.req("FEAT-34", "FEAT-10")
async def test_every_stage_needs_another_person() -> None:
    """And neither is the author."""
    house = ReviewHouse()
    name = await house.held("Das Recht.")
    first = await house.reviewing.vote(name, YES, by=DORA)

    assert (first.state, first.stage, first.stages, house.woken) == ("held", 1, 2, 0)
    assert await _refused(house, name, by=DORA) == "voted"
    assert await _refused(house, name, by=person(AUTHOR)) == "own-post"
    assert [one.id for one in await house.reviewing.mine(by=DORA)] == []
    await house.send()
    assert house.sent == []
    second = await house.reviewing.vote(name, YES, by=BEN)
    await house.send()
    assert (second.state, second.stage, house.sent) == ("approved", 2, ["Das Recht."])
    intent = next(one for one in house.log.records if one.code == "PG-102")
    assert len(intent.data["approvals"]) == 2  # type: ignore[arg-type]
    assert _told(house, next(iter(house.log.tables.posts))) == "published"


@pytest.mark.req("FEAT-10")
async def test_a_deputy_speaks_for_one_and_not_for_the_author() -> None:
    """Both are on record; one person is not two by way of a deputy."""
    house = ReviewHouse(**{"a_ben": "review", AUTHOR: "review", "a_emil": "deputy"})
    emil = person("a_emil", "deputy")
    day = START + timedelta(days=1)
    await house.delegating.begin("a_emil", until=day, since=None, queue=None, by=person(AUTHOR))
    name = await house.held("Das Recht.")
    assert await _refused(house, name, by=emil) == "own-post"
    await house.delegating.begin("a_emil", until=day, since=None, queue=None, by=BEN)
    voted = await house.reviewing.vote(name, YES, by=emil)

    assert voted.on_behalf_of == "a_ben"
    assert (house.log.records[-1].actor.ref, house.log.records[-1].on_behalf_of) == ("a_emil", "a_ben")
    assert await _refused(house, name, by=BEN) == "voted"


@pytest.mark.parametrize(("ballot", "state"), [(NO, "rejected"), (BACK, "returned")])
@pytest.mark.req("JOB-REV-2")
async def test_what_is_rejected_or_returned_is_over(ballot: Ballot, state: str) -> None:
    """With the reason in the log and the words for the author; at whatever stage."""
    house = ReviewHouse()
    name = await house.held("Das Recht.")
    voted = await house.reviewing.vote(name, ballot, by=BEN)

    assert (voted.state, house.states, house.log.tables.reviews[name].state) == ("rejected", ["rejected"], state)
    assert house.log.tables.outbox == {}
    assert house.log.records[-1].data["reason"] == ballot.reason
    assert await _refused(house, name, by=CARLA) == "closed"
    await house.send()
    assert house.sent == []
    assert _told(house, next(iter(house.log.tables.posts))) == "rejected"


def _remark(**place: int) -> Said:
    return Said(remarks=(Remark(**{"part": 0, "start": 0, "end": 3, **place}, text="hier"),))


@pytest.mark.parametrize(
    ("ballot", "why"),
    [
        (Ballot(verdict=Verdict.REJECT), "no-reason"),
        (Ballot(verdict=Verdict.REJECT, reason="Herr Beispiel"), "no-reason"),
        (Ballot(verdict=Verdict.APPROVE, reason="Herr Beispiel"), "no-reason"),
        (Ballot(verdict=Verdict.RETURN, said=Said(comment="Bitte anders.")), "no-reason"),
        (Ballot(verdict=Verdict.RETURN, reason="wording"), "no-reason"),
        (replace(BACK, said=_remark(part=1)), "no-span"),
        (replace(BACK, said=_remark(part=-1)), "no-span"),
        (replace(BACK, said=_remark(end=21)), "no-span"),
        (replace(BACK, said=_remark(start=3)), "no-span"),
        (replace(BACK, said=Said(suggestion=(Suggestion(part=7, text="so"),))), "no-span"),
    ],
)
async def test_a_word_has_what_it_needs_and_fits_the_text(ballot: Ballot, why: str) -> None:
    """Nothing is recorded of what does not."""
    house = ReviewHouse()
    name = await house.held()

    assert await _refused(house, name, ballot) == why
    await house.reviewing.vote(name, replace(BACK, said=_remark(end=20)), by=BEN)


async def test_a_false_alarm_is_an_approval() -> None:
    """Whoever rejects does not say that the rule was wrong."""
    house = ReviewHouse()
    await house.reviewing.vote(await house.held(), replace(YES, false_alarm=True), by=BEN)
    await house.reviewing.vote(await house.held("Der Mensch."), replace(NO, false_alarm=True), by=BEN)

    decided = [one.data["false_alarm"] for one in house.log.records if one.code == "PG-202"]
    assert decided == [True, False]


@pytest.mark.req("FEAT-38")
async def test_several_are_decided_together_but_no_hard_ones() -> None:
    """Each is a record of its own; what cannot be decided so says why."""
    house = ReviewHouse()
    names = [await house.held(), await house.held("Es ist hart."), await house.held("Das Recht.")]
    own = await house.held("Noch ein Mensch.", author="a_ben")

    done = await house.reviewing.vote_on([*names, own, "unbekannt", names[0]], YES, by=BEN)

    assert [one.why for one in done] == [None, "no-bulk", "no-bulk", "own-post", "closed"]
    assert done[0].voted is not None
    assert done[0].voted.state == "approved"
    (record,) = [one for one in house.log.records if one.code == "PG-202"]
    assert record.data["bulk"] is True
    with pytest.raises(ReviewRefused):
        await house.reviewing.vote_on(names, YES, by=person("a_x", "post"))


async def test_of_two_who_decide_at_once_one_is_told_so() -> None:
    """Whether the stage moved on, or the review ended; what the loser said is not kept."""
    house = ReviewHouse()
    for text, ballot, why in (("Das Recht.", YES, "decided"), ("Ein Mensch.", NO, "closed")):
        name = await house.held(text)
        before = house.log.tables.copy()
        await house.reviewing.vote(name, ballot, by=BEN)
        after = house.log.tables
        house.log.tables = before  # what the slower one still reads

        def meanwhile(_work: Work, after: Tables = after) -> None:
            house.log.tables = after

        house.log.on_commit = meanwhile
        assert await _refused(house, name, ballot, by=CARLA) == why
        house.log.on_commit = lambda _work: None


async def test_time_and_other_events_end_a_review() -> None:
    """What expired or was withdrawn is not decided any more."""
    house = ReviewHouse()
    name, other = await house.held(), await house.held("Noch ein Mensch.")
    waiting = await house.posts.waiting(house.log.tables.reviews[other].opened.post)
    assert waiting is not None
    await house.log.commit(house.refiling.moved(waiting, Event.WITHDRAW, "author"))
    assert await _refused(house, other) == "closed"
    house.clock.advance(72 * 3600)
    assert await _refused(house, name) == "expired"
    house.log.tables.outbox.clear()
    assert await _refused(house, name) == "closed"


async def test_an_approved_post_keeps_the_time_that_its_author_chose() -> None:
    """Where that is over it goes now; without one it has a day from its approval."""
    house = ReviewHouse()
    later = replace(make_draft("Ein Mensch schreibt."), send_at=START + timedelta(hours=2))
    await house.submit_draft(later)
    (early,) = house.log.tables.reviews
    await house.reviewing.vote(early, YES, by=BEN)
    late = await house.held("Noch ein Mensch.")
    house.clock.advance(3600)
    await house.reviewing.vote(late, YES, by=BEN)

    rows = list(house.log.tables.outbox.values())
    assert [(row.not_before, row.expires_at) for row in rows] == [
        (START + timedelta(hours=2), START + timedelta(hours=26)),
        (START + timedelta(hours=1), START + timedelta(hours=25)),
    ]
    await house.send()
    assert house.sent == ["Noch ein Mensch."]
    house.clock.advance(3600)
    await house.send()
    assert house.sent == ["Noch ein Mensch.", "Ein Mensch schreibt."]


@pytest.mark.req("FEAT-35")
async def test_an_approval_is_for_the_rules_that_were_shown() -> None:
    """One more rule asks people again, a block stops the post, and what is weaker now needs nobody."""
    for bundle, states, sent in (
        (review_bundle("LOCATION"), ["published"], 1),
        (make_bundle(), ["published"], 1),
    ):
        house = ReviewHouse()
        await house.reviewing.vote(await house.held(), YES, by=BEN)
        house.policies.bundle = bundle
        await house.send()
        assert (house.states, len(house.sent)) == (states, sent)

    house = ReviewHouse()
    await house.reviewing.vote(await house.held("Mensch und Ort."), YES, by=BEN)
    house.scanner.words["Ort"] = "STREET"
    house.policies.bundle = review_bundle("STREET")
    await house.send()
    assert (house.states, house.sent) == (["held"], [])
    again = [name for name, one in house.log.tables.reviews.items() if one.state == "open"]
    assert len(again) == 1
    assert set(house.log.tables.reviews[again[0]].opened.rules) >= {"sample/person", "sample/more-STREET"}
    await house.reviewing.vote(again[0], YES, by=BEN)
    await house.send()
    assert (house.states, house.sent) == (["published"], ["Mensch und Ort."])

    house = ReviewHouse()
    await house.reviewing.vote(await house.held("Mensch und Geld."), YES, by=BEN)
    house.scanner.words["Geld"] = "IBAN_CODE"
    await house.send()
    assert (house.states, house.sent) == (["blocked"], [])
    assert _told(house, next(iter(house.log.tables.posts))) == "blocked"


@pytest.mark.req("FEAT-35")
async def test_stricter_terms_of_the_same_rule_void_an_approval() -> None:
    """More stages, or another queue."""
    for spec in (HoldSpec(stages=2), HoldSpec(queue="legal")):
        house = ReviewHouse()
        await house.reviewing.vote(await house.held(), YES, by=BEN)
        (policy,) = review_bundle().policies
        rules = tuple(replace(rule, action=spec) if rule.id == "person" else rule for rule in policy.rules)
        house.policies.bundle = make_bundle(replace(policy, rules=rules))
        await house.send()
        assert (house.states, house.sent) == (["held"], [])


@pytest.mark.req("FEAT-35")
async def test_an_approval_is_for_one_text() -> None:
    """Another text under the same post is not sent, whoever put it there; nor is it approved."""
    house = ReviewHouse()
    name = await house.held()
    other = await house.held("Ein anderer Mensch.")
    await house.reviewing.vote(name, YES, by=BEN)
    first, second = house.log.tables.posts.values()
    house.log.tables.posts[first.id] = replace(first, decision_record=second.decision_record, key=second.key)
    await house.send()
    assert (house.states, house.sent) == (["failed", "held"], [])
    review = house.log.tables.reviews[other]
    house.log.tables.reviews[other] = replace(
        review, opened=replace(review.opened, decision_record=first.decision_record)
    )
    assert await _refused(house, other) == "no-text"


async def test_an_escalated_review_is_another_queues() -> None:
    """Those who were asked before are not asked any more."""
    house = ReviewHouse()
    name = await house.held()
    record = replace(house.log.records[0], id=house.ports.ids())

    await house.log.commit(Work(records=(record,), changes=(Escalate(id=name, queue="legal", at=house.clock.now()),)))
    assert await _refused(house, name, by=person("a_emil", "review:compliance")) == "not-asked"
    assert (await house.reviewing.vote(name, YES, by=DORA)).state == "approved"
    await house.send()
    assert len(house.sent) == 1


async def test_a_sample_is_judged_and_nothing_else() -> None:
    """By somebody else than its author, once; a held post is not."""
    house = ReviewHouse()
    sample, held = await house.sampled(), await house.held()

    assert await _refused(house, sample) == "sample"
    with pytest.raises(ReviewRefused) as wrong:
        await house.reviewing.judge(held, Judgement.RIGHT, by=BEN)
    with pytest.raises(ReviewRefused) as own:
        await house.reviewing.judge(sample, Judgement.RIGHT, by=person(AUTHOR))
    with pytest.raises(ReviewRefused) as reason:
        await house.reviewing.judge(sample, Judgement.MISSED, by=BEN, reason="Herr Beispiel")
    assert (wrong.value.why, own.value.why, reason.value.why) == ("sample", "own-post", "no-reason")
    assert await house.reviewing.judge(sample, Judgement.RIGHT, by=BEN) == sample
    assert house.log.tables.reviews[sample].state == "seen"
    with pytest.raises(ReviewRefused) as again:
        await house.reviewing.judge(sample, Judgement.RIGHT, by=BEN)
    assert again.value.why == "closed"


async def test_a_time_chosen_meanwhile_is_not_overwritten_by_an_approval() -> None:
    """The author moved the post after the reviewer's side had read it: the word is not kept, and may be said again."""
    house = ReviewHouse()
    name = await house.held()
    later = house.clock.now() + timedelta(hours=5)

    def move(_work: Work) -> None:
        house.log.on_commit = lambda _work: None
        outbox = house.log.tables.outbox
        outbox.update({post: replace(row, send_at=later) for post, row in outbox.items()})

    house.log.on_commit = move
    assert await _refused(house, name) == "decided"

    await house.reviewing.vote(name, YES, by=BEN)
    (row,) = house.log.tables.outbox.values()
    assert (row.send_at, row.not_before) == (later, later)
