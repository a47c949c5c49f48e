from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import GateUnavailable, UnknownToken
from proxy.identity.sql import SqlIdentity
from proxy.identity.tokens import draw
from tests.fakes.clock import ManualClock
from tests.stores import reads_on

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_text_without_checksum_asks_nobody(tmp_path: Path) -> None:
    """There is no database here: a bad token is refused before the look-up, a good one needs it."""
    digests: list[str] = []

    def digest(purpose: str, value: bytes) -> str:
        digests.append(purpose)
        return value.hex()

    async with reads_on(f"sqlite:///{tmp_path}/none.db") as reads:
        identity = SqlIdentity(reads, digest=digest, clock=ManualClock())
        with pytest.raises(UnknownToken):
            await identity.authenticate("pgt_" + "0" * 36, door="presse")
        assert digests == []
        with pytest.raises(GateUnavailable):
            await identity.authenticate(draw(), door="presse")

    assert digests == ["gateway-token"]


async def test_an_error_does_not_repeat_the_token(tmp_path: Path) -> None:
    """Neither well formed nor mistyped."""
    token = draw()
    async with reads_on(f"sqlite:///{tmp_path}/none.db") as reads:
        identity = SqlIdentity(reads, digest=lambda _purpose, value: value.hex(), clock=ManualClock())
        for presented in (token, token[:-1]):
            with pytest.raises((UnknownToken, GateUnavailable)) as caught:
                await identity.authenticate(presented, door="presse")
            assert token[:-1] not in str(caught.value)
