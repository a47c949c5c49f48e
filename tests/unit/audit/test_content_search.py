"""Looking for words in contents. All texts are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.audit import content_search
from proxy.audit.content_search import CONTENT, ContentSearch, Sought
from proxy.audit.fsck import misfits
from proxy.audit.orders.model import Kind, Target
from proxy.audit.orders.refusals import OrderRefused
from proxy.audit.verify import Verified
from proxy.core.errors import MalformedRequest
from proxy.storage.tables import audit_content
from tests.orders import desk_house
from tests.stores import bytes_on_disk
from tests.works import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from proxy.audit.content_search import Looked
    from proxy.audit.fsck import Misfit
    from proxy.core.model import Principal
    from tests.orders import DeskHouse

HOUR = timedelta(hours=1)


@pytest.fixture
async def house(url: str) -> AsyncIterator[DeskHouse]:
    """Return a house on a database of each kind."""
    async with desk_house(url) as opened:
        yield opened


def _search(house: DeskHouse) -> ContentSearch:
    return ContentSearch(
        reads=house.reads,
        envelope=house.envelope,
        audit=house.audit,
        desk=house.desk,
        clock=house.clock,
        ids=new_id,
    )


async def _find(house: DeskHouse, words: str, *, by: Principal | None = None, case: str | None = None) -> Looked:
    by = by or await house.person("Karl Lesend", CONTENT)
    case = case or (await house.both(Kind.CASE)).order.id
    now = house.clock.now()
    return await _search(house).find(Sought(words=words, since=now - HOUR, until=now + HOUR), case=case, by=by)


async def test_words_are_found_and_not_shown(house: DeskHouse) -> None:
    """Whatever their case and the blanks between them; where, and in which part."""
    there = await house.post("Ein bunter\n Kanarienvogel singt", author="a_one")
    await house.post("Etwas anderes", author="a_one")

    looked = await _find(house, "BUNTER kanarien")

    assert looked.looked_at == 2
    assert [(hit.post, hit.parts) for hit in looked.hits] == [(there.id, ("body",))]
    assert "singt" not in repr(looked)


async def test_the_search_is_on_record_and_its_words_are_sealed(house: DeskHouse) -> None:
    """In no leaf, in no file; they end with the time of their class, as a content does."""
    await house.post("Ein bunter Kanarienvogel", author="a_one")
    await _find(house, "Zwielichtkanarie")

    (leaf,) = await house.records("PG-510")
    assert leaf["data"]["filter"]["content"] is True
    assert (leaf["data"]["returned"], leaf["data"]["case"]) == (1, "DSB-2026/17")
    assert "wielicht" not in str(leaf)
    if house.url.startswith("sqlite"):
        assert b"wielicht" not in bytes_on_disk(house.url)
    assert isinstance(await house.verified(), Verified)
    house.clock.advance(2000 * 24 * 3600)
    assert await house.purge.once() == 2
    count = sa.select(sa.func.count()).select_from(audit_content)
    assert await house.reads.run(lambda connection: connection.execute(count).scalar_one()) == 0
    assert isinstance(await house.verified(), Verified)


async def test_whoever_searched_is_erased_with_the_words(house: DeskHouse) -> None:
    """The words are theirs, too, and a hold of theirs covers them; the rows fit the log before and after."""
    reader = await house.person("Karl Lesend", CONTENT)
    await house.post("Ein bunter Kanarienvogel", author=reader.ref)
    await _find(house, "Zwielichtkanarie", by=reader)
    hold = (await house.both(Kind.HOLD, Target(actor=reader.ref))).order.id
    house.clock.advance(2000 * 24 * 3600)
    assert await house.purge.once() == 0
    assert await _misfits(house) == []
    order = await house.order(Kind.ERASE, Target(actor=reader.ref))
    with pytest.raises(OrderRefused, match="legal-hold"):
        await house.desk.confirm(order.id, by=house.legal)
    await house.both(Kind.RELEASE, hold=hold)

    assert (await house.desk.confirm(order.id, by=house.legal)).keys == 2
    assert await house.kept() == set()
    assert await _misfits(house) == []
    assert isinstance(await house.verified(), Verified)


async def _misfits(house: DeskHouse) -> list[Misfit]:
    return await house.reads.run(lambda connection: list(misfits(connection, overdue=house.clock.now())))


async def test_without_role_or_case_nothing_is_opened(house: DeskHouse) -> None:
    """And nothing is on record."""
    asked = await house.order(Kind.CASE)
    reader = await house.person("Karl Lesend", CONTENT)
    for by, case, why in (
        (house.privacy, (await house.both(Kind.CASE)).order.id, "no-content"),
        (replace(reader, kind="service"), asked.id, "no-content"),
        (reader, asked.id, "no-case"),
    ):
        with pytest.raises(OrderRefused, match=why):
            await _find(house, "Kanarienvogel", by=by, case=case)
    assert await house.records("PG-510") == []


async def test_a_search_is_bounded(house: DeskHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, in days, in contents."""
    monkeypatch.setattr(content_search, "MOST", 1)
    with pytest.raises(MalformedRequest):
        await _find(house, "ab")
    reader, now = await house.person("Karl Lesend", CONTENT), house.clock.now()
    case = (await house.both(Kind.CASE)).order.id
    for since in (now - timedelta(days=31, seconds=1), now):
        with pytest.raises(MalformedRequest):
            await _search(house).find(Sought(words="Kanarie", since=since, until=now), case=case, by=reader)
    for _ in range(2):
        await house.post("Ein bunter Kanarienvogel", author="a_one")
    with pytest.raises(MalformedRequest, match="at most 1"):
        await _find(house, "Kanarie")
    assert await house.records("PG-510") == []


async def test_many_contents_are_opened_a_few_at_a_time(house: DeskHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is left out, what was erased is not there."""
    monkeypatch.setattr(content_search, "_TOGETHER", 2)
    posts = [await house.post(f"Kanarienvogel {n}", author="a_one") for n in range(5)]
    await house.both(Kind.ERASE, Target(posts=(posts[2].id,)))

    looked = await _find(house, "kanarienvogel")

    assert [hit.post for hit in looked.hits] == [post.id for n, post in enumerate(posts) if n != 2]
