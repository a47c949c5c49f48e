"""
What everybody promises who keeps posts that wait: what is due, what is over, and what people approved of it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import Conflict
from proxy.core.model import PostId
from proxy.gate.lifecycle import State
from proxy.gate.review_changes import (
    AdvanceReview,
    CastVote,
    Delegate,
    DropReviews,
    EndDelegation,
    EndReview,
    Escalate,
    OpenReview,
    Remind,
)
from proxy.gate.room import Crowd
from proxy.gate.waiting_changes import KeepWaiting, StopWaiting, TakeWaiting
from proxy.gate.work import Change, MovePost, RemoveAccount, RevokeToken, StoreActor, Work
from tests.fakes.clock import START
from tests.logins import issue, noted
from tests.works import ACCOUNT, AUTHOR, MAC, Sample, decided, new_id, stored

if TYPE_CHECKING:
    from datetime import datetime

    from tests.stores import Ports

HOUR = timedelta(hours=1)
SENT = State.INTENT
RITA, OLAF = "a_rita", "a_olaf"
"""Invented reviewers."""


async def _keep(ports: Ports, sample: Sample, state: State, *changes: Change) -> None:
    verdict = "hold" if state is State.HELD else "allow"
    work = Work(
        records=(decided(sample, verdict),), changes=(*stored(sample, state), *changes), post=sample.post, mac=MAC
    )
    await ports.audit.commit(work)


def _waits(sample: Sample, *, not_before: datetime | None = START, **other: object) -> KeepWaiting:
    row = KeepWaiting(post=sample.post, send_at=None, not_before=not_before, expires_at=START + 24 * HOUR)
    return replace(row, **other)  # type: ignore[arg-type]


def _asked(sample: Sample, *, stages: int = 1, name: str = "", at: datetime = START) -> OpenReview:
    return OpenReview(
        id=name or new_id(),
        post=sample.post,
        queue="compliance",
        stages=stages,
        author=AUTHOR.ref,
        mac=MAC,
        opened_at=at,
        due_at=at + HOUR,
        escalate_to="board",
        decision_record=sample.decision,
        policy_digest="p" * 64,
        rules=("bank/iban", "gate/x"),
    )


def _vote(
    review: OpenReview, stage: int = 1, by: str = RITA, *, verdict: str = "approve", for_: str | None = None
) -> CastVote:
    return CastVote(
        id=new_id(), review=review.id, stage=stage, reviewer=by, on_behalf_of=for_, verdict=verdict, at=START
    )


async def _people(ports: Ports) -> None:
    await issue(ports)
    for ref in (RITA, OLAF):
        actor = StoreActor(
            ref=ref,
            kind="employee",
            name_digest=ref,
            name_nonce=b"n",
            name=b"x",
            name_key=b"k",
            kek_id="kek",
            created_at=START,
        )
        await ports.audit.commit(noted(ports, actor))


async def _held(ports: Ports, *, stages: int = 1) -> tuple[Sample, OpenReview]:
    await _people(ports)
    sample = Sample()
    review = _asked(sample, stages=stages)
    await _keep(ports, sample, State.HELD, review, _waits(sample, not_before=None))
    return sample, review


async def _due(ports: Ports, at: datetime = START) -> list[str]:
    return [post.id for post in await ports.waiting.due(at, limit=10)]


async def _over(ports: Ports, at: datetime) -> list[str]:
    return [post.id for post in await ports.waiting.over(at, limit=10)]


async def test_what_is_due_is_allowed_and_its_time_has_come(ports: Ports) -> None:
    """Neither what waits for people, nor what comes later, nor what was sent: those that waited longest come first."""
    scheduled, queued, later, held, sent = (Sample() for _ in range(5))
    await _keep(ports, scheduled, State.SCHEDULED, _waits(scheduled))
    await _keep(ports, queued, State.QUEUED, _waits(queued, not_before=START - HOUR))
    await _keep(ports, later, State.SCHEDULED, _waits(later, not_before=START + HOUR))
    await _keep(ports, held, State.HELD, _waits(held))
    await _keep(ports, sent, State.INTENT, _waits(sent))

    assert await _due(ports) == [queued.post, scheduled.post]
    assert [post.id for post in await ports.waiting.due(START, limit=1)] == [queued.post]
    assert await _due(ports, START + HOUR) == [queued.post, scheduled.post, later.post]


async def test_what_waits_past_its_time_is_over_and_not_due(ports: Ports) -> None:
    """Also what waits for people; what was sent is not touched."""
    held, scheduled, sent = Sample(), Sample(), Sample()
    await _keep(ports, held, State.HELD, _waits(held, not_before=None, expires_at=START + HOUR))
    await _keep(ports, scheduled, State.SCHEDULED, _waits(scheduled))
    await _keep(ports, sent, State.INTENT, _waits(sent))

    assert await _over(ports, START + HOUR - timedelta(seconds=1)) == []
    assert await _over(ports, START + HOUR) == [held.post]
    assert await _over(ports, START + 24 * HOUR) == [held.post, scheduled.post]
    assert await _due(ports, START + 24 * HOUR) == []


async def test_a_place_is_changed_and_given_up(ports: Ports) -> None:
    """The last word counts; giving up a place that nobody has is no mistake."""
    sample = Sample()
    await _keep(ports, sample, State.QUEUED, _waits(sample))
    changed = _waits(sample, not_before=START + HOUR, send_at=START, tries=2)
    await ports.audit.commit(noted(ports, changed))
    (post,) = await ports.waiting.due(START + HOUR, limit=10)

    assert (post.tries, post.send_at, post.not_before) == (2, START, START + HOUR)
    for _ in range(2):
        await ports.audit.commit(noted(ports, StopWaiting(post=sample.post)))
    assert await ports.waiting.waiting(sample.post) is None


async def test_a_place_is_taken_by_whoever_read_it_as_it_is(ports: Ports) -> None:
    """Whoever read it before another attempt, or before its author chose another time, loses and changes nothing."""
    sample = Sample()
    await _keep(ports, sample, State.SCHEDULED, _waits(sample, send_at=START, tries=1))
    as_read = TakeWaiting(post=sample.post, send_at=START, tries=1)
    for stale in (
        replace(as_read, tries=0),
        replace(as_read, send_at=None),
        replace(as_read, send_at=START + HOUR),
        replace(as_read, post=PostId(new_id())),
    ):
        with pytest.raises(Conflict) as lost:
            await ports.audit.commit(noted(ports, stale, MovePost(id=sample.post, source=State.SCHEDULED, target=SENT)))
        assert lost.value.what == "waiting"
    await ports.audit.commit(noted(ports, as_read, _waits(sample, send_at=None, tries=2)))
    await ports.audit.commit(noted(ports, TakeWaiting(post=sample.post, send_at=None, tries=2)))
    assert await ports.waiting.waiting(sample.post) is None


async def test_of_two_who_take_a_place_at_once_one_gets_it(ports: Ports) -> None:
    """Although both would leave the state as it is: the other one does not undo what the first was told is kept."""
    sample = Sample()
    await _keep(ports, sample, State.SCHEDULED, _waits(sample))
    as_read = TakeWaiting(post=sample.post, send_at=None, tries=0)
    stays = MovePost(id=sample.post, source=State.SCHEDULED, target=State.SCHEDULED)
    times = (START + HOUR, START + 2 * HOUR)
    ended = await asyncio.gather(
        *(ports.audit.commit(noted(ports, as_read, stays, _waits(sample, send_at=at))) for at in times),
        return_exceptions=True,
    )
    post = await ports.waiting.waiting(sample.post)

    (kept,) = (at for at, end in zip(times, ended, strict=True) if not isinstance(end, Conflict))
    assert post is not None
    assert post.send_at == kept


async def test_a_waiting_post_is_what_was_recorded(ports: Ports) -> None:
    """State, code, first decision, and the sealed content with its key."""
    sample = Sample()
    await _keep(ports, sample, State.SCHEDULED, _waits(sample))
    post = await ports.waiting.waiting(sample.post)

    assert post is not None
    assert (post.state, post.mac, post.decision_record) == (State.SCHEDULED, MAC, sample.decision)
    assert (post.account, post.author, post.platform, post.kind) == (ACCOUNT, AUTHOR.ref, "mastodon", "post")
    assert (post.retention, post.content.key, post.content.record) == ("published-3y", sample.key, sample.decision)
    assert post.content.ciphertext == b"sealed bytes of nobody"
    assert post.content.wrapped_key == b"w" * 60
    assert await ports.waiting.waiting(new_id()) is None


async def test_authors_see_what_of_theirs_waits(ports: Ports) -> None:
    """Newest first, of one account, and nobody else's."""
    first, second, sent = Sample(), Sample(at=START + HOUR), Sample()
    await _keep(ports, first, State.SCHEDULED, _waits(first))
    await _keep(ports, second, State.HELD, _waits(second))
    await _keep(ports, sent, State.PUBLISHED, _waits(sent))

    mine = await ports.waiting.of_author(AUTHOR.ref, account=ACCOUNT)
    assert [post.id for post in mine] == [second.post, first.post]
    assert await ports.waiting.of_author(RITA, account=ACCOUNT) == ()
    assert await ports.waiting.of_author(AUTHOR.ref, account="mastodon:andere") == ()


async def test_what_waits_for_an_account_is_counted(ports: Ports) -> None:
    """Whoever wrote it; what was sent does not wait."""
    for state in (State.SCHEDULED, State.HELD, State.HELD, State.PUBLISHED):
        sample = Sample()
        await _keep(ports, sample, state, _waits(sample))

    assert await ports.crowds.crowd(ACCOUNT) == Crowd(waiting=3, held=2)
    assert await ports.crowds.crowd("mastodon:andere") == Crowd(waiting=0, held=0)


async def test_one_approval_of_one_stage_approves(ports: Ports) -> None:
    """With what they were shown, and the records of their words."""
    sample, review = await _held(ports)
    vote = _vote(review)
    assert await ports.waiting.approved(sample.post) is None
    await ports.audit.commit(
        noted(
            ports,
            vote,
            EndReview(id=review.id, state="approved", at=START),
            MovePost(id=sample.post, source=State.HELD, target=State.APPROVED),
            _waits(sample),
        )
    )
    approved = await ports.waiting.approved(sample.post)

    assert approved is not None
    assert (approved.mac, approved.rules, approved.records) == (MAC, frozenset({"bank/iban", "gate/x"}), (vote.id,))
    assert (approved.queue, approved.stages) == ("compliance", 1)
    assert await _due(ports) == [sample.post]


async def test_stages_are_approved_by_different_people_one_after_another(ports: Ports) -> None:
    """Nobody twice, none left out."""
    sample, review = await _held(ports, stages=2)
    first, second = _vote(review), _vote(review, 2, OLAF)
    done = EndReview(id=review.id, state="approved", at=START)
    approve = MovePost(id=sample.post, source=State.HELD, target=State.APPROVED)
    for changes in ((second,), (_vote(review, 2),), (AdvanceReview(id=review.id, stage=2),)):
        with pytest.raises(Conflict):
            await ports.audit.commit(noted(ports, *changes))
    await ports.audit.commit(noted(ports, first, AdvanceReview(id=review.id, stage=1)))
    for changes in ((_vote(review, 2),), (_vote(review, 1, OLAF),), (AdvanceReview(id=review.id, stage=2),)):
        with pytest.raises(Conflict):
            await ports.audit.commit(noted(ports, *changes))
    await ports.audit.commit(noted(ports, second, done, approve))
    approved = await ports.waiting.approved(sample.post)

    assert approved is not None
    assert approved.records == (first.id, second.id)


async def test_an_escalated_review_is_still_the_one_that_was_asked_for(ports: Ports) -> None:
    """Whoever is asked later: the terms are those of the decision."""
    sample, review = await _held(ports)
    await ports.audit.commit(noted(ports, Escalate(id=review.id, queue="board", at=START)))
    await ports.audit.commit(noted(ports, _vote(review), EndReview(id=review.id, state="approved", at=START)))
    approved = await ports.waiting.approved(sample.post)

    assert approved is not None
    assert approved.queue == "compliance"


async def test_only_the_last_review_of_a_post_counts(ports: Ports) -> None:
    """What was held again after an approval waits for new ones."""
    sample, review = await _held(ports)
    await ports.audit.commit(noted(ports, _vote(review), EndReview(id=review.id, state="approved", at=START)))
    await ports.audit.commit(noted(ports, _asked(sample, at=START + HOUR)))

    assert await ports.waiting.approved(sample.post) is None


@pytest.mark.parametrize(("by", "for_"), [(AUTHOR.ref, None), (RITA, AUTHOR.ref)], ids=["their own", "in their place"])
async def test_nobody_votes_on_their_own_post(ports: Ports, by: str, for_: str | None) -> None:
    """Nor somebody who stands in for its author."""
    _, review = await _held(ports)
    with pytest.raises(Conflict) as caught:
        await ports.audit.commit(noted(ports, _vote(review, by=by, for_=for_)))

    assert caught.value.what == "vote"


async def test_a_closed_review_takes_nothing(ports: Ports) -> None:
    """Of several who decide at the same time one is first, and the others learn it."""
    _, review = await _held(ports)
    reject = (_vote(review, verdict="reject"), EndReview(id=review.id, state="rejected", at=START))
    await ports.audit.commit(noted(ports, *reject))
    late: tuple[Change, ...] = (
        _vote(review, by=OLAF),
        EndReview(id=review.id, state="approved", at=START),
        AdvanceReview(id=review.id, stage=1),
        Remind(id=review.id, at=START),
        Escalate(id=review.id, queue="board", at=START),
    )
    for change in late:
        with pytest.raises(Conflict) as caught:
            await ports.audit.commit(noted(ports, change))
        assert caught.value.what == ("vote" if isinstance(change, CastVote) else "review")


async def test_reviews_are_passed_on_once(ports: Ports) -> None:
    """However many nodes look at the clock."""
    _, review = await _held(ports)
    for change in (Remind(id=review.id, at=START), Escalate(id=review.id, queue="board", at=START)):
        await ports.audit.commit(noted(ports, change))
        with pytest.raises(Conflict):
            await ports.audit.commit(noted(ports, change))


async def test_reviews_of_what_does_not_wait_any_more_are_dropped(ports: Ports) -> None:
    """Nobody is asked about a post that its author took back."""
    sample, review = await _held(ports)
    for _ in range(2):
        await ports.audit.commit(noted(ports, DropReviews(post=sample.post, state="withdrawn", at=START)))
    with pytest.raises(Conflict):
        await ports.audit.commit(noted(ports, _vote(review)))


async def test_a_delegation_is_ended_by_whoever_gave_it_once(ports: Ports) -> None:
    """Nobody else, and not again."""
    await _people(ports)
    begun = Delegate(
        id=new_id(), person=RITA, deputy=OLAF, queue=None, since=START, until=START + HOUR, created_at=START
    )
    await ports.audit.commit(noted(ports, begun))
    with pytest.raises(Conflict):
        await ports.audit.commit(noted(ports, EndDelegation(id=begun.id, person=OLAF, at=START)))
    await ports.audit.commit(noted(ports, EndDelegation(id=begun.id, person=RITA, at=START)))
    with pytest.raises(Conflict) as caught:
        await ports.audit.commit(noted(ports, EndDelegation(id=begun.id, person=RITA, at=START)))

    assert caught.value.what == "delegation"


async def test_an_author_stands_while_a_token_of_theirs_lives(ports: Ports) -> None:
    """For that account, and as the person that they are."""
    await issue(ports)
    grant = await ports.standing.stands(AUTHOR.ref, ACCOUNT)

    assert grant is not None
    assert (grant.principal.ref, grant.account.id, grant.account.door) == (AUTHOR.ref, ACCOUNT, "presse")
    assert await ports.standing.stands(RITA, ACCOUNT) is None
    assert await ports.standing.stands(AUTHOR.ref, "mastodon:andere") is None


@pytest.mark.parametrize("how", ["revoked", "removed", "over", "other scope"])
async def test_an_author_does_not_stand_any_more(ports: Ports, how: str) -> None:
    """Whatever ended it ends what they had waiting."""
    await issue(ports, scopes=("check",) if how == "other scope" else ("post",))
    if how == "revoked":
        await ports.audit.commit(noted(ports, RevokeToken(id="t1", at=ports.clock.now())))
    if how == "removed":
        await ports.audit.commit(noted(ports, RemoveAccount(id=ACCOUNT, at=ports.clock.now())))
    if how == "over":
        ports.clock.advance(24 * 3600)

    assert await ports.standing.stands(AUTHOR.ref, ACCOUNT) is None
