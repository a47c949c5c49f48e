"""
What everybody promises who is asked for reviews that somebody may have to be reminded of.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.lifecycle import State
from proxy.gate.review_changes import EndReview, Escalate, OpenReview, Remind
from proxy.gate.review_clock import OpenReviews
from proxy.gate.waiting_changes import KeepWaiting
from proxy.gate.work import Work
from tests.fakes.clock import START
from tests.logins import issue, noted
from tests.works import ACCOUNT, AUTHOR, MAC, Sample, decided, new_id, stored

if TYPE_CHECKING:
    from proxy.gate.review_clock import PendingReview
    from proxy.gate.work import Change
    from tests.stores import Ports

HOUR = timedelta(hours=1)


def _asked(sample: Sample, **other: object) -> OpenReview:
    row = OpenReview(
        id=new_id(),
        post=sample.post,
        queue="compliance",
        stages=1,
        author=AUTHOR.ref,
        mac=MAC,
        opened_at=START,
        due_at=START + HOUR,
        escalate_to="board",
        decision_record=sample.decision,
        policy_digest="p" * 64,
    )
    return replace(row, **other)  # type: ignore[arg-type]


async def _held(ports: Ports, **other: object) -> OpenReview:
    sample = Sample()
    review = _asked(sample, **other)
    waits = KeepWaiting(post=sample.post, send_at=None, not_before=None, expires_at=START + 72 * HOUR)
    changes: tuple[Change, ...] = (*stored(sample, State.HELD), review, waits)
    await ports.audit.commit(Work(records=(decided(sample, "hold"),), changes=changes, post=sample.post, mac=MAC))
    return review


async def test_open_reviews_come_in_the_order_in_which_they_are_due(ports: Ports) -> None:
    """Page by page, also where several are due at the same moment; none twice and none left out."""
    await issue(ports)
    opened = [await _held(ports, due_at=START + hours * HOUR) for hours in (3, 1, 2, 2, 2)]
    seen: list[PendingReview] = []
    after: PendingReview | None = None
    while page := await ports.pending.pending(after=after, limit=2):
        seen += page
        after = page[-1]

    expected = sorted(opened, key=lambda review: (review.due_at, review.id))
    assert [review.id for review in seen] == [review.id for review in expected]


async def test_what_was_escalated_or_closed_is_not_pending(ports: Ports) -> None:
    """What was reminded of is, and says so."""
    await issue(ports)
    reminded, escalated, closed = [await _held(ports) for _ in range(3)]
    for change in (
        Remind(id=reminded.id, at=START),
        Escalate(id=escalated.id, queue="board", at=START),
        EndReview(id=closed.id, state="rejected", at=START),
    ):
        await ports.audit.commit(noted(ports, change))

    (found,) = await ports.pending.pending(after=None, limit=10)
    assert (found.id, found.reminded) == (reminded.id, True)


async def test_it_says_what_has_to_be_known(ports: Ports) -> None:
    """The end of its post's life too, where that waits; a look at a post that was sent has none."""
    await issue(ports)
    held = await _held(ports)
    sample = Sample()
    drawn = _asked(sample, kind="sample", due_at=START + 2 * HOUR)
    changes = (*stored(sample, State.INTENT), drawn)
    await ports.audit.commit(Work(records=(decided(sample, "allow"),), changes=changes, post=sample.post, mac=MAC))
    first, second = await ports.pending.pending(after=None, limit=10)

    assert (first.id, first.post, first.account) == (held.id, held.post, ACCOUNT)
    assert (first.queue, first.escalate_to, first.reminded) == ("compliance", "board", False)
    assert (first.opened_at, first.due_at, first.expires_at) == (START, START + HOUR, START + 72 * HOUR)
    assert (second.id, second.expires_at) == (drawn.id, None)


async def test_it_says_how_long_people_have_been_waited_for(ports: Ports) -> None:
    """Escalated or not; what is decided and what nothing waits for does not count."""
    assert await ports.pending.standing() == OpenReviews(number=0, first_opened_at=None, first_due_at=None)
    await issue(ports)
    await _held(ports, opened_at=START + HOUR, due_at=START + 2 * HOUR)
    escalated, closed = await _held(ports, due_at=START + 3 * HOUR), await _held(ports)
    sample = Sample()
    changes = (*stored(sample, State.INTENT), _asked(sample, kind="sample"))
    await ports.audit.commit(Work(records=(decided(sample, "allow"),), changes=changes, post=sample.post, mac=MAC))
    for change in (
        Escalate(id=escalated.id, queue="board", at=START),
        EndReview(id=closed.id, state="rejected", at=START),
    ):
        await ports.audit.commit(noted(ports, change))

    found = await ports.pending.standing()

    assert found == OpenReviews(number=2, first_opened_at=START, first_due_at=START + 2 * HOUR)
