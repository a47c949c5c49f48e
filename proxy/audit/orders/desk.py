"""
Where orders are opened and confirmed. Each step is on record with what it does, in one transaction.

A confirmed erasure is carried out in the very transaction of its confirmation: there is no time in which two people
have agreed and the content is still there, and none in which it is gone and nobody has agreed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proxy.audit.orders import belonging, records, rows
from proxy.audit.orders.model import (
    BASIS,
    CASE_NUMBER,
    LEADS,
    MOST_POSTS,
    OF_LOGS,
    ROLES,
    WAITS,
    Confirmation,
    Kind,
    Order,
    Target,
    confirmation_code,
    made_here,
    order_code,
    usable,
)
from proxy.audit.orders.refusals import OrderRefused
from proxy.core.errors import AuditUnavailable, Conflict, NotFound
from proxy.gate.order_changes import ConfirmOrder, DestroyKey, EraseActor, ForgetKeys, NamePost, OpenOrder
from proxy.gate.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

    from proxy.audit.orders.rows import KeptKey
    from proxy.audit.orders.succession import LogSuccession
    from proxy.core.model import Principal
    from proxy.gate.ports import AuditLog, Clock, Envelope, Ids
    from proxy.gate.work import AuditRecord, Change
    from proxy.storage.reads import Reads

_NO_TARGET = Target()
_LOST = {"confirmation": "confirmed", "data-key": "overtaken", "actor": "overtaken"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPorts:
    """What the desk needs."""

    reads: Reads
    audit: AuditLog
    envelope: Envelope
    clock: Clock
    ids: Ids
    sweep: Callable[[], None]
    """Takes what was destroyed out of the database's side files; blocking."""
    succession: LogSuccession
    """Closes the log and opens the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A confirmed order and what it did."""

    order: Order
    records: tuple[str, ...]
    """Ids of the records that say so: for an erasure its proof."""
    keys: int = 0
    """Contents that were destroyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What waits for a second person, and what counts now."""

    waiting: tuple[Order, ...]
    holds: tuple[Order, ...]
    cases: tuple[Order, ...]


class OrderDesk:
    """Opens and confirms orders."""

    def __init__(self, ports: DeskPorts) -> None:
        self._ports = ports

    async def open(
        self,
        kind: Kind,
        *,
        by: Principal,
        case_number: str,
        basis: str,
        target: Target = _NO_TARGET,
        hold: str | None = None,
    ) -> Order:
        """
        Ask for something that needs two people.

        Raises:
            OrderRefused: it may not be this person, the words or the target do not fit, or there is nothing to erase.
            AuditUnavailable: it could not be recorded; there is no order.
        """
        role = _role(by, kind)
        _check_words(kind, case_number, basis, target, hold)
        if kind in OF_LOGS:
            await self._ports.succession.check(kind)
        target = await self._ports.reads.run(lambda connection: self._whole(connection, kind, target, hold))
        now = self._ports.clock.now()
        bare = Order(
            id=self._ports.ids(),
            kind=kind,
            case_number=case_number,
            basis=basis,
            target=target,
            hold=hold,
            opened_by=by.ref,
            opened_role=role,
            opened_at=now,
            expires_at=now + WAITS,
            mac="",
        )
        order = replace(bare, mac=order_code(bare, self._ports.envelope.digest))
        named = tuple(NamePost(order=order.id, post=post) for post in target.posts)
        if kind is Kind.RESTORE:
            await self._ports.succession.keep(_row(order))
            return order
        record = records.opened(order, record=self._ports.ids())
        await self._ports.audit.commit(Work(records=(record,), changes=(_row(order), *named)))
        return order

    async def confirm(self, order_id: str, *, by: Principal) -> Done:
        """
        Agree to an order of somebody else; it counts, and is carried out, from now on.

        Raises:
            NotFound: there is no such order.
            OrderRefused: it may not be this person, it is too late, a hold forbids it, or a post is not decided yet.
            AuditUnavailable: it could not be recorded; nothing was done.
        """
        order = await self._found(order_id)
        said = self._said(order, by)
        confirm = ConfirmOrder(
            order=order.id, person=said.person, role=said.role, confirmed_at=said.confirmed_at, mac=said.mac
        )
        if order.kind in OF_LOGS:
            return await self._change_log(order, said, confirm)
        if order.kind is not Kind.ERASE:
            record = records.confirmed(order, said, record=self._ports.ids())
            return await self._commit(order, said, (record,), (confirm,))
        keys = await self._ports.reads.run(lambda connection: self._destroyable(connection, order))
        made = tuple(records.erased(order, said, keys, ids=self._ports.ids))
        at = said.confirmed_at
        changes: list[Change] = [confirm]
        changes += [DestroyKey(id=key.id, post=key.post, at=at) for key in keys]
        changes += [ForgetKeys(post=key.post) for key in keys]
        if order.target.actor is not None:
            changes.append(EraseActor(ref=order.target.actor, at=at))
        return await self._commit(order, said, made, tuple(changes), keys=len(keys))

    async def show(self, order_id: str) -> tuple[Order, int]:
        """
        Return an order, and how many contents it would destroy now.

        Raises:
            NotFound: there is no such order.
        """
        order = await self._found(order_id)
        if order.kind is not Kind.ERASE:
            return order, 0
        return order, len(await self._ports.reads.run(lambda connection: _covered(connection, order)))

    async def standing(self) -> Standing:
        """Return what waits for a second person, and the holds and cases that count."""
        now, digest = self._ports.clock.now(), self._ports.envelope.digest

        def read(connection: Connection) -> Standing:
            cases = rows.confirmed(connection, Kind.CASE)
            return Standing(
                waiting=tuple(rows.waiting(connection, now)),
                holds=tuple(rows.holds(connection, digest)),
                cases=tuple(case for case in cases if usable(case, now=now, digest=digest)),
            )

        return await self._ports.reads.run(read)

    async def case(self, order_id: str) -> Order:
        """
        Return a case that may be used now.

        Raises:
            OrderRefused: there is none of this id that two people confirmed and that is not over.
        """
        found = await self._ports.reads.run(lambda connection: rows.order_of(connection, order_id))
        if found is None or not usable(found, now=self._ports.clock.now(), digest=self._ports.envelope.digest):
            raise OrderRefused(why="no-case")
        return found

    async def _found(self, order_id: str) -> Order:
        found = await self._ports.reads.run(lambda connection: rows.order_of(connection, order_id))
        if found is None:
            raise NotFound(expected="the id of an order", found="another id")
        if not made_here(found, self._ports.envelope.digest):
            raise OrderRefused(why="not-made-here")
        return found

    def _said(self, order: Order, by: Principal) -> Confirmation:
        role, now = _role(by, order.kind), self._ports.clock.now()
        if order.confirmation is not None:
            raise OrderRefused(why="confirmed")
        if order.opened_by == by.ref:
            raise OrderRefused(why="same-person")
        if order.expires_at <= now:
            raise OrderRefused(why="expired")
        if LEADS[order.kind] not in {order.opened_role, role}:
            raise OrderRefused(why="no-lead")
        bare = Confirmation(person=by.ref, role=role, confirmed_at=now, mac="")
        return replace(bare, mac=confirmation_code(order, bare, self._ports.envelope.digest))

    async def _commit(
        self,
        order: Order,
        said: Confirmation,
        made: tuple[AuditRecord, ...],
        changes: tuple[Change, ...],
        *,
        keys: int = 0,
    ) -> Done:
        try:
            await self._ports.audit.commit(Work(records=made, changes=changes))
        except Conflict as conflict:
            raise OrderRefused(why=_LOST.get(conflict.what, "overtaken")) from None
        except AuditUnavailable:
            # A hold that was placed in between: the database refused to destroy, and nothing was done.
            if order.kind is Kind.ERASE:
                await self._ports.reads.run(lambda connection: self._destroyable(connection, order))
            raise
        if order.kind is Kind.ERASE:
            await asyncio.to_thread(self._ports.sweep)
        return Done(order=replace(order, confirmation=said), records=tuple(record.id for record in made), keys=keys)

    async def _change_log(self, order: Order, said: Confirmation, confirm: ConfirmOrder) -> Done:
        succession = self._ports.succession
        await succession.check(order.kind)
        change = succession.close if order.kind is Kind.ROTATE else succession.leave
        try:
            made = await change(order, said, confirm)
        except Conflict as conflict:
            raise OrderRefused(why=_LOST.get(conflict.what, "overtaken")) from None
        return Done(order=replace(order, confirmation=said), records=made)

    def _whole(self, connection: Connection, kind: Kind, target: Target, hold: str | None) -> Target:
        """Return a target with everything that belongs to it; refuse what is not there."""
        if kind is Kind.RELEASE and hold not in self._holds(connection):
            raise OrderRefused(why="no-hold")
        if not target.posts:
            if kind is Kind.ERASE and not rows.actor_lives(connection, target.actor or ""):
                raise OrderRefused(why="nothing-found")
            return target
        found = belonging.whole(connection, target.posts, self._ports.envelope)
        if kind is Kind.ERASE and not rows.keys_of_posts(connection, found):
            raise OrderRefused(why="nothing-found")
        if len(found) > MOST_POSTS:
            raise OrderRefused(why="too-many")
        return replace(target, posts=tuple(sorted(found)))

    def _destroyable(self, connection: Connection, order: Order) -> list[KeptKey]:
        """
        Return the keys that an erasure destroys.

        Raises:
            OrderRefused: more belongs to the posts than when it was opened, a hold covers one of them, a post is not
                decided yet or needs an image of theirs, or there is nothing left.
        """
        keys, envelope = _covered(connection, order), self._ports.envelope
        if set(order.target.posts) < belonging.whole(connection, order.target.posts, envelope):
            raise OrderRefused(why="grown")
        if any(key.state in rows.UNDECIDED for key in keys):
            raise OrderRefused(why="open-posts")
        if belonging.held(connection, keys, rows.holds(connection, envelope.digest), envelope):
            raise OrderRefused(why="legal-hold")
        if belonging.needed(connection, keys, envelope):
            raise OrderRefused(why="needed-image")
        if not keys and order.target.actor is None:
            raise OrderRefused(why="nothing-found")
        return keys

    def _holds(self, connection: Connection) -> set[str]:
        return {hold.id for hold in rows.holds(connection, self._ports.envelope.digest)}


def _covered(connection: Connection, order: Order) -> list[KeptKey]:
    target = order.target
    if target.actor is not None:
        return rows.keys_of_actor(connection, target.actor)
    return rows.keys_of_posts(connection, target.posts)


def _role(by: Principal, kind: Kind) -> str:
    """Return the role that counts: the leading one where the person has it."""
    held = [role for role in ROLES if role in by.scopes]
    if by.kind != records.PERSON or not held:
        raise OrderRefused(why="no-role")
    return LEADS[kind] if LEADS[kind] in held else held[0]


def _check_words(kind: Kind, case_number: str, basis: str, target: Target, hold: str | None) -> None:
    if not CASE_NUMBER.fullmatch(case_number):
        raise OrderRefused(why="case-number")
    if not BASIS.fullmatch(basis):
        raise OrderRefused(why="basis")
    if len(target.posts) > MOST_POSTS:
        raise OrderRefused(why="too-many")
    if not _fits(kind, target, hold):
        raise OrderRefused(why="target")


def _fits(kind: Kind, target: Target, hold: str | None) -> bool:
    match kind:
        case Kind.ERASE:
            narrow = target == Target(posts=target.posts, actor=target.actor)
            return narrow and hold is None and bool(target.posts) != (target.actor is not None)
        case Kind.HOLD:
            named = bool(target.posts) or target.actor is not None or target.account is not None
            return named and hold is None
        case Kind.RELEASE:
            return target == _NO_TARGET and hold is not None
        case Kind.CASE | Kind.ROTATE | Kind.RESTORE:
            return target == _NO_TARGET and hold is None


def _row(order: Order) -> OpenOrder:
    target = order.target
    return OpenOrder(
        id=order.id,
        kind=order.kind.value,
        case_number=order.case_number,
        basis=order.basis,
        actor=target.actor,
        account=target.account,
        since=target.since,
        until=target.until,
        hold=order.hold,
        opened_by=order.opened_by,
        opened_role=order.opened_role,
        opened_at=order.opened_at,
        expires_at=order.expires_at,
        mac=order.mac,
    )
