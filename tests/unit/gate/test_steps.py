"""How long an answer about a stopped post took does not tell why it was stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import NOBODY, Verdict
from proxy.gate.steps import STEP_S, Steps
from tests.fakes.clock import ManualClock
from tests.fakes.gate_house import GateHouse, OneBundle
from tests.fakes.native_house import BOARD, NativeHouse, anna, entry
from tests.policies import make_bundle


async def _waited(took: float, *verdicts: str | None, registered: bool = True) -> list[float]:
    clock, pauses = ManualClock(), []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    bundle = replace(make_bundle(), register=NOBODY if registered else None)
    steps = Steps(policies=OneBundle(bundle), clock=clock, pause=pause)
    begun = steps.begin()
    clock.advance(took)
    await steps.end(begun, *verdicts)
    return pauses


@pytest.mark.parametrize("took", [0.0, 0.01, 0.249, 0.25, 0.3, 1.1])
@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.BLOCK])
async def test_a_stopped_post_is_answered_on_a_step(took: float, verdict: Verdict) -> None:
    """Also when another post of the same request passes."""
    (pause,) = await _waited(took, Verdict.ALLOW, verdict, None)

    steps = (took + pause) / STEP_S
    assert 0 < pause <= STEP_S
    assert steps == pytest.approx(round(steps))


async def test_nobody_waits_where_there_is_nothing_to_tell() -> None:
    """A post that passes, and a house without a register."""
    assert await _waited(0.1, Verdict.ALLOW, Verdict.REDACT, None) == []
    assert await _waited(0.1, Verdict.BLOCK, registered=False) == []


@pytest.mark.parametrize(("text", "waits"), [("IBAN", 1), ("Moin", 0)])
async def test_doors_keep_to_it(text: str, waits: int) -> None:
    """A block waits for its step once, a post that goes out does not; an equal one is answered from what is kept."""
    house = GateHouse()
    house.policies.bundle = replace(house.policies.bundle, register=NOBODY)
    await house.submit(text)

    assert len(house.pauses) == waits


async def test_the_interface_keeps_to_it() -> None:
    """An order to several accounts is answered once."""
    house = NativeHouse()
    house.policies.bundle = replace(house.policies.bundle, register=NOBODY)
    await house.order(entry("IBAN"), entry("Moin", account=BOARD))
    blocked = len(house.pauses)
    await house.order(entry("Moin", account=BOARD))

    assert (blocked, len(house.pauses)) == (1, 1)
    assert await house.questions.check([entry("IBAN")], by=anna())
