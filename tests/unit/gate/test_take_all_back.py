"""Taking back everything of one request: one action, a row for each post, and nothing more is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditUnavailable, NotFound
from proxy.gate.lifecycle import State
from proxy.gate.native import Order
from proxy.gate.outcome import Outcome, OutcomeKind
from tests.factories import make_draft
from tests.fakes.clock import START
from tests.fakes.native_house import BOARD, PRESS, NativeHouse, anna, entry

if TYPE_CHECKING:
    from proxy.gate.post_rows import PostRow
    from proxy.gate.take_all_back import AllBack
    from proxy.gate.work import Work


def sent(name: str) -> Outcome:
    """Return what a platform says that has it."""
    return Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id=name)


def rejected(status: int) -> Outcome:
    """Return what a platform says that does not do it."""
    return Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=status)


UNKNOWN = Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout")


async def back(house: NativeHouse, row: PostRow) -> AllBack:
    """Take back everything that came with a post."""
    return await house.take_all_back(str(row.decision_id), by=anna())


def results(taken: AllBack) -> list[tuple[str, str]]:
    """Return account and result of each post."""
    return [(row.target, row.result) for row in taken.rows]


def deleted(house: NativeHouse) -> list[str]:
    """Return the platform's ids of the posts that the first platform was asked to delete."""
    return [one.post.parts[0].text for one, _ in house.publisher.published if one.post.operation == "status.delete"]


async def test_all_accounts_and_the_whole_thread_are_one_action() -> None:
    """The newest post of a thread first; every record of it names the one that began it."""
    house = NativeHouse(*map(sent, "123"), second=(sent("9"),))
    rows = await house.order(entry("eins", "zwei", "drei"), entry("Moin", account=BOARD))
    before = len(house.log.records)
    taken = await back(house, rows[1])
    begun, *others = house.log.records[before:]
    parts = [one for one in others if one.code in {"PG-106", "PG-107"}]

    assert sorted(results(taken)) == [*[(PRESS, "recalled")] * 3, (BOARD, "recalled")]
    assert deleted(house) == ["3", "2", "1"]
    assert (begun.code, begun.id, begun.actor.ref) == ("PG-109", taken.action, anna().ref)
    assert {one.data["request"] for one in house.log.records if "request" in one.data} == {begun.data["request"]}
    assert (len(parts), {one.data["action"] for one in parts}) == (8, {taken.action})
    assert {row.decision_id for row in taken.rows} == {row.decision_id for row in rows}
    assert {row.status for row in taken.rows} == {"published"}


async def test_what_waits_is_withdrawn_and_what_never_left_is_told() -> None:
    """A row for each post, whatever became of it; a redacted one counts once, as what was sent."""
    house = NativeHouse(sent("1"), second=(rejected(422),))
    rows = await house.order(
        entry("Mensch"), entry("IBAN"), entry("Kunde"), entry("Moin", account=BOARD), entry("Mensch, noch einer")
    )
    taken = await back(house, rows[0])
    withdrawn = [one for one in house.log.records if one.code == "PG-105"]

    assert sorted(results(taken)) == sorted(
        [
            (PRESS, "withdrawn"),
            (PRESS, "not_published"),
            (PRESS, "recalled"),
            (BOARD, "not_published"),
            (PRESS, "withdrawn"),
        ]
    )
    assert [(one.data["reason"], one.data["action"]) for one in withdrawn] == [("author", taken.action)] * 2
    assert {one.state for one in house.log.tables.reviews.values()} == {"withdrawn"}


@pytest.mark.parametrize(
    ("outcome", "told", "finally_"),
    [
        (rejected(404), ("gone_already", None), "recalled"),
        (rejected(403), ("refused", "refused"), "recalled"),
        (UNKNOWN, ("unknown", "timeout"), "unknown"),
    ],
)
async def test_what_one_platform_says_stops_nothing_else_and_may_be_asked_again(
    outcome: Outcome, told: tuple[str, str | None], finally_: str
) -> None:
    """Under the same record; what is gone is not asked about again."""
    house = NativeHouse(sent("1"), outcome, second=(sent("9"),))
    rows = await house.order(entry("Moin"), entry("Moin", account=BOARD))
    taken = await back(house, rows[0])
    again = await back(house, rows[1])
    first = next(row for row in taken.rows if row.target == PRESS)

    assert (first.result, first.reason) == told
    assert dict(results(taken))[BOARD] == "recalled"
    assert dict(results(again)) == {PRESS: finally_, BOARD: "recalled"}
    assert again.action == taken.action
    assert house.log.codes().count("PG-109") == 1
    assert [one.post.operation for one, _ in house.second.published].count("status.delete") == 1


async def test_after_a_crash_in_the_middle_the_rest_is_taken_back() -> None:
    """Whoever asks again gets the rest done, under the record of the first."""
    house = NativeHouse(*map(sent, "12"))
    rows = await house.order(entry("eins", "zwei"))

    def crash(name: str) -> None:
        if name == "recall_sent":
            raise SystemError

    house.on_fault = crash
    with pytest.raises(SystemError):
        await back(house, rows[0])
    house.on_fault = lambda _name: None
    again = await back(house, rows[0])
    records = [one for one in house.log.records if one.code in {"PG-106", "PG-107"}]

    assert results(again) == [(PRESS, "recalled")] * 2
    assert {one.data["action"] for one in records} == {again.action}
    assert set(house.states) - {"published"} == {"recalled"}


async def test_nothing_more_of_it_is_sent() -> None:
    """The rest of a thread that is still being posted; its decision is on record, and why it was not sent."""
    house = NativeHouse(*map(sent, "123"))
    asked: list[AllBack] = []

    async def take_back() -> None:
        house.publisher.before = None
        first = next(one for one in house.log.records if one.code == "PG-101")
        asked.append(await house.take_all_back(f"d-{first.id}", by=anna()))

    house.publisher.before = take_back
    first, second = await house.order(entry("eins", "zwei"))

    assert results(asked[0]) == [(PRESS, "in_progress")]
    assert (first.status, second.status, second.reason) == ("published", "not_sent", "taken_back")
    assert house.sent == ["eins"]
    assert house.log.records[-1].data == {"from": "intent", "to": "failed", "reason": "taken_back"}
    assert results(await back(house, first)) == [(PRESS, "not_published"), (PRESS, "recalled")]


async def test_a_repetition_of_the_request_sends_nothing_more_of_it() -> None:
    """It is the same request, and belongs to what was taken back; another request is not."""
    house = NativeHouse(sent("1"), rejected(503), sent("1"), sent("4"))
    first, second = await house.order(entry("eins", "zwei"), key="k")
    await back(house, first)
    again = await house.order(entry("eins", "zwei"), entry("Moin", account=BOARD), key="k")
    (other,) = await house.order(entry("anders"))

    assert (first.status, second.status) == ("published", "rejected")
    assert [(row.status, row.reason) for row in again[2:]] == [("not_sent", "taken_back")]
    assert house.sent_second == []
    assert other.status == "published"


async def test_a_repetition_belongs_to_the_request_that_it_repeats() -> None:
    """What an earlier try did not get to is taken back with what it did; an unclear first post tells it as well."""
    house = NativeHouse(UNKNOWN, second=(sent("9"),))
    (row,) = await house.order(entry("Moin"), key="k")
    again = await house.order(entry("Moin"), entry("Kunde fragt", account=BOARD), key="k")
    taken = await back(house, row)

    assert [one.status for one in again] == ["unknown", "published"]
    assert dict(results(taken)) == {PRESS: "unknown", BOARD: "recalled"}


async def test_what_was_being_sent_and_then_waits_is_not_sent_any_more() -> None:
    """Its place in the outbox ends with its next look."""
    limited = Outcome(kind=OutcomeKind.REJECTED, reason="rate_limited", upstream_status=429, retry_after=5)
    house = NativeHouse(limited, sent("1"))
    row = (await house.order(entry("Moin")))[0]
    waiting = next(iter(house.log.tables.outbox))
    kept = house.log.tables.states[waiting]
    house.log.tables.states[waiting] = State.INTENT
    taken = await back(house, row)
    house.log.tables.states[waiting] = kept
    house.clock.advance(3600)
    (due,) = await house.posts.due(house.clock.now(), limit=5)
    await house.deliver(due)

    assert (kept, results(taken)) == (State.QUEUED, [(PRESS, "in_progress")])
    assert (house.states, len(house.publisher.published)) == (["withdrawn"], 1)
    assert house.log.records[-1].data["reason"] == "taken_back"


async def test_an_appeal_is_taken_back_with_it_and_may_be_made_after_it() -> None:
    """It is a post of the same request, and a wish of its own."""
    house = NativeHouse()
    blocked, other = await house.order(entry("IBAN"), entry("IBAN, anders"))
    appeal = await house.appeal(str(blocked.decision_id), by=anna())
    taken = await back(house, blocked)
    later = await house.appeal(str(other.decision_id), by=anna())

    assert appeal.status == "held"
    assert sorted(result for _, result in results(taken)) == ["not_published", "not_published", "withdrawn"]
    assert later.status == "held"


async def test_a_post_that_is_moved_meanwhile_is_asked_for_again() -> None:
    """It is not told as withdrawn."""
    house = NativeHouse()
    order = Order(entries=(entry("Moin"),), send_at=START + timedelta(hours=1))
    (row,) = await house.native.post(order, by=anna())
    house.posts.waiting = lambda _name: _nothing()  # type: ignore[method-assign,assignment]

    assert results(await back(house, row)) == [(PRESS, "in_progress")]


async def _nothing() -> None:
    """Find no post."""


async def test_what_cannot_be_done_for_one_account_is_told_beside_the_others() -> None:
    """An account that is not the token's any more, or a door that is not of this node."""
    house = NativeHouse(sent("1"), second=(sent("9"),))
    rows = await house.order(entry("Moin"), entry("Moin", account=BOARD))
    house.recall._targets = {"mastodon": house.recall._targets["mastodon"]}
    taken = await back(house, rows[0])

    assert {(row.target, row.result, row.reason) for row in taken.rows} == {
        (PRESS, "recalled", None),
        (BOARD, "failed", "not_found"),
    }


async def test_a_post_from_a_door_is_taken_back_alone() -> None:
    """No request over the API asked for it."""
    house = NativeHouse(sent("1"), sent("2"))
    await house.submit_draft(make_draft("Moin"))
    post = next(iter(house.log.tables.posts.values()))
    by = replace(anna(), ref=post.author)
    taken = await house.take_all_back(f"d-{post.decision_record}", by=by)

    assert (taken.action, [row.result for row in taken.rows]) == (None, ["recalled"])
    assert "PG-109" not in house.log.codes()


async def test_only_ones_own_and_nothing_that_is_not_on_record() -> None:
    """Others find nothing; without a log nothing is deleted."""
    house = NativeHouse(sent("1"))
    (row,) = await house.order(entry("Moin"))
    with pytest.raises(NotFound):
        await house.take_all_back(str(row.decision_id), by=replace(anna(), ref="a_andere"))
    house.log.down = True
    with pytest.raises(AuditUnavailable):
        await back(house, row)

    assert len(house.publisher.published) == 1


async def test_of_two_that_ask_at_once_one_writes_the_record() -> None:
    """The one that loses goes on under the record of the other."""
    house = NativeHouse(sent("1"))
    (row,) = await house.order(entry("Moin"))

    def other(work: Work) -> None:
        house.log.on_commit = lambda _work: None
        house.log.tables.taken_back[str(work.records[0].data["request"])] = "r-other"

    house.log.on_commit = other
    taken = await back(house, row)

    assert (taken.action, results(taken)) == ("r-other", [(PRESS, "recalled")])
    assert "PG-109" not in house.log.codes()
