"""
Logins with a gateway token: opened, renewed and ended, each on record before it counts.

A login is bound to its gateway token: it ends with it, at the latest. What renews a login counts once; whoever shows it
a second time ends the login, because two hold what one should have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.core.errors import Conflict, ExpiredSession, UnknownToken
from proxy.gate.session_changes import OpenSession, RenewSession
from proxy.gate.session_ports import SessionTokens
from proxy.identity.login_log import LoginLog
from proxy.identity.session_tokens import ACCESS, RENEWAL, Claims, read, write
from proxy.identity.sql import PURPOSE, SESSION_GRANT, grant_of, usable
from proxy.storage.tables import tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from sqlalchemy.engine import Row

    from proxy.gate.ports import AuditLog, Clock, Grant, Identity, Ids
    from proxy.storage.reads import Reads

ACCESS_LIFE = timedelta(hours=2)
"""Clients renew some time before the end: atproto for Python a quarter of an hour."""
LIFE = timedelta(days=60)
"""Of a login that nobody renews."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPorts:
    """What logins need."""

    reads: Reads
    audit: AuditLog
    identity: Identity
    digest: Callable[[str, bytes], str]
    clock: Clock
    ids: Ids


class SqlSessions:
    """Implements `gate.ports.SessionOffice` on the database."""

    def __init__(self, ports: SessionPorts, *, access_life: timedelta = ACCESS_LIFE) -> None:
        self._ports = ports
        self._access_life = access_life
        self._log = LoginLog(audit=ports.audit, clock=ports.clock, ids=ports.ids)

    async def open(self, token: str | None, *, door: str, subject: str) -> SessionTokens:
        """
        Log in with a gateway token.

        Raises:
            UnknownToken: it is none, or of no use here.
            GateUnavailable: the database does not answer.
            AuditUnavailable: it could not be recorded; nobody is logged in.
        """
        grant = await self._ports.identity.authenticate(token, door=door)
        digest = self._ports.digest(PURPOSE, (token or "").encode("ascii"))
        query = sa.select(tokens.c.id, tokens.c.expires_at).where(tokens.c.digest == digest)
        row = await self._ports.reads.run(lambda connection: connection.execute(query).one_or_none())
        if row is None:  # the token of a login opens no other one
            raise UnknownToken(expected="a gateway token", found="another one")
        now = self._ports.clock.now()
        ends = min(now + LIFE, row.expires_at)
        issue = _Issue(session=self._ports.ids(), subject=subject, door=door, ends=ends)
        given, renewal = self._given(issue, now)
        opened = OpenSession(id=issue.session, token_id=row.id, renewal=renewal, created_at=now, expires_at=ends)
        await self._log.began("password", grant, opened)
        return given

    async def holder(self, token: str | None, *, door: str) -> Grant:
        """
        Return whose login a token renews.

        Raises:
            ExpiredSession: the login is over.
            UnknownToken: nothing that renews a login of this door, or its gateway token is no longer valid.
            GateUnavailable: the database does not answer.
        """
        _, row = await self._going_on(token, door)
        return grant_of(row)

    async def renew(self, token: str | None, *, door: str) -> SessionTokens:
        """
        Renew a login.

        Raises:
            ExpiredSession, UnknownToken, GateUnavailable: as `holder`.
            AuditUnavailable: it could not be recorded.
        """
        claims, row = await self._going_on(token, door)
        now, grant = self._ports.clock.now(), grant_of(row)
        issue = _Issue(session=claims.session, subject=claims.subject, door=door, ends=row.session_expires_at)
        given, renewal = self._given(issue, now)
        change = RenewSession(id=claims.session, renewal=claims.id, following=renewal, at=now)
        try:
            await self._log.began("renewal", grant, change)
        except Conflict:
            await self._log.ended(claims.session, "reuse", grant)
            raise ExpiredSession(expected="what renews a login, once", found="it a second time") from None
        return given

    async def end(self, token: str | None, *, door: str) -> None:
        """
        End a login; one that has ended stays so.

        Raises:
            UnknownToken: nothing that renews a login of this door.
            GateUnavailable: the database does not answer.
            AuditUnavailable: it could not be recorded; the login still works.
        """
        claims, row = await self._login(token, door)
        if row is not None:
            await self._log.ended(claims.session, "logout", grant_of(row))

    async def _going_on(self, token: str | None, door: str) -> tuple[Claims, Row[*tuple[Any, ...]]]:
        claims, row = await self._login(token, door)
        now = self._ports.clock.now()
        if row is None or row.session_ended_at is not None or row.session_expires_at <= now:
            raise ExpiredSession(expected="a login that goes on", found="one that is over")
        if not usable(row, door=door, now=now):
            raise UnknownToken(expected="a valid token of this door", found="an expired or revoked one")
        return claims, row

    async def _login(self, token: str | None, door: str) -> tuple[Claims, Row[*tuple[Any, ...]] | None]:
        claims = read(token, self._ports.digest)
        if claims.scope != RENEWAL or claims.door != door:
            raise UnknownToken(expected="what renews a login of this door", found="another token")
        values = {"b_session": claims.session}
        row = await self._ports.reads.run(lambda connection: connection.execute(SESSION_GRANT, values).one_or_none())
        return claims, row

    def _given(self, issue: _Issue, now: datetime) -> tuple[SessionTokens, str]:
        """Return the tokens of a login, and the id of the one that renews it."""
        renewal = self._ports.ids()
        access_ends = min(now + self._access_life, issue.ends)
        tokens_given = SessionTokens(
            access=self._written(issue, ACCESS, self._ports.ids(), now=now, ends=access_ends),
            renewal=self._written(issue, RENEWAL, renewal, now=now, ends=issue.ends),
        )
        return tokens_given, renewal

    def _written(self, issue: _Issue, scope: str, name: str, *, now: datetime, ends: datetime) -> str:
        claims = Claims(
            scope=scope,
            subject=issue.subject,
            door=issue.door,
            issued_at=int(now.timestamp()),
            expires_at=int(ends.timestamp()),
            id=name,
            session=issue.session,
        )
        return write(claims, self._ports.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issue:
    """What the tokens of one login have in common."""

    session: str
    subject: str
    door: str
    ends: datetime
