"""Reminded once, escalated before it is too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from proxy.core.errors import AuditUnavailable, GateUnavailable
from proxy.core.model import Verdict
from proxy.gate.records import SYSTEM
from proxy.gate.review_changes import EndReview
from proxy.gate.review_clock import OpenReviews, PendingReview, ReviewClock
from proxy.gate.work import AuditRecord, Work
from tests.fakes.clock import START
from tests.fakes.gate_house import GateHouse
from tests.fakes.pending import MemoryPendingReviews
from tests.policies import make_bundle, make_policy, make_rule

HOUR = timedelta(hours=1)
REVIEW = PendingReview(
    id="r",
    post="p",
    account="mastodon:presse",
    queue="compliance",
    escalate_to="board",
    opened_at=START,
    due_at=START + 4 * HOUR,
    reminded=False,
    expires_at=START + 72 * HOUR,
)


class House(GateHouse):
    """A gate that holds posts with the word `IBAN` for two hours, and up to 72."""

    def __init__(self) -> None:
        super().__init__(bundle=make_bundle(make_policy(make_rule(action=Verdict.HOLD))))
        self.reviews = MemoryPendingReviews(self.log)

    def clock_of_a_node(self) -> ReviewClock:
        """Return the clock of one of the nodes."""
        return ReviewClock(self.reviews, audit=self.log, clock=self.clock, ids=self.ports.ids)

    async def after(self, hours: float) -> list[str]:
        """Let hours pass, look, and return the codes that this added."""
        self.clock.advance(hours * 3600)
        before = len(self.log.records)
        await self.clock_of_a_node().once()
        return self.log.codes()[before:]


@pytest.mark.parametrize(
    ("review", "reminds", "escalates"),
    [
        (REVIEW, 2, 4),
        (replace(REVIEW, expires_at=None), 2, 4),
        (replace(REVIEW, expires_at=START + 4 * HOUR), 1.5, 3),
        (replace(REVIEW, due_at=START + 100 * HOUR, expires_at=START + 40 * HOUR), 15, 30),
    ],
)
def test_it_is_escalated_while_somebody_can_still_decide(
    review: PendingReview, reminds: float, escalates: float
) -> None:
    """When it is due, at the latest when three quarters of its post's life are over; the reminder comes half way."""
    assert (review.reminds_at, review.escalates_at) == (_hours(reminds), _hours(escalates))


async def test_a_queue_is_reminded_once_and_then_another_is_asked() -> None:
    """Each on record, with the review, its post and its queues; afterwards it is quiet."""
    house = House()
    await house.submit("Meine IBAN")
    codes = [await house.after(hours) for hours in (0.9, 0.2, 0.5, 0.5, 10)]

    assert codes == [[], ["PG-209"], [], ["PG-203"], []]
    (name,) = house.log.tables.reviews
    reminded, escalated = house.log.records[-2:]
    assert (reminded.type, reminded.data) == ("review.reminded", {"review": name, "queue": "compliance"})
    assert (escalated.type, escalated.data) == (
        "review.escalated",
        {"review": name, "from_queue": "compliance", "to_queue": "compliance"},
    )
    assert reminded.subject == escalated.subject
    assert (reminded.subject.account, reminded.subject.post) == (
        "mastodon:presse",
        house.log.tables.reviews[name].opened.post,
    )
    assert house.log.tables.reviews[name].queue == "compliance"
    assert house.states == ["held"]


async def test_who_comes_late_escalates_at_once() -> None:
    """A node that was off does not remind of what is due already."""
    house = House()
    await house.submit("Meine IBAN")

    assert await house.after(5) == ["PG-203"]


async def test_of_several_nodes_one_records() -> None:
    """Also when both have read the same; and nothing of a review that somebody decided in between."""
    house = House()
    await house.submit("Meine IBAN")
    await house.submit("Deine IBAN")
    first, second = house.log.tables.reviews
    house.clock.advance(5 * 3600)
    page = await house.reviews.pending(after=None, limit=10)
    await house.log.commit(_closed(house, second))

    class Stale:
        """Answers what was read before."""

        async def pending(self, *, after: PendingReview | None, limit: int) -> tuple[PendingReview, ...]:
            """Return the page once."""
            return () if after else page

        async def standing(self) -> OpenReviews:
            """Return what waits now; no test asks."""
            return await house.reviews.standing()

    nodes = [ReviewClock(Stale(), audit=house.log, clock=house.clock, ids=house.ports.ids) for _ in range(2)]
    changed = [await node.once() for node in nodes]

    assert changed == [1, 0]
    assert [record.data["review"] for record in house.log.records if record.code == "PG-203"] == [first]


async def test_every_page_is_looked_at() -> None:
    """However many reviews are open."""
    house = House()
    for number in range(5):
        await house.submit(f"Meine IBAN {number}")
    house.clock.advance(5400)
    clock = ReviewClock(house.reviews, audit=house.log, clock=house.clock, ids=house.ports.ids, page=2)

    assert await clock.once() == 5


async def test_a_database_that_is_down_is_a_matter_of_the_next_round() -> None:
    """Whether it cannot be read or not be written: nothing is lost."""
    house = House()
    await house.submit("Meine IBAN")
    house.log.unreadable = True
    with pytest.raises(GateUnavailable):
        await house.after(1.5)
    house.log.unreadable, house.log.down = False, True
    with pytest.raises(AuditUnavailable):
        await house.after(0)
    house.log.down = False

    assert await house.after(0) == ["PG-209"]


def _hours(number: float) -> datetime:
    return START + number * HOUR


def _closed(house: House, review: str) -> Work:
    record = AuditRecord(
        id=house.ports.ids(), code="PG-602", type="node.stopped", at=START, actor=SYSTEM, data={"version": "1"}
    )
    return Work(records=(record,), changes=(EndReview(id=review, state="rejected", at=START),))
