"""One log closed and the next one opened by two people, on both databases. All names are invented."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from proxy.audit.chain import genesis, link
from proxy.audit.checkpointing import Checkpointing, last_note
from proxy.audit.leaf import build
from proxy.audit.ledger import Closing, Entry
from proxy.audit.openings import End, Opening
from proxy.audit.orders.desk import DeskPorts, OrderDesk
from proxy.audit.orders.model import AUDIT, Kind, Target
from proxy.audit.orders.refusals import OrderRefused
from proxy.audit.orders.succession import LogSuccession
from proxy.audit.rollback import LogRolledBack
from proxy.audit.signed import Signed, read_signed
from proxy.audit.sinks.outside import Outside
from proxy.audit.stored_logs import head, logs, openings, stored_logs
from proxy.audit.verify import Broken, Verified, verify
from proxy.core.errors import AuditBroken, AuditUnavailable
from proxy.gate.work import Actor, AuditRecord
from proxy.storage.columns import instant
from proxy.storage.engines import create_engine
from proxy.storage.tables import audit_records
from tests.checkpoints import SIGNER, TRUST, note_of
from tests.stores import ORIGIN, writer_on
from tests.works import Sample, allowed, blocked, ended, new_id

if TYPE_CHECKING:
    from proxy.core.model import Principal
    from tests.orders import DeskHouse

AUTHOR = "a_author"
SAID: dict[str, Any] = {"case_number": "IT-2026/4", "basis": "yearly"}
NEXT = ORIGIN.removesuffix("1") + "2"


async def _auditor(house: DeskHouse, name: str = "Rita Revision") -> Principal:
    return await house.person(name, AUDIT)


async def _rotate(house: DeskHouse) -> tuple[str, ...]:
    order = await house.desk.open(Kind.ROTATE, by=await _auditor(house), **SAID)
    return (await house.desk.confirm(order.id, by=house.privacy)).records


async def _verified(house: DeskHouse) -> tuple[Verified, ...] | Broken:
    now = instant(house.clock.now())
    return await asyncio.to_thread(
        house.reads.run_blocking,
        lambda connection: verify(stored_logs(connection), now=now, keys=(SIGNER.key(),)),
    )


async def _places(house: DeskHouse) -> list[tuple[int, int, str]]:
    columns = audit_records.c
    query = sa.select(columns.log_id, columns.seq, columns.code).order_by(columns.log_id, columns.seq)
    return [tuple(row) for row in await house.reads.run(lambda connection: connection.execute(query).all())]


async def test_the_log_ends_and_the_next_one_begins(house: DeskHouse) -> None:
    """PG-502 is the last record of log 1, PG-501 with the last checkpoint the first of log 2; both verify."""
    await house.post("Ein Beitrag", author=AUTHOR)
    ended_by, opened_by = await _rotate(house)
    await house.post("Noch ein Beitrag", author=AUTHOR)

    (closed,), (opened,) = await house.records("PG-502"), await house.records("PG-501")
    assert (closed["id"], opened["id"]) == (ended_by, opened_by)
    assert closed["data"] == {
        "next": NEXT,
        "order": closed["data"]["order"],
        "case": "IT-2026/4",
        "reason": "yearly",
        "role": "privacy",
        "second": closed["data"]["second"],
    }
    assert closed["actor"]["ref"] == house.privacy.ref != closed["data"]["second"]
    places = await _places(house)
    assert [place for place in places if place[2] in {"PG-501", "PG-502"}] == [
        (1, places.index((2, 0, "PG-501")) - 1, "PG-502"),
        (2, 0, "PG-501"),
    ]
    first, second = await _verified(house)  # type: ignore[misc]
    previous = opened["data"]["previous"]
    assert (previous["origin"], previous["size"], previous["root"]) == (ORIGIN, first.size, first.root)
    note = await house.reads.run(lambda connection: last_note(connection, 1))
    assert note is not None
    assert previous["note"] == note.data().decode()
    assert (second.origin, second.lost, first.lost) == (NEXT, None, None)


async def test_a_later_log_of_another_house_is_refused(house: DeskHouse) -> None:
    """Its records fit, and no checkpoint of it is there to say under which name they stand."""
    await _rotate(house)

    def renamed(connection: sa.Connection) -> tuple[Verified, ...] | Broken:
        first, second = stored_logs(connection)
        head, link_of = replace(second.head, origin="other.test/2"), genesis("other.test/2")
        rows = []
        for row in second.rows:
            link_of = link(link_of, row.leaf_hash)
            rows.append(replace(row, chain_hash=link_of))
        other = replace(second, head=replace(head, chain_hash=link_of), rows=rows, checkpoints=())
        return verify([first, other], now=instant(house.clock.now()), keys=(SIGNER.key(),))

    result = await asyncio.to_thread(house.reads.run_blocking, renamed)

    assert isinstance(result, Broken)
    assert (result.log, result.reason) == (2, "origin_mismatch")


async def test_done_is_done_where_nothing_can_be_remembered(house: DeskHouse, tmp_path: Path) -> None:
    """Whoever confirms may have no right to write the state file; the log is closed, and the nodes sign it."""
    engine = await asyncio.to_thread(create_engine, house.url)
    state = tmp_path / "state"
    await asyncio.to_thread(state.symlink_to, tmp_path / "gone" / "away")
    checkpoints = Checkpointing(
        reads=house.reads, engine=engine, trust=TRUST, signer=SIGNER, state=state, now=house.clock.now
    )
    desk = _desk(house, Outside(), checkpoints)
    order = await desk.open(Kind.ROTATE, by=await _auditor(house), **SAID)
    done = await desk.confirm(order.id, by=house.privacy)
    await asyncio.to_thread(engine.dispose)

    assert len(done.records) == 2
    assert await house.reads.run(logs) == [1, 2]


async def test_one_person_does_not_close_a_log(house: DeskHouse) -> None:
    """Neither alone, nor two without the scope `audit`, nor with a reason in words of their own."""
    auditor = await _auditor(house)
    order = await house.desk.open(Kind.ROTATE, by=auditor, **SAID)
    with pytest.raises(OrderRefused, match="same-person"):
        await house.desk.confirm(order.id, by=auditor)
    order = await house.desk.open(Kind.ROTATE, by=house.privacy, **SAID)
    with pytest.raises(OrderRefused, match="no-lead"):
        await house.desk.confirm(order.id, by=house.legal)
    with pytest.raises(OrderRefused, match="basis"):
        await house.desk.open(Kind.ROTATE, by=auditor, **SAID | {"basis": "Weil Erika Beispiel es wollte"})

    assert await house.reads.run(logs) == [1]


async def test_an_order_closes_one_log(house: DeskHouse) -> None:
    """The second confirmation finds the first."""
    order = await house.desk.open(Kind.ROTATE, by=await _auditor(house), **SAID)
    results = await asyncio.gather(
        *(house.desk.confirm(order.id, by=house.privacy) for _ in range(3)), return_exceptions=True
    )

    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert all(isinstance(result, OrderRefused | AuditBroken) for result in results if isinstance(result, Exception))
    assert await house.reads.run(logs) == [1, 2]


async def test_without_the_key_nothing_is_closed(house: DeskHouse) -> None:
    """The last checkpoint could not be signed."""
    engine = await asyncio.to_thread(create_engine, house.url)
    keyless = Checkpointing(
        reads=house.reads, engine=engine, trust=TRUST, signer=None, state=Path(), now=house.clock.now
    )
    with pytest.raises(OrderRefused, match="no-key"):
        await LogSuccession(replace(house.ports, checkpoints=keyless)).check(Kind.ROTATE)
    await asyncio.to_thread(engine.dispose)


async def test_what_was_sent_in_one_log_ends_in_the_next(house: DeskHouse) -> None:
    """An intent of log 1 has its outcome in log 2, and no second one."""
    sample = Sample()
    await house.audit.commit(allowed(sample))
    await _rotate(house)
    await house.audit.commit(ended(sample))

    first, second = await _verified(house)  # type: ignore[misc]
    assert (first.open_attempts, second.open_attempts) == (0, 0)


async def test_contents_of_a_closed_log_are_erased_in_the_next(house: DeskHouse) -> None:
    """The erasure names the decision, wherever it stands; holds cover it as before."""
    post = await house.post("Bitte vergessen", author=AUTHOR)
    await _rotate(house)
    target = Target(posts=(post.id,))
    hold = await house.both(Kind.HOLD, target)
    with pytest.raises(OrderRefused, match="legal-hold"):
        await house.both(Kind.ERASE, target)
    await house.both(Kind.RELEASE, hold=hold.order.id)
    await house.both(Kind.ERASE, target)

    assert await house.kept() == set()
    assert isinstance(await _verified(house), tuple)


async def test_other_nodes_go_on_in_the_next_log(house: DeskHouse) -> None:
    """One that runs on with log 1 notices when it locks the head; nothing is lost or written twice."""
    async with writer_on(house.url) as other:
        receipts = [await other.commit(blocked(Sample()))]
        await _rotate(house)
        receipts += await asyncio.gather(*(other.commit(blocked(Sample())) for _ in range(20)))
        await _rotate(house)
        receipts += await asyncio.gather(*(other.commit(blocked(Sample())) for _ in range(20)))

    assert await house.reads.run(logs) == [1, 2, 3]
    verified = await _verified(house)
    assert isinstance(verified, tuple)
    query = sa.select(sa.func.count()).select_from(audit_records).where(audit_records.c.code == "PG-101")
    assert await house.reads.run(lambda connection: connection.execute(query).scalar_one()) == len(receipts)


# --- a restored backup


def _known(house: DeskHouse, size: int, *, log: int = 1) -> Signed:
    """Return a checkpoint that a sink has, and the database has not."""
    signer = SIGNER if log == 1 else SIGNER.named(NEXT)
    note = note_of(size, origin=signer.name, signer=signer)
    return read_signed(note, origin=ORIGIN)


def _desk(house: DeskHouse, outside: Outside, checkpoints: Checkpointing | None = None) -> OrderDesk:
    """Return the desk of a process that found something in its sinks, or has a state file of its own."""
    ports = replace(house.ports, outside=lambda: outside, checkpoints=checkpoints or house.checkpoints)
    return OrderDesk(
        DeskPorts(
            reads=house.reads,
            audit=house.audit,
            envelope=house.envelope,
            clock=house.clock,
            ids=new_id,
            sweep=lambda: None,
            succession=LogSuccession(ports),
        )
    )


@pytest.mark.parametrize(("log", "following"), [(1, 2), (2, 3)])
async def test_after_a_restored_backup_the_next_log_says_what_is_missing(
    house: DeskHouse, log: int, following: int
) -> None:
    """The old one stays byte for byte, no number is given twice, and both people are on record."""
    await house.post("Ein Beitrag", author=AUTHOR)
    auditor = await _auditor(house)
    before, size = await _places(house), (await house.reads.run(head)).size
    lost = _known(house, size + 12, log=log)
    house.audit.refuse("log_rolled_back")
    desk = _desk(house, Outside(newest=(lost,)))

    order = await desk.open(Kind.RESTORE, by=auditor, **SAID)
    assert await _places(house) == before
    with pytest.raises(AuditUnavailable, match="log_rolled_back"):
        await desk.open(Kind.CASE, by=auditor, **SAID)
    done = await desk.confirm(order.id, by=house.privacy)

    after = await _places(house)
    assert after == [*before, (following, 0, "PG-501"), (following, 1, "PG-515")]
    (opened,), asked = await house.records("PG-501"), (await house.records("PG-515"))[-1]
    assert (opened["id"], asked["id"]) == done.records
    assert (opened["data"]["previous"]["size"], opened["data"]["restored_from"]["size"]) == (size + 12, size)
    assert {asked["actor"]["ref"], opened["actor"]["ref"]} == {auditor.ref, house.privacy.ref}
    first, _ = await _verified(house)  # type: ignore[misc]
    assert first.lost is not None
    assert (first.lost.size, first.lost.origin) == (size + 12, lost.checkpoint.origin)
    started = await asyncio.to_thread(house.checkpoints.check, [lost])
    assert started.size == 2


async def test_what_nobody_accounts_for_stays_rolled_back(house: DeskHouse) -> None:
    """A later checkpoint than PG-501 names, or another one of its size."""
    size = (await house.reads.run(head)).size
    lost = _known(house, size + 12)
    desk = _desk(house, Outside(newest=(lost,)))
    order = await desk.open(Kind.RESTORE, by=await _auditor(house), **SAID)
    size = (await house.reads.run(head)).size
    await desk.confirm(order.id, by=house.privacy)

    between = _known(house, size + 1)
    assert (await asyncio.to_thread(house.checkpoints.check, [between])).size == 2
    for known in (_known(house, lost.size + 1), _known(house, 5, log=2)):
        with pytest.raises(LogRolledBack):
            await asyncio.to_thread(house.checkpoints.check, [known])
    other = note_of(lost.size, b"x" * 32)
    with pytest.raises(LogRolledBack):
        await asyncio.to_thread(house.checkpoints.check, [read_signed(other, origin=ORIGIN)])


async def test_who_only_has_the_database_restores_nothing(house: DeskHouse) -> None:
    """
    Records are taken out, and a PG-501 written past the gateway says that a backup was restored, naming two people.

    Everything in it is right but its code, also that of another one: the start is refused, and nothing is signed.
    """
    auditor, top = await _auditor(house), await house.reads.run(head)
    lost = _known(house, top.size + 12)
    kept = End(origin=top.origin, size=top.size, root=top.root.hex())
    previous = End(origin=ORIGIN, size=lost.size, root=lost.checkpoint.head.root.hex())
    before = Opening(previous=previous, note="of before", restored_from=kept).coded(house.envelope.digest)
    found = replace(before, note=lost.note.data().decode())
    data = found.data() | {"order": "o", "case": "IT-1", "reason": "disk", "role": "audit", "second": auditor.ref}
    actor = Actor(kind="employee", ref=house.privacy.ref)
    record = AuditRecord(id=new_id(), code="PG-501", type="log.opened", at=house.clock.now(), actor=actor, data=data)
    leaf = build(record, node="n1")
    await house.audit.close_log(
        Closing(
            entry=Entry(leaves=(leaf,), steps=(), post=None, mac=""),
            last=(),
            opening=lambda _connection, _end: [leaf],
            at=house.clock.now(),
        )
    )

    assert isinstance(await _verified(house), tuple)
    with pytest.raises(LogRolledBack):
        await asyncio.to_thread(house.checkpoints.check, [lost])
    await asyncio.to_thread(house.checkpoints.remember, lost)
    with pytest.raises(LogRolledBack):
        await asyncio.to_thread(house.checkpoints.sign)


async def test_a_log_that_lacks_nothing_is_not_restored(house: DeskHouse) -> None:
    """Nor where a sink may know more; and a restored one is not simply closed."""
    auditor = await _auditor(house)
    with pytest.raises(OrderRefused, match="not-restored"):
        await house.desk.open(Kind.RESTORE, by=auditor, **SAID)
    lost = _known(house, 500)
    with pytest.raises(OrderRefused, match="sink-unread"):
        await _desk(house, Outside(newest=(lost,), problems={"nas": "unreachable"})).open(
            Kind.RESTORE, by=auditor, **SAID
        )
    with pytest.raises(OrderRefused, match="restored"):
        await _desk(house, Outside(newest=(lost,))).open(Kind.ROTATE, by=auditor, **SAID)

    assert await house.reads.run(openings) == []
