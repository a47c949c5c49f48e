"""The exchange of the wrapping key, on both databases, beside people who go on. All names and keys are invented."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.audit.orders.model import Kind as OrderKind
from proxy.audit.orders.model import Target
from proxy.audit.verify import Verified
from proxy.core.errors import AuditUnavailable, Conflict
from proxy.gate.key_changes import RewrapDataKey
from proxy.gate.policy_changes import StoreBundle
from proxy.gate.work import Work
from proxy.storage.tables import data_keys
from proxy.storage.wrapping_keys import Kind, noted, usage
from proxy.vault.accounts import AccountOffice
from proxy.vault.credentials import Vault
from proxy.vault.exchange import EXCHANGED
from proxy.vault.refusals import ExchangeRefused
from proxy.vault.secret import Secret
from tests.fakes.clock import START
from tests.key_exchanges import (
    FIRST,
    FIRST_ID,
    SECOND,
    SECOND_ID,
    THIRD,
    THIRD_ID,
    exchange_of,
    opened,
    ring_of,
    writing_with,
)
from tests.orders import OPERATOR, DeskHouse, desk_house
from tests.stores import KEYS, migrated, url_for
from tests.works import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from proxy.core.model import Receipt
    from proxy.gate.ports import AuditLog
    from proxy.vault.exchange import Exchanged, KeyExchange
    from proxy.vault.keys import Keys


@pytest.fixture(params=["sqlite", "postgresql"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DeskHouse]:
    """Return a house with two people, posts, an account and a bundle, on a database of each kind."""
    url = url_for(request.param, request, tmp_path)
    await asyncio.to_thread(migrated, url)
    async with desk_house(url) as opened_house:
        for number in range(5):
            await opened_house.post(f"Kanarienvogel {number}", author="a_erfunden")
        await _office(opened_house, KEYS).add(
            "mastodon:presse", platform="mastodon", door="presse", credential=Secret("geheim"), by=OPERATOR
        )
        await _keep_bundle(opened_house)
        yield opened_house


def _office(house: DeskHouse, keys: Keys) -> AccountOffice:
    return AccountOffice(reads=house.reads, audit=house.audit, vault=Vault(keys), clock=house.clock, ids=new_id)


async def _keep_bundle(house: DeskHouse) -> None:
    sealed = Vault(KEYS).seal_bundle(b"files", digest="sha256:invented")
    bundle = StoreBundle(
        digest="sha256:invented",
        nonce=sealed.nonce,
        package=sealed.ciphertext,
        package_key=sealed.key,
        kek_id=sealed.kek_id,
        stored_at=START,
    )
    record = exchange_of(KEYS, reads=house.reads, audit=house.audit, clock=house.clock)._record("begun", [], OPERATOR)
    await house.audit.commit(Work(records=(record,), changes=(bundle,)))


def _exchange(house: DeskHouse, keys: Keys, audit: AuditLog | None = None) -> KeyExchange:
    return exchange_of(keys, reads=house.reads, audit=audit or house.audit, clock=house.clock)


async def _opened(house: DeskHouse, keys: Keys) -> dict[str, bool]:
    return await house.reads.run(lambda connection: opened(connection, keys))


class Beside:
    """The log of an exchange, beside which something happens before each of its steps."""

    def __init__(self, audit: AuditLog, before: Callable[[str], Awaitable[object] | None]) -> None:
        self._audit = audit
        self._before = before

    async def commit(self, work: Work) -> Receipt:
        """Let it happen, then commit."""
        happens = self._before(str(work.records[0].data["step"]))
        if happens is not None:
            await happens
        return await self._audit.commit(work)


async def test_everything_is_wrapped_anew_and_the_old_key_is_retired(house: DeskHouse) -> None:
    """Then the new key alone opens all of it, and the old one nothing; the log verifies and says how much."""
    done: Exchanged = await _exchange(house, ring_of(SECOND, FIRST)).run(by=OPERATOR, reason="a test")
    new, old = await _opened(house, ring_of(SECOND)), await _opened(house, ring_of(FIRST))
    notes, used = await house.reads.run(noted), await house.reads.run(usage)
    records = [leaf["data"] for leaf in await house.records(EXCHANGED)][1:]

    assert (done.current, done.retired) == (SECOND_ID, (FIRST_ID,))
    assert done.rows == {Kind.POST: 5, Kind.CREDENTIAL: 1, Kind.NAME: 2, Kind.BUNDLE: 1}
    assert len(new) == 9
    assert all(new.values())
    assert not any(old.values())
    assert {name: note.retired_at is not None for name, note in notes.items()} == {FIRST_ID: True, SECOND_ID: False}
    assert set(used) == {SECOND_ID}
    assert [record["step"] for record in records] == ["begun", *["wrapped"] * 6, "retired"]
    assert records[0]["reason"] == "a test"
    assert {(record["kek_id"], *record["from_kek_ids"]) for record in records} == {(SECOND_ID, FIRST_ID)}
    for field, count in (("keys", 5), ("credentials", 1), ("names", 2), ("bundles", 1)):
        assert sum(record.get(field, 0) for record in records[:-1]) == records[-1][field] == count
    assert isinstance(await house.verified(), Verified)


async def test_a_second_exchange_follows_the_first(house: DeskHouse) -> None:
    """And there is nothing to do after it."""
    await _exchange(house, ring_of(SECOND, FIRST)).run(by=OPERATOR)
    await _exchange(house, ring_of(THIRD, SECOND)).run(by=OPERATOR)
    with pytest.raises(ExchangeRefused) as refused:
        await _exchange(house, ring_of(THIRD)).run(by=OPERATOR)
    notes = await house.reads.run(noted)

    assert refused.value.why == "nothing"
    assert {name for name, note in notes.items() if note.retired_at} == {FIRST_ID, SECOND_ID}
    assert all((await _opened(house, ring_of(THIRD))).values())


async def test_a_key_that_was_only_drawn_is_not_retired(house: DeskHouse) -> None:
    """It wraps nothing yet, but soon will."""
    with pytest.raises(ExchangeRefused) as refused:
        await _exchange(house, ring_of(FIRST, SECOND)).run(by=OPERATOR)
    await _exchange(house, ring_of(SECOND, FIRST, THIRD)).run(by=OPERATOR)

    assert refused.value.why == "nothing"
    assert THIRD_ID not in await house.reads.run(noted)


async def test_people_go_on_beside_it(house: DeskHouse) -> None:
    """What is erased in between stays erased, what is written with the old key in between is found as well."""
    posts = [await house.post(f"Noch einer {number}", author="a_zweite") for number in range(2)]
    erase = await house.order(OrderKind.ERASE, Target(posts=tuple(post.id for post in posts)))

    once: dict[str, Callable[[], Awaitable[object]]] = {
        "wrapped": lambda: house.desk.confirm(erase.id, by=house.legal),
        "retired": lambda: house.post("Spätzünder", author="a_dritte"),
    }

    def happens(step: str) -> Awaitable[object] | None:
        wanted = once.pop(step, None)
        return None if wanted is None else wanted()

    done = await _exchange(house, ring_of(SECOND, FIRST), Beside(house.audit, happens)).run(by=OPERATOR)
    new = await _opened(house, ring_of(SECOND))

    assert done.rows[Kind.POST] == 6
    assert all(new.values())
    assert sum(name.startswith("content") for name in new) == 6
    assert isinstance(await house.verified(), Verified)


async def test_a_node_with_the_old_key_writes_nothing_more(house: DeskHouse) -> None:
    """Neither posts nor names nor accounts; with the new key all goes on."""
    await _exchange(house, ring_of(SECOND, FIRST)).run(by=OPERATOR)
    before = await _opened(house, ring_of(SECOND))
    with pytest.raises(AuditUnavailable, match="start this node again"):
        await house.post("Von gestern", author="a_erfunden")
    with pytest.raises(AuditUnavailable, match="start this node again"):
        await house.person("Neue Person", "privacy")
    with pytest.raises(AuditUnavailable, match="start this node again"):
        await _office(house, KEYS).add("x:y", platform="x", door="d", credential=Secret("g"), by=OPERATOR)
    await _office(house, KEYS).remove("mastodon:presse", by=OPERATOR)
    with pytest.raises(AuditUnavailable, match="start this node again"):
        await _office(house, KEYS).add("mastodon:presse", platform="x", door="d", credential=Secret("g"), by=OPERATOR)
    await writing_with(house, ring_of(SECOND)).post("Von heute", author="a_erfunden")
    after = await _opened(house, ring_of(SECOND))

    assert all(after.values())
    assert len(after) == len(before)  # one content more, one credential less
    assert isinstance(await house.verified(), Verified)


async def test_a_node_that_keeps_on_wrapping_is_noticed(house: DeskHouse) -> None:
    """The old key is not retired under what it wraps; the next run finishes."""

    def happens(_step: str) -> Awaitable[object]:
        return house.post("Immer weiter", author="a_dritte")

    keys = ring_of(SECOND, FIRST)
    with pytest.raises(ExchangeRefused) as refused:
        await _exchange(house, keys, Beside(house.audit, happens)).run(by=OPERATOR)
    assert refused.value.why == "still-used"
    assert FIRST_ID in refused.value.reason.en
    assert all((await _opened(house, keys)).values())
    await _exchange(house, keys).run(by=OPERATOR)

    assert all((await _opened(house, ring_of(SECOND))).values())


async def test_without_a_key_that_something_needs_nothing_begins(house: DeskHouse) -> None:
    """It names the key."""
    size = len(await house.records(EXCHANGED))
    with pytest.raises(ExchangeRefused) as refused:
        await _exchange(house, ring_of(SECOND)).run(by=OPERATOR)

    assert refused.value.why == "missing"
    assert FIRST_ID in refused.value.reason.de
    assert await house.reads.run(noted) == {}
    assert len(await house.records(EXCHANGED)) == size


async def test_what_does_not_open_is_named_and_keeps_its_key(house: DeskHouse) -> None:
    """All else is wrapped anew; once it is erased, the exchange comes to its end."""
    post = await house.post("Beschädigt", author="a_vierte")
    query = sa.select(data_keys.c.id).where(data_keys.c.post_id == post.id)
    key = await house.reads.run(lambda connection: str(connection.execute(query).scalar_one()))
    change = RewrapDataKey(id=key, wrapped=b"x" * 60, source=FIRST_ID, target=FIRST_ID)
    record = _exchange(house, KEYS)._record("wrapped", [], OPERATOR)
    await house.audit.commit(Work(records=(record,), changes=(change,)))
    keys = ring_of(SECOND, FIRST)
    with pytest.raises(ExchangeRefused) as refused:
        await _exchange(house, keys).run(by=OPERATOR)
    used = await house.reads.run(usage)
    await house.both(OrderKind.ERASE, Target(posts=(post.id,)))
    await _exchange(house, keys).run(by=OPERATOR)

    assert refused.value.why == "broken"
    assert f"posts {key}" in refused.value.reason.en
    assert used[FIRST_ID].live == {**dict.fromkeys(Kind, 0), Kind.POST: 1}
    assert all((await _opened(house, ring_of(SECOND))).values())


async def test_a_row_that_is_overtaken_again_and_again_ends_the_run(house: DeskHouse) -> None:
    """With what is wrapped so far kept."""

    class Loses:
        async def commit(self, work: Work) -> Receipt:
            if any(isinstance(change, RewrapDataKey) for change in work.changes):
                raise Conflict(what="rewrap")
            return await house.audit.commit(work)

    with pytest.raises(Conflict):
        await _exchange(house, ring_of(SECOND, FIRST), Loses()).run(by=OPERATOR)

    assert all((await _opened(house, ring_of(SECOND, FIRST))).values())
