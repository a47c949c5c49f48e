"""Reviews at a running node: over HTTP, by people with tokens, as OpenAPI says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.held_posts import TEXT, hold, pseudonym
from tests.unit.assembly.test_api import ApiNode

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.blocking


@pytest.fixture
def house(tmp_path: Path) -> ApiNode:
    """Return a prepared installation."""
    return ApiNode(tmp_path)


async def test_a_post_is_reviewed_at_a_running_node(house: ApiNode) -> None:
    """By somebody with the scope and nobody else; what is approved is looked at by the dispatcher at once."""
    signer = house.installation.signer
    ben = await asyncio.to_thread(signer, "Ben Beispiel", "review:compliance")
    emil = await asyncio.to_thread(signer, "Emil Beispiel", "deputy")
    held = await hold(house.installation)
    name = await asyncio.to_thread(pseudonym, house.installation, emil)
    node = await house.node()
    await node.start()
    try:
        refused = await house.get("/v1/reviews", house.anna)
        _, listed = await house.get("/v1/reviews?queue=compliance", ben)
        _, clear = await house.say(f"/v1/reviews/{held.review}/reveal", ben, purpose="decision")
        day = {"since": None, "until": "2199-01-01T00:00:00Z"}
        too_long = await house.say("/v1/delegations", ben, deputy=name, **day)
        _, voted = await house.say(f"/v1/reviews/{held.review}/votes", ben, verdict="approve")
        late = await house.say(f"/v1/reviews/{held.review}/votes", ben, verdict="approve")
    finally:
        await node.stop()

    assert (refused[0], refused[1]["error"]["code"]) == (403, "scope_missing")
    assert [row["id"] for row in listed["reviews"]] == [held.review]
    assert clear["parts"][0]["text"] == TEXT
    assert (too_long[0], too_long[1]["error"]["why"]) == (409, "period")
    assert voted["state"] == "approved"
    assert (late[0], late[1]["error"]["why"]) == (409, "closed")
    codes = await asyncio.to_thread(house.codes)
    assert [code for code in codes if code.startswith("PG-20")] == ["PG-201", "PG-205", "PG-202"]
