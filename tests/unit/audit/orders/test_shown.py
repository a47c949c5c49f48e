"""Orders as people see them. All texts and names are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.audit.looks import Looks
from proxy.audit.orders.model import Kind, Target
from proxy.audit.orders.refusals import OrderRefused
from proxy.audit.orders.shown import ShownOrders, plain_of
from proxy.core.errors import AuditUnavailable, NotFound, UnreadableField
from proxy.gate.work import Actor
from tests.fakes.log import MemoryAuditLog
from tests.works import new_id

if TYPE_CHECKING:
    from proxy.gate.ports import AuditLog
    from tests.orders import DeskHouse

BY = Actor(kind="operator", ref="o_betrieb")


def _shown(house: DeskHouse, audit: AuditLog) -> ShownOrders:
    looks = Looks(audit=audit, clock=house.clock, ids=new_id)
    return ShownOrders(desk=house.desk, reads=house.reads, looks=looks)


async def test_each_look_at_an_order_is_on_record(house: DeskHouse) -> None:
    """With how many there were, or where the records of the erasure lie; also where there is none."""
    post = await house.post("Kanarienvogel", author="a_erfunden")
    done = await house.both(Kind.ERASE, Target(posts=(post.id,)))
    waits = await house.order(Kind.CASE)
    audit = MemoryAuditLog()
    shown = _shown(house, audit)

    assert [order.id for order in (await shown.standing(by=BY)).waiting] == [waits.id]
    assert (await shown.order(waits.id, by=BY))[0] == waits
    ((place, _),) = (await shown.erasure(done.order.id, by=BY)).records
    seq = int(place)
    with pytest.raises(NotFound):
        await shown.order("nothing", by=BY)
    with pytest.raises(OrderRefused, match="nothing-found"):
        await shown.erasure(waits.id, by=BY)

    looks = [(one.data["filter"], one.data["returned"], one.data["from_seq"]) for one in audit.records]
    assert looks == [
        ({"orders": "standing"}, 1, None),
        ({"order": waits.id}, 1, None),
        ({"erasure": done.order.id}, 1, seq),
        ({"order": "nothing"}, 0, None),
        ({"erasure": waits.id}, 0, None),
    ]
    assert {one.actor for one in audit.records} == {BY}


async def test_holds_and_cases_are_shown_apart(house: DeskHouse) -> None:
    """Those that two people confirmed, each look on record."""
    hold = (await house.both(Kind.HOLD, Target(actor="a_erfunden"))).order
    case = (await house.both(Kind.CASE)).order
    await house.order(Kind.CASE)
    audit = MemoryAuditLog()
    shown = _shown(house, audit)

    assert await shown.holds(by=BY) == (hold,)
    assert await shown.cases(by=BY) == (case,)
    assert [one.data["filter"] for one in audit.records] == [{"orders": "holds"}, {"orders": "cases"}]
    assert [one.data["returned"] for one in audit.records] == [1, 1]
    assert plain_of(hold)["confirmed_by"] == house.legal.ref
    audit.down = True
    for look in (shown.holds, shown.cases):
        with pytest.raises(AuditUnavailable):
            await look(by=BY)


async def test_nothing_is_shown_that_is_not_on_record(house: DeskHouse) -> None:
    """Neither when the log is down, nor for what is no id."""
    order = await house.order(Kind.CASE)
    audit = MemoryAuditLog()
    shown = _shown(house, audit)
    for look in (shown.order, shown.erasure):
        with pytest.raises(UnreadableField):
            await look("Erika Beispiel", by=BY)
    audit.down = True
    with pytest.raises(AuditUnavailable):
        await shown.order(order.id, by=BY)
    with pytest.raises(AuditUnavailable):
        await shown.standing(by=BY)
    with pytest.raises(AuditUnavailable):
        await shown.erasure("nothing", by=BY)

    assert audit.records == []
