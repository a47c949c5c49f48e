"""Keeping the register: two people to add, one to take back. All people are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import NotFound
from proxy.gate.consent_refusals import ConsentRefused
from proxy.gate.consent_register import LONGEST
from proxy.gate.consent_store import Standing
from tests.consents import DAY, PRINT, make_consent_draft, officer
from tests.fakes.clock import START
from tests.fakes.consent_house import ConsentHouse

if TYPE_CHECKING:
    from proxy.core.model import Principal
    from proxy.gate.consent_store import KeptConsent

ANNA, BEN = officer("a_anna"), officer("a_ben")
NAMES = frozenset({PRINT})


@pytest.fixture
def house() -> ConsentHouse:
    """Return a house with an empty register."""
    return ConsentHouse()


async def _added(house: ConsentHouse) -> str:
    (kept,) = await house.register.add([make_consent_draft()], by=ANNA)
    return kept.consent.id


async def test_a_consent_lives(house: ConsentHouse) -> None:
    """Added, approved, taken back; each step is a record."""
    consent = await _added(house)
    assert (await house.register.waiting(consent)).person == "a_anna"
    await house.register.approve([(consent, NAMES)], by=BEN)
    ((_, standing),) = await house.register.all()
    kept = await house.register.revoke(consent, reason="withdrawn", by=ANNA)
    ((_, after),) = await house.register.all()

    assert (standing, after, kept.revoked_at) == (Standing.IN_FORCE, Standing.REVOKED, START)
    assert [(one.code, one.actor.ref) for one in house.log.records] == [
        ("PG-311", "a_anna"),
        ("PG-312", "a_ben"),
        ("PG-313", "a_anna"),
    ]


@pytest.mark.parametrize(
    "by", [officer("a_anna", scopes=("review",)), officer("s_tool", kind="service"), officer("a_anna", scopes=())]
)
async def test_only_people_who_may_change_policies_may_change_the_register(house: ConsentHouse, by: Principal) -> None:
    """A consent loosens the gate as a change of policies does."""
    consent = await _added(house)
    for step in (
        house.register.add([make_consent_draft()], by=by),
        house.register.approve([(consent, NAMES)], by=by),
        house.register.revoke(consent, reason="mistake", by=by),
    ):
        with pytest.raises(ConsentRefused) as refused:
            await step
        assert refused.value.why == "no-role"


async def test_nobody_approves_what_he_added(house: ConsentHouse) -> None:
    """With the evidence at hand or not."""
    with pytest.raises(ConsentRefused) as refused:
        await house.register.approve([(await _added(house), NAMES)], by=ANNA)

    assert refused.value.why == "same-person"


async def test_whoever_approves_has_to_know_the_names(house: ConsentHouse) -> None:
    """All of them, and no others: two people have read the same evidence."""
    consent = await _added(house)
    for names in (frozenset[str](), frozenset({"b" * 32}), NAMES | {"b" * 32}):
        with pytest.raises(ConsentRefused) as refused:
            await house.register.approve([(consent, names)], by=BEN)
        assert refused.value.why == "other-names"


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (START, START),
        (START + 2 * DAY, START + DAY),
        (START - 2 * DAY, START - DAY),
        (START, START + LONGEST + timedelta(seconds=1)),
    ],
)
async def test_a_consent_ends(house: ConsentHouse, since: object, until: object) -> None:
    """Ahead, after it began, and in a time that somebody oversees; nothing of a table with such a row is added."""
    with pytest.raises(ConsentRefused) as refused:
        await house.register.add([make_consent_draft(), make_consent_draft(since=since, until=until)], by=ANNA)

    assert refused.value.why == "period"
    assert await house.register.all() == ()


async def test_only_what_waits_is_approved(house: ConsentHouse) -> None:
    """Not twice, not after two weeks, not what was taken back."""
    approved, late, gone = [await _added(house) for _ in range(3)]
    await house.register.approve([(approved, NAMES)], by=BEN)
    await house.register.revoke(gone, reason="mistake", by=ANNA)
    house.clock.advance(14 * 86_400)
    for consent in (approved, late, gone):
        with pytest.raises(ConsentRefused) as refused:
            await house.register.approve([(consent, NAMES)], by=officer("a_carla"))
        assert refused.value.why == "not-waiting"


async def test_all_are_approved_or_none(house: ConsentHouse) -> None:
    """One that does not wait leaves the others waiting."""
    one, other = [await _added(house) for _ in range(2)]
    await house.register.revoke(other, reason="ended", by=ANNA)
    with pytest.raises(ConsentRefused):
        await house.register.approve([(one, NAMES), (other, NAMES)], by=BEN)

    assert (await house.register.waiting(one)).approval is None


async def test_a_lost_race_is_told(house: ConsentHouse) -> None:
    """Two approve, or take back, what they read at the same time."""
    consent = await _added(house)
    read = await house.consents.one(consent)
    await house.register.revoke(consent, reason="withdrawn", by=ANNA)

    async def read_before(_consent: str) -> KeptConsent | None:
        return read

    house.consents.one = read_before  # type: ignore[method-assign,assignment]
    with pytest.raises(ConsentRefused) as lost:
        await house.register.approve([(consent, NAMES)], by=BEN)
    with pytest.raises(ConsentRefused) as again:
        await house.register.revoke(consent, reason="withdrawn", by=BEN)

    assert (lost.value.why, again.value.why) == ("not-waiting", "revoked")


async def test_another_id_is_not_found(house: ConsentHouse) -> None:
    """For approving and for taking back."""
    with pytest.raises(NotFound):
        await house.register.approve([("c9", NAMES)], by=BEN)
    with pytest.raises(NotFound):
        await house.register.revoke("c9", reason="ended", by=BEN)


async def test_rows_from_elsewhere_are_doubtful(house: ConsentHouse) -> None:
    """They are listed, do not count and cannot be approved."""
    consent = await _added(house)
    house.log.tables.consents[consent] = replace(house.log.tables.consents[consent], evidence="DMS-2026-99")
    ((_, standing),) = await house.register.all()

    assert standing is Standing.DOUBTFUL
    with pytest.raises(ConsentRefused):
        await house.register.waiting(consent)
