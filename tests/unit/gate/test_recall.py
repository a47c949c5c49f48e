"""Taking posts back: on record before and after, repeatable, and only one's own that is published."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditUnavailable, NotFound, OutcomeUnknown, StillInProgress
from proxy.core.model import PostKind
from proxy.gate.lifecycle import State
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.recall import NotPublished
from tests.fakes.native_house import NativeHouse, anna, entry

if TYPE_CHECKING:
    from proxy.gate.work import Work

PUBLISHED = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="115")
UNKNOWN = Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout")


def rejected(status: int) -> Outcome:
    """Return what a platform says that does not do it."""
    return Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=status)


async def published(*deletions: Outcome) -> tuple[NativeHouse, str]:
    """Return a gate with a published post whose deletions end like this, and the name of its decision."""
    house = NativeHouse(PUBLISHED, *deletions)
    (row,) = await house.order(entry("Moin"))
    return house, str(row.decision_id)


def told(house: NativeHouse) -> list[tuple[object, object]]:
    """Return result and reason of every recall on record."""
    return [(one.data["result"], one.data["reason"]) for one in house.log.records if one.code == "PG-107"]


async def test_a_post_is_taken_back_on_record() -> None:
    """Before the platform is asked and after; the deletion is an act of its own, decided and recorded as any other."""
    house, name = await published(PUBLISHED)
    when_sent: list[str] = []
    house.publisher.after = lambda: when_sent.extend(house.log.codes())
    taken = await house.recall(name, by=anna())
    act = house.publisher.published[-1][0].post

    assert (taken.status, taken.decision_id, taken.platform_id) == ("recalled", name, "115")
    assert when_sent[3:] == ["PG-106", "PG-101", "PG-102"]
    assert house.log.codes()[3:] == ["PG-106", "PG-101", "PG-102", "PG-103", "PG-107"]
    assert (act.operation, act.kind, [part.text for part in act.parts]) == ("status.delete", PostKind.ACT, ["115"])
    begun, ended = (next(one for one in house.log.records if one.code == code) for code in ("PG-106", "PG-107"))
    assert ended.refs == (begun.id,)
    assert begun.subject == ended.subject
    assert begun.actor.ref == anna().ref
    assert house.reached[-3:] == ["before_outcome", "after_outcome", "recall_sent"]


@pytest.mark.parametrize(
    ("outcome", "status", "result"),
    [
        (rejected(404), "recalled", ("gone_already", "")),
        (rejected(410), "recalled", ("gone_already", "")),
        (rejected(403), "recall_failed", ("refused", "refused")),
        (Outcome(kind=OutcomeKind.NOT_SENT, reason="tls"), "recall_failed", ("refused", "tls")),
        (UNKNOWN, "recalling", ("unknown", "timeout")),
    ],
)
async def test_what_the_platform_says_is_what_is_told(outcome: Outcome, status: str, result: tuple[str, str]) -> None:
    """Only a deletion, or that there is nothing to delete, is a success."""
    house, name = await published(outcome)

    assert (await house.recall(name, by=anna())).status == status
    assert told(house) == [result]


async def test_a_recall_may_be_asked_for_again() -> None:
    """After a refusal; a post that is taken back stays so."""
    house, name = await published(rejected(403), PUBLISHED)
    await house.recall(name, by=anna())
    again = await house.recall(name, by=anna())

    assert again.status == "recalled"
    assert [result for result, _ in told(house)] == ["refused", "recalled"]
    with pytest.raises(NotPublished):
        await house.recall(name, by=anna())


async def test_a_deletion_that_may_be_under_way_is_not_sent_twice() -> None:
    """The recall stays open, and says so."""
    house, name = await published(UNKNOWN)
    await house.recall(name, by=anna())
    again = await house.recall(name, by=anna())

    assert again.status == "recalling"
    assert told(house) == [("unknown", "timeout"), ("unknown", "")]
    assert len(house.publisher.published) == 2


async def test_a_deletion_that_policies_stop_is_a_refusal() -> None:
    """Acts are decided too."""
    house, name = await published()
    house.scanner.missing = {"presidio"}

    assert (await house.recall(name, by=anna())).status == "recall_failed"
    assert told(house) == [("refused", "policy")]


@pytest.mark.parametrize(
    ("text", "outcome", "error"),
    [
        ("IBAN", PUBLISHED, NotPublished),
        ("Mensch", PUBLISHED, NotPublished),
        ("Moin", rejected(422), NotPublished),
        ("Moin", UNKNOWN, OutcomeUnknown),
    ],
)
async def test_what_is_not_on_the_platform_is_not_taken_back(
    text: str, outcome: Outcome, error: type[Exception]
) -> None:
    """And what may be there neither: its id is not known."""
    house = NativeHouse(outcome)
    (row,) = await house.order(entry(text))
    before = house.log.codes()
    with pytest.raises(error):
        await house.recall(str(row.decision_id), by=anna())

    assert house.log.codes() == before


async def test_what_is_being_sent_is_not_taken_back() -> None:
    """Nobody knows yet what it will be."""
    house, name = await published()
    house.log.tables.states = dict.fromkeys(house.log.tables.states, State.INTENT)
    with pytest.raises(StillInProgress):
        await house.recall(name, by=anna())


async def test_a_request_that_loses_is_told_that_it_is_under_way() -> None:
    """Another one took the post back in between; the platform is asked once."""
    house, name = await published(PUBLISHED)
    waiting = asyncio.Event()
    reading = house.native.own

    async def slow(name: str, *, by: object) -> object:
        post = await reading(name, by=anna())
        await waiting.wait()
        return post

    house.native.own = slow  # type: ignore[method-assign,assignment]  # between the look and the record
    task = asyncio.get_running_loop().create_task(house.recall(name, by=anna()))
    await asyncio.sleep(0)
    house.native.own = reading  # type: ignore[method-assign]
    first = await house.recall(name, by=anna())
    waiting.set()
    with pytest.raises(StillInProgress):
        await task

    assert (first.status, len(house.publisher.published)) == ("recalled", 2)


async def test_only_ones_own_posts_at_doors_of_this_node() -> None:
    """Whoever else asks finds nothing."""
    house, name = await published()
    with pytest.raises(NotFound):
        await house.recall(name, by=replace(anna(), ref="a_andere"))
    house.recall._targets = {}
    with pytest.raises(NotFound):
        await house.recall(name, by=anna())


async def test_nothing_is_deleted_that_is_not_on_record() -> None:
    """The log first."""
    house, name = await published()

    def down(_work: Work) -> None:
        raise AuditUnavailable(found="a twin that is down")

    house.log.on_commit = down
    with pytest.raises(AuditUnavailable):
        await house.recall(name, by=anna())

    assert len(house.publisher.published) == 1


async def test_a_deletion_is_no_post_to_take_back() -> None:
    """Only what the API can make."""
    house, name = await published(PUBLISHED)
    await house.recall(name, by=anna())
    act = [one for one in house.log.records if one.code == "PG-101"][-1]
    with pytest.raises(NotPublished):
        await house.recall(f"d-{act.id}", by=anna())
