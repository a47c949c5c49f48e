"""Consents at the gate: asked at every decision, and once more before a byte leaves. All people are invented."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import GateUnavailable
from tests.consents import DAY, PRINT
from tests.factories import make_draft
from tests.fakes.clock import START
from tests.fakes.consent_house import NAMED, OTHER, ConsentHouse
from tests.policies import make_bundle

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from proxy.core.policy.consent import Consent


class _Broken:
    """A register that does not answer."""

    async def naming(self, names: frozenset[str], now: datetime) -> tuple[Consent, ...]:
        raise GateUnavailable(expected=str(len(names)), found=now.isoformat())

    async def standing(self, ids: Iterable[str], now: datetime) -> tuple[Consent, ...]:
        raise GateUnavailable(expected=str(list(ids)), found=now.isoformat())

    async def once(self, ids: Iterable[str]) -> tuple[Consent, ...]:
        raise GateUnavailable(expected=str(list(ids)), found="none")


async def test_a_customer_who_agreed_may_be_named() -> None:
    """The record says by which consent; of the name it says nothing."""
    house = ConsentHouse()
    consent = await house.agreed()
    await house.submit(NAMED)

    assert (house.sent, house.states) == ([NAMED], ["published"])
    assert house.decisions == [("allow", [consent])]
    assert all(PRINT not in repr(record.data) for record in house.log.records)


@pytest.mark.parametrize(
    "values",
    [
        {"platforms": ("bluesky",)},
        {"since": START + timedelta(days=1)},
        {"since": START - 3 * DAY, "until": START + timedelta(seconds=1)},
    ],
    ids=["another platform", "to come", "over"],
)
async def test_a_consent_of_elsewhere_or_another_time_has_no_effect(values: dict[str, object]) -> None:
    """The post is held as if there were none."""
    house = ConsentHouse()
    await house.agreed(**values)
    house.clock.advance(1)
    await house.submit(NAMED)

    assert (house.states, house.decisions) == (["held"], [("hold", None)])


async def test_who_did_not_agree_is_held_beside_who_did() -> None:
    """The other one's consent is not told, since it changed nothing."""
    house = ConsentHouse()
    await house.agreed()
    await house.submit(f"{NAMED}. {OTHER}.")

    assert (house.states, house.decisions) == (["held"], [("hold", None)])


async def test_a_consent_that_was_taken_back_counts_no_more() -> None:
    """From the next post on."""
    house = ConsentHouse()
    await house.taken_back(await house.agreed())
    await house.submit(NAMED)

    assert house.states == ["held"]


async def test_a_consent_that_nobody_approved_does_not_count() -> None:
    """It takes two people."""
    house = ConsentHouse()
    consent = await house.agreed()
    del house.log.tables.consent_approvals[consent]
    await house.submit(NAMED)

    assert house.states == ["held"]


@pytest.mark.parametrize("way", ["taken back", "over"])
async def test_a_scheduled_post_is_held_when_its_consent_ended(way: str) -> None:
    """The consents of its time decide, not those of when it was written."""
    house = ConsentHouse()
    consent = await house.agreed(until=START + timedelta(hours=1, minutes=30))
    await house.schedule(NAMED, hours=2)
    assert house.states == ["scheduled"]
    if way == "taken back":
        await house.taken_back(consent)
    house.clock.advance(2 * 3600)
    await house.deliver_all()

    assert (house.sent, house.states) == ([], ["held"])
    assert house.decisions == [("allow", [consent]), ("hold", None)]


async def test_a_scheduled_post_goes_out_while_its_consent_stands() -> None:
    """Both decisions name it."""
    house = ConsentHouse()
    consent = await house.agreed()
    await house.schedule(NAMED)
    house.clock.advance(3600)
    await house.deliver_all()

    assert (house.sent, house.states) == ([NAMED], ["published"])
    assert house.decisions == [("allow", [consent])] * 2


@pytest.mark.parametrize("waits", [False, True])
async def test_a_consent_taken_back_between_record_and_sending_stops_the_post(waits: bool) -> None:
    """The last look is just before the first byte, whoever took it back on whichever node."""
    house = ConsentHouse()
    consent = await house.agreed()
    if waits:
        await house.schedule(NAMED)
        house.clock.advance(3600)

    def take_back(name: str) -> None:
        if name == "after_intent":
            house.log.tables.consent_ends[consent] = house.log.tables.consent_approvals[consent]  # type: ignore[assignment]

    house.on_fault = take_back
    await (house.deliver_all() if waits else house.submit(NAMED))

    assert house.sent == []
    assert (house.log.records[-1].data["result"], house.log.records[-1].data["reason"]) == ("not_sent", "consent")
    assert house.states == (["queued"] if waits else ["failed"])
    if waits:
        house.clock.advance(120)
        await house.deliver_all()
        assert house.states == ["held"]


async def test_a_register_that_does_not_answer_lets_nothing_out() -> None:
    """Not when it is asked for the decision, nor when it is asked again."""
    house = ConsentHouse()
    await house.agreed()
    good = house.ports.consents

    def breaks(name: str) -> None:
        if name == "after_intent":
            object.__setattr__(house.ports, "consents", _Broken())

    house.on_fault = breaks
    await house.submit(NAMED)
    with pytest.raises(GateUnavailable):
        await house.submit(NAMED)
    assert (house.sent, house.states) == ([], ["failed"])
    object.__setattr__(house.ports, "consents", good)


@pytest.mark.parametrize("text", ["Schönes Wochenende!", NAMED])
async def test_the_register_is_asked_only_where_it_may_matter(text: str) -> None:
    """A post without a name, or policies without such an exception, cost no look-up."""
    house = ConsentHouse()
    object.__setattr__(house.ports, "consents", _Broken())
    if text == NAMED:
        house.policies.bundle = make_bundle()
    await house.submit_draft(make_draft(text))

    assert house.sent == [text]
