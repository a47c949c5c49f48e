"""
Codes of OAuth and the logins made from them.

Nothing is kept of a code until it is redeemed: it is signed, and the login gets the id that the code names, so that a
second one of the same code finds the place taken. A login has no renewal here; it ends with its gateway token, at the
latest.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.core.errors import Conflict, UnknownToken
from proxy.gate.oauth_ports import Login, LoginRefused
from proxy.gate.session_changes import OpenSession
from proxy.identity import session_tokens
from proxy.identity.login_log import LoginLog
from proxy.identity.sql import ANY_GRANT, PURPOSE, SESSION_GRANT, grant_of, usable
from proxy.identity.tokens import well_formed
from proxy.storage.tables import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Row

    from proxy.gate.oauth_ports import Asked, Shown
    from proxy.identity.sessions import SessionPorts

CODE_LIFE = timedelta(minutes=2)
"""Long enough to copy a code from a page into a terminal."""
_CODE = "oauth-code"
_SHAPE = re.compile(r"([0-9A-Za-z_-]{1,1024})\.([0-9a-f]{64})", re.ASCII)
_GRANT_BY_ID = ANY_GRANT.add_columns(tokens.c.id.label("token")).where(tokens.c.id == sa.bindparam("b_token"))


class SqlAuthorizations:
    """Implements `gate.oauth_ports.Authorizations` on the database."""

    def __init__(self, ports: SessionPorts) -> None:
        self._ports = ports
        self._log = LoginLog(audit=ports.audit, clock=ports.clock, ids=ports.ids)

    async def code(self, token: str | None, asked: Asked, *, door: str) -> str:
        """
        Return a code for whoever holds a gateway token.

        Raises:
            UnknownToken: as `Identity.authenticate`, or the token is that of a login.
            GateUnavailable: the database does not answer.
        """
        await self._ports.identity.authenticate(token, door=door)
        digest = self._ports.digest(PURPOSE, (token or "").encode("ascii"))
        query = sa.select(tokens.c.id).where(tokens.c.digest == digest)
        row = await self._ports.reads.run(lambda connection: connection.execute(query).one_or_none())
        if row is None:  # the token of a login opens no other one
            raise UnknownToken(expected="a gateway token", found="another one")
        ends = int((self._ports.clock.now() + CODE_LIFE).timestamp())
        told = [door, row.id, self._ports.ids(), ends, _digest_of(asked.binding), asked.scopes]
        body = base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode("ascii")).decode("ascii")
        body = body.rstrip("=")
        return f"{body}.{self._ports.digest(_CODE, body.encode('ascii'))}"

    async def redeem(self, shown: Shown, *, door: str) -> Login:
        """
        Log a program in; a code that is shown a second time ends the login made from it.

        Raises:
            LoginRefused: `invalid_grant`, the code is no code of this door, of another program, used, or too old.
            AuditUnavailable: it could not be recorded; nobody is logged in.
        """
        told = self._read(shown.code)
        if told is None or told[0] != door or told[4] != _digest_of(shown.binding):
            raise _no_grant("a code of this program at this door")
        _, token, session, ends, _, scopes = told
        now = self._ports.clock.now()
        row = await self._row(_GRANT_BY_ID, {"b_token": token})
        if row is None or not usable(row, door=door, now=now):
            raise _no_grant("a code for a gateway token that is valid")
        if ends <= now.timestamp():
            raise _no_grant("a code at most two minutes old")
        change = OpenSession(
            id=session, token_id=token, renewal=self._ports.ids(), created_at=now, expires_at=row.expires_at
        )
        try:
            await self._log.began("code", grant_of(row), change)
        except Conflict:
            await self._log.ended(session, "reuse", grant_of(row))
            raise _no_grant("a code, once") from None
        claims = session_tokens.Claims(
            scope=session_tokens.ACCESS,
            subject=row.account,
            door=door,
            issued_at=int(now.timestamp()),
            expires_at=int(row.expires_at.timestamp()),
            id=session,
            session=session,
        )
        access = session_tokens.write(claims, self._ports.digest)
        return Login(access=access, scopes=scopes, created_at=now, expires_at=row.expires_at)

    async def end(self, access: str, *, door: str) -> None:
        """
        End a login; what is no token of one is none afterwards either.

        Raises:
            LoginRefused: `unsupported_token_type`, a gateway token, which a program cannot revoke.
            AuditUnavailable: it could not be recorded; the login still works.
        """
        if well_formed(access):
            raise LoginRefused("unsupported_token_type", expected="the token of a login", found="a gateway token")
        try:
            claims = session_tokens.read(access, self._ports.digest)
        except UnknownToken:
            return
        row = await self._row(SESSION_GRANT, {"b_session": claims.session})
        if row is not None and claims.door == door:
            await self._log.ended(claims.session, "logout", grant_of(row))

    def _read(self, code: str) -> list[Any] | None:
        """Return what a code says, or None when this gateway did not sign it."""
        match = _SHAPE.fullmatch(code)
        if match is None or not hmac.compare_digest(match[2], self._ports.digest(_CODE, match[1].encode("ascii"))):
            return None
        told: list[Any] = json.loads(base64.urlsafe_b64decode(match[1] + "=="))
        return told

    async def _row(
        self, query: sa.Select[*tuple[Any, ...]], values: Mapping[str, object]
    ) -> Row[*tuple[Any, ...]] | None:
        return await self._ports.reads.run(lambda connection: connection.execute(query, values).one_or_none())


def _digest_of(binding: str) -> str:
    return hashlib.sha256(binding.encode()).hexdigest()[:32]


def _no_grant(expected: str) -> LoginRefused:
    return LoginRefused("invalid_grant", expected=expected, found="another one")
