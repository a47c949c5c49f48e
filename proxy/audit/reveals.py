"""
Looking behind a pseudonym: only within a case that two people confirmed, and on record before the name is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

from proxy.audit.looks import Looks, check_words
from proxy.audit.orders.model import ROLES
from proxy.audit.orders.records import PERSON
from proxy.audit.orders.refusals import OrderRefused
from proxy.core.errors import NotFound
from proxy.gate.work import Actor, AuditRecord, Work
from proxy.storage.tables import actors

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.audit.orders.desk import OrderDesk
    from proxy.core.model import Principal
    from proxy.gate.ports import AuditLog, Clock, Ids
    from proxy.storage.reads import Reads


class SealedRow(Protocol):
    """The sealed name of a row of `actors`."""

    name_nonce: bytes
    name: bytes
    name_key: bytes
    kek_id: str


class Reveals:
    """Shows names."""

    def __init__(
        self,
        *,
        reads: Reads,
        audit: AuditLog,
        desk: OrderDesk,
        open_name: Callable[[SealedRow, str], str],
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._reads = reads
        self._audit = audit
        self._desk = desk
        self._open_name = open_name
        self._clock = clock
        self._ids = ids
        self._looks = Looks(audit=audit, clock=clock, ids=ids)

    async def name(self, ref: str, *, case: str, by: Principal) -> str:
        """
        Return the name behind a pseudonym.

        Args:
            ref: the pseudonym.
            case: id of a confirmed case.
            by: who looks; one of the roles of orders.

        Raises:
            OrderRefused: no such role, or no case that may be used.
            UnreadableField: a pseudonym that is more than a word.
            NotFound: there is no name behind it, or it was erased.
            AuditUnavailable: it could not be recorded, so nothing is shown.
            SealBroken: the name does not open.
        """
        if by.kind != PERSON or by.scopes.isdisjoint(ROLES):
            raise OrderRefused(why="no-role")
        check_words({"actor": ref})
        order = await self._desk.case(case)
        query = sa.select(actors).where(actors.c.ref == ref, actors.c.destroyed_at.is_(None))
        row = await self._reads.run(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            await self._looks.note({"actor": ref}, by=Actor(kind=by.kind, ref=by.ref), case=order.case_number)
            raise NotFound(expected="a pseudonym with a name behind it", found="another one, or an erased one")
        record = AuditRecord(
            id=self._ids(),
            code="PG-513",
            type="actor.revealed",
            at=self._clock.now(),
            actor=Actor(kind=by.kind, ref=by.ref),
            on_behalf_of=ref,
            data={"case": order.case_number, "order": order.id},
        )
        await self._audit.commit(Work(records=(record,)))
        return self._open_name(row, ref)
