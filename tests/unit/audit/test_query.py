from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from proxy.audit.query import Filter, Searches, search
from proxy.audit.stored_logs import head, log_rows
from proxy.core.errors import AuditBroken, AuditUnavailable, MalformedRequest
from proxy.gate.work import Actor, Subject, Work
from proxy.storage.engines import create_reader
from tests.exports import record
from tests.fakes.clock import START, ManualClock
from tests.fakes.log import MemoryAuditLog
from tests.stores import reads_on, writer_on
from tests.works import Sample, allowed, blocked, decided, ended, new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from proxy.storage.reads import Reads

OPERATOR = Actor(kind="operator", ref="o_x")


def _of_another_account(work: Work) -> Work:
    subject = Subject(account="bluesky:karriere", post=work.records[0].subject.post)
    return replace(work, records=tuple(replace(record, subject=subject) for record in work.records))


@pytest.fixture
async def sample() -> Sample:
    """Return the ids of a published post."""
    return Sample()


@pytest.fixture
async def reads(url: str, sample: Sample) -> AsyncIterator[Reads]:
    """Return reads of a log with a published post, a blocked one an hour later, one of another account."""
    async with writer_on(url) as writer:
        await writer.commit(allowed(sample))
        await writer.commit(ended(sample))
        await writer.commit(blocked(Sample(at=START + timedelta(hours=1))))
        await writer.commit(_of_another_account(blocked(Sample(at=START + timedelta(hours=2)))))
    async with reads_on(url) as opened:
        yield opened


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (Filter(), [4, 3, 2, 1, 0]),
        (Filter(oldest_first=True), [0, 1, 2, 3, 4]),
        (Filter(code="PG-101"), [4, 3, 0]),
        (Filter(decision="block"), [4, 3]),
        (Filter(platform="mastodon"), [3, 2, 1, 0]),
        (Filter(account="bluesky:karriere"), [4]),
        (Filter(rule="bank/iban"), [4, 3]),
        (Filter(rule="bank/ib"), []),
        (Filter(rule="%"), []),
        (Filter(since=START + timedelta(hours=1)), [4, 3]),
        (Filter(until=START + timedelta(hours=1)), [2, 1, 0]),
        (Filter(code="PG-101", decision="allow", platform="mastodon"), [0]),
        (Filter(code="' OR 1=1 --"), []),
        (Filter(policy_digest="sha256:aa", oldest_first=True), [0, 3, 4]),
        (Filter(policy_digest="sha256:a"), []),
        (Filter(outcome="published"), [2]),
        (Filter(outcome="unknown"), []),
        (Filter(outcome='published"'), []),
        (Filter(entity="IBAN_CODE"), []),
        (Filter(record="none"), []),
    ],
)
async def test_a_filter_finds_what_fits(reads: Reads, wanted: Filter, places: list[int]) -> None:
    """Exactly that, in the order asked for."""
    page = await reads.run(lambda connection: search(connection, wanted))

    assert [row.seq for row in page.rows] == places
    assert (page.size, page.cursor) == (5, None)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "COVERING INDEX ix_audit_records_searched (at>? AND at<?)"),
        ({"account": "x", "decision": "block"}, "COVERING INDEX ix_audit_records_searched (at>? AND at<?)"),
        ({"code": "PG-301", "platform": "x"}, "COVERING INDEX ix_audit_records_searched (at>? AND at<?)"),
        ({"rule": "x", "account": "x"}, "INDEX ix_audit_records_matched (at>? AND at<?)"),
        ({"post": "x"}, "INDEX ix_audit_records_post_id (post_id=?)"),
    ],
)
def test_a_search_of_some_time_reads_that_time_only(sqlite_url: str, wanted: dict[str, str], index: str) -> None:
    """Without statistics, which nobody makes for SQLite; and from the index alone, but for rules."""
    month = Filter(since=START, until=START + timedelta(days=30), **wanted)  # type: ignore[arg-type]
    record(sqlite_url, [blocked(Sample())])
    reader = create_reader(sqlite_url)
    asked: list[tuple[str, object]] = []
    event.listen(reader, "before_cursor_execute", lambda *arguments: asked.append((arguments[2], arguments[3])))
    with reader.connect() as connection:
        search(connection, month)
        statement, values = next(one for one in asked if " LIMIT " in one[0])
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()  # type: ignore[arg-type]
    reader.dispose()

    assert [row[3] for row in plan] == [f"SEARCH audit_records USING {index}", "USE TEMP B-TREE FOR ORDER BY"]
    # PostgreSQL, too, would walk the whole key backwards for what hardly ever happens, if it could sort by it.
    assert "ORDER BY audit_records.log_id + 0 DESC, audit_records.seq + 0 DESC" in " ".join(statement.split())


async def test_all_records_of_a_post_are_found(reads: Reads, sample: Sample) -> None:
    """Decision, intent and outcome, typed."""
    page = await reads.run(lambda connection: search(connection, Filter(post=sample.post, oldest_first=True)))

    assert [(row.id, row.type) for row in page.rows] == [
        (sample.decision, "post.decided"),
        (sample.intent, "post.intent"),
        (sample.outcome, "post.outcome"),
    ]


async def test_a_record_is_found_by_its_id(reads: Reads, sample: Sample) -> None:
    """One at most."""
    page = await reads.run(lambda connection: search(connection, Filter(record=sample.decision)))

    assert [row.seq for row in page.rows] == [0]


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (Filter(entity="IBAN_CODE"), [1]),
        (Filter(entity="IBAN"), []),
        (Filter(entity='A"B\N{GRINNING FACE}'), [2]),
        (Filter(entity="IBAN_CODE", decision="allow"), []),
        (Filter(entity="PERSON"), []),
        (Filter(outcome="published"), []),
    ],
)
async def test_types_are_found_where_they_were_found(url: str, wanted: Filter, places: list[int]) -> None:
    """As a whole, and nowhere but in findings: neither in a rule of that name nor in text that looks like one."""
    async with writer_on(url) as writer:
        for rule, entity in (("x", "PHONE"), ("x", "IBAN_CODE"), ('"entity":"PERSON"', 'A"B\N{GRINNING FACE}')):
            row = {"rule": rule, "entity": entity, "count": 1, "confidence": "high"}
            record = decided(Sample(), "block", findings=[row], obligations=['"result":"published"'])
            await writer.commit(Work(records=(replace(record, content=None),)))
    async with reads_on(url) as opened:
        page = await opened.run(lambda connection: search(connection, wanted))

    assert [row.seq for row in page.rows] == places


async def test_pages_fit_together_while_the_log_grows(reads: Reads, url: str) -> None:
    """What came after the search began is not in it."""
    first = await reads.run(lambda connection: search(connection, Filter(oldest_first=True), limit=2))
    async with writer_on(url) as writer:
        await writer.commit(blocked(Sample()))
    second = await reads.run(
        lambda connection: search(connection, Filter(oldest_first=True), limit=2, cursor=first.cursor)
    )
    third = await reads.run(
        lambda connection: search(connection, Filter(oldest_first=True), limit=2, cursor=second.cursor)
    )

    assert [row.seq for page in (first, second, third) for row in page.rows] == [0, 1, 2, 3, 4]
    assert third.cursor is None


@pytest.mark.parametrize("cursor", ["x", "", "QQ==", "ä"])
async def test_a_made_up_cursor_is_refused(reads: Reads, cursor: str) -> None:
    """It is no place in this search."""
    with pytest.raises(MalformedRequest):
        await reads.run(lambda connection: search(connection, Filter(), cursor=cursor))


async def test_a_cursor_belongs_to_its_filter(reads: Reads) -> None:
    """Another filter needs its own search, and its own record."""
    page = await reads.run(lambda connection: search(connection, Filter(), limit=1))

    with pytest.raises(MalformedRequest, match="another filter"):
        await reads.run(lambda connection: search(connection, Filter(code="PG-101"), cursor=page.cursor))


@pytest.mark.parametrize("limit", [0, 501])
async def test_pages_are_bounded(reads: Reads, limit: int) -> None:
    """Between one record and five hundred."""
    with pytest.raises(ValueError, match="limit"):
        await reads.run(lambda connection: search(connection, Filter(), limit=limit))


async def test_a_database_without_a_log_says_so(url: str) -> None:
    """There is nothing to verify."""
    async with reads_on(url) as reads:
        with pytest.raises(AuditBroken):
            await reads.run(head)


async def test_the_whole_log_is_read_a_few_at_a_time(url: str) -> None:
    """More records than one read takes, in order, up to the size asked for."""
    async with writer_on(url) as writer:
        await asyncio.gather(*(writer.commit(blocked(Sample())) for _ in range(700)))
    async with reads_on(url) as reads:
        places = await reads.run(lambda connection: [row.seq for row in log_rows(connection, 600)])

    assert places == list(range(600))


async def test_a_search_is_on_record_before_anything_is_shown(reads: Reads) -> None:
    """Who looked, for what, how much was found; without a record nothing is shown."""
    log = MemoryAuditLog()
    searches = Searches(reads=reads, audit=log, clock=ManualClock(), ids=new_id)

    page = await searches.rows(Filter(code="PG-101"), by=OPERATOR, limit=2)
    log.down = True
    with pytest.raises(AuditUnavailable):
        await searches.rows(Filter(), by=OPERATOR)

    assert [row.seq for row in page.rows] == [4, 3]
    assert log.codes() == ["PG-510"]
    assert log.records[0].actor == OPERATOR
    assert log.records[0].data == {
        "filter": {"code": "PG-101", "oldest_first": False},
        "returned": 2,
        "from_seq": 3,
        "to_seq": 4,
    }


async def test_a_long_answer_is_one_search(url: str) -> None:
    """More than a page holds, still one record."""
    async with writer_on(url) as writer, reads_on(url) as reads:
        await asyncio.gather(*(writer.commit(blocked(Sample())) for _ in range(620)))
        log = MemoryAuditLog()
        searches = Searches(reads=reads, audit=log, clock=ManualClock(), ids=new_id)
        page = await searches.rows(Filter(oldest_first=True), by=OPERATOR, limit=610)

    assert [row.seq for row in page.rows] == list(range(610))
    assert page.cursor is not None
    assert log.codes() == ["PG-510"]
