"""False alarms are opened for those who write policies, each on record. All texts are invented."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.store import Store
from proxy.audit.false_alarms import false_alarms
from proxy.audit.orders.refusals import OrderRefused
from proxy.core.errors import NotFound
from proxy.gate.policy_refusals import ProposalRefused
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from tests.fakes.review_house import person
from tests.held_posts import TEXT, hold
from tests.installation import Installation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from proxy.audit.false_alarms import FalseAlarms
    from proxy.core.model import Principal
    from proxy.gate.recorded import Recorded
    from proxy.gate.work import Actor

pytestmark = pytest.mark.blocking
POLA = person("a_pola", "policy", "content")
DAY = timedelta(days=1)


@asynccontextmanager
async def _store(house: Installation) -> AsyncIterator[Store]:
    store = await asyncio.to_thread(lambda: Store(load_settings(house.config, {}), clock=SystemClock()))
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


async def _asked(store: Store, by: Principal = POLA, *, days: int = 1) -> FalseAlarms:
    now = SystemClock().now()
    until = now + days * DAY
    return await false_alarms(store.reads, store.contents(), since=until - 2 * DAY, until=until, by=by)


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """Return an installation where one post was a false alarm and one was rightly held."""
    house = Installation(tmp_path)
    ben = house.signer("Ben Beispiel", "review")
    wrong, right = asyncio.run(hold(house)), asyncio.run(hold(house, "Ein Andrer singt."))
    for held, words in ((wrong, ("--false-alarm",)), (right, ())):
        assert house.run("review", "approve", held.review, *words, token=ben).exit_code == 0
    return house


async def test_decisions_that_should_not_have_held_are_opened(house: Installation) -> None:
    """Of the time that is asked for, and no others."""
    async with _store(house) as store:
        found = await _asked(store)
        before = await _asked(store, days=-1)

    assert [TEXT.encode() in one.content for one in found.found] == [True]
    assert (found.gone, before.found) == (0, ())


async def test_only_authors_of_policies_who_may_open_contents_get_them(house: Installation) -> None:
    """One right alone is not enough, nor is a program."""
    async with _store(house) as store:
        with pytest.raises(OrderRefused):
            await _asked(store, person("a_pia", "policy"))
        for by in (person("a_karl", "content"), person("s_tool", "policy", "content", kind="service")):
            with pytest.raises(ProposalRefused):
                await _asked(store, by)


class _Erased:
    """Contents that are gone."""

    async def one(self, name: str, *, by: Actor, purpose: str) -> Recorded:
        assert (by.ref, purpose) == (POLA.ref, "false-alarm")
        raise NotFound(found=name)


async def test_what_is_erased_is_counted(house: Installation) -> None:
    """And no more than some are opened at once."""
    now = SystemClock().now()
    async with _store(house) as store:
        gone = await false_alarms(store.reads, _Erased(), since=now - DAY, until=now + DAY, by=POLA)
        none = await false_alarms(store.reads, _Erased(), since=now - DAY, until=now + DAY, by=POLA, most=0)

    assert (gone.found, gone.gone) == ((), 1)
    assert (none.found, none.gone) == ((), 0)
