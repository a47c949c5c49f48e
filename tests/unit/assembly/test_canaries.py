"""A client that reaches every door of this node."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from proxy.assembly.canaries import canary_doors
from proxy.gate.canary import Canary, CanaryPorts
from proxy.settings.model import Settings
from tests.fakes.gate_house import GateHouse
from tests.fakes.receivers import Asked, Told, certificates, web_server
from tests.unit.gate.test_canary import Told as Watch
from tests.unit.settings.test_model import DOOR, MINIMAL

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.gate.canary_door import CanaryDoors


def _made(door: dict[str, Any], **more: object) -> tuple[CanaryDoors, Canary, Watch]:
    settings = Settings.model_validate(MINIMAL | {"doors": [DOOR | door]} | more)
    house, watch = GateHouse(), Watch()
    ports = CanaryPorts(
        scanner=house.scanner, policies=house.policies, audit=house.log, clock=house.clock, ids=house.ports.ids
    )
    return canary_doors(settings, ports), Canary(ports, leaks=(), platforms=("mastodon",), watch=watch), watch


@pytest.mark.parametrize("encrypted", [False, True])
async def test_the_leak_is_sent_as_a_client_would(tmp_path: Path, encrypted: bool) -> None:
    """To the address that the door listens at, for its public name, with a token that is nobody's."""
    asked: list[Asked] = []

    def answer(request: Asked) -> Told:
        asked.append(request)
        return Told(200)

    with web_server(answer, certificates(tmp_path).server if encrypted else None) as address:
        tls = {"tls": {"certificate": "c.pem", "key": "k.pem"}} if encrypted else {}
        doors, canary, watch = _made({"listen": address.partition("://")[2], **tls})
        await doors.once(canary)

    (request,) = asked
    assert (request.method, request.target) == ("POST", "/api/v1/statuses")
    assert request.headers["host"] == "mastodon.bank.example"
    assert request.headers["authorization"].startswith("Bearer pgt_")
    assert "x-forwarded-proto" not in request.headers
    assert "DE02" in json.loads(request.body)["status"]
    assert watch.last == {"door": False}


async def test_a_door_that_is_away_is_noticed() -> None:
    """No answer is no refusal."""
    doors, canary, watch = _made({"listen": "127.0.0.1:9"})
    await doors.once(canary)

    assert watch.last == {"door": False}


@pytest.mark.parametrize(("proxies", "reached"), [(["127.0.0.1"], True), (["10.1.0.7"], False)])
async def test_a_door_behind_a_proxy_is_reached_as_that_would(proxies: list[str], reached: bool) -> None:
    """Where this machine is listed as one; otherwise the door would drop it, and it is not tried."""
    asked: list[Asked] = []

    def answer(request: Asked) -> Told:
        asked.append(request)
        return Told(200)

    with web_server(answer) as address:
        port = address.rpartition(":")[2]
        doors, canary, _ = _made({"listen": f"0.0.0.0:{port}"}, proxies=proxies)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await doors.run(canary, 0.05)

    assert bool(asked) is reached
    assert {request.headers.get("x-forwarded-proto") for request in asked} <= {"https"}


def test_the_token_of_each_process_is_another(tmp_path: Path) -> None:
    """It is drawn, and kept nowhere."""
    first, second = _made({})[0], _made({})[0]

    assert first.known(second._token, "mastodon") is None
    assert list(tmp_path.iterdir()) == []
