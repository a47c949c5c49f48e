"""What was recorded opens in one way, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.gate.sealed import opened_content
from tests.fakes.waiting_house import WaitingHouse


async def test_a_content_says_what_was_recorded() -> None:
    """With the key that sealed it; neither is shown."""
    house = WaitingHouse()
    await house.schedule("Kanarienvogel")
    sealed = (await house.only()).content
    opened = opened_content(house.ports.envelope, sealed)

    assert opened is not None
    assert (opened.says["parts"][0][2], opened.key.id) == ("Kanarienvogel", sealed.key)
    assert "Kanarienvogel" not in repr(opened)


@pytest.mark.parametrize("wrapped", [None, b"another"], ids=["erased", "another key"])
async def test_what_does_not_open_is_nothing(wrapped: bytes | None) -> None:
    """Whatever the reason, nobody goes on with half of it."""
    house = WaitingHouse()
    await house.schedule()
    sealed = replace((await house.only()).content, wrapped_key=wrapped)

    assert opened_content(house.ports.envelope, sealed) is None
