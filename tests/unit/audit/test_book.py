"""The log as it is read over HTTP. All texts are invented."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from proxy.audit.book import Book
from proxy.audit.export.exports import Exports
from proxy.audit.looks import Looks
from proxy.audit.orders.desk import DeskPorts, OrderDesk
from proxy.audit.orders.shown import ShownOrders
from proxy.audit.orders.succession import LogSuccession, SuccessionPorts
from proxy.audit.query import Searches
from proxy.audit.sinks.outside import Outside
from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.paths import Bundle, Tile, read_path
from proxy.audit.tlog.proof_files import read_proof_file, verify_proof_file
from proxy.audit.tlog.tiles import read_bundle, read_tile
from proxy.audit.writer import GroupCommitWriter
from proxy.core.errors import AuditUnavailable, MalformedRequest, RefusedRequest, UnreadableField
from proxy.core.model import Principal
from proxy.vault.envelope import EnvelopeSealer
from tests.checkpoints import SIGNER, signed_log
from tests.fakes.clock import CountingIds, ManualClock
from tests.fakes.log import MemoryAuditLog
from tests.stores import KEYS, ORIGIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BY = Principal(ref="a_leser", kind="employee", scopes=frozenset({"audit"}), token_prefix="pgt_0000")
TIME = {"from": "2026-11-01", "to": "2026-12-01"}
RECORDS = 5


class _House:
    def __init__(self, log: Any, state: Path, *, signed: bool = True) -> None:
        self.audit = MemoryAuditLog()
        self.checkpoints = log.node(state)
        if signed:
            self.checkpoints.remember(self.checkpoints.sign())
        parts: dict[str, Any] = {
            "reads": log.reads,
            "audit": self.audit,
            "clock": ManualClock(),
            "ids": CountingIds(),
        }
        looks = Looks(audit=self.audit, clock=parts["clock"], ids=parts["ids"])
        envelope = EnvelopeSealer(KEYS, origin=ORIGIN)
        ports = SuccessionPorts(
            reads=log.reads,
            writer=GroupCommitWriter(log.engine, origin=ORIGIN, node="n1"),
            checkpoints=self.checkpoints,
            outside=Outside,
            origin=ORIGIN,
            digest=envelope.digest,
            node="n1",
            ids=parts["ids"],
        )
        desk = OrderDesk(
            DeskPorts(
                reads=log.reads,
                audit=self.audit,
                envelope=envelope,
                clock=parts["clock"],
                ids=parts["ids"],
                sweep=lambda: None,
                succession=LogSuccession(ports),
            )
        )
        self.book = Book(
            orders=ShownOrders(desk=desk, reads=log.reads, looks=looks),
            searches=Searches(**parts),
            exports=Exports(checkpoints=self.checkpoints, **parts),
            checkpoints=self.checkpoints,
            **parts,
        )


@pytest.fixture
def log(url: str) -> Iterator[Any]:
    """Return a log of some records on a database of each kind."""
    with signed_log(url, RECORDS) as opened:
        yield opened


@pytest.fixture
async def house(log: Any, tmp_path: Path) -> _House:
    """Return the book of a signed log."""
    return await asyncio.to_thread(_House, log, tmp_path)


async def test_a_page_names_the_checkpoint_and_the_way_on(house: _House) -> None:
    """Newest first; each look is on record, with its filter and who looked."""
    first = await house.book.records(TIME | {"limit": "3"}, BY)
    rest = await house.book.records(TIME | {"limit": "3", "cursor": str(first["cursor"])}, BY)
    oldest = await house.book.records(TIME | {"order": "asc"}, BY)

    assert [row["seq"] for row in first["records"]] == [4, 3, 2]  # type: ignore[attr-defined]
    assert [row["seq"] for row in rest["records"]] == [1, 0]  # type: ignore[attr-defined]
    assert [row["seq"] for row in oldest["records"]] == [0, 1, 2, 3, 4]  # type: ignore[attr-defined]
    assert (rest["cursor"], first["size"]) == (None, RECORDS)
    assert str(first["checkpoint"]).startswith(f"{ORIGIN}\n{RECORDS}\n")
    assert [record.code for record in house.audit.records] == ["PG-510"] * 3
    assert {record.actor.ref for record in house.audit.records} == {"a_leser"}


@pytest.mark.parametrize(
    "said",
    [
        {"from": "gestern"},
        {"to": "99"},
        {"limit": "0"},
        {"limit": "501"},
        {"limit": "1e2"},
        {"limit": "٣"},
        {"limit": "000001999999"},
        {"limit": "1" + "0" * 5000},
        {"from": "0001-01-01T00:00:00+14:00"},
        {"to": "9999-12-31T23:59:59-14:00"},
        {"post": "Erika Beispiel"},
        {"account": "mastodon:büro"},
        {"rule": "a\0b"},
        {"entity": "E" * 129},
        {"outcome": ""},
        {"order": "up"},
        {"cursor": "nothing"},
    ],
)
async def test_what_cannot_be_read_is_refused(house: _House, said: dict[str, str]) -> None:
    """And nothing is on record, for nobody looked."""
    with pytest.raises(RefusedRequest) as refused:
        await house.book.records(TIME | said, BY)
    assert isinstance(refused.value, UnreadableField | MalformedRequest)
    assert house.audit.records == []


async def test_a_cursor_belongs_to_its_search(house: _House) -> None:
    """Under another filter it is refused."""
    page = await house.book.records(TIME | {"limit": "2"}, BY)
    with pytest.raises(MalformedRequest):
        await house.book.records(TIME | {"code": "PG-101", "cursor": str(page["cursor"])}, BY)


async def test_a_record_is_found_by_id_and_place_and_proven(house: _House) -> None:
    """The proof holds without us, and the leaf is in it."""
    by_place = await house.book.record("3", BY)
    assert by_place is not None
    leaf: Any = by_place["leaf"]
    assert await house.book.record(leaf["id"], BY) == by_place
    proof = read_proof_file(await house.book.proof(leaf["id"], BY) or b"")
    verify_proof_file(proof, proof.extra, origin=ORIGIN, keys=[SIGNER.key()])

    assert leaf_hash(proof.extra).hex() == by_place["leaf_hash"]
    assert [record.code for record in house.audit.records] == ["PG-510"] * 3


@pytest.mark.parametrize("name", ["nothing", "99", "9" * 30])
async def test_a_look_that_finds_nothing_is_on_record(house: _House, name: str) -> None:
    """Who looks for what is not there has looked."""
    assert await house.book.record(name, BY) is None
    assert await house.book.proof(name, BY) is None

    looks = [(record.data["filter"], record.data["returned"]) for record in house.audit.records]
    assert looks == [({"record": name}, 0)] * 2


async def test_holds_and_cases_name_the_checkpoint_and_go_on_record(house: _House) -> None:
    """Also where there are none."""
    holds, cases = await house.book.holds(BY), await house.book.cases(BY)

    assert (holds["holds"], cases["cases"]) == ([], [])
    assert str(holds["checkpoint"]).startswith(f"{ORIGIN}\n{RECORDS}\n")
    assert [record.data["filter"] for record in house.audit.records] == [{"orders": "holds"}, {"orders": "cases"}]
    assert {record.actor.ref for record in house.audit.records} == {BY.ref}


async def test_a_name_that_is_text_is_not_looked_for(house: _House) -> None:
    """It would stay in the log for ever."""
    for look in (house.book.record, house.book.proof):
        with pytest.raises(UnreadableField):
            await look("Erika Beispiel", BY)

    assert house.audit.records == []


async def test_tiles_and_entries_are_those_of_the_tree(house: _House) -> None:
    """Hashes freely, records on record; nothing beyond the checkpoint, no other file."""
    tile = await house.book.tile("0/000.p/5", BY)
    assert house.audit.records == []
    entries = await house.book.tile("entries/000.p/5", BY)
    named, bundled = read_path("tile/0/000.p/5"), read_path("tile/entries/000.p/5")
    assert isinstance(named, Tile)
    assert isinstance(bundled, Bundle)
    leaves = read_bundle(bundled, entries or b"")

    assert read_tile(named, tile or b"") == tuple(map(leaf_hash, leaves))
    (looked,) = house.audit.records
    assert (looked.data["from_seq"], looked.data["to_seq"]) == (0, 4)
    for path in ("0/000", "0/000.p/6", "entries/001", "1/000", "../keys/kek", "0/000.p/0"):
        assert await house.book.tile(path, BY) is None


async def test_key_and_checkpoint_are_told(house: _House) -> None:
    """As they are."""
    assert await house.book.key() == SIGNER.key().text()
    assert (await house.book.checkpoint() or b"").startswith(f"{ORIGIN}\n{RECORDS}\n".encode())


async def test_without_a_record_nothing_is_shown(house: _House) -> None:
    """The log is not available."""
    house.audit.down = True
    for looking in (
        house.book.records(TIME, BY),
        house.book.record("3", BY),
        house.book.proof("3", BY),
        house.book.tile("entries/000.p/5", BY),
    ):
        with pytest.raises(AuditUnavailable):
            await looking


async def test_before_the_first_checkpoint_there_is_none(log: Any, tmp_path: Path) -> None:
    """Records are shown all the same, and no tile is."""
    house = await asyncio.to_thread(lambda: _House(log, tmp_path, signed=False))

    assert await house.book.checkpoint() is None
    assert (await house.book.records(TIME, BY))["checkpoint"] is None
    assert await house.book.tile("0/000.p/1", BY) is None
