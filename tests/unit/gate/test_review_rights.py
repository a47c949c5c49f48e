"""Who may review what: by a scope, or in the place of somebody who has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from proxy.gate.review_ports import Vote
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.review_rights import Right, Rights, may_decide, may_stand_in, queues_of, right_to
from tests.fakes.clock import START
from tests.fakes.review_house import AUTHOR, ReviewHouse, person


def test_a_group_is_the_holders_of_a_scope() -> None:
    """`review` is for every queue; `deputy` for none."""
    assert queues_of({"review", "review:legal"}) is None
    assert queues_of({"review:legal", "review:press", "post"}) == frozenset({"legal", "press"})
    assert queues_of({"deputy", "post"}) == frozenset()
    held = ({"deputy"}, {"review"}, {"review:legal"}, {"post"})
    assert [may_stand_in(scopes) for scopes in held] == [True, True, True, False]


async def _rights(house: ReviewHouse, ref: str, *scopes: str, kind: str = "employee") -> tuple[Right, ...]:
    rights = Rights(reviews=house.reviews, colleagues=house.team, clock=house.clock)
    return await rights.of(person(ref, *scopes, kind=kind))


async def test_only_people_with_a_token_for_it_review() -> None:
    """A program never does, nor does a token to post."""
    house = ReviewHouse()

    for ref, scope, kind in (("s_tool", "review", "service"), ("a_ben", "post", "employee")):
        with pytest.raises(ReviewRefused) as refused:
            await _rights(house, ref, scope, kind=kind)
        assert refused.value.why == "no-role"


async def test_a_deputy_has_what_the_other_has_now() -> None:
    """For the queue of the delegation, while it lasts, and as long as the other holds the scope himself."""
    house = ReviewHouse(a_ben="review", a_carla="review:legal", a_dora="deputy", a_emil="deputy")
    day = START + timedelta(days=1)
    await house.delegating.begin("a_dora", until=day, since=None, queue="press", by=person("a_ben"))
    await house.delegating.begin("a_dora", until=day, since=None, queue=None, by=person("a_carla", "review:legal"))

    assert set(await _rights(house, "a_dora", "deputy")) == {
        Right(on_behalf_of="a_ben", queues=frozenset({"press"})),
        Right(on_behalf_of="a_carla", queues=frozenset({"legal"})),
    }
    house.team.people["a_ben"] = frozenset({"review:press"})
    house.team.people["a_carla"] = frozenset()
    assert await _rights(house, "a_dora", "deputy") == (Right(on_behalf_of="a_ben", queues=frozenset({"press"})),)
    house.team.people["a_ben"] = frozenset({"review:legal"})
    assert await _rights(house, "a_dora", "deputy") == ()
    house.clock.advance(2 * 86_400)
    assert await _rights(house, "a_dora", "review:press") == (Right(on_behalf_of=None, queues=frozenset({"press"})),)


async def test_nobody_decides_about_his_own_post_in_whatever_name() -> None:
    """Nor where he or the other had a say already."""
    house = ReviewHouse()
    review = await house.reviews.one(await house.held())
    assert review is not None
    everything = Right(on_behalf_of=None, queues=None)
    lent = Right(on_behalf_of="a_carla", queues=None)
    by_carla = Vote(record="r", stage=1, reviewer="a_carla", on_behalf_of=None, verdict="approve", at=START)
    by_ben = replace(by_carla, reviewer="a_ben")
    ben = person("a_ben")

    cases = [
        (review, (everything, lent), person(AUTHOR), "own-post"),
        (review, (Right(on_behalf_of=AUTHOR, queues=None),), ben, "own-post"),
        (review, (Right(on_behalf_of=None, queues=frozenset({"legal"})),), ben, "not-asked"),
        (review, (), ben, "not-asked"),
        (replace(review, votes=(by_carla,)), (lent,), ben, "voted"),
        (replace(review, votes=(by_ben,)), (everything, lent), ben, "voted"),
    ]
    for asked, rights, by, why in cases:
        with pytest.raises(ReviewRefused) as refused:
            right_to(asked, rights, by)
        assert refused.value.why == why
        assert not may_decide(asked, rights, by)
    assert right_to(review, (everything, lent), ben) == everything
    assert right_to(replace(review, votes=(by_carla,)), (lent, everything), ben) == everything
    assert may_decide(review, (lent,), ben)
