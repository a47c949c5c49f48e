"""
What everybody promises who is asked for a post by its author.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.lifecycle import State
from proxy.gate.post_views import OpenReviewView, PostView
from proxy.gate.review_changes import Escalate, OpenReview
from proxy.gate.waiting_changes import KeepWaiting
from proxy.gate.work import Work
from tests.fakes.clock import START
from tests.works import AUTHOR, MAC, Sample, decided, new_id, stored

if TYPE_CHECKING:
    from proxy.gate.work import Change
    from tests.stores import Ports

HOUR = timedelta(hours=1)


async def _keep(ports: Ports, sample: Sample, state: State, *changes: Change, **data: object) -> None:
    record = decided(sample, "hold" if state is State.HELD else "block", reasons=["bank/iban"], **data)
    await ports.audit.commit(
        Work(records=(record,), changes=(*stored(sample, state), *changes), post=sample.post, mac=MAC)
    )


async def test_a_held_post_says_why_and_who_looks_at_it(ports: Ports) -> None:
    """The queue that is asked now, the stage of how many, and its place in the outbox."""
    sample, name = Sample(), new_id()
    review = OpenReview(
        id=name,
        post=sample.post,
        queue="legal",
        stages=2,
        author=AUTHOR.ref,
        mac=MAC,
        opened_at=START,
        due_at=START + HOUR,
        escalate_to="board",
        decision_record=sample.decision,
        policy_digest="sha256:aa",
    )
    place = KeepWaiting(post=sample.post, send_at=START + HOUR, not_before=None, expires_at=START + 24 * HOUR)
    await _keep(ports, sample, State.HELD, review, place)
    asked = await ports.views.view(sample.post)
    another = replace(decided(Sample()), subject=sample.subject)
    await ports.audit.commit(Work(records=(another,), changes=(Escalate(id=name, queue="board", at=START),)))
    later = await ports.views.view(sample.post)

    assert asked == PostView(
        rules=("bank/iban",),
        appeal_of=None,
        review=OpenReviewView(queue="legal", stage=1, stages=2, due_at=START + HOUR),
        send_at=START + HOUR,
        not_before=None,
        expires_at=START + 24 * HOUR,
    )
    assert later.review is not None
    assert later.review.queue == "board"


async def test_a_later_decision_says_why_and_the_first_what_it_appeals_against(ports: Ports) -> None:
    """Where nothing waits, nothing is due."""
    sample, second = Sample(), Sample()
    await _keep(ports, sample, State.BLOCKED, appeal_of="r1")
    again = replace(decided(second, "block", reasons=["bank/name", "gate/default"]), subject=sample.subject)
    await ports.audit.commit(Work(records=(again,)))

    assert await ports.views.view(sample.post) == PostView(
        rules=("bank/name", "gate/default"),
        appeal_of="r1",
        review=None,
        send_at=None,
        not_before=None,
        expires_at=None,
    )


async def test_what_an_author_is_told_stands_in_the_place_of_the_reasons(ports: Ports) -> None:
    """Where something must not be told."""
    sample = Sample()
    await _keep(ports, sample, State.BLOCKED, told=["gate/topic-closed"])

    assert (await ports.views.view(sample.post)).rules == ("gate/topic-closed",)


async def test_a_post_is_kept_as_it_was_recorded_first(ports: Ports) -> None:
    """Sealed; another is not there."""
    sample = Sample()
    await _keep(ports, sample, State.BLOCKED)
    kept = await ports.views.kept(sample.post)

    assert kept is not None
    assert (kept.platform, kept.kind) == ("mastodon", "post")
    assert (kept.content.record, kept.content.key) == (sample.decision, sample.key)
    assert kept.content.wrapped_key is not None
    assert await ports.views.kept(new_id()) is None
