"""Opening what was recorded of posts. All texts are invented."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.audit.contents import Contents
from proxy.audit.query import Filter, search
from proxy.core.errors import AuditUnavailable, NotFound, SealBroken, UnreadableField
from proxy.core.model import PostId, Verdict
from proxy.gate.filing import Filing, Terms
from proxy.gate.recorded import sample_of
from proxy.gate.replay import claim_of
from proxy.gate.wire import WireAnswer
from proxy.gate.work import Actor
from proxy.storage.engines import create_engine
from proxy.storage.tables import data_keys
from proxy.vault.envelope import EnvelopeSealer
from tests.factories import make_decision, make_finding, make_grant, make_post, make_scan
from tests.fakes.clock import LONG_AGO, CountingIds, ManualClock
from tests.fakes.log import MemoryAuditLog
from tests.stores import KEYS, ORIGIN, reads_on, writer_on
from tests.works import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from proxy.storage.reads import Reads

OPERATOR = Actor(kind="operator", ref="o_x")
ENVELOPE = EnvelopeSealer(KEYS, origin=ORIGIN)
TEXTS = ("Erster Kanarienvogel", "Zweiter Kanarienvogel", "Dritter Kanarienvogel")


@pytest.fixture
async def reads(url: str) -> AsyncIterator[Reads]:
    """Return reads of a log with three blocked posts, an hour apart."""
    clock = ManualClock(LONG_AGO)
    filing = Filing(envelope=ENVELOPE, clock=clock, ids=new_id, node="n1", terms=Terms())
    grant = make_grant()
    async with writer_on(url) as writer:
        for text in TEXTS:
            post = replace(make_post(text), id=PostId(new_id()))
            case = filing.open_case(post, make_scan(make_finding()), make_decision(post, Verdict.BLOCK))
            claim = claim_of(ENVELOPE, post=post, grant=grant, key=None)
            await writer.commit(filing.blocked(case, grant.principal, claim, WireAnswer(status=422, body=b"")))
            clock.advance(3600.0)
    async with reads_on(url) as opened:
        yield opened


def _contents(
    reads: Reads, audit: MemoryAuditLog, envelope: EnvelopeSealer = ENVELOPE, *, together: int = 200
) -> Contents:
    return Contents(
        reads=reads, envelope=envelope, audit=audit, clock=ManualClock(LONG_AGO), ids=CountingIds(), together=together
    )


async def _texts(
    contents: Contents, *, since: datetime | None = None, until: datetime | None = None
) -> list[str | None]:
    found = contents.decided(since=since, until=until, by=OPERATOR, purpose="policy backtest")
    samples = [sample_of(record) async for record in found]
    return [None if sample is None else sample.post.parts[0].text for sample in samples]


async def test_decisions_of_a_time_are_opened_oldest_first(reads: Reads) -> None:
    """From the first moment up to the one that is too late."""
    contents = _contents(reads, MemoryAuditLog())
    hour = timedelta(hours=1)

    assert await _texts(contents) == list(TEXTS)
    assert await _texts(contents, since=LONG_AGO + hour) == list(TEXTS[1:])
    assert await _texts(contents, until=LONG_AGO + hour) == list(TEXTS[:1])
    assert await _texts(contents, since=LONG_AGO + 9 * hour) == []


async def test_that_they_are_opened_is_on_record_first(reads: Reads) -> None:
    """With how many, and what for; also when there are none."""
    log = MemoryAuditLog()
    contents = _contents(reads, log)
    await _texts(contents, since=LONG_AGO)
    await _texts(contents, until=LONG_AGO)

    some, none = log.records
    assert (some.code, some.actor, some.data["purpose"]) == ("PG-510", OPERATOR, "policy backtest")
    assert [(one.data["returned"], one.data["from_seq"] is None) for one in (some, none)] == [(3, False), (0, True)]


async def test_one_decision_is_opened_by_any_of_its_names(reads: Reads) -> None:
    """Its record, what its author was told, its post; each look is on record, with the case that allows it."""
    log = MemoryAuditLog()
    contents = _contents(reads, log)
    found = await reads.run(lambda connection: search(connection, Filter(code="PG-101")))
    last = found.rows[0]
    for name in (last.id, f"d-{last.id}", str(last.post)):
        opened = await contents.one(name, by=OPERATOR, purpose="replay")
        sample = sample_of(opened)
        assert sample is not None
        assert sample.post.parts[0].text == TEXTS[-1]

    assert [record.data for record in log.records] == [{"records": [last.id], "purpose": "replay"}] * 3
    log.down = True
    with pytest.raises(AuditUnavailable):
        await contents.one(last.id, by=OPERATOR, purpose="replay")


async def test_a_decision_that_is_not_there_is_not_found(reads: Reads) -> None:
    """That somebody looked for it is on record; what is no id is not looked for at all."""
    log = MemoryAuditLog()
    with pytest.raises(NotFound):
        await _contents(reads, log).one("nothing", by=OPERATOR, purpose="replay")
    with pytest.raises(UnreadableField):
        await _contents(reads, log).one("Erika Beispiel", by=OPERATOR, purpose="replay")
    (looked,) = log.records
    assert (looked.code, looked.data["filter"], looked.data["returned"]) == ("PG-510", {"record": "nothing"}, 0)
    assert looked.data["purpose"] == "replay"


async def test_without_a_record_nothing_is_opened(reads: Reads) -> None:
    """The log is not available."""
    log = MemoryAuditLog()
    log.down = True

    with pytest.raises(AuditUnavailable):
        await _texts(_contents(reads, log))


async def test_what_was_erased_is_not_there(url: str, reads: Reads) -> None:
    """Without its key a content cannot be opened, and that is no error."""

    def erase() -> None:
        engine = create_engine(url)
        with engine.begin() as connection:
            first = connection.execute(sa.select(data_keys.c.id).order_by(data_keys.c.created_at)).scalars().first()
            over = LONG_AGO + timedelta(days=31)
            connection.execute(
                sa.update(data_keys).where(data_keys.c.id == first).values(wrapped_dek=None, destroyed_at=over)
            )
        engine.dispose()

    await asyncio.to_thread(erase)

    assert await _texts(_contents(reads, MemoryAuditLog())) == list(TEXTS[1:])


async def test_a_content_that_does_not_open_stops_everything(reads: Reads) -> None:
    """Another log's key is not the time to show half of the posts."""
    with pytest.raises(SealBroken):
        await _texts(_contents(reads, MemoryAuditLog(), EnvelopeSealer(KEYS, origin="another")))


async def test_many_are_opened_a_few_at_a_time(reads: Reads) -> None:
    """All of them, once each; the log shows the same number."""
    page = await reads.run(lambda connection: search(connection, Filter(code="PG-101")))

    contents = _contents(reads, MemoryAuditLog(), together=2)

    assert await _texts(contents) == list(TEXTS)
    assert len(page.rows) == len(TEXTS)
