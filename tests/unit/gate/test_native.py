"""Posts to several accounts: what is sent, what is not, and what the answer says of it. All of it is invented."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import (
    AuditUnavailable,
    GateUnavailable,
    IdempotencyMismatch,
    NotFound,
    OutcomeUnknown,
    TextTooLong,
)
from proxy.core.model import Part, PartKind, PostKind
from proxy.gate.api_ports import Attached
from proxy.gate.native import Entry
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.post_rows import kept_row
from proxy.gate.results import Spooled
from proxy.gate.targets import TargetRefused
from proxy.gate.wire import Draft, Endpoint, EndpointClass, Upload
from proxy.platforms._wire.building import media_texts
from tests.factories import make_grant
from tests.fakes.native_house import BOARD, ELSEWHERE, PRESS, NativeHouse, anna, entry

if TYPE_CHECKING:
    from proxy.gate.post_rows import PostRow
    from proxy.gate.work import Work

UNKNOWN = Outcome(kind=OutcomeKind.UNKNOWN, reason="timeout")
REFUSED = Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=422)
OFFLINE = Outcome(kind=OutcomeKind.NOT_SENT, reason="tls")


async def test_each_account_is_its_own_post_and_decision() -> None:
    """Two accounts, two decisions, two outcomes, each on record before and after it is sent."""
    house = NativeHouse()
    rows = await house.order(entry("Guten Tag"), entry("Moin", account=BOARD))

    assert [(row.target, row.part, row.verdict, row.status, row.platform_id) for row in rows] == [
        (PRESS, 0, "allow", "published", "1"),
        (BOARD, 0, "allow", "published", "1"),
    ]
    assert (house.sent, house.sent_second) == (["Guten Tag"], ["Moin"])
    assert len({row.decision_id for row in rows}) == 2
    assert sorted(house.log.codes()) == ["PG-101", "PG-101", "PG-102", "PG-102", "PG-103", "PG-103"]


async def test_what_is_held_or_blocked_never_leaves_and_stops_nobody_else() -> None:
    """Each account for itself, with words for the author and no text of the post."""
    house = NativeHouse()
    blocked, other = await house.order(entry("IBAN Zwielicht"), entry("Moin", account=BOARD))
    (held,) = await house.order(entry("Mensch"))

    assert (blocked.verdict, blocked.status, blocked.rules) == ("block", "blocked", ("sample/iban",))
    assert [words.en for words in blocked.messages] == ["rule iban"]
    assert "Zwielicht" not in repr(blocked)
    assert other.status == "published"
    assert (held.verdict, held.status, held.due_at) == ("hold", "held", "2026-11-23T11:00:00.000000Z")
    assert house.sent == []
    assert house.states == ["blocked", "published", "held"]


async def test_what_is_too_long_with_its_labels_refuses_the_request() -> None:
    """What would be sent is counted; nothing is, to anybody."""
    house = NativeHouse()
    long = "Kunde " + "x" * 494
    with pytest.raises(TargetRefused) as caught:
        await house.order(entry(long), entry("Moin", account=BOARD))
    with pytest.raises(TargetRefused):
        await house.order(entry("Moin", long))

    assert (caught.value.target, caught.value.error.code) == (PRESS, "text_too_long")
    assert (house.sent, house.sent_second, house.log.codes()) == ([], [], [])


async def test_what_is_redacted_is_sent_redacted_and_says_so() -> None:
    """The row has the verdict of what the author wrote."""
    house = NativeHouse()
    (row,) = await house.order(entry("Kunde fragt"))

    assert (row.verdict, row.status) == ("redact", "published")
    assert "Kunde" not in house.sent[0]


@pytest.mark.parametrize(("word", "verdict"), [("IBAN", "block"), ("Mensch", "hold")])
async def test_all_or_nothing_sends_nothing_unless_all_are_allowed(word: str, verdict: str) -> None:
    """What is allowed is on record with why it was not sent; nobody reviews what could only go with others."""
    house = NativeHouse()
    rows = await house.order(entry("Moin"), entry(word, account=BOARD), entry("Kunde"), together=True)

    assert [row.verdict for row in rows] == ["allow", verdict, "redact"]
    assert [row.status for row in rows] == ["withheld", "blocked" if verdict == "block" else "withheld", "withheld"]
    assert (house.sent, house.sent_second) == ([], [])
    assert set(house.states) == {"failed", "replaced"} | ({"blocked"} if verdict == "block" else set())
    assert house.log.tables.reviews == {}
    moved = [record.data for record in house.log.records if record.code == "PG-105"]
    assert {"from": "intent", "to": "failed", "reason": "withheld"} in moved
    assert ("PG-102" in house.log.codes(), house.log.tables.attempts) == (False, {})


async def test_all_or_nothing_sends_all_that_are_allowed() -> None:
    """Redacted ones too; and what one platform refuses after another has published is told, not undone."""
    house = NativeHouse(second=(REFUSED,))
    rows = await house.order(entry("Kunde"), entry("Moin", account=BOARD), together=True)

    assert [(row.verdict, row.status, row.reason) for row in rows] == [
        ("redact", "published", None),
        ("allow", "rejected", "refused"),
    ]


async def test_nothing_is_sent_before_all_are_decided() -> None:
    """A scan that fails for the last account leaves nothing of the first, in the log or on the platform."""
    house = NativeHouse()
    scans: list[int] = []

    def fail() -> None:
        scans.append(1)
        if len(scans) == 2:
            raise GateUnavailable(found="a scanner that is down")

    house.scanner.on_scan = fail
    with pytest.raises(GateUnavailable):
        await house.order(entry("Moin"), entry("Moin", account=BOARD))

    assert (house.sent, house.sent_second, house.log.codes()) == ([], [], [])


async def test_a_thread_is_a_chain_of_answers() -> None:
    """Every part answers the one before, is scanned with those before it, and has a decision of its own."""
    house = NativeHouse()
    rows = await house.order(entry("eins", "zwei", "drei"))
    answered = [released.post.reply_to for released, _ in house.publisher.published]

    assert [(row.part, row.status, row.platform_id) for row in rows] == [
        (0, "published", "1"),
        (1, "published", "2"),
        (2, "published", "3"),
    ]
    assert answered == [None, "1", "2"]
    assert house.scanner.threads[:3] == [(), ("eins",), ("eins", "zwei")]
    assert house.log.codes().count("PG-101") == 3


@pytest.mark.parametrize("word", ["IBAN", "Mensch"])
async def test_a_thread_is_decided_whole_before_its_first_part_is_sent(word: str) -> None:
    """A last part that may not be sent keeps the first one here."""
    house = NativeHouse()
    rows = await house.order(entry("eins", "zwei", word), entry("Moin", account=BOARD))

    assert [row.status for row in rows[:2]] == ["withheld", "withheld"]
    assert rows[2].status == ("blocked" if word == "IBAN" else "withheld")
    assert (house.sent, house.sent_second, rows[3].status) == ([], ["Moin"], "published")


@pytest.mark.parametrize(("outcome", "status"), [(REFUSED, "rejected"), (UNKNOWN, "unknown"), (OFFLINE, "not_sent")])
async def test_a_thread_ends_where_a_part_is_not_published(outcome: Outcome, status: str) -> None:
    """What comes after would answer nothing."""
    house = NativeHouse(outcome)
    rows = await house.order(entry("eins", "zwei", "drei"))

    assert [(row.status, row.reason) for row in rows[1:]] == [("not_sent", "thread")] * 2
    assert (rows[0].status, len(house.publisher.published)) == (status, 1)


async def test_a_thread_goes_on_where_an_earlier_request_stopped() -> None:
    """The same request again sends what is missing and nothing twice."""
    published = Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=200, upstream_id="77")
    house = NativeHouse(published, OFFLINE)
    first = await house.order(entry("eins", "zwei"), key="k1")
    second = await house.order(entry("eins", "zwei"), key="k1")
    third = await house.order(entry("eins", "zwei"), key="k1")

    assert [row.status for row in first] == ["published", "not_sent"]
    assert [(row.status, row.replayed) for row in second] == [("published", True), ("published", False)]
    assert [(row.status, row.replayed) for row in third] == [("published", True), ("published", True)]
    assert [released.post.reply_to for released, _ in house.publisher.published] == [None, "77", "77"]


async def test_the_same_key_publishes_once() -> None:
    """Whatever the first answer was, and also at the same time; each account has its own."""
    house = NativeHouse()
    entries = (entry("Moin"), entry("IBAN", account=BOARD))
    first = await house.order(*entries, key="k")
    again = await house.order(*entries, key="k")
    both = await asyncio.gather(*(house.order(entry("Tach"), key="j") for _ in range(5)))

    assert [row.replayed for row in again] == [True, True]
    assert [(row.decision_id, row.status) for row in again] == [(row.decision_id, row.status) for row in first]
    assert house.sent == ["Moin", "Tach"]
    assert len({row.decision_id for (row,) in both}) == 1
    with pytest.raises(IdempotencyMismatch):
        await house.order(entry("anders"), key="k")


async def test_a_key_of_a_door_is_another_one() -> None:
    """An answer in a platform's own shape is never taken for a row."""
    house = NativeHouse()
    await house.submit("Moin", key="k")
    (row,) = await house.order(entry("Moin"), key="k")

    assert (row.status, row.replayed, house.sent) == ("published", False, ["Moin", "Moin"])


async def test_what_was_stopped_before_is_not_joined_later() -> None:
    """All or nothing counts what an earlier request with this key was told."""
    house = NativeHouse()
    await house.order(entry("IBAN"), key="k")
    rows = await house.order(entry("IBAN"), entry("Moin", account=BOARD), key="k", together=True)

    assert [(row.status, row.replayed) for row in rows] == [("blocked", True), ("withheld", False)]
    assert house.sent_second == []


async def test_what_may_be_published_is_not_sent_again() -> None:
    """Alone it is an error; beside others a row."""
    house = NativeHouse(UNKNOWN)
    (first,) = await house.order(entry("Moin"))
    with pytest.raises(OutcomeUnknown):
        await house.order(entry("Moin"))
    keyed = NativeHouse(UNKNOWN)
    await keyed.order(entry("Moin"), key="k")
    keyed.log.tables.answers.clear()
    rows = await keyed.order(entry("Moin", "und mehr"), entry("Tach", account=BOARD), key="k")

    assert (first.status, len(house.publisher.published)) == ("unknown", 1)
    assert [(row.status, row.reason) for row in rows] == [
        ("unknown", None),
        ("not_sent", "thread"),
        ("published", None),
    ]


async def test_what_cannot_be_recorded_is_not_sent_and_said_beside_others() -> None:
    """Alone it is an error that says to come again."""
    house = NativeHouse()

    def down(work: Work) -> None:
        if work.records[0].subject.account == PRESS:
            raise AuditUnavailable(found="a twin that is down")

    house.log.on_commit = down
    rows = await house.order(entry("Moin"), entry("Tach", account=BOARD))
    with pytest.raises(AuditUnavailable):
        await house.order(entry("Moin"))

    assert [(row.status, row.reason, row.decision_id is None) for row in rows] == [
        ("not_sent", "audit_unavailable", True),
        ("published", None, False),
    ]
    assert house.sent == []


async def test_a_later_part_that_cannot_be_recorded_ends_its_thread() -> None:
    """What is published stays, and the answer says so."""
    house = NativeHouse()
    scans: list[int] = []

    def fail() -> None:
        scans.append(1)
        if len(scans) == 3:
            raise GateUnavailable(found="a scanner that is down")

    house.scanner.on_scan = fail
    rows = await house.order(entry("eins", "zwei"))

    assert [(row.status, row.reason) for row in rows] == [("published", None), ("not_sent", "unavailable")]


async def test_a_defect_is_no_row() -> None:
    """What nobody expected ends the request, though other accounts have theirs."""
    house = NativeHouse()

    async def broken() -> None:
        raise ZeroDivisionError

    house.publisher.before = broken
    with pytest.raises(ZeroDivisionError):
        await house.order(entry("Moin"), entry("Tach", account=BOARD))

    assert house.sent_second == ["Tach"]


@pytest.mark.parametrize("account", ["mastodon:unbekannt", ELSEWHERE])
async def test_an_account_that_the_token_may_not_post_to_stops_all(account: str) -> None:
    """Whether there is no such account, or no such door on this node."""
    house = NativeHouse()
    with pytest.raises(NotFound):
        await house.order(entry("Moin"), entry("Tach", account=account))
    with pytest.raises(NotFound):
        await house.order(entry("Tach", account=BOARD), by=anna("post"))

    assert (house.sent, house.log.codes()) == ([], [])


async def test_a_post_that_one_platform_would_not_take_stops_all() -> None:
    """Before anything is decided, in the platform's own words; the same for a later part of a thread."""
    house = NativeHouse()
    with pytest.raises(TargetRefused) as caught:
        await house.order(entry("Moin"), entry("eins", "x" * 501, account=BOARD))

    assert isinstance(caught.value.error, TextTooLong)
    assert caught.value.target == BOARD
    assert caught.value.shape == b'{"error":"Validation failed: Text character limit of 500 exceeded"}'
    assert house.log.codes() == []


async def test_an_image_of_the_accounts_own_spool_goes_with_the_post() -> None:
    """With its description as decided with this post; an image of another account is not found."""
    house = NativeHouse()
    upload = Draft(
        operation="media.create",
        kind=PostKind.MEDIA,
        parts=(Part(kind=PartKind.ALT_TEXT, slot="description", text="Ein Baum"),),
        uploads=(Upload(slot="file", mime="image/png", data=b"invented picture"),),
    )
    await house.media.take(Endpoint(name="media.create", cls=EndpointClass.MEDIA), upload, make_grant(), house.platform)
    kept = house.platform.results[-1]
    assert isinstance(kept, Spooled)

    async def post(alt: str | None, account: str = PRESS) -> PostRow:
        image = (Attached(id=kept.media_id, alt=alt),)
        (row,) = await house.order(Entry(account=account, texts=("Moin",), media=image))
        return row

    plain, described, held = [await post(alt) for alt in (None, "Eine Linde", "Ein Mensch")]
    with pytest.raises(NotFound):
        await post(None, BOARD)
    alts = [media_texts(released.post, 0)[0].text for released, _ in house.publisher.published]

    assert [row.status for row in (plain, described, held)] == ["published", "published", "held"]
    assert alts == ["Ein Baum", "Eine Linde"]
    assert [[item.id for item in media] for _, media in house.publisher.published] == [[kept.media_id]] * 2


async def test_an_author_sees_their_own_posts_and_no_others() -> None:
    """By the name of the decision; no right rests on knowing one."""
    house = NativeHouse()
    (row,) = await house.order(entry("Moin"))
    name = str(row.decision_id)
    shown = kept_row(await house.native.own(name, by=anna()))

    assert (shown.target, shown.decision_id, shown.verdict) == (PRESS, name, "allow")
    assert (shown.status, shown.platform_id) == ("published", "1")
    other = replace(anna(), ref="a_andere")
    for by, wanted in ((other, name), (anna(), "d-unbekannt")):
        with pytest.raises(NotFound):
            await house.native.own(wanted, by=by)


async def test_a_client_that_leaves_leaves_nothing_half_done() -> None:
    """Before the first record nothing is kept; after it all accounts are finished."""
    house = NativeHouse()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(house.order(entry("Moin"), entry("Tach", account=BOARD)))

        async def leave() -> None:
            task.cancel()

        house.publisher.before = leave
    assert await house.shield.drain(5)

    assert task.cancelled()
    assert (house.sent, house.sent_second) == (["Moin"], ["Tach"])
    assert house.states == ["published", "published"]
