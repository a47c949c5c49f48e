"""
Platform accounts: added and removed on record, credentials opened only for a publisher's or reader's call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.core.errors import NotFound
from proxy.gate.work import AuditRecord, RemoveAccount, StoreAccount, Subject, Work
from proxy.storage.tables import accounts
from proxy.vault.credentials import Sealed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.gate.work import Actor
    from proxy.storage.reads import Reads
    from proxy.vault.credentials import Vault
    from proxy.vault.secret import Secret

_LIVING = accounts.c.removed_at.is_(None)


KEPT_S = 60.0
"""How long an opened credential is used before it is read again; a removed account's tokens are dead at once."""


class SqlAccounts:
    """Implements `gate.ports.Accounts` on the database; a credential stays in memory for a minute."""

    def __init__(self, reads: Reads, vault: Vault, *, monotonic: Callable[[], float]) -> None:
        self._reads = reads
        self._vault = vault
        self._monotonic = monotonic
        self._kept: dict[str, tuple[float, Secret]] = {}

    async def credential(self, account_id: str) -> str:
        """
        Return the platform credential in clear; never show it.

        Raises:
            SealBroken: it does not open.
            NotFound: the account was removed, or never was.
        """
        now = self._monotonic()
        read_at, secret = self._kept.get(account_id, (now - KEPT_S, None))
        if secret is None or now - read_at >= KEPT_S:
            self._kept = {name: kept for name, kept in self._kept.items() if now - kept[0] < KEPT_S}
            secret = await self._reads.run(lambda connection: self._open(connection, account_id))
            self._kept[account_id] = (now, secret)
        return secret.reveal()

    def _open(self, connection: Connection, account_id: str) -> Secret:
        row = connection.execute(sa.select(accounts).where(accounts.c.id == account_id, _LIVING)).one_or_none()
        if row is None:
            raise NotFound(expected="an account of this gateway", found="none of this id")
        sealed = Sealed(
            nonce=row.credential_nonce, ciphertext=row.credential, key=row.credential_key, kek_id=row.kek_id
        )
        return self._vault.open_credential(sealed, account=row.id, platform=row.platform)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """What may be shown of an account."""

    id: str
    platform: str
    door: str
    created_at: datetime


class AccountOffice:
    """Adds, lists and removes accounts; each change is on record before it counts."""

    def __init__(self, *, reads: Reads, audit: AuditLog, vault: Vault, clock: Clock, ids: Ids) -> None:
        self._reads = reads
        self._audit = audit
        self._vault = vault
        self._clock = clock
        self._ids = ids

    async def add(self, account: str, *, platform: str, door: str, credential: Secret, by: Actor) -> None:
        """
        Add an account with its credential.

        Raises:
            Conflict: it exists (`account`).
            AuditUnavailable: it could not be recorded; it was not added.
        """
        now = self._clock.now()
        sealed = self._vault.seal_credential(credential, account=account, platform=platform)
        record = AuditRecord(
            id=self._ids(),
            code="PG-407",
            type="account.added",
            at=now,
            actor=by,
            subject=Subject(account=account),
            data={"account": account, "platform": platform, "door": door},
        )
        change = StoreAccount(
            id=account,
            platform=platform,
            door=door,
            credential_nonce=sealed.nonce,
            credential=sealed.ciphertext,
            credential_key=sealed.key,
            kek_id=sealed.kek_id,
            created_at=now,
        )
        await self._audit.commit(Work(records=(record,), changes=(change,)))

    async def remove(self, account: str, *, by: Actor, reason: str | None = None) -> None:
        """
        Remove an account: its credential is destroyed, its tokens are revoked.

        Raises:
            Conflict: there is none (`account`).
            AuditUnavailable: it could not be recorded; it was not removed.
        """
        now = self._clock.now()
        record = AuditRecord(
            id=self._ids(),
            code="PG-408",
            type="account.removed",
            at=now,
            actor=by,
            subject=Subject(account=account),
            data={"account": account, "reason": reason},
        )
        await self._audit.commit(Work(records=(record,), changes=(RemoveAccount(id=account, at=now),)))

    async def rows(self) -> list[AccountRow]:
        """Return all accounts that were not removed, by id."""
        query = sa.select(accounts).where(_LIVING).order_by(accounts.c.id)

        def read(connection: Connection) -> list[AccountRow]:
            return [
                AccountRow(id=row.id, platform=row.platform, door=row.door, created_at=row.created_at)
                for row in connection.execute(query)
            ]

        return await self._reads.run(read)
