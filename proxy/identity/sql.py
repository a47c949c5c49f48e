"""
Who is asking: one indexed look-up a request, with token, person and account in one row.

Nothing is cached: a token that was revoked, or whose account was removed, is dead on the next request on every node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from proxy.core.errors import ExpiredSession, NotFound, UnknownToken
from proxy.core.model import Account, Principal
from proxy.gate.ports import Grant
from proxy.identity import session_tokens
from proxy.identity.tokens import well_formed
from proxy.storage.tables import accounts, actors, sessions, tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.engine import Connection, Row

    from proxy.gate.ports import Clock
    from proxy.storage.reads import Reads

SCOPE = "post"
"""What a token must allow before its holder may post."""
SUBMIT = "submit"
"""What a token must allow to post over the API to every account that its holder has a token to post for."""
CHECK = "check"
"""What a token must allow to ask what the gate would say."""
PURPOSE = "gateway-token"
"""Separates digests of tokens from other digests under the same pepper."""
ANY_GRANT = (
    sa.select(
        tokens.c.principal,
        tokens.c.prefix,
        tokens.c.scopes,
        tokens.c.expires_at,
        tokens.c.revoked_at,
        actors.c.kind,
        accounts.c.id.label("account"),
        accounts.c.platform,
        accounts.c.door,
        accounts.c.removed_at,
    )
    .select_from(tokens)
    .join(actors, actors.c.ref == tokens.c.principal)
    .join(accounts, accounts.c.id == tokens.c.account)
)
_GRANT = ANY_GRANT.where(tokens.c.digest == sa.bindparam("b_digest"))
SESSION_GRANT = (
    ANY_GRANT.add_columns(
        sessions.c.expires_at.label("session_expires_at"), sessions.c.ended_at.label("session_ended_at")
    )
    .join(sessions, sessions.c.token_id == tokens.c.id)
    .where(sessions.c.id == sa.bindparam("b_session"))
)
"""The gateway token behind a login, and whether that goes on."""

_PERSON = (
    sa.select(
        tokens.c.principal,
        tokens.c.prefix,
        tokens.c.scopes,
        tokens.c.expires_at,
        tokens.c.revoked_at,
        tokens.c.account,
        actors.c.kind,
    )
    .join(actors, actors.c.ref == tokens.c.principal)
    .where(tokens.c.digest == sa.bindparam("b_digest"))
)

_ACCOUNT = sa.select(accounts.c.id, accounts.c.platform, accounts.c.door).where(
    accounts.c.id == sa.bindparam("b_account"), accounts.c.removed_at.is_(None)
)
_TOKENS = sa.select(tokens.c.scopes).where(
    tokens.c.account == sa.bindparam("b_account"),
    tokens.c.principal == sa.bindparam("b_principal"),
    tokens.c.revoked_at.is_(None),
    tokens.c.expires_at > sa.bindparam("b_now"),
)

_STANDING = ANY_GRANT.where(
    tokens.c.principal == sa.bindparam("b_principal"),
    tokens.c.account == sa.bindparam("b_account"),
    tokens.c.revoked_at.is_(None),
    tokens.c.expires_at > sa.bindparam("b_now"),
    accounts.c.removed_at.is_(None),
).order_by(tokens.c.expires_at.desc())


_SCOPES = (
    sa.select(tokens.c.scopes)
    .join(actors, actors.c.ref == tokens.c.principal)
    .where(
        tokens.c.principal == sa.bindparam("b_principal"),
        sa.text("actors.kind = 'employee'"),
        tokens.c.revoked_at.is_(None),
        tokens.c.expires_at > sa.bindparam("b_now"),
    )
)


class SqlIdentity:
    """
    Who presents a token, and what people may do.

    Implements `gate.ports.Identity`, `People`, `Mandates`, `gate.waiting.Standing` and `gate.review_ports.Colleagues`
    on the database.
    """

    def __init__(self, reads: Reads, *, digest: Callable[[str, bytes], str], clock: Clock) -> None:
        self._reads = reads
        self._digest = digest
        self._clock = clock

    async def authenticate(self, token: str | None, *, door: str) -> Grant:
        """
        Look a token up; nothing is cached, so a revocation counts on the next request.

        A token of a login gives what the gateway token behind it gives.

        Raises:
            ExpiredSession: a token of a login whose time is over.
            UnknownToken: missing, malformed, unknown, expired, revoked, of another door, or its account was removed.
            GateUnavailable: the database does not answer.
        """
        if token is not None and session_tokens.looks_like_one(token):
            row = await self._behind(token, door)
        elif token is not None and well_formed(token):
            values = {"b_digest": self._digest(PURPOSE, token.encode("ascii"))}
            row = await self._reads.run(lambda connection: connection.execute(_GRANT, values).one_or_none())
        else:
            raise UnknownToken(expected="a gateway token", found="none, or a text of another shape")
        if row is None or not usable(row, door=door, now=self._clock.now()):
            raise UnknownToken(expected="a valid token of this door", found="an unknown, expired or revoked one")
        return grant_of(row)

    async def _behind(self, token: str, door: str) -> Row[*tuple[Any, ...]] | None:
        """Return the gateway token behind that of a login which goes on."""
        claims = session_tokens.read(token, self._digest)
        if claims.scope != session_tokens.ACCESS or claims.door != door:
            raise UnknownToken(expected="a token that gives access at this door", found="another one")
        now = self._clock.now()
        if claims.expires_at <= now.timestamp():
            raise ExpiredSession(expected="a token whose time is not over", found="an expired one")
        values = {"b_session": claims.session}
        row = await self._reads.run(lambda connection: connection.execute(SESSION_GRANT, values).one_or_none())
        if row is not None and (row.session_ended_at is not None or row.session_expires_at <= now):
            raise UnknownToken(expected="a login that goes on", found="one that ended")
        return row

    async def person(self, token: str | None) -> Principal:
        """
        Look up who holds a token, whatever it allows and whether or not it is for an account.

        Raises:
            UnknownToken: missing, malformed, unknown, expired or revoked.
            GateUnavailable: the database does not answer.
        """
        if token is None or not well_formed(token):
            raise UnknownToken(expected="a gateway token", found="none, or a text of another shape")
        values = {"b_digest": self._digest(PURPOSE, token.encode("ascii"))}
        row = await self._reads.run(lambda connection: connection.execute(_PERSON, values).one_or_none())
        if row is None or row.revoked_at is not None or row.expires_at <= self._clock.now():
            raise UnknownToken(expected="a valid token", found="an unknown, expired or revoked one")
        return _principal(row)

    async def grant(self, by: Principal, account: str, *, to_check: bool = False) -> Grant:
        """
        Return the grant for an account, by the token presented or, with the scope `submit`, by another living one.

        Whoever may check may ask about every account, and post to none by that.

        Raises:
            NotFound: there is no such account, or it is somebody else's.
            GateUnavailable: the database does not answer.
        """
        values = {"b_account": account, "b_principal": by.ref, "b_now": self._clock.now()}
        own = (SCOPE in by.scopes and by.account == account) or (to_check and CHECK in by.scopes)
        if not own and SUBMIT not in by.scopes:
            raise NotFound(expected="an account that this token may post to", found="another id")

        def read(connection: Connection) -> Row[*tuple[Any, ...]] | None:
            held = own or any(SCOPE in scopes.split() for scopes in connection.scalars(_TOKENS, values))
            return connection.execute(_ACCOUNT, values).one_or_none() if held else None

        row = await self._reads.run(read)
        if row is None:
            raise NotFound(expected="an account that this token may post to", found="another id")
        return Grant(principal=by, account=Account(id=row.id, platform=row.platform, door=row.door))

    async def stands(self, author: str, account: str) -> Grant | None:
        """
        Return the grant of an author for an account by any token that lives; None: not any more.

        Raises:
            GateUnavailable: the database does not answer.
        """
        values = {"b_account": account, "b_principal": author, "b_now": self._clock.now()}
        rows = await self._reads.run(lambda connection: connection.execute(_STANDING, values).all())
        row = next((row for row in rows if SCOPE in row.scopes.split()), None)
        return None if row is None else grant_of(row)

    async def scopes(self, person: str) -> frozenset[str]:
        """
        Return all scopes of the living tokens of a natural person; none for a program or a stranger.

        Raises:
            GateUnavailable: the database does not answer.
        """
        values = {"b_principal": person, "b_now": self._clock.now()}
        found = await self._reads.run(lambda connection: connection.scalars(_SCOPES, values).all())
        return frozenset(scope for scopes in found for scope in scopes.split())


def grant_of(row: Row[*tuple[Any, ...]]) -> Grant:
    """Return what a row of a gateway token gives."""
    return Grant(principal=_principal(row), account=Account(id=row.account, platform=row.platform, door=row.door))


def _principal(row: Row[*tuple[Any, ...]]) -> Principal:
    return Principal(
        ref=row.principal,
        kind=row.kind,
        scopes=frozenset(row.scopes.split()),
        token_prefix=row.prefix,
        account=row.account,
    )


def usable(row: Row[*tuple[Any, ...]], *, door: str, now: datetime) -> bool:
    """Return whether a gateway token may be used at a door now."""
    return (
        row.revoked_at is None
        and row.removed_at is None
        and row.expires_at > now
        and row.door == door
        and SCOPE in row.scopes.split()
    )
