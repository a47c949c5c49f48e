"""A post as a client of each platform would send it."""

from __future__ import annotations

import pytest

from proxy.assembly.doors import wire_door
from proxy.core.model import PartKind
from proxy.gate.wire import EndpointClass, WireRequest
from proxy.platforms.canaries import sent
from proxy.settings.model import Settings
from tests.fakes.clock import ManualClock
from tests.unit.settings.test_model import DOOR, MINIMAL

PLATFORMS = ("mastodon", "bluesky", "linkedin", "x", "facebook", "instagram", "threads")
TEXT = "Bitte überweisen Sie auf das erfundene Konto."


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_table_of_the_platform_takes_it(platform: str) -> None:
    """As a post, comment or report with the whole text, and nothing else in it."""
    settings = Settings.model_validate(MINIMAL | {"doors": [DOOR | {"platform": platform}]})
    door = settings.doors[0]
    wired = wire_door(door, settings, accounts=None, sandbox=None, faults=None, clock=ManualClock())  # type: ignore[arg-type]  # nothing is sent
    request = sent(platform, TEXT)
    headers = [("content-type", request.content_type), ("authorization", "Bearer pgt_x"), ("host", door.host)]
    headers += [(name.lower(), value) for name, value in request.headers]
    wire = WireRequest(method="POST", path=request.path, query="", headers=tuple(headers), body=request.body)
    endpoint = wired.adapters.platform.endpoint("POST", request.path)
    draft = await wired.adapters.platform.parse(endpoint, wire)
    await wired.client.close()

    assert endpoint.cls in {EndpointClass.WRITE, EndpointClass.MEDIA}
    assert wired.adapters.platform.token(wire) == "pgt_x"
    assert TEXT in [part.text for part in draft.parts if part.kind in {PartKind.BODY, PartKind.COMMENT}]
    assert (draft.media, draft.send_at) == ((), None)
