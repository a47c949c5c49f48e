"""
What everybody promises who is asked for posts that were published; and that a post is drawn once, whoever draws.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.gate.lifecycle import State
from proxy.gate.sampling import SampleTerms, Sampling, review_of
from proxy.gate.work import StorePost
from proxy.observability.system import random_id
from tests.logins import issue
from tests.works import ACCOUNT, AUTHOR, MAC, Sample, allowed, blocked, ended

if TYPE_CHECKING:
    from proxy.gate.notices import Place
    from proxy.gate.sampling import PublishedPost
    from tests.stores import Ports


async def _published(ports: Ports, kind: str = "post") -> Sample:
    sample = Sample()
    work = allowed(sample)
    changes = tuple(replace(one, kind=kind) if isinstance(one, StorePost) else one for one in work.changes)
    await ports.audit.commit(replace(work, changes=changes))
    await ports.audit.commit(ended(sample))
    return sample


async def _all(ports: Ports, place: Place, *, limit: int = 100) -> list[PublishedPost]:
    seen: list[PublishedPost] = []
    while True:
        found, reached = await ports.published.published(place, limit=limit)
        seen += found
        if reached == place:
            return seen
        place = reached


@pytest.mark.parametrize("limit", [1, 2, 100])
async def test_what_was_published_comes_in_the_order_of_the_log(ports: Ports, limit: int) -> None:
    """Page by page; neither what was stopped, nor what is unclear, nor acts and images, which have no text."""
    await issue(ports)
    begin = await ports.published.newest()
    first = await _published(ports)
    await ports.audit.commit(blocked(Sample()))
    unclear = Sample()
    await ports.audit.commit(allowed(unclear))
    await ports.audit.commit(ended(unclear, "unknown", State.UNKNOWN))
    await _published(ports, "act")
    await _published(ports, "media")
    second = await _published(ports, "reply")
    found = await _all(ports, begin, limit=limit)

    assert [post.id for post in found] == [first.post, second.post]
    assert await _all(ports, await ports.published.newest()) == []
    assert (found[0].account, found[0].author, found[0].mac) == (ACCOUNT, AUTHOR.ref, MAC)
    assert (found[0].decision_record, found[0].outcome_record) == (first.decision, first.outcome)
    assert found[0].policy_digest == "sha256:aa"


async def test_a_place_before_the_log_is_its_beginning(ports: Ports) -> None:
    """A node that looks back further than the log goes sees all of it."""
    await issue(ports)
    sample = await _published(ports)
    newest = await ports.published.newest()
    found = await _all(ports, replace(newest, seq=newest.seq - 5000))

    assert [post.id for post in found] == [sample.post]


async def test_a_post_is_drawn_once_whoever_draws(ports: Ports) -> None:
    """Three nodes at the same time, and one that begins later: one record and one review."""
    await issue(ports)
    samples = [await _published(ports) for _ in range(4)]
    terms = SampleTerms(per_mille=1000, queue="quality")

    def node() -> Sampling:
        return Sampling(ports.published, terms, audit=ports.audit, clock=ports.clock, ids=random_id)

    opened = await asyncio.gather(*(node().once() for _ in range(3)))
    later = await node().once()

    assert sum(opened) == 4
    assert later == 0
    pending = await ports.pending.pending(after=None, limit=10)
    assert {review.id for review in pending} == {review_of(sample.post) for sample in samples}
    assert {review.queue for review in pending} == {"quality"}
