"""
The records of logins, each in one unit of work with the change that it tells of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.errors import Conflict
from proxy.gate.session_changes import EndSession
from proxy.gate.work import Actor, AuditRecord, Subject, Work

if TYPE_CHECKING:
    from proxy.gate.ports import AuditLog, Clock, Grant, Ids
    from proxy.gate.work import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginLog:
    """Puts logins on record."""

    audit: AuditLog
    clock: Clock
    ids: Ids

    async def began(self, method: str, grant: Grant, change: Change) -> None:
        """
        Record that a login began or goes on.

        Raises:
            Conflict: the change lost; nothing is recorded.
            AuditUnavailable: it could not be recorded; nothing changed.
        """
        await self._record("PG-401", "login.succeeded", method, grant, change)

    async def ended(self, session: str, method: str, grant: Grant) -> None:
        """
        End a login and record it; one that has ended stays so.

        Raises:
            AuditUnavailable: it could not be recorded; the login still works.
        """
        try:
            await self._record("PG-406", "login.ended", method, grant, EndSession(id=session, at=self.clock.now()))
        except Conflict:
            return  # somebody else ended it

    async def _record(self, code: str, kind: str, method: str, grant: Grant, change: Change) -> None:
        record = AuditRecord(
            id=self.ids(),
            code=code,
            type=kind,
            at=self.clock.now(),
            actor=Actor(kind=grant.principal.kind, ref=grant.principal.ref),
            subject=Subject(account=grant.account.id),
            data={"method": method, "token_prefix": grant.principal.token_prefix},
        )
        await self.audit.commit(Work(records=(record,), changes=(change,)))
