"""
What everybody promises who is asked for posts that may have been published.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.clearing import Clearing
from proxy.gate.lifecycle import State
from proxy.gate.work import CloseAttempt, MovePost, OpenAttempt, RemoveAccount, StoreAccount, Work
from tests.fakes.clock import ManualClock
from tests.logins import issue, noted
from tests.works import ACCOUNT, Sample, allowed, ended, intended, new_id

if TYPE_CHECKING:
    from tests.stores import Ports

LEASE = timedelta(seconds=60)
DAY = timedelta(days=1)
CLEARING = Clearing(clock=ManualClock(), ids=new_id)


async def _ids(ports: Ports, sample: Sample, *, after: timedelta) -> list[str]:
    until = sample.at + after
    return [post.id for post in await ports.unclear.unclear(since=until - DAY, until=until)]


async def test_only_what_is_unclear_is_returned(ports: Ports) -> None:
    """Neither what is on its way nor what is published."""
    await issue(ports)
    unclear, sending, published = Sample(), Sample(), Sample()
    for sample in (unclear, sending, published):
        await ports.audit.commit(allowed(sample))
    await ports.audit.commit(ended(unclear, "unknown", State.UNKNOWN))
    await ports.audit.commit(ended(published))

    assert await _ids(ports, unclear, after=2 * LEASE) == [unclear.post]


async def test_it_is_returned_between_the_end_of_its_lease_and_a_day_later(ports: Ports) -> None:
    """Before, its sender may still be at it; after, a person was asked."""
    await issue(ports)
    sample = Sample()
    await ports.audit.commit(allowed(sample))
    await ports.audit.commit(ended(sample, "unknown", State.UNKNOWN))

    assert await _ids(ports, sample, after=LEASE - timedelta(seconds=1)) == []
    assert await _ids(ports, sample, after=LEASE) == [sample.post]
    assert await _ids(ports, sample, after=LEASE + DAY) == []


async def test_it_says_where_to_ask_and_what_was_recorded(ports: Ports) -> None:
    """Account, door, attempt, and the sealed content of its decision."""
    await issue(ports)
    sample = Sample()
    await ports.audit.commit(allowed(sample))
    await ports.audit.commit(ended(sample, "unknown", State.UNKNOWN))
    (post,) = await ports.unclear.unclear(since=sample.at, until=sample.at + DAY)

    assert (post.account, post.door, post.platform) == (ACCOUNT, "presse", "mastodon")
    assert (post.attempt, post.intent_record) == (sample.attempt, sample.intent)
    assert (post.content.record, post.content.key) == (sample.decision, sample.key)
    assert post.content.wrapped_key is not None


async def test_an_account_that_came_back_is_not_asked_about_what_went_before(ports: Ports) -> None:
    """It may be another one on the platform, where nothing of the post is to be found: that proves nothing."""
    await issue(ports)
    sample = Sample()
    await ports.audit.commit(allowed(sample))
    await ports.audit.commit(ended(sample, "unknown", State.UNKNOWN))
    again = StoreAccount(
        id=ACCOUNT,
        platform="mastodon",
        door="presse",
        credential_nonce=b"n",
        credential=b"c",
        credential_key=b"k",
        kek_id="kek",
        created_at=sample.at + LEASE,
    )
    await ports.audit.commit(noted(ports, RemoveAccount(id=ACCOUNT, at=sample.at)))
    await ports.audit.commit(noted(ports, again))
    (post,) = await ports.unclear.open()

    assert post.door == ""


async def test_of_several_attempts_the_last_counts(ports: Ports) -> None:
    """A look is about what was sent last; the others are clear."""
    await issue(ports)
    sample, second = Sample(), Sample()
    await ports.audit.commit(allowed(sample))
    await ports.audit.commit(ended(sample, "unknown", State.UNKNOWN))
    (unclear,) = await ports.unclear.open()
    await ports.audit.commit(CLEARING.absent(unclear, again_until=sample.at + DAY))
    again = OpenAttempt(
        id=second.attempt,
        post=sample.post,
        number=2,
        owner="n1",
        lease_until=sample.at + 3 * LEASE,
        intent_record=second.intent,
    )
    begun = replace(intended(second), at=sample.at + 2 * LEASE, subject=sample.subject)
    sent = (MovePost(id=sample.post, source=State.QUEUED, target=State.INTENT), again)
    await ports.audit.commit(Work(records=(begun,), changes=sent))
    over = replace(ended(second, "unknown", State.UNKNOWN), changes=())
    closed = CloseAttempt(id=second.attempt, result="unknown", outcome_record=second.outcome)
    unclear_again = MovePost(id=sample.post, source=State.INTENT, target=State.UNKNOWN)
    await ports.audit.commit(replace(over, changes=(closed, unclear_again)))

    assert await _ids(ports, sample, after=2 * LEASE) == []
    (post,) = await ports.unclear.open()
    assert (post.attempt, post.number, post.intent_record) == (second.attempt, 2, second.intent)
    assert (post.intent_at, post.lease_until) == (sample.at + 2 * LEASE, sample.at + 3 * LEASE)
    assert await ports.unclear.standing() == (1, sample.at + 3 * LEASE)


async def test_people_are_shown_what_is_unclear_and_what_is_absent(ports: Ports) -> None:
    """Whatever its age, oldest first; by the record of its decision."""
    await issue(ports)
    first = Sample()
    second, published = Sample(at=first.at + LEASE), Sample()
    for sample in (second, first, published):
        await ports.audit.commit(allowed(sample))
    await ports.audit.commit(ended(first, "unknown", State.UNKNOWN))
    await ports.audit.commit(ended(second, "unknown", State.UNKNOWN))
    await ports.audit.commit(ended(published))
    (unclear, _) = await ports.unclear.open()
    await ports.audit.commit(CLEARING.absent(unclear))

    assert [(post.id, post.state) for post in await ports.unclear.open()] == [
        (first.post, State.ABSENT),
        (second.post, State.UNKNOWN),
    ]
    found = [await ports.unclear.one(sample.decision) for sample in (first, second, published)]
    assert [None if post is None else post.id for post in found] == [first.post, second.post, None]
    assert await ports.unclear.standing() == (1, second.at + LEASE)


async def test_without_any_nothing_stands(ports: Ports) -> None:
    """There is no oldest one."""
    assert await ports.unclear.standing() == (0, None)
    assert await ports.unclear.open() == ()


async def test_what_is_known_of_an_account(ports: Ports) -> None:
    """Which ids of the platform are posts of it, and what came after a moment."""
    await issue(ports)
    sample = Sample()
    await ports.audit.commit(allowed(sample))
    await ports.audit.commit(ended(sample))
    known = [
        await ports.unclear.known(account=account, platform_id=identifier)
        for account, identifier in ((ACCOUNT, "115"), (ACCOUNT, "116"), ("mastodon:andere", "115"))
    ]
    later = [
        await ports.unclear.operations_since(account=account, since=since)
        for account, since in (
            (ACCOUNT, sample.at - LEASE),
            (ACCOUNT, sample.at),
            ("mastodon:andere", sample.at - LEASE),
        )
    ]

    assert known == [True, False, False]
    assert later == [frozenset({"status.create"}), frozenset(), frozenset()]
