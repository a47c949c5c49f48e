"""
Twins of what logins need: the office beside a `MemoryAuditLog`, and a platform that says who accounts are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict, ExpiredSession, UnknownToken
from proxy.core.model import Account, Principal
from proxy.gate.ports import Grant
from proxy.gate.session_changes import EndSession, OpenSession, RenewSession
from proxy.gate.session_ports import Profile, SessionTokens
from proxy.gate.work import Actor, AuditRecord, Subject, Work
from tests.works import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.core.errors import PostgateError
    from proxy.gate.ports import Clock, Identity
    from proxy.gate.work import Change
    from tests.fakes.log import MemoryAuditLog

ACCESS, RENEWAL = "access", "renewal"


class MemorySessions:
    """Twin of `SqlSessions`: its tokens are JSON in clear, and say the same."""

    def __init__(
        self, log: MemoryAuditLog, *, identity: Identity, digest: Callable[[str, bytes], str], clock: Clock
    ) -> None:
        self._log = log
        self._identity = identity
        self._digest = digest
        self._clock = clock

    async def open(self, token: str | None, *, door: str, subject: str) -> SessionTokens:
        """Log in with a gateway token."""
        grant = await self._identity.authenticate(token, door=door)
        digest = self._digest("gateway-token", (token or "").encode())
        kept = next((row for row in self._log.tables.tokens.values() if row.digest == digest), None)
        if kept is None:
            raise UnknownToken(found="no gateway token")
        now = self._clock.now()
        session, renewal = new_id(), new_id()
        ends = min(now + timedelta(days=60), kept.expires_at)
        change = OpenSession(id=session, token_id=kept.id, renewal=renewal, created_at=now, expires_at=ends)
        await self._record("PG-401", "login.succeeded", "password", grant, change)
        return _tokens(session, renewal, door, subject)

    async def holder(self, token: str | None, *, door: str) -> Grant:
        """Return whose login a token renews."""
        return self._login(token, door)[1]

    async def renew(self, token: str | None, *, door: str) -> SessionTokens:
        """Renew a login once."""
        said, grant = self._login(token, door)
        following = new_id()
        change = RenewSession(id=said["session"], renewal=said["id"], following=following, at=self._clock.now())
        try:
            await self._record("PG-401", "login.succeeded", "renewal", grant, change)
        except Conflict:
            await self._end(said["session"], "reuse", grant)
            raise ExpiredSession(found="a second time") from None
        return _tokens(said["session"], following, door, said["subject"])

    async def end(self, token: str | None, *, door: str) -> None:
        """End a login."""
        said = _read(token, door)
        grant = self._grant(said["session"])
        if grant is not None:
            await self._end(said["session"], "logout", grant)

    def _login(self, token: str | None, door: str) -> tuple[dict[str, str], Grant]:
        said = _read(token, door)
        tables, now = self._log.tables, self._clock.now()
        kept = tables.sessions.get(said["session"])
        if kept is None or said["session"] in tables.ended or kept.expires_at <= now:
            raise ExpiredSession(found="a login that is over")
        grant = self._grant(said["session"])
        if grant is None or kept.token_id in tables.revoked:
            raise UnknownToken(found="a token that is no longer valid")
        return said, grant

    def _grant(self, session: str) -> Grant | None:
        tables = self._log.tables
        kept = tables.sessions.get(session)
        token = None if kept is None else tables.tokens[kept.token_id]
        account = None if token is None or token.account is None else tables.accounts.get(token.account)
        if token is None or account is None:
            return None
        actor = tables.actors[token.principal]
        scopes = frozenset(token.scopes)
        return Grant(
            principal=Principal(ref=actor.ref, kind=actor.kind, scopes=scopes, token_prefix=token.prefix),
            account=Account(id=account.id, platform=account.platform, door=account.door),
        )

    async def _end(self, session: str, method: str, grant: Grant) -> None:
        try:
            change = EndSession(id=session, at=self._clock.now())
            await self._record("PG-406", "login.ended", method, grant, change)
        except Conflict:
            return

    async def _record(self, code: str, kind: str, method: str, grant: Grant, change: Change) -> None:
        record = AuditRecord(
            id=new_id(),
            code=code,
            type=kind,
            at=self._clock.now(),
            actor=Actor(kind=grant.principal.kind, ref=grant.principal.ref),
            subject=Subject(account=grant.account.id),
            data={"method": method, "token_prefix": grant.principal.token_prefix},
        )
        await self._log.commit(Work(records=(record,), changes=(change,)))


def _tokens(session: str, renewal: str, door: str, subject: str) -> SessionTokens:
    common = {"session": session, "door": door, "subject": subject}
    return SessionTokens(
        access=json.dumps({"scope": ACCESS, "id": new_id(), **common}),
        renewal=json.dumps({"scope": RENEWAL, "id": renewal, **common}),
    )


def _read(token: str | None, door: str) -> dict[str, str]:
    try:
        said: dict[str, str] = json.loads(token or "")
    except ValueError:
        raise UnknownToken(found="no token of a login") from None
    if said.get("scope") != RENEWAL or said["door"] != door:
        raise UnknownToken(found="a token for something else")
    return said


@dataclass(slots=True, kw_only=True)
class ScriptedProfiles:
    """Twin of the platform that is asked who an account is: one answer, or one error."""

    answer: Profile
    raising: PostgateError | None = None

    async def profile(self, account: Account) -> Profile:
        """Return who an account is."""
        assert account.id
        if self.raising is not None:
            raise self.raising
        return self.answer
