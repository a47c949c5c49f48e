"""
What everybody promises who keeps reviews: what is to do, what was said and written, and whose word counts once.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import Conflict
from proxy.gate.review_changes import AdvanceReview, EndDelegation, EndReview, Escalate
from proxy.gate.review_ports import Delegation, Precedent, Vote
from proxy.gate.work import AuditRecord, RevokeToken, StoreActor, StoreToken, Work
from tests.fakes.clock import START
from tests.logins import noted
from tests.reviewed import DAY, OLAF, RITA, TINA, delegation, held, people, vote
from tests.works import ACCOUNT, AUTHOR, MAC, content, new_id

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.review_changes import CastVote
    from proxy.gate.work import Change
    from tests.reviewed import Held
    from tests.stores import Ports


async def _lost(ports: Ports, *changes: Change) -> str:
    with pytest.raises(Conflict) as lost:
        await ports.audit.commit(noted(ports, *changes))
    return lost.value.what


async def test_a_queue_has_what_is_open_due_first(ports: Ports) -> None:
    """Whoever sees every queue sees all; what is closed is nobody's."""
    await people(ports)
    late, soon, legal, closed = (
        await held(ports),
        await held(ports, due=DAY / 2),
        await held(ports, queue="legal", due=DAY / 3),
        await held(ports),
    )
    await ports.audit.commit(noted(ports, EndReview(id=closed.review.id, state="expired", at=START)))

    async def names(*queues: str, limit: int = 9) -> list[str]:
        wanted = frozenset(queues) if queues else None
        return [one.id for one in await ports.reviews.open(wanted, but="a_nobody", limit=limit)]

    assert await names() == [legal.review.id, soon.review.id, late.review.id]
    assert await names(limit=1) == [legal.review.id]
    assert await names("compliance") == [soon.review.id, late.review.id]
    assert await names("compliance", "legal") == [legal.review.id, soon.review.id, late.review.id]
    assert await names("board") == []
    assert await ports.reviews.open(frozenset(), but="a_nobody", limit=9) == ()


async def test_what_is_no_matter_of_somebodys_takes_no_place(ports: Ports) -> None:
    """Own posts, and those that somebody, or whoever stood in, had a say about."""
    await people(ports)
    said, open_one = await held(ports, stages=2), await held(ports, due=2 * DAY)
    await ports.audit.commit(noted(ports, vote(said.review), AdvanceReview(id=said.review.id, stage=1)))

    async def names(but: str) -> list[str]:
        return [one.id for one in await ports.reviews.open(None, but=but, limit=1)]

    assert await names(vote(said.review).reviewer) == [open_one.review.id]
    assert await names(OLAF) == [said.review.id]
    assert await names(said.review.author) == []


async def test_a_review_is_what_was_opened_and_said(ports: Ports) -> None:
    """With what is known of its post, and the votes in the order of the stages."""
    await people(ports)
    one = await held(ports, stages=2)
    first = vote(one.review)
    await ports.audit.commit(
        noted(
            ports,
            first,
            AdvanceReview(id=one.review.id, stage=1),
            Escalate(id=one.review.id, queue="board", at=START),
        )
    )
    second = vote(one.review, OLAF, stage=2, verdict="reject")
    await ports.audit.commit(noted(ports, second))

    review = await ports.reviews.one(one.review.id)
    assert review is not None
    assert (review.post, review.kind, review.queue, review.stage, review.stages, review.state) == (
        one.post.post, "hold", "board", 2, 2, "open",
    )  # fmt: skip
    assert (review.author, review.mac, review.rules, review.bulk) == (
        AUTHOR.ref, MAC, ("bank/iban", "gate/x"), False,
    )  # fmt: skip
    assert (review.opened_at, review.due_at, review.escalate_to, review.escalated) == (
        START, START + DAY, "board", True,
    )  # fmt: skip
    assert (review.account, review.platform, review.operation, review.post_kind, review.replaces) == (
        ACCOUNT, "mastodon", "status.create", "post", None,
    )  # fmt: skip
    assert (review.retention, review.send_at, review.expires_at) == ("published-3y", None, START + DAY)
    assert (review.decision_record, review.policy_digest) == (one.post.decision, "p" * 64)
    assert [(said.reviewer, said.stage, said.verdict) for said in review.votes] == [
        (RITA, 1, "approve"),
        (OLAF, 2, "reject"),
    ]
    assert review.votes[0] == Vote(
        record=first.id, stage=1, reviewer=RITA, on_behalf_of=None, verdict="approve", at=START
    )
    assert await ports.reviews.one(new_id()) is None


async def test_the_text_of_a_review_is_that_of_its_decision(ports: Ports) -> None:
    """Sealed, with the key of its post; of a review that is not there there is none."""
    await people(ports)
    one = await held(ports)
    sealed = await ports.reviews.content(one.review.id)

    assert sealed is not None
    assert (sealed.record, sealed.key, sealed.ciphertext) == (
        one.post.decision, one.post.key, b"sealed bytes of nobody",
    )  # fmt: skip
    assert sealed.wrapped_key == b"w" * 60
    assert await ports.reviews.content(new_id()) is None


def _written(one: Held, word: CastVote) -> Work:
    record = AuditRecord(
        id=word.id,
        code="PG-202",
        type="review.decided",
        at=word.at,
        actor=replace(AUTHOR, ref=word.reviewer),
        subject=one.post.subject,
        refs=(one.post.decision,),
        content=content(one.post, ciphertext=b"words of nobody"),
        data={
            "review": one.review.id,
            "stage": word.stage,
            "stages": one.review.stages,
            "verdict": word.verdict,
            "policy_digest": "p" * 64,
            "mac": MAC,
        },
    )
    return Work(records=(record,), changes=(word,))


async def _ended(ports: Ports, one: Held, *, at: datetime, verdict: str = "reject", reason: str | None = None) -> None:
    written = _written(one, vote(one.review, verdict=verdict, at=at))
    (record,) = written.records
    record = replace(record, data={**record.data, "reason": reason})
    ended = EndReview(id=one.review.id, state={"reject": "rejected"}.get(verdict, "approved"), at=at)
    await ports.audit.commit(replace(written, records=(record,), changes=(*written.changes, ended)))


async def test_what_was_decided_about_posts_of_the_same_rules_is_found(ports: Ports) -> None:
    """Last first, in the same queue; not what is open, was withdrawn, is one's own, or what other rules held."""
    await people(ports)
    asked, first, second, legal, withdrawn = (
        await held(ports),
        await held(ports),
        await held(ports),
        await held(ports, queue="legal"),
        await held(ports),
    )
    await _ended(ports, first, at=START, reason="claim")
    await _ended(ports, second, at=START + DAY, verdict="approve")
    await _ended(ports, legal, at=START)
    await ports.audit.commit(noted(ports, EndReview(id=withdrawn.review.id, state="dropped", at=START)))
    review = await ports.reviews.one(asked.review.id)
    assert review is not None

    found = await ports.reviews.alike(review, but=RITA, limit=5)

    assert found == (
        Precedent(review=second.review.id, verdict="approve", at=START + DAY, reason=None),
        Precedent(review=first.review.id, verdict="reject", at=START, reason="claim"),
    )
    assert await ports.reviews.alike(review, but=RITA, limit=1) == found[:1]
    assert await ports.reviews.alike(review, but=AUTHOR.ref, limit=5) == ()
    assert await ports.reviews.alike(replace(review, rules=("bank/iban",)), but=RITA, limit=5) == ()
    assert await ports.reviews.alike(replace(review, platform="x"), but=RITA, limit=5) == ()


async def test_words_are_found_by_their_post(ports: Ports) -> None:
    """Oldest first, sealed; nobody else's."""
    await people(ports)
    one, other = await held(ports), await held(ports)
    word = vote(one.review, verdict="return")
    await ports.audit.commit(_written(one, word))
    await ports.audit.commit(_written(other, vote(other.review)))

    (words,) = await ports.reviews.words(one.post.post)
    assert (words.vote.record, words.vote.verdict, words.stages) == (word.id, "return", 1)
    assert (words.content.record, words.content.ciphertext, words.content.key) == (
        word.id, b"words of nobody", one.post.key,
    )  # fmt: skip
    assert await ports.reviews.words(new_id()) == ()


async def test_delegations_are_seen_by_both_until_they_are_ended(ports: Ports) -> None:
    """What lasts longest stands first."""
    await people(ports)
    long, short = (
        delegation(RITA, OLAF, until=START + 2 * DAY),
        delegation(RITA, OLAF, queue="legal", since=START + DAY / 2),
    )
    other = delegation(TINA, OLAF)
    await ports.audit.commit(noted(ports, long, short))
    await ports.audit.commit(noted(ports, other))

    assert [one.id for one in await ports.reviews.delegated(RITA)] == [long.id, short.id]
    lent = await ports.reviews.standing_in(OLAF)
    assert {one.id for one in lent} == {long.id, short.id, other.id}
    assert (
        Delegation(id=short.id, person=RITA, deputy=OLAF, queue="legal", since=START + DAY / 2, until=START + DAY)
        in lent
    )
    await ports.audit.commit(noted(ports, EndDelegation(id=long.id, person=RITA, at=START)))
    assert [one.id for one in await ports.reviews.delegated(RITA)] == [short.id]
    assert await ports.reviews.standing_in(RITA) == ()


@pytest.mark.req("FEAT-10")
async def test_a_deputy_needs_a_delegation_that_counts(ports: Ports) -> None:
    """For this queue, at this time, of this person, not ended."""
    await people(ports)
    one = await held(ports, queue="legal")
    assert await _lost(ports, vote(one.review, OLAF, for_=RITA)) == "vote"
    useless = (
        delegation(RITA, TINA),
        delegation(TINA, OLAF),
        delegation(RITA, OLAF, queue="press"),
        delegation(RITA, OLAF, since=START - 2 * DAY, until=START),
        delegation(RITA, OLAF, since=START + timedelta(seconds=1)),
    )
    ended = delegation(RITA, OLAF)
    await ports.audit.commit(noted(ports, *useless, ended))
    await ports.audit.commit(noted(ports, EndDelegation(id=ended.id, person=RITA, at=START)))
    assert await _lost(ports, vote(one.review, OLAF, for_=RITA)) == "vote"
    await ports.audit.commit(noted(ports, delegation(RITA, OLAF, queue="legal")))
    await ports.audit.commit(noted(ports, vote(one.review, OLAF, for_=RITA)))


@pytest.mark.req("FEAT-10")
async def test_one_person_has_one_say_whoever_speaks(ports: Ports) -> None:
    """Neither his deputy nor he himself comes after the other, nor does a deputy of several."""
    await people(ports)
    lent = (delegation(RITA, OLAF), delegation(TINA, OLAF), delegation(RITA, TINA))
    await ports.audit.commit(noted(ports, *lent))
    for first, refused in (
        (("self", RITA, None), ((OLAF, RITA), (TINA, RITA))),
        (("deputy", OLAF, RITA), ((RITA, None), (OLAF, None), (OLAF, TINA), (TINA, RITA))),
    ):
        one = await held(ports, stages=2)
        _, by, for_ = first
        spoken = (vote(one.review, by, for_=for_), AdvanceReview(id=one.review.id, stage=1))
        await ports.audit.commit(noted(ports, *spoken))
        for hand, whom in refused:
            assert await _lost(ports, vote(one.review, hand, stage=2, for_=whom)) == "vote"


async def test_of_many_votes_at_once_one_counts(ports: Ports) -> None:
    """However they come: in one batch of the log or after each other."""
    await people(ports)
    one = await held(ports)
    works = [
        noted(ports, vote(one.review, by), EndReview(id=one.review.id, state="approved", at=START))
        for by in (RITA, OLAF, TINA)
    ]
    told = await asyncio.gather(*map(ports.audit.commit, works), return_exceptions=True)

    lost = [one for one in told if isinstance(one, Conflict)]
    assert (len(lost), len(told) - len(lost)) == (2, 1)
    review = await ports.reviews.one(one.review.id)
    assert review is not None
    assert len(review.votes) == 1


async def test_the_scopes_of_a_person_are_those_of_all_living_tokens(ports: Ports) -> None:
    """Of a person, never of a program."""
    await people(ports)
    tool = StoreActor(
        ref="s_tool",
        kind="service",
        name_digest="tool",
        name_nonce=b"n",
        name=b"x",
        name_key=b"k",
        kek_id="kek",
        created_at=START,
    )

    def token(name: str, who: str, *scopes: str, days: int = 2) -> StoreToken:
        return StoreToken(
            id=name,
            digest=name,
            prefix="pgt_test",
            principal=who,
            account=None,
            scopes=scopes,
            created_at=START,
            expires_at=START + days * DAY,
        )

    changes = (
        tool,
        token("r1", RITA, "review:legal", "policy"),
        token("r2", RITA, "deputy", days=1),
        token("r3", RITA, "audit"),
        token("r4", "s_tool", "check"),
    )
    for change in changes:
        await ports.audit.commit(noted(ports, change))
    await ports.audit.commit(noted(ports, RevokeToken(id="r3", at=START)))

    assert await ports.colleagues.scopes(RITA) == {"review:legal", "policy", "deputy"}
    assert await ports.colleagues.scopes("s_tool") == frozenset()
    assert await ports.colleagues.scopes("a_niemand") == frozenset()
    ports.clock.advance(DAY.total_seconds())
    assert await ports.colleagues.scopes(RITA) == {"review:legal", "policy"}
