"""
What everybody promises who is asked for posts that may have been published.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.lifecycle import State
from proxy.gate.work import MovePost, OpenAttempt, Work
from tests.logins import issue
from tests.works import ACCOUNT, MAC, Sample, allowed, ended, intended, new_id

if TYPE_CHECKING:
    from tests.stores import Ports

LEASE = timedelta(seconds=60)
DAY = timedelta(days=1)
HALF_AN_HOUR = timedelta(minutes=30)


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


async def test_of_several_attempts_the_last_one_counts(ports: Ports) -> None:
    """Its lease must be over, and what is found is its outcome: the earlier ones came to nothing for sure."""
    await issue(ports)
    first = Sample()
    second = replace(first, intent=new_id(), outcome=new_id(), attempt=new_id())
    lease_until = first.at + timedelta(hours=1)
    again = OpenAttempt(
        id=second.attempt,
        post=second.post,
        number=2,
        owner="n1",
        lease_until=lease_until,
        intent_record=second.intent,
    )
    changes = (MovePost(id=first.post, source=State.QUEUED, target=State.INTENT), again)
    await ports.audit.commit(allowed(first))
    await ports.audit.commit(ended(first, "not_sent", State.QUEUED))
    await ports.audit.commit(Work(records=(intended(second),), changes=changes, post=first.post, mac=MAC))
    await ports.audit.commit(ended(second, "unknown", State.UNKNOWN))

    assert await ports.unclear.unclear(since=lease_until - HALF_AN_HOUR, until=lease_until - timedelta(seconds=1)) == ()
    assert await ports.unclear.unclear(since=first.at, until=first.at + 2 * LEASE) == ()
    (post,) = await ports.unclear.unclear(since=first.at, until=lease_until)
    assert (post.attempt, post.intent_record) == (second.attempt, second.intent)


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
