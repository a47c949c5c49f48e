"""Published posts drawn for a look at the quality of the rules."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditUnavailable, GateUnavailable
from proxy.gate.sampling import BACK, DUE, SampleTerms, Sampling, drawn, review_of
from tests.fakes.gate_house import GateHouse
from tests.fakes.pending import MemoryPublishedPosts

if TYPE_CHECKING:
    from proxy.gate.notices import Place
    from proxy.gate.sampling import PublishedPost


class House(GateHouse):
    """A gate whose published posts are drawn."""

    def __init__(self, per_mille: int = 1000) -> None:
        super().__init__()
        self.published = MemoryPublishedPosts(self.log)
        self.node = self.started(per_mille)

    def started(self, per_mille: int = 1000) -> Sampling:
        """Return a node as it begins."""
        terms = SampleTerms(per_mille=per_mille, queue="quality")
        return Sampling(self.published, terms, audit=self.log, clock=self.clock, ids=self.ports.ids)

    @property
    def samples(self) -> list[str]:
        """Return the posts that were drawn."""
        return [str(record.subject.post) for record in self.log.records if record.code == "PG-206"]


async def test_a_drawn_post_gets_a_review_and_a_record() -> None:
    """With what the draw was made with; nothing happens to the post."""
    house = House()
    await house.submit()
    assert await house.node.once() == 1

    (post,) = house.log.tables.posts.values()
    (outcome,) = [record for record in house.log.records if record.code == "PG-103"]
    (name, review), record = next(iter(house.log.tables.reviews.items())), house.log.records[-1]
    assert (record.code, record.subject.post, record.refs) == ("PG-206", post.id, (post.decision_record,))
    assert record.data == {
        "review": name,
        "queue": "quality",
        "per_mille": 1000,
        "seed": outcome.id,
        "due_at": "2026-11-30T09:00:00.000000Z",
    }
    opened = review.opened
    assert (opened.kind, opened.queue, opened.stages, opened.post) == ("sample", "quality", 1, post.id)
    assert (opened.author, opened.mac, opened.decision_record) == (post.author, post.mac, post.decision_record)
    assert opened.due_at - opened.opened_at == DUE == timedelta(days=7)
    assert house.states == ["published"]


async def test_only_what_was_published_without_a_person_is_drawn() -> None:
    """Each post once, also after a restart."""
    house = House()
    await house.submit("eins")
    await house.submit("Meine IBAN")
    await house.node.once()
    await house.submit("zwei")
    await house.node.once()
    await house.started().once()

    published = [post for post, state in house.log.tables.states.items() if state.value == "published"]
    assert house.samples == published
    assert len(published) == 2


@pytest.mark.parametrize(("per_mille", "least", "most"), [(0, 0, 0), (200, 20, 65), (1000, 200, 200)])
async def test_the_share_is_that_of_the_settings(per_mille: int, least: int, most: int) -> None:
    """And anybody can draw again, from the log alone."""
    house = House(per_mille)
    for number in range(200):
        await house.submit(f"Nummer {number}")
    await house.node.once()

    outcomes = {str(record.subject.post): record.id for record in house.log.records if record.code == "PG-103"}
    again = [post for post, seed in outcomes.items() if drawn(post, seed=seed, per_mille=per_mille)]
    assert house.samples == again
    assert least <= len(again) <= most


def test_the_draw_is_as_it_is_described() -> None:
    """By a second hand; a higher share draws the same posts and more."""
    for number in range(300):
        post, seed = str(uuid.UUID(int=number)), str(uuid.UUID(int=number * 7 + 1))
        code = hmac.new(seed.encode(), post.encode(), hashlib.sha256).digest()
        share = int.from_bytes(code[:8], "big") / 2**64 * 1000
        assert [drawn(post, seed=seed, per_mille=rate) for rate in (0, 100, 500, 1000)] == [
            False,
            share < 100,
            share < 500,
            True,
        ]


def test_a_post_has_one_such_review() -> None:
    """Its id follows from the post, so the database keeps a second one out."""
    assert review_of("a") == review_of("a") != review_of("b")
    assert uuid.UUID(review_of("a")).version == 4


async def test_of_several_nodes_one_draws() -> None:
    """Also when both have read the same."""
    house = House()
    await house.submit()
    newest = await house.published.newest()
    page = await house.published.published(replace(newest, seq=-1), limit=100)

    class Stale(MemoryPublishedPosts):
        """Answers what was read before, once."""

        def __init__(self) -> None:
            super().__init__(house.log)
            self.pages = [page]

        async def published(self, place: Place, *, limit: int) -> tuple[tuple[PublishedPost, ...], Place]:
            """Return the page, then nothing."""
            return self.pages.pop() if self.pages else ((), place)

    terms = SampleTerms(per_mille=1000, queue="quality")
    nodes = [Sampling(Stale(), terms, audit=house.log, clock=house.clock, ids=house.ports.ids) for _ in range(2)]

    assert [await node.once() for node in nodes] == [1, 0]
    assert len(house.samples) == 1


async def test_a_node_that_begins_looks_back() -> None:
    """What was published just before the last one ended is drawn too; not the whole log."""
    house = House()
    await house.submit()
    house.log.records += [house.log.records[0]] * (BACK + 10)
    await house.submit("neu")
    await house.started().once()

    assert len(house.samples) == 1


async def test_a_database_that_is_down_is_a_matter_of_the_next_round() -> None:
    """Whether it cannot be read or not be written: the post is drawn later."""
    house = House()
    await house.submit()
    house.log.unreadable = True
    with pytest.raises(GateUnavailable):
        await house.node.once()
    house.log.unreadable, house.log.down = False, True
    with pytest.raises(AuditUnavailable):
        await house.node.once()
    house.log.down = False

    assert await house.node.once() == 1
