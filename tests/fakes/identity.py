"""
Twin of the token look-up, beside a `MemoryAuditLog`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.errors import NotFound, UnknownToken
from proxy.core.model import Account, Principal
from proxy.gate.ports import Grant

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.gate.ports import Clock
    from tests.fakes.log import MemoryAuditLog


class MemoryIdentity:
    """Twin of `SqlIdentity`."""

    def __init__(self, log: MemoryAuditLog, *, digest: Callable[[str, bytes], str], clock: Clock) -> None:
        self._log = log
        self._digest = digest
        self._clock = clock

    async def person(self, token: str | None) -> Principal:
        """Look up who holds a token."""
        tables = self._log.tables
        wanted = self._digest("gateway-token", (token or "").encode())
        kept = next((row for row in tables.tokens.values() if row.digest == wanted), None)
        if kept is None or kept.id in tables.revoked or kept.expires_at <= self._clock.now():
            raise UnknownToken(found="none that is valid")
        actor = tables.actors[kept.principal]
        return Principal(
            ref=actor.ref,
            kind=actor.kind,
            scopes=frozenset(kept.scopes),
            token_prefix=kept.prefix,
            account=kept.account,
        )

    async def scopes(self, person: str) -> frozenset[str]:
        """Return all scopes of the living tokens of a natural person."""
        tables = self._log.tables
        if person not in tables.actors or tables.actors[person].kind != "employee":
            return frozenset()
        now = self._clock.now()
        return frozenset(
            scope
            for token in tables.tokens.values()
            if token.principal == person and token.id not in tables.revoked and token.expires_at > now
            for scope in token.scopes
        )

    async def grant(self, by: Principal, account: str, *, to_check: bool = False) -> Grant:
        """Return the grant for an account, by the token presented or by another one of its holder."""
        tables = self._log.tables
        own = ("post" in by.scopes and by.account == account) or (to_check and "check" in by.scopes)
        others = any(
            (one.account, one.principal) == (account, by.ref)
            and "post" in one.scopes
            and one.id not in tables.revoked
            and one.expires_at > self._clock.now()
            for one in tables.tokens.values()
        )
        kept = tables.accounts.get(account)
        if kept is None or not (own or ("submit" in by.scopes and others)):
            raise NotFound(found="another account")
        return Grant(principal=by, account=Account(id=kept.id, platform=kept.platform, door=kept.door))

    async def stands(self, author: str, account: str) -> Grant | None:
        """Return the grant of an author for an account by any token that lives."""
        tables, now = self._log.tables, self._clock.now()
        kept, actor = tables.accounts.get(account), tables.actors.get(author)
        lives = [
            one
            for one in tables.tokens.values()
            if (one.account, one.principal) == (account, author)
            and "post" in one.scopes
            and one.id not in tables.revoked
            and one.expires_at > now
        ]
        if kept is None or actor is None or not lives:
            return None
        token = max(lives, key=lambda one: one.expires_at)
        principal = Principal(
            ref=author, kind=actor.kind, scopes=frozenset(token.scopes), token_prefix=token.prefix, account=account
        )
        return Grant(principal=principal, account=Account(id=kept.id, platform=kept.platform, door=kept.door))

    async def authenticate(self, token: str | None, *, door: str) -> Grant:
        """Look a token up."""
        tables = self._log.tables
        wanted = self._digest("gateway-token", (token or "").encode())
        kept = next((row for row in tables.tokens.values() if row.digest == wanted), None)
        account = None if kept is None or kept.account is None else tables.accounts.get(kept.account)
        if (
            kept is None
            or account is None
            or kept.id in tables.revoked
            or kept.expires_at <= self._clock.now()
            or account.door != door
            or "post" not in kept.scopes
        ):
            raise UnknownToken(found="none that is valid here")
        actor = tables.actors[kept.principal]
        return Grant(
            principal=Principal(
                ref=actor.ref, kind=actor.kind, scopes=frozenset(kept.scopes), token_prefix=kept.prefix
            ),
            account=Account(id=account.id, platform=account.platform, door=account.door),
        )
