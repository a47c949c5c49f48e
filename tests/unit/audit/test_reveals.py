"""Looking behind a pseudonym. All names are invented."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.audit.orders.model import Kind, Target
from proxy.audit.orders.refusals import OrderRefused
from proxy.core.errors import NotFound, UnreadableField
from tests.orders import desk_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.orders import DeskHouse

NAME = "Erika Beispiel"


@pytest.fixture
async def house(url: str) -> AsyncIterator[DeskHouse]:
    """Return a house on a database of each kind."""
    async with desk_house(url) as opened:
        yield opened


async def test_a_name_is_shown_within_a_case_and_on_record(house: DeskHouse) -> None:
    """Who looked, behind which pseudonym, for which case; the name is in no record."""
    author = await house.person(NAME, "audit")
    case = await house.both(Kind.CASE)

    assert await house.reveals.name(author.ref, case=case.order.id, by=house.privacy) == NAME
    (leaf,) = await house.records("PG-513")
    assert (leaf["actor"]["ref"], leaf["on_behalf_of"]) == (house.privacy.ref, author.ref)
    assert leaf["data"] == {"case": "DSB-2026/17", "order": case.order.id}
    assert NAME not in str(leaf)


async def test_without_case_or_role_no_name_is_shown(house: DeskHouse) -> None:
    """No name is on record as seen; that somebody looked for one that is not there is."""
    author = await house.person(NAME, "audit")
    asked, case = await house.order(Kind.CASE), await house.both(Kind.CASE)
    stranger = replace(house.privacy, scopes=frozenset({"post"}))

    for reference, by in ((asked.id, house.privacy), ("nothing", house.privacy), (case.order.id, stranger)):
        with pytest.raises(OrderRefused):
            await house.reveals.name(author.ref, case=reference, by=by)
    with pytest.raises(NotFound):
        await house.reveals.name("a_nobody", case=case.order.id, by=house.privacy)
    with pytest.raises(UnreadableField):
        await house.reveals.name("Erika Beispiel", case=case.order.id, by=house.privacy)
    assert await house.records("PG-513") == []
    (looked,) = await house.records("PG-510")
    assert looked["data"]["filter"] == {"actor": "a_nobody"}
    assert (looked["data"]["returned"], looked["data"]["case"]) == (0, "DSB-2026/17")


async def test_an_erased_name_is_gone(house: DeskHouse) -> None:
    """Also for those who may look."""
    author = await house.person(NAME, "audit")
    case = await house.both(Kind.CASE)
    await house.both(Kind.ERASE, Target(actor=author.ref))

    with pytest.raises(NotFound):
        await house.reveals.name(author.ref, case=case.order.id, by=house.privacy)
