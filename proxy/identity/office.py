"""
Gateway tokens: issued, listed and revoked, each on record before it counts.

A person has one pseudonym, whatever the number of tokens: it is found again by a keyed digest of the name. The name
itself is kept sealed and appears in no record.
"""

from __future__ import annotations

import base64
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

from proxy.core.errors import Conflict, NotFound
from proxy.gate.work import AuditRecord, RevokeToken, StoreActor, StoreToken, Subject, Work
from proxy.identity.sql import CHECK, PURPOSE, SCOPE, SUBMIT
from proxy.identity.tokens import draw, shown
from proxy.storage.columns import instant
from proxy.storage.tables import actors, tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.gate.work import Actor, Change
    from proxy.storage.reads import Reads

LONGEST = timedelta(days=365)
OF_SERVICES = frozenset({SCOPE, SUBMIT, CHECK})
"""What the token of a program may allow; all else is for people."""
PERSON = "employee"
"""The kind of a principal that is a natural person."""
_NAME_PURPOSE = "actor-name"


class SealedName(Protocol):
    """A name that only the vault opens."""

    @property
    def nonce(self) -> bytes:
        """Nonce of the ciphertext."""

    @property
    def ciphertext(self) -> bytes:
        """The sealed name."""

    @property
    def key(self) -> bytes:
        """The wrapped key."""

    @property
    def kek_id(self) -> str:
        """Name of the wrapping key."""


class Names(Protocol):
    """Seals names of people and services."""

    def seal_name(self, name: str, *, ref: str) -> SealedName:
        """Seal the name behind a pseudonym."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A new token; the only time that it is known."""

    id: str
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """What may be shown of a token."""

    id: str
    prefix: str
    principal: str
    account: str | None
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePorts:
    """What the office needs."""

    reads: Reads
    audit: AuditLog
    names: Names
    digest: Callable[[str, bytes], str]
    clock: Clock
    ids: Ids


class TokenOffice:
    """Issues, lists and revokes gateway tokens."""

    def __init__(self, ports: OfficePorts) -> None:
        self._ports = ports

    async def issue(
        self,
        name: str,
        *,
        kind: str,
        account: str | None,
        life: timedelta,
        by: Actor,
        scopes: tuple[str, ...] = (SCOPE,),
    ) -> Issued:
        """
        Issue a token: to post to one account, or for a person to sign changes of policies.

        Raises:
            ValueError: the life is not between a moment and a year, the name is empty, a token to post has no account,
                or a service shall sign.
            Conflict: there is no such account (`account`), or the same name got its pseudonym just now (`actor`).
            AuditUnavailable: it could not be recorded; there is no token.
        """
        name = _plain(name)
        if not name or not timedelta() < life <= LONGEST:
            raise ValueError("a token needs a name and a life of at most a year")
        if (SCOPE in scopes) != (account is not None) or not (kind == PERSON or set(scopes) <= OF_SERVICES):
            raise ValueError("a token to post needs an account, and only a person signs")
        now = self._ports.clock.now()
        ref, new = await self._pseudonym(name, kind=kind, now=now)
        token = draw()
        store = StoreToken(
            id=self._ports.ids(),
            digest=self._ports.digest(PURPOSE, token.encode("ascii")),
            prefix=shown(token),
            principal=ref,
            account=account,
            scopes=scopes,
            created_at=now,
            expires_at=now + life,
        )
        record = AuditRecord(
            id=self._ports.ids(),
            code="PG-403",
            type="token.issued",
            at=now,
            actor=by,
            subject=Subject(account=account),
            on_behalf_of=ref,
            data={"token_prefix": store.prefix, "scopes": sorted(scopes), "expires_at": instant(store.expires_at)},
        )
        await self._ports.audit.commit(Work(records=(record,), changes=(*new, store)))
        return Issued(id=store.id, token=token, expires_at=store.expires_at)

    async def revoke(self, token_id: str, *, by: Actor, reason: str | None = None) -> None:
        """
        Revoke a token for good.

        Raises:
            NotFound: there is no such token.
            Conflict: it is revoked already (`token`).
            AuditUnavailable: it could not be recorded; the token still works.
        """
        row = next((row for row in await self.rows() if row.id == token_id), None)
        if row is None:
            raise NotFound(expected="the id of a token", found="another id")
        now = self._ports.clock.now()
        record = AuditRecord(
            id=self._ports.ids(),
            code="PG-404",
            type="token.revoked",
            at=now,
            actor=by,
            subject=Subject(account=row.account),
            on_behalf_of=row.principal,
            data={"token_prefix": row.prefix, "reason": reason},
        )
        await self._ports.audit.commit(Work(records=(record,), changes=(RevokeToken(id=token_id, at=now),)))

    async def rows(self) -> list[TokenRow]:
        """Return all tokens, newest first."""
        query = sa.select(tokens).order_by(tokens.c.created_at.desc(), tokens.c.id)

        def read(connection: Connection) -> list[TokenRow]:
            return [
                TokenRow(
                    id=row.id,
                    prefix=row.prefix,
                    principal=row.principal,
                    account=row.account,
                    scopes=tuple(row.scopes.split()),
                    created_at=row.created_at,
                    expires_at=row.expires_at,
                    revoked_at=row.revoked_at,
                )
                for row in connection.execute(query)
            ]

        return await self._ports.reads.run(read)

    async def _pseudonym(self, name: str, *, kind: str, now: datetime) -> tuple[str, tuple[Change, ...]]:
        """Return the pseudonym of a name, and the change that keeps a new one."""
        digest = name_digest(name, self._ports.digest)
        query = sa.select(actors.c.ref, actors.c.kind).where(actors.c.name_digest == digest)
        row = await self._ports.reads.run(lambda connection: connection.execute(query).one_or_none())
        if row is not None:
            if row.kind != kind:
                raise Conflict(what="actor")
            return row.ref, ()
        ref = "a_" + base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()
        sealed = self._ports.names.seal_name(name, ref=ref)
        new = StoreActor(
            ref=ref,
            kind=kind,
            name_digest=digest,
            name_nonce=sealed.nonce,
            name=sealed.ciphertext,
            name_key=sealed.key,
            kek_id=sealed.kek_id,
            created_at=now,
        )
        return ref, (new,)


def name_digest(name: str, digest: Callable[[str, bytes], str]) -> str:
    """Return the keyed digest by which a person is found again, however the name is typed."""
    return digest(_NAME_PURPOSE, _plain(name).casefold().encode())


def _plain(name: str) -> str:
    """Return a name as one person would always be called, however it was typed (NFKC, no invisible characters)."""
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", name) if unicodedata.category(letter) != "Cf")
    return " ".join(seen.split())
