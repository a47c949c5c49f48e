"""Each endpoint is one call of the gate."""

from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.core.errors import NotFound
from proxy.core.model import Principal
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.settle import Settle
from proxy.web.api_table import Asked
from proxy.web.delivery_api import DeliveryApi
from proxy.web.delivery_endpoints import DELIVERY_ENDPOINTS, DeliveryAct
from tests.fakes.gate_house import GateHouse
from tests.fakes.unclear import MemoryUnclearPosts

DOES = {one.act: one for one in DELIVERY_ENDPOINTS}
OTTO = Principal(ref="a_otto", kind="employee", scopes=frozenset({"deliver"}), token_prefix="pgt_test")


class Desk:
    """The endpoints over a gate with one unclear post."""

    def __init__(self) -> None:
        self.house = GateHouse(Outcome(kind=OutcomeKind.UNKNOWN, reason="closed"))
        house = self.house
        settle = Settle(MemoryUnclearPosts(house.log), audit=house.log, clock=house.clock, ids=house.ports.ids)
        self.api = DeliveryApi(settle, shield=house.shield, read_json=json.loads)

    async def ask(self, act: DeliveryAct, body: object = None, *, name: str = "") -> Any:
        """Ask, and return status and content."""
        data = b"" if body is None else json.dumps(body).encode()
        answer = await self.api(Asked(endpoint=DOES[act], by=OTTO, proposal=name, body=data))
        return answer.status, json.loads(answer.body)


async def _unclear() -> tuple[Desk, str]:
    desk = Desk()
    await desk.house.submit("eins")
    desk.house.clock.advance(180)
    _, told = await desk.ask(DeliveryAct.LIST)
    (row,) = told["deliveries"]
    return desk, row["decision_id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"result": "published", "platform_id": "115"}, "published"),
        ({"result": "absent"}, "absent"),
        ({"result": "absent", "then": "wait"}, "absent"),
        ({"result": "absent", "then": "close"}, "failed"),
        ({"result": "absent", "then": "resend"}, "queued"),
    ],
)
async def test_what_a_person_found_is_recorded(body: dict[str, str], status: str) -> None:
    """The answer says what became of it."""
    desk, name = await _unclear()
    answered, told = await desk.ask(DeliveryAct.SETTLE, body, name=name)

    assert (answered, told["delivery"]["status"], desk.house.states) == (200, status, [status])
    assert desk.house.log.records[3].actor.ref == OTTO.ref


async def test_another_post_is_not_there() -> None:
    """Nothing is recorded."""
    desk, _ = await _unclear()
    with pytest.raises(NotFound):
        await desk.ask(DeliveryAct.SETTLE, {"result": "absent"}, name="d-unbekannt")
    assert desk.house.states == ["unknown"]
