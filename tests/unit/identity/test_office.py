from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import Conflict, NotFound, UnknownToken
from proxy.gate.work import Actor
from proxy.identity.office import OfficePorts, TokenOffice
from proxy.identity.sql import SqlIdentity
from proxy.identity.tokens import well_formed
from proxy.vault.accounts import AccountOffice
from proxy.vault.credentials import Vault
from proxy.vault.envelope import EnvelopeSealer
from proxy.vault.secret import Secret
from tests.fakes.clock import START, ManualClock
from tests.stores import KEYS, ORIGIN, bytes_on_disk, migrated, reads_on, writer_on
from tests.works import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

OPERATOR = Actor(kind="operator", ref="o_x")
ACCOUNT = "mastodon:presse"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _House:
    office: TokenOffice
    accounts: AccountOffice
    identity: SqlIdentity


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the address of a database that is up to date."""
    return migrated(f"sqlite:///{tmp_path}/tokens.db")


@asynccontextmanager
async def _house(url: str) -> AsyncIterator[_House]:
    sealer, vault, clock = EnvelopeSealer(KEYS, origin=ORIGIN), Vault(KEYS), ManualClock()
    async with writer_on(url) as audit, reads_on(url) as reads:
        accounts = AccountOffice(reads=reads, audit=audit, vault=vault, clock=clock, ids=new_id)
        await accounts.add(ACCOUNT, platform="mastodon", door="presse", credential=Secret("c"), by=OPERATOR)
        ports = OfficePorts(reads=reads, audit=audit, names=vault, digest=sealer.digest, clock=clock, ids=new_id)
        yield _House(
            office=TokenOffice(ports),
            accounts=accounts,
            identity=SqlIdentity(reads, digest=sealer.digest, clock=clock),
        )


async def _issue(house: _House, name: str = "Erika Beispiel", kind: str = "employee") -> str:
    issued = await house.office.issue(name, kind=kind, account=ACCOUNT, life=DAY, by=OPERATOR)
    return issued.token


async def test_an_issued_token_works(url: str) -> None:
    """It is shown once and lets its holder post to its account."""
    async with _house(url) as house:
        issued = await house.office.issue("Erika Beispiel", kind="employee", account=ACCOUNT, life=DAY, by=OPERATOR)
        grant = await house.identity.authenticate(issued.token, door="presse")
        rows = await house.office.rows()

    assert well_formed(issued.token)
    assert issued.token not in repr(issued)
    assert (grant.account.id, grant.principal.kind, grant.principal.scopes) == (
        ACCOUNT,
        "employee",
        frozenset({"post"}),
    )
    assert [(row.id, row.prefix, row.account, row.expires_at) for row in rows] == [
        (issued.id, issued.token[:8], ACCOUNT, START + DAY)
    ]


JOERG = (
    "Jörg Beispiel",
    "jo\u0308rg beispiel ",
    "Jörg  Beispiel",
    "Jörg\u00a0Beispiel",
    "J\u00f6rg\u200b Beispiel",
    "\uff2aörg Beispiel",
)
"""An invented person, as people and attackers may type the name."""


async def test_one_person_has_one_pseudonym(url: str) -> None:
    """Whatever the number of tokens and however the name is spelled; another person has another."""
    async with _house(url) as house:
        tokens = [await _issue(house, name) for name in (*JOERG, "Erika Beispiel")]
        refs = [(await house.identity.authenticate(token, door="presse")).principal.ref for token in tokens]

    assert len(set(refs[: len(JOERG)])) == 1
    assert refs[0] != refs[-1]
    assert all(ref.startswith("a_") and len(ref) == 28 for ref in refs)


async def test_a_person_is_no_service(url: str) -> None:
    """One name has one kind: four eyes depends on it."""
    async with _house(url) as house:
        await _issue(house)
        with pytest.raises(Conflict, match="actor"):
            await _issue(house, kind="service")


async def test_no_account_no_token(url: str) -> None:
    """An unknown account, or one that was removed."""
    async with _house(url) as house:
        with pytest.raises(Conflict, match="account"):
            await house.office.issue("Erika Beispiel", kind="employee", account="mastodon:x", life=DAY, by=OPERATOR)
        await house.accounts.remove(ACCOUNT, by=OPERATOR)
        with pytest.raises(Conflict, match="account"):
            await _issue(house)

        assert await house.office.rows() == []


@pytest.mark.parametrize("life", [timedelta(0), timedelta(days=-1), timedelta(days=366)])
async def test_a_token_expires_within_a_year(url: str, life: timedelta) -> None:
    """There is no token for ever."""
    async with _house(url) as house:
        with pytest.raises(ValueError, match="year"):
            await house.office.issue("Erika", kind="employee", account=ACCOUNT, life=life, by=OPERATOR)


async def test_a_revoked_token_is_dead(url: str) -> None:
    """At once and for good."""
    async with _house(url) as house:
        token = await _issue(house)
        (row,) = await house.office.rows()
        await house.office.revoke(row.id, by=OPERATOR, reason="lost")

        with pytest.raises(UnknownToken):
            await house.identity.authenticate(token, door="presse")
        with pytest.raises(Conflict, match="token"):
            await house.office.revoke(row.id, by=OPERATOR)
        with pytest.raises(NotFound):
            await house.office.revoke("none", by=OPERATOR)


async def test_a_removed_account_takes_its_tokens_along(url: str) -> None:
    """Also when an account of that id comes back."""
    async with _house(url) as house:
        token = await _issue(house)
        await house.accounts.remove(ACCOUNT, by=OPERATOR)
        await house.accounts.add(ACCOUNT, platform="mastodon", door="presse", credential=Secret("c"), by=OPERATOR)

        with pytest.raises(UnknownToken):
            await house.identity.authenticate(token, door="presse")


async def test_neither_name_nor_token_is_kept_in_clear(url: str) -> None:
    """The file and its log of changes hold digests and sealed bytes."""
    async with _house(url) as house:
        token = await _issue(house)
        kept = await asyncio.to_thread(bytes_on_disk, url)

    assert token.encode() not in kept
    assert b"Erika" not in kept
    assert token[:8].encode() in kept
