from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.core.errors import Conflict, NotFound, SealBroken
from proxy.gate.work import Actor
from proxy.storage.engines import create_engine
from proxy.storage.tables import accounts
from proxy.vault.accounts import AccountOffice, AccountRow, SqlAccounts
from proxy.vault.credentials import Vault
from proxy.vault.secret import Secret
from tests.fakes.clock import START, ManualClock
from tests.stores import KEYS, bytes_on_disk, migrated, reads_on, writer_on
from tests.works import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

OPERATOR = Actor(kind="operator", ref="o_x")
ACCOUNT = "mastodon:presse"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the address of a database that is up to date."""
    return migrated(f"sqlite:///{tmp_path}/vault.db")


@asynccontextmanager
async def _office(url: str, clock: ManualClock | None = None) -> AsyncIterator[tuple[AccountOffice, SqlAccounts]]:
    vault, clock = Vault(KEYS), clock or ManualClock()
    async with writer_on(url) as audit, reads_on(url) as reads:
        office = AccountOffice(reads=reads, audit=audit, vault=vault, clock=clock, ids=new_id)
        yield office, SqlAccounts(reads, vault, monotonic=clock.monotonic)


async def _add(office: AccountOffice, credential: str = "canary") -> None:
    await office.add(ACCOUNT, platform="mastodon", door="presse", credential=Secret(credential), by=OPERATOR)


async def test_an_account_gives_its_credential(url: str) -> None:
    """Opened for the call; lists never show it."""
    async with _office(url) as (office, opened):
        await _add(office)
        rows = await office.rows()

        assert await opened.credential(ACCOUNT) == "canary"
    assert rows == [AccountRow(id=ACCOUNT, platform="mastodon", door="presse", created_at=START)]


async def test_the_database_holds_no_credential(url: str) -> None:
    """Neither file nor log of changes contains it."""
    async with _office(url) as (office, _):
        await _add(office)
        kept = await asyncio.to_thread(bytes_on_disk, url)

    assert b"canary" not in kept


async def test_an_account_is_added_once(url: str) -> None:
    """Adding it again changes nothing."""
    async with _office(url) as (office, opened):
        await _add(office)
        with pytest.raises(Conflict, match="account"):
            await _add(office, "other")

        assert await opened.credential(ACCOUNT) == "canary"


async def test_a_removed_account_has_no_credential(url: str) -> None:
    """It is destroyed, not hidden; the account may come back with another one."""
    async with _office(url) as (office, opened):
        await _add(office)
        await office.remove(ACCOUNT, by=OPERATOR, reason="closed")
        with pytest.raises(NotFound):
            await opened.credential(ACCOUNT)
        with pytest.raises(Conflict, match="account"):
            await office.remove(ACCOUNT, by=OPERATOR)
        listed = await office.rows()
        await _add(office, "another")

        assert listed == []
        assert await opened.credential(ACCOUNT) == "another"


async def test_an_opened_credential_is_used_for_a_minute(url: str) -> None:
    """Not longer: after that it is read again, and is gone when the account is."""
    clock = ManualClock()
    async with _office(url, clock) as (office, opened):
        await _add(office)
        await opened.credential(ACCOUNT)
        await office.remove(ACCOUNT, by=OPERATOR)
        clock.advance(59)
        kept = await opened.credential(ACCOUNT)
        clock.advance(1)
        with pytest.raises(NotFound):
            await opened.credential(ACCOUNT)

    assert kept == "canary"
    assert "canary" not in repr(opened.__dict__)


async def test_an_unknown_account_is_not_found(url: str) -> None:
    """The error does not repeat the id."""
    async with _office(url) as (_, opened):
        with pytest.raises(NotFound) as caught:
            await opened.credential("mastodon:canary")

    assert "canary" not in str(caught.value)


async def test_a_swapped_credential_does_not_open(url: str) -> None:
    """Somebody copied one account's columns over another's."""
    async with _office(url) as (office, opened):
        await _add(office)
        await office.add("mastodon:b", platform="mastodon", door="b", credential=Secret("b"), by=OPERATOR)
        await _swap(url)

        with pytest.raises(SealBroken):
            await opened.credential("mastodon:b")


async def _swap(url: str) -> None:
    def swap() -> None:
        engine = create_engine(url)
        columns = ("credential", "credential_nonce", "credential_key")
        with engine.begin() as connection:
            row = connection.execute(sa.select(accounts).where(accounts.c.id == ACCOUNT)).mappings().one()
            values = {name: row[name] for name in columns}
            connection.execute(sa.update(accounts).where(accounts.c.id == "mastodon:b").values(values))
        engine.dispose()

    await asyncio.to_thread(swap)
