"""
Closing the log and opening the next one, as two people ordered it.

    rotate     PG-502 ends the log, its last checkpoint is signed, PG-501 with that checkpoint begins the next one
    restore    the log of a restored backup stays as it is: its next numbers were given before, to records that are
               lost. PG-501 begins the next one with the last checkpoint that is known, and with how far the backup goes

Each is one transaction. While the log of a restored backup is open nothing is recorded in it, so what one person
ordered is kept without a record; PG-515 of the next log says it, right behind PG-501.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.audit.leaf import build
from proxy.audit.ledger import Closing, Entry
from proxy.audit.logs import origin_of
from proxy.audit.openings import End, Opening
from proxy.audit.orders import records
from proxy.audit.orders.model import Kind
from proxy.audit.orders.refusals import OrderRefused
from proxy.audit.stored_logs import head
from proxy.core.errors import AuditBroken, PostgateError
from proxy.storage.changes import steps_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.engine import Connection

    from proxy.audit.checkpointing import Checkpointing
    from proxy.audit.head import Head
    from proxy.audit.leaf import Leaf
    from proxy.audit.orders.model import Confirmation, Order
    from proxy.audit.signed import Signed
    from proxy.audit.sinks.outside import Outside
    from proxy.audit.verify import LogHead
    from proxy.audit.writer import GroupCommitWriter
    from proxy.gate.order_changes import ConfirmOrder, OpenOrder
    from proxy.gate.ports import Ids
    from proxy.gate.work import AuditRecord
    from proxy.storage.reads import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessionPorts:
    """What it needs."""

    reads: Reads
    writer: GroupCommitWriter
    checkpoints: Checkpointing
    outside: Callable[[], Outside]
    """What lay in the sinks when the process began."""
    origin: str
    """Of log 1."""
    digest: Callable[[str, bytes], str]
    """Keyed (`Envelope.digest`)."""
    node: str
    ids: Ids


class LogSuccession:
    """Goes on in the next log."""

    def __init__(self, ports: SuccessionPorts) -> None:
        self._ports = ports

    async def check(self, kind: Kind) -> None:
        """
        Refuse an order that the log as it stands does not allow.

        Raises:
            OrderRefused: the log is that of a restored backup and the order another one, or the other way round; a sink
                cannot be read that may know more; this node has no key.
        """
        if kind is Kind.ROTATE and self._ports.checkpoints.signer is None:
            raise OrderRefused(why="no-key")
        lost = await self._lost()
        if kind is not Kind.RESTORE:
            if lost is not None:
                raise OrderRefused(why="restored")
            return
        if self._ports.outside().problems:
            raise OrderRefused(why="sink-unread")
        if lost is None:
            raise OrderRefused(why="not-restored")

    async def keep(self, order: OpenOrder) -> None:
        """
        Keep an order to go on after a restored backup.

        Raises:
            AuditUnavailable: it is not known to be kept.
        """
        await self._ports.writer.keep_order(order)

    async def close(self, order: Order, said: Confirmation, confirm: ConfirmOrder) -> tuple[str, ...]:
        """
        Close the log and go on in the next one; return the ids of PG-502 and PG-501.

        Raises:
            Conflict: the order was confirmed meanwhile.
            AuditBroken: the log was closed meanwhile, or does not continue what was signed.
            AuditUnavailable: nothing is known to be done.
        """
        ports = self._ports
        top = await ports.reads.run(head)
        ended, opened = ports.ids(), ports.ids()
        following = origin_of(ports.origin, top.log + 1)
        last = self._leaf(records.log_closed(order, said, record=ended, following=following))

        def opening(connection: Connection, end: Head) -> Sequence[Leaf]:
            _require_same(top, end.log)
            signed = ports.checkpoints.seal(connection, end)
            previous = _end_of(signed)
            found = Opening(previous=previous, note=signed.note.data().decode())
            return [self._leaf(records.log_opened(order, said, found, record=opened))]

        await ports.writer.close_log(
            Closing(entry=_entry(confirm, last), last=(last,), opening=opening, at=said.confirmed_at)
        )
        await asyncio.to_thread(self._remember)
        return ended, opened

    async def leave(self, order: Order, said: Confirmation, confirm: ConfirmOrder) -> tuple[str, ...]:
        """
        Leave the log of a restored backup as it is, and go on in the next one; return the ids of PG-501 and PG-515.

        Raises:
            Conflict: the order was confirmed meanwhile.
            AuditBroken: the log grew, or was closed, meanwhile.
            AuditUnavailable: nothing is known to be done.
        """
        ports = self._ports
        top, lost = await ports.reads.run(head), await self._lost()
        if lost is None:
            raise OrderRefused(why="not-restored")
        kept = End(origin=top.origin, size=top.size, root=top.root.hex())
        found = Opening(previous=_end_of(lost), note=lost.note.data().decode(), restored_from=kept).coded(ports.digest)
        ids = ports.ids(), ports.ids()
        leaves = (
            self._leaf(records.log_opened(order, said, found, record=ids[0])),
            self._leaf(records.opened(order, record=ids[1])),
        )

        def opening(_connection: Connection, end: Head) -> Sequence[Leaf]:
            _require_same(top, end.log, end.size)
            return leaves

        following = max(top.log, lost.log) + 1
        await ports.writer.close_log(
            Closing(entry=_entry(confirm, *leaves), last=(), opening=opening, at=said.confirmed_at, next=following)
        )
        await asyncio.to_thread(self._remember)
        return ids

    async def _lost(self) -> Signed | None:
        """Return the last checkpoint that is known, if the database does not have what it says."""
        newest = self._ports.outside().newest
        return await asyncio.to_thread(self._ports.checkpoints.last_known, newest)

    def _remember(self) -> None:
        with suppress(OSError, PostgateError):  # done is done; what cannot be remembered is told by the nodes
            signed = self._ports.checkpoints.sign()
            if signed is not None:
                self._ports.checkpoints.remember(signed)

    def _leaf(self, record: AuditRecord) -> Leaf:
        return build(record, node=self._ports.node)


def _entry(confirm: ConfirmOrder, *leaves: Leaf) -> Entry:
    return Entry(leaves=leaves, steps=tuple(steps_of((confirm,))), post=None, mac="")


def _end_of(signed: Signed) -> End:
    checkpoint = signed.checkpoint
    return End(origin=checkpoint.origin, size=checkpoint.head.size, root=checkpoint.head.root.hex())


def _require_same(top: LogHead, log: int, size: int | None = None) -> None:
    if log != top.log or size not in {None, top.size}:
        raise AuditBroken(
            expected="the log that is to be closed", found="another one: it was closed, or grew, meanwhile"
        )
