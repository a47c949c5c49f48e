"""What happened in the log that people have to hear of, read from a database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.gate.lifecycle import State
from proxy.gate.notices import Happening, Place, ReviewNow
from proxy.gate.review_changes import OpenReview
from proxy.gate.work import AuditRecord, Work
from proxy.storage.news import SqlNews
from tests.fakes.clock import START
from tests.logins import issue
from tests.stores import Ports, migrated, reads_on, sql_ports
from tests.works import AUTHOR, MAC, SYSTEM, Sample, allowed, decided, ended, new_id, stored

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HOUR = timedelta(hours=1)


class House:
    """A log that grows, and who asks for its news."""

    def __init__(self, ports: Ports, news: SqlNews) -> None:
        self.ports = ports
        self.news = news

    async def held(self) -> tuple[Sample, OpenReview]:
        """Let a post be held."""
        sample = Sample()
        review = OpenReview(
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
            rules=("bank/iban", "gate/x"),
        )
        opened = AuditRecord(
            id=new_id(),
            code="PG-201",
            type="review.opened",
            at=START,
            actor=SYSTEM,
            subject=sample.subject,
            data={
                "review": review.id,
                "queue": "compliance",
                "stages": 1,
                "due_at": "2026-11-23T10:00:00.000000Z",
                "rules": ["bank/iban"],
                "mac": MAC,
            },
        )
        changes = (*stored(sample, State.HELD), review)
        work = Work(records=(decided(sample, "hold"), opened), changes=changes, post=sample.post, mac=MAC)
        await self.ports.audit.commit(work)
        return sample, review

    async def published(self) -> Sample:
        """Let a post be sent at once."""
        sample = Sample()
        await self.ports.audit.commit(allowed(sample))
        await self.ports.audit.commit(ended(sample))
        return sample

    async def after(self, place: Place, *, limit: int = 100) -> tuple[list[Happening], Place]:
        """Ask."""
        found, reached = await self.news.after(place, limit=limit)
        return list(found), reached


@pytest.fixture
async def house(url: str) -> AsyncIterator[House]:
    """Return a house with an account."""
    await asyncio.to_thread(migrated, url)
    async with sql_ports(url) as ports, reads_on(url) as reads:
        await issue(ports)
        yield House(ports, SqlNews(reads))


async def test_what_happened_comes_with_what_a_notice_says(house: House) -> None:
    """The review as it is now, the first decision, whether the post waited; all else of the log is left out."""
    begin = await house.news.newest()
    sample, review = await house.held()
    sent = await house.published()
    found, reached = await house.after(begin)

    opened, outcome = found
    assert (opened.code, opened.node, opened.at) == ("PG-201", "n1", START)
    assert (opened.decision, opened.waited) == (sample.decision, True)
    assert opened.review == ReviewNow(queue="compliance", rules=("bank/iban", "gate/x"), due_at=START + HOUR)
    assert opened.data["review"] == review.id
    assert (outcome.code, outcome.data["result"]) == ("PG-103", "published")
    assert (outcome.decision, outcome.waited, outcome.review) == (sent.decision, False, None)
    assert reached == await house.news.newest() == outcome.place
    assert begin < opened.place < outcome.place


async def test_the_author_is_known_by_a_digest(house: House) -> None:
    """As it was kept with the person; it is not shown by accident."""
    begin = await house.news.newest()
    await house.held()
    ((opened,), _) = await house.after(begin)

    assert opened.author == "d"
    assert "author" not in repr(opened)


async def test_it_goes_on_page_by_page(house: House) -> None:
    """Also over pages without any news; at the end it stays where it is."""
    begin = place = await house.news.newest()
    for _ in range(3):
        await house.held()
        await house.published()
    seen: list[str] = []
    while True:
        found, reached = await house.after(place, limit=2)
        seen += [one.code for one in found]
        if reached == place:
            break
        place = reached

    assert seen == ["PG-201", "PG-103"] * 3
    assert place == await house.news.newest()
    assert place.seq - begin.seq == 15
