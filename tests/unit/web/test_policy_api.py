"""Each endpoint is one step of the use case."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import GateBusy, UnknownField
from proxy.gate.policy_refusals import FailingTests, ProposalRefused
from proxy.gate.shield import Shield
from proxy.web.api_table import ENDPOINTS, Act, Asked, Said
from proxy.web.policy_api import PolicyApi, PolicyApiPorts
from tests.unit.gate.test_policy_life import ANNA, BEN, Office

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError
    from proxy.core.model import Principal

DOES = {one.act: one for one in ENDPOINTS}


@dataclass
class Desk:
    """The endpoints over a policy store in memory, and a check that says what a test wants."""

    office: Office = field(default_factory=Office)
    wrong: PostgateError | None = None
    checked: list[bytes] = field(default_factory=list)

    async def check(self, package: bytes) -> None:
        self.checked.append(package)
        if self.wrong is not None:
            raise self.wrong

    async def ask(
        self, act: Act, body: bytes = b"", *, by: Principal = ANNA, proposal: str = "", emergency: bool = False
    ) -> tuple[int, dict[str, object]]:
        ports = PolicyApiPorts(
            life=self.office.life, check=self.check, shield=Shield(), read_json=json.loads, source="files"
        )
        said = Said(emergency=emergency)
        asked = Asked(endpoint=DOES[act], by=by, proposal=proposal, said=said, body=body)
        answer = await PolicyApi(ports)(asked)
        content: dict[str, object] = json.loads(answer.body)
        return answer.status, content


@pytest.fixture
def desk() -> Desk:
    """Return endpoints where nothing is in force."""
    return Desk()


async def test_a_proposal_is_checked_and_proposed(desk: Desk) -> None:
    """The answer says what nodes decide by, so that nobody takes the store for it."""
    status, said = await desk.ask(Act.PROPOSE, b"first")

    assert desk.checked == [b"first"]
    assert (status, said["in_force"], said["changes"], said["source"]) == (201, False, [], "files")
    assert desk.office.log.codes() == ["PG-301"]


@pytest.mark.parametrize("wrong", [FailingTests(names=("a",)), GateBusy()])
async def test_what_is_not_checked_is_not_proposed(desk: Desk, wrong: PostgateError) -> None:
    """Whatever kept the check from saying that all is well."""
    desk.wrong = wrong
    with pytest.raises(type(wrong)):
        await desk.ask(Act.PROPOSE, b"first")

    assert desk.office.log.codes() == []


async def test_the_second_person_reads_and_signs(desk: Desk) -> None:
    """What is read is what is signed; nobody signs twice."""
    await desk.office.put_into_force("first")
    _, proposed = await desk.ask(Act.PROPOSE, b"weaker")
    name = str(proposed["proposal"]["proposal"])  # type: ignore[index]  # rows
    status, preview = await desk.ask(Act.PREVIEW, by=BEN, proposal=name)
    with pytest.raises(ProposalRefused):
        await desk.ask(Act.SIGN, proposal=name)
    _, signed = await desk.ask(Act.SIGN, by=BEN, proposal=name)

    assert (status, preview["from_digest"]) == (200, "first")
    assert preview["changes"] == proposed["changes"] == signed["changes"]
    assert signed["in_force"] is True
    assert await desk.office.active() == "weaker"


async def test_an_emergency_is_asked_for_by_name(desk: Desk) -> None:
    """With its end."""
    await desk.office.put_into_force("first")
    _, said = await desk.ask(Act.PROPOSE, b"stricter", emergency=True)

    assert (said["in_force"], said["until"]) == (True, "2026-11-24T09:00:00+00:00")


async def test_going_back_retiring_and_the_status(desk: Desk) -> None:
    """By what the JSON says; unknown keys are refused before anything happens."""
    await desk.office.put_into_force("first")
    await desk.office.put_into_force("stricter")
    status, back = await desk.ask(Act.ROLL_BACK, b'{"digest": "first"}')
    with pytest.raises(UnknownField):
        await desk.ask(Act.RETIRE, b'{"digest": "first", "force": true}')
    retired = await desk.ask(Act.RETIRE, b'{"digest": "first"}')
    _, told = await desk.ask(Act.STATUS)

    assert (status, back["proposal"]["kind"]) == (201, "rollback")  # type: ignore[index]  # rows
    assert retired == (200, {"retired": "first"})
    assert told["retired"] == ["first"]
