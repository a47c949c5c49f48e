"""
Orders and proofs of erasures as people see them: each look is on record before, also one that finds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.logs import read_place
from proxy.audit.looks import check_words
from proxy.audit.orders.model import Kind
from proxy.audit.orders.proof import erasure_proof
from proxy.audit.orders.refusals import OrderRefused
from proxy.core.errors import NotFound
from proxy.storage.columns import instant

if TYPE_CHECKING:
    from proxy.audit.looks import Looks
    from proxy.audit.orders.desk import OrderDesk, Standing
    from proxy.audit.orders.model import Order
    from proxy.audit.orders.proof import ErasureProof
    from proxy.gate.work import Actor
    from proxy.storage.reads import Reads


def plain_of(order: Order) -> dict[str, object]:
    """Return an order as plain values; of its target only what is named, people by their pseudonyms."""
    target, said = order.target, order.confirmation
    return {
        "order": order.id,
        "kind": order.kind.value,
        "case": order.case_number,
        "basis": order.basis,
        "posts": list(target.posts),
        "actor": target.actor,
        "account": target.account,
        "since": None if target.since is None else instant(target.since),
        "until": None if target.until is None else instant(target.until),
        "hold": order.hold,
        "opened_by": order.opened_by,
        "opened_at": instant(order.opened_at),
        "expires_at": instant(order.expires_at),
        "confirmed_by": None if said is None else said.person,
        "confirmed_at": None if said is None else instant(said.confirmed_at),
    }


class ShownOrders:
    """Shows orders."""

    def __init__(self, *, desk: OrderDesk, reads: Reads, looks: Looks) -> None:
        self._desk = desk
        self._reads = reads
        self._looks = looks

    async def standing(self, *, by: Actor) -> Standing:
        """
        Return what waits for a second person, and the holds and cases that count.

        Raises:
            AuditUnavailable: the look could not be recorded.
        """
        found = await self._desk.standing()
        count = len(found.waiting) + len(found.holds) + len(found.cases)
        await self._looks.note({"orders": "standing"}, by=by, returned=count)
        return found

    async def holds(self, *, by: Actor) -> tuple[Order, ...]:
        """
        Return the holds that count.

        Raises:
            AuditUnavailable: the look could not be recorded.
        """
        return await self._counting("holds", (await self._desk.standing()).holds, by)

    async def cases(self, *, by: Actor) -> tuple[Order, ...]:
        """
        Return the cases that may be used now.

        Raises:
            AuditUnavailable: the look could not be recorded.
        """
        return await self._counting("cases", (await self._desk.standing()).cases, by)

    async def _counting(self, which: str, found: tuple[Order, ...], by: Actor) -> tuple[Order, ...]:
        await self._looks.note({"orders": which}, by=by, returned=len(found))
        return found

    async def order(self, order: str, *, by: Actor) -> tuple[Order, int]:
        """
        Return an order, and how many contents it would destroy now.

        Raises:
            UnreadableField: an id that is more than a word.
            NotFound: there is no such order.
            OrderRefused: the gateway did not make it.
            AuditUnavailable: the look could not be recorded.
        """
        wanted = {"order": order}
        check_words(wanted)
        try:
            found = await self._desk.show(order)
        except (NotFound, OrderRefused):
            await self._looks.note(wanted, by=by)
            raise
        if found[0].kind is not Kind.RESTORE:  # the log of a restored backup records nothing
            await self._looks.note(wanted, by=by, returned=1)
        return found

    async def erasure(self, order: str, *, by: Actor) -> ErasureProof:
        """
        Return the proof of the erasure by an order.

        Raises:
            UnreadableField: an id that is more than a word.
            OrderRefused: nothing was erased by this order.
            AuditUnavailable: the look could not be recorded.
        """
        wanted = {"erasure": order}
        check_words(wanted)
        try:
            found = await self._reads.run(lambda connection: erasure_proof(connection, order))
        except OrderRefused:
            await self._looks.note(wanted, by=by)
            raise
        await self._looks.note(wanted, by=by, returned=len(found.records), places=_places(found))
        return found


def _places(proof: ErasureProof) -> list[tuple[int, int]]:
    return [place for place in (read_place(name) for name, _ in proof.records) if place is not None]
