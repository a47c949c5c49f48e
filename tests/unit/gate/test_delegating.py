"""Standing in: for a time, for one's own queues, by people who may."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import Conflict
from proxy.gate.review_refusals import ReviewRefused
from tests.fakes.clock import START
from tests.fakes.review_house import ReviewHouse, person

if TYPE_CHECKING:
    from proxy.gate.work import Work

DAY = timedelta(days=1)


def _house() -> ReviewHouse:
    return ReviewHouse(a_ben="review:legal", a_carla="deputy", a_dora="post")


async def test_a_delegation_is_on_record_from_its_beginning_to_its_end() -> None:
    """Both people see it; nobody else does."""
    house = _house()
    ben, carla = person("a_ben", "review:legal"), person("a_carla", "deputy")
    begun = await house.delegating.begin("a_carla", until=START + DAY, since=None, queue="legal", by=ben)

    assert await house.delegating.all(by=ben) == await house.delegating.all(by=carla) == (begun,)
    assert await house.delegating.all(by=person("a_emil")) == ()
    assert await house.delegating.end(begun.id, by=ben) == begun
    assert await house.delegating.all(by=carla) == ()
    first, last = house.log.records
    assert (first.code, first.type, first.actor.ref, first.data["state"]) == (
        "PG-207",
        "review.delegated",
        "a_ben",
        "begun",
    )
    assert first.data["deputy"] == "a_carla"
    assert first.data["queue"] == "legal"
    assert (last.data["state"], last.data["delegation"]) == ("ended", begun.id)


async def test_a_delegation_that_is_over_is_not_listed() -> None:
    """It needs no end."""
    house = _house()
    ben = person("a_ben", "review:legal")
    await house.delegating.begin("a_carla", until=START + DAY, since=START, queue=None, by=ben)
    house.clock.advance(DAY.total_seconds())

    assert await house.delegating.all(by=ben) == ()


@pytest.mark.parametrize(
    ("deputy", "days", "since", "queue", "why"),
    [
        ("a_ben", 1, 0, None, "deputy"),
        ("a_dora", 1, 0, None, "deputy"),
        ("a_niemand", 1, 0, None, "deputy"),
        ("a_carla", 1, 0, "compliance", "not-asked"),
        ("a_carla", 1, -1, None, "period"),
        ("a_carla", 1, 2, None, "period"),
        ("a_carla", 0, 0, None, "period"),
        ("a_carla", 93, 0, None, "period"),
    ],
)
async def test_what_cannot_be_is_refused(deputy: str, days: int, since: int, queue: str | None, why: str) -> None:
    """Oneself, people who may not, queues of others, times that are none."""
    house = _house()

    with pytest.raises(ReviewRefused) as refused:
        await house.delegating.begin(
            deputy,
            until=START + days * DAY,
            since=START + since * DAY,
            queue=queue,
            by=person("a_ben", "review:legal"),
        )
    assert refused.value.why == why
    assert house.log.records == []


async def test_what_is_lent_is_not_lent_on() -> None:
    """A deputy has no queue of his own, so there is nothing that he could lend."""
    house = ReviewHouse(a_ben="deputy", a_carla="deputy")

    with pytest.raises(ReviewRefused) as refused:
        await house.delegating.begin("a_carla", until=START + DAY, since=None, queue=None, by=person("a_ben", "deputy"))
    assert refused.value.why == "not-asked"


async def test_a_queue_is_one_word() -> None:
    """It is kept in the log for ever."""
    house = _house()

    with pytest.raises(ReviewRefused) as refused:
        await house.delegating.begin(
            "a_carla", until=START + DAY, since=None, queue="Herr Beispiel", by=person("a_ben")
        )
    assert (refused.value.why, house.log.records) == ("not-asked", [])


async def test_whoever_reviews_everything_lends_any_queue() -> None:
    """Whether or not it is one today."""
    house = _house()

    begun = await house.delegating.begin("a_carla", until=START + DAY, since=None, queue="press", by=person("a_ben"))
    assert begun.queue == "press"


async def test_programs_and_strangers_delegate_nothing() -> None:
    """Nor do they see or end anything."""
    house = _house()
    for by in (person("s_tool", kind="service"), person("a_dora", "post")):
        for step in (
            house.delegating.begin("a_carla", until=START + DAY, since=None, queue=None, by=by),
            house.delegating.end("x", by=by),
            house.delegating.all(by=by),
        ):
            with pytest.raises(ReviewRefused) as refused:
                await step
            assert refused.value.why == "no-role"


async def test_only_ones_own_delegation_ends_and_only_once() -> None:
    """Of two who end it at once one is told so."""
    house = _house()
    ben = person("a_ben", "review:legal")
    begun = await house.delegating.begin("a_carla", until=START + DAY, since=None, queue=None, by=ben)

    def lose(_work: Work) -> None:
        raise Conflict(what="delegation")

    with pytest.raises(ReviewRefused) as foreign:
        await house.delegating.end(begun.id, by=person("a_carla", "deputy"))
    house.log.on_commit = lose
    with pytest.raises(ReviewRefused) as lost:
        await house.delegating.end(begun.id, by=ben)
    assert (foreign.value.why, lost.value.why) == ("delegation", "delegation")
