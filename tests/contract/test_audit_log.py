"""
What every audit log promises: durable or nothing, named conflicts, receipts for exactly what was kept.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import Conflict, InvalidRecord
from proxy.gate.lifecycle import State
from proxy.gate.work import Actor, AuditRecord, FreeKey, GuardTwin, MovePost, RevokeToken, Work
from tests.works import ACCOUNT, MAC, SCOPE, Sample, allowed, blocked, decided, ended, intended, stored

if TYPE_CHECKING:
    from tests.stores import Ports


async def test_a_receipt_names_the_records_of_its_post(ports: Ports) -> None:
    """Decision and intent are in the receipt, with place, size and the code of the content."""
    sample = Sample()

    receipt = await ports.audit.commit(allowed(sample))

    assert {"PG-101": sample.decision, "PG-102": sample.intent} == receipt.records
    assert (sample.post, MAC, 0, 2) == (receipt.post, receipt.mac, receipt.first_seq, receipt.size)


async def test_a_receipt_leaves_out_records_of_other_posts(ports: Ports) -> None:
    """The decision on an original does not count as the decision on its redacted form."""
    original, redacted = Sample(), Sample()
    work = allowed(redacted)
    work = replace(
        work,
        records=(decided(original, "redact"), intended(redacted)),
        changes=(*stored(original, State.REPLACED), *work.changes),
    )

    receipt = await ports.audit.commit(work)

    assert {"PG-102": redacted.intent} == receipt.records


async def test_places_follow_each_other_without_gaps(ports: Ports) -> None:
    """Records of commits in flight together get places one after another."""
    receipts = await asyncio.gather(*(ports.audit.commit(blocked(Sample())) for _ in range(40)))

    assert list(range(40)) == sorted(receipt.first_seq for receipt in receipts)


async def test_the_loser_of_a_key_leaves_nothing_behind(ports: Ports) -> None:
    """Of fifty equal submissions with one key, one is kept; the losers learn which condition failed."""
    samples = [Sample() for _ in range(50)]

    results = await asyncio.gather(
        *(ports.audit.commit(allowed(sample, key="k")) for sample in samples), return_exceptions=True
    )

    lost = [result for result in results if isinstance(result, Conflict)]
    assert [(conflict.what,) for conflict in lost] == [("idempotency",)] * 49
    kept = await ports.posts.by_key(SCOPE, "k", ports.clock.now())
    assert kept is not None
    last = await ports.audit.commit(blocked(Sample()))
    assert last.first_seq == 2


async def test_an_expired_key_is_taken_over(ports: Ports) -> None:
    """After its time a key belongs to whoever comes next."""
    first = Sample()
    second = Sample(at=first.at + timedelta(hours=24))
    await ports.audit.commit(allowed(first, key="k"))

    await ports.audit.commit(allowed(second, key="k"))

    kept = await ports.posts.by_key(SCOPE, "k", second.at)
    assert kept is not None
    assert kept.id == second.post


async def test_a_key_of_a_post_that_was_not_taken_is_free_again(ports: Ports) -> None:
    """The client may try again with the key; a key that belongs to another post stays."""
    first, second = Sample(), Sample()
    free = FreeKey(scope=SCOPE, key="k", post=first.post)
    await ports.audit.commit(allowed(first, key="k"))
    await ports.audit.commit(replace(blocked(Sample()), changes=(free,)))

    await ports.audit.commit(allowed(second, key="k"))
    await ports.audit.commit(replace(blocked(Sample()), changes=(free,)))

    kept = await ports.posts.by_key(SCOPE, "k", ports.clock.now())
    assert kept is not None
    assert kept.id == second.post


async def test_an_equal_post_on_its_way_is_not_stored_again(ports: Ports) -> None:
    """The twin of a post that may have been sent is refused; of many at once, one is kept."""
    fingerprint = "equal"
    works = [allowed(Sample(fingerprint=fingerprint)) for _ in range(20)]

    results = await asyncio.gather(*(ports.audit.commit(work) for work in works), return_exceptions=True)

    assert [result.what for result in results if isinstance(result, Conflict)] == ["twin"] * 19


@pytest.mark.parametrize(("target", "allowed_again"), [(State.PUBLISHED, True), (State.UNKNOWN, False)])
async def test_a_clear_outcome_lets_an_equal_post_through(ports: Ports, target: State, allowed_again: bool) -> None:
    """After a clear outcome an equal text is a new post; while the outcome is unclear it is not."""
    first = Sample(fingerprint="equal")
    await ports.audit.commit(allowed(first))
    await ports.audit.commit(ended(first, "published" if allowed_again else "unknown", target))

    attempt = ports.audit.commit(allowed(Sample(fingerprint="equal")))

    if allowed_again:
        await attempt
    else:
        with pytest.raises(Conflict, match="twin"):
            await attempt


async def test_an_equal_post_of_another_scope_is_another_post(ports: Ports) -> None:
    """Two people may say the same."""
    await ports.audit.commit(allowed(Sample(fingerprint="equal"), scope="one"))

    await ports.audit.commit(allowed(Sample(fingerprint="equal"), scope="another"))


async def test_an_attempt_has_one_outcome(ports: Ports) -> None:
    """A second outcome of an attempt is refused, and so is a move from a state the post has left."""
    sample = Sample()
    await ports.audit.commit(allowed(sample))
    await ports.audit.commit(ended(sample))

    with pytest.raises(Conflict, match="attempt"):
        await ports.audit.commit(ended(replace(sample, outcome=Sample().outcome)))
    with pytest.raises(Conflict, match="post-state"):
        move = MovePost(id=sample.post, source=State.INTENT, target=State.UNKNOWN)
        await ports.audit.commit(replace(blocked(Sample()), changes=(move,)))


async def test_asking_twice_for_the_same_work_is_answered_twice(ports: Ports) -> None:
    """A unit of work that is already kept gets its receipt again: its answer may have been lost."""
    sample = Sample()
    await ports.audit.commit(allowed(sample))
    first = await ports.audit.commit(ended(sample))

    again = await ports.audit.commit(ended(sample))

    assert (first.first_seq, first.records) == (again.first_seq, again.records)


async def test_another_record_under_a_known_id_is_refused(ports: Ports) -> None:
    """An id is used once."""
    sample = Sample()
    await ports.audit.commit(blocked(sample))
    other = replace(Sample(), decision=sample.decision)

    with pytest.raises(Conflict, match="record"):
        await ports.audit.commit(replace(blocked(other), changes=()))


async def test_a_loser_does_not_fail_its_neighbours(ports: Ports) -> None:
    """Of units of work written together, only the one that lost is refused."""
    good = [Sample() for _ in range(8)]
    bad = replace(blocked(Sample()), changes=(RevokeToken(id="unknown", at=good[0].at),))

    results = await asyncio.gather(
        *(ports.audit.commit(allowed(sample)) for sample in good[:4]),
        ports.audit.commit(bad),
        *(ports.audit.commit(allowed(sample)) for sample in good[4:]),
        return_exceptions=True,
    )

    failures = [result for result in results if isinstance(result, BaseException)]
    assert [failure.what for failure in failures if isinstance(failure, Conflict)] == ["token"]
    assert len(results) - len(failures) == 8


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"code": "PG-999"}, "a code outside the catalogue"),
        ({"type": "post.intent"}, "another type"),
        ({"data": {"phase": "submit"}}, "without"),
        ({"data": decided(Sample()).data | {"text": "x"}}, "another field"),
        ({"data": decided(Sample()).data | {"policy_digest": 1.5}}, "wrong kind"),
        ({"data": decided(Sample()).data | {"obligations": [0.5]}}, "wrong kind of value in obligations"),
    ],
)
async def test_a_record_outside_the_catalogue_is_refused(ports: Ports, change: dict[str, object], found: str) -> None:
    """Unknown code, type, field or kind of value: the writer raises and keeps nothing."""
    record = replace(decided(Sample()), **change)  # type: ignore[arg-type]

    with pytest.raises(InvalidRecord, match=found):
        await ports.audit.commit(Work(records=(record,)))


async def test_content_of_another_post_is_refused(ports: Ports) -> None:
    """Decision, intent and receipt speak of one content."""
    work = allowed(Sample())

    with pytest.raises(InvalidRecord, match="another code"):
        await ports.audit.commit(replace(work, mac="cd" * 32))


async def test_a_unit_of_work_has_a_record(ports: Ports) -> None:
    """State without a record cannot be written, and a twin guard alone guards nothing."""
    guard = GuardTwin(scope=SCOPE, fingerprint="f", post=Sample().post)

    with pytest.raises(InvalidRecord):
        await ports.audit.commit(Work(records=(), changes=blocked(Sample()).changes))
    with pytest.raises(InvalidRecord):
        await ports.audit.commit(replace(blocked(Sample()), changes=(guard,)))


async def test_records_need_no_post(ports: Ports) -> None:
    """Records about the gate itself are about no post."""
    record = AuditRecord(
        id=Sample().decision,
        code="PG-601",
        type="node.started",
        at=ports.clock.now(),
        actor=Actor(kind="system", ref="postgate"),
        data={"version": "1"},
    )

    receipt = await ports.audit.commit(Work(records=(record,)))

    assert (None, "", {"PG-601": record.id}) == (receipt.post, receipt.mac, receipt.records)
    assert ACCOUNT not in str(receipt)
