"""Programs log in at a door with the settings of that door."""

from __future__ import annotations

import json
from typing import Any, cast
from urllib.parse import urlencode

import pytest

from proxy.assembly.logins import wire_oauth
from proxy.gate.oauth_ports import LoginRefused
from proxy.gate.wire import Endpoint, EndpointClass, WireRequest
from proxy.settings.model import Door
from tests.fakes.authorizations import ScriptedAuthorizations
from tests.fakes.door_platform import RecordingRefusals
from tests.fakes.envelope import PlainEnvelope

DOOR = Door(
    name="presse",
    platform="mastodon",
    listen="127.0.0.1:8080",
    public_url="https://gw.example",
    upstream="https://social.example",
    redirects=("https://app.example/back",),
)


class _Store:
    """The two parts of a store that logins need."""

    envelope = PlainEnvelope()

    def authorizations(self) -> ScriptedAuthorizations:
        return ScriptedAuthorizations()


async def test_listed_addresses_are_those_of_the_door() -> None:
    """One that is listed registers, another one does not."""
    oauth = wire_oauth(DOOR, language="de", store=cast("Any", _Store()), refusals=RecordingRefusals())

    async def register(redirect: str) -> Any:
        body = urlencode({"client_name": "A", "redirect_uris": redirect}).encode()
        headers = (("content-type", "application/x-www-form-urlencoded"),)
        request = WireRequest(method="POST", path="/api/v1/apps", query="", headers=headers, body=body)
        return json.loads((await oauth(Endpoint(name="oauth.app", cls=EndpointClass.SESSION), request)).body)

    assert (await register("https://app.example/back"))["client_id"]
    with pytest.raises(LoginRefused):
        await register("https://app.example/else")
