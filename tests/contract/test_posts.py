"""
What every post table promises to somebody who asks again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.lifecycle import State
from proxy.gate.work import StoreAnswer, StorePost
from tests.works import ACCOUNT, AUTHOR, SCOPE, Sample, allowed, blocked, ended

if TYPE_CHECKING:
    from tests.stores import Ports


async def test_a_key_leads_to_its_post(ports: Ports) -> None:
    """State, decision, fingerprint and wrapped key come with it; there is no answer yet."""
    sample = Sample()
    await ports.audit.commit(allowed(sample, key="k"))

    kept = await ports.posts.by_key(SCOPE, "k", sample.at)

    assert kept is not None
    assert (kept.id, kept.state, kept.fingerprint) == (sample.post, State.INTENT, sample.fingerprint)
    assert (kept.decision_record, kept.key, kept.kek_id) == (sample.decision, sample.key, "kek")
    assert kept.wrapped_key == b"w" * 60
    assert (kept.answer_nonce, kept.answer) == (None, None)


async def test_a_key_belongs_to_its_scope_and_time(ports: Ports) -> None:
    """Another scope, another key and a later day find nothing."""
    sample = Sample()
    await ports.audit.commit(allowed(sample, key="k"))

    assert await ports.posts.by_key("another", "k", sample.at) is None
    assert await ports.posts.by_key(SCOPE, "other", sample.at) is None
    assert await ports.posts.by_key(SCOPE, "k", sample.at + timedelta(hours=24)) is None


async def test_the_answer_is_kept_with_the_outcome(ports: Ports) -> None:
    """An answer stored in the transaction of the outcome is found by the key."""
    sample = Sample()
    await ports.audit.commit(allowed(sample, key="k"))
    work = ended(sample)
    answer = StoreAnswer(post=sample.post, nonce=b"n" * 12, ciphertext=b"sealed")
    await ports.audit.commit(replace(work, changes=(*work.changes, answer)))

    kept = await ports.posts.by_key(SCOPE, "k", sample.at)

    assert kept is not None
    assert (kept.state, kept.answer_nonce, kept.answer) == (State.PUBLISHED, b"n" * 12, b"sealed")


async def test_a_twin_is_found_while_it_may_be_on_its_way(ports: Ports) -> None:
    """In `intent` and `unknown`, in its own scope, with its own fingerprint; not after a clear outcome."""
    sample, clear = Sample(), Sample()
    for item in (sample, clear):
        await ports.audit.commit(allowed(item))
    await ports.audit.commit(ended(clear))
    await ports.audit.commit(blocked(Sample(fingerprint="blocked")))

    twin = await ports.posts.open_twin(SCOPE, sample.fingerprint)
    await ports.audit.commit(ended(sample, "unknown", State.UNKNOWN))
    later = await ports.posts.open_twin(SCOPE, sample.fingerprint)

    assert twin is not None
    assert later is not None
    assert (twin.id, twin.state, later.state) == (sample.post, State.INTENT, State.UNKNOWN)
    assert await ports.posts.open_twin("another", sample.fingerprint) is None
    assert await ports.posts.open_twin(SCOPE, clear.fingerprint) is None
    assert await ports.posts.open_twin(SCOPE, "blocked") is None


async def test_attempts_are_overdue_when_their_lease_is_over(ports: Ports) -> None:
    """Oldest lease first; an attempt with an outcome is never overdue."""
    samples = [Sample(), Sample(), Sample()]
    late, done, early = (
        replace(sample, at=sample.at + timedelta(seconds=seconds))
        for sample, seconds in zip(samples, (30, 10, 0), strict=True)
    )
    for sample in (late, done, early):
        await ports.audit.commit(allowed(sample))
    await ports.audit.commit(ended(done))

    before = await ports.posts.overdue_attempts(early.at + timedelta(seconds=59))
    some = await ports.posts.overdue_attempts(early.at + timedelta(seconds=60))
    both = await ports.posts.overdue_attempts(early.at + timedelta(seconds=90))

    assert before == []
    assert some == [(early.attempt, early.post, early.intent, ACCOUNT)]
    assert [row[0] for row in both] == [early.attempt, late.attempt]


async def test_a_post_is_found_by_the_platforms_id(ports: Ports) -> None:
    """With what was recorded of it and its wrapped key; only for its author and account."""
    sample = Sample()
    await ports.audit.commit(allowed(sample))
    assert await ports.posts.on_platform(author=AUTHOR.ref, account=ACCOUNT, platform_id="115") == ()
    await ports.audit.commit(ended(sample))

    (found,) = await ports.posts.on_platform(author=AUTHOR.ref, account=ACCOUNT, platform_id="115")

    assert (found.record, found.key, found.kek_id) == (sample.decision, sample.key, "kek")
    assert (found.nonce, found.ciphertext, found.wrapped_key) == (b"n" * 12, b"sealed bytes of nobody", b"w" * 60)
    assert await ports.posts.on_platform(author="a_andere", account=ACCOUNT, platform_id="115") == ()
    assert await ports.posts.on_platform(author=AUTHOR.ref, account="mastodon:andere", platform_id="115") == ()
    assert await ports.posts.on_platform(author=AUTHOR.ref, account=ACCOUNT, platform_id="116") == ()


async def test_an_edited_post_is_found_as_first_written_and_as_last_edited(ports: Ports) -> None:
    """What came between, and acts on it, do not matter."""
    samples = [
        replace(sample, at=sample.at + timedelta(seconds=n)) for n, sample in enumerate([Sample() for _ in "1234"])
    ]
    for sample, kind in zip(samples, ("reply", "edit", "edit", "act"), strict=True):
        work = allowed(sample)
        changes = tuple(
            replace(change, kind=kind) if isinstance(change, StorePost) else change for change in work.changes
        )
        await ports.audit.commit(replace(work, changes=changes))
        await ports.audit.commit(ended(sample))

    found = await ports.posts.on_platform(author=AUTHOR.ref, account=ACCOUNT, platform_id="115")

    assert [one.record for one in found] == [samples[0].decision, samples[2].decision]
