from __future__ import annotations

import asyncio
import hashlib
import zipfile
from typing import TYPE_CHECKING

import pytest

from proxy.audit.checkpointing import Checkpointing
from proxy.audit.export.exports import Exports
from proxy.audit.export.folder import Directory
from proxy.audit.export.manifest import NAME
from proxy.audit.export.verifying import VerifiedExport
from proxy.audit.signed import Trust
from proxy.core.errors import AuditUnavailable, MalformedRequest, UnreadableField
from proxy.gate.work import Actor
from proxy.storage.engines import create_engine
from tests.exports import SIGNER, verify_export
from tests.fakes.clock import ManualClock
from tests.fakes.log import MemoryAuditLog
from tests.stores import ORIGIN, reads_on, writer_on
from tests.works import Sample, allowed, blocked, new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy.engine import Engine

    from proxy.gate.ports import AuditLog
    from proxy.storage.reads import Reads

OPERATOR = Actor(kind="operator", ref="o_invented")


class _House:
    """A log with records, and exports of it."""

    def __init__(self, audit: AuditLog, reads: Reads, engine: Engine, state: Path) -> None:
        self.audit, self._reads, self._engine, self._state = audit, reads, engine, state
        self.clock = ManualClock()

    def exports(self, *, audit: AuditLog | None = None, signs: bool = True) -> Exports:
        checkpoints = Checkpointing(
            reads=self._reads,
            engine=self._engine,
            trust=Trust(origin=ORIGIN, keys=(SIGNER.key(),) if signs else ()),
            signer=SIGNER if signs else None,
            state=self._state,
            now=self.clock.now,
        )
        return Exports(
            reads=self._reads,
            checkpoints=checkpoints,
            audit=self.audit if audit is None else audit,
            clock=self.clock,
            ids=new_id,
        )


@pytest.fixture
async def house(url: str, tmp_path: Path) -> AsyncIterator[_House]:
    """Return a house with four records."""
    engine = await asyncio.to_thread(create_engine, url)
    async with writer_on(url) as audit, reads_on(url) as reads:
        for work in (allowed(Sample()), blocked(Sample()), blocked(Sample())):
            await audit.commit(work)
        yield _House(audit, reads, engine, tmp_path / "state")
    await asyncio.to_thread(engine.dispose)


def _outs(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir() if path.name.startswith("out")]


async def test_an_export_is_on_record_and_verifies(house: _House, tmp_path: Path) -> None:
    """The record says what the manifest hashes to, and lies after the checkpoint."""
    made = await house.exports().write(tmp_path / "out", by=OPERATOR, purpose="yearly")

    result = await asyncio.to_thread(lambda: verify_export(Directory(tmp_path / "out"), key=SIGNER.key()))
    manifest = await asyncio.to_thread((tmp_path / "out" / NAME).read_bytes)
    assert isinstance(result, VerifiedExport), result
    assert (result.size, made.size) == (4, 4)
    assert made.manifest_sha256 == hashlib.sha256(manifest).hexdigest()


async def test_an_export_as_one_file_verifies_when_it_is_unpacked(house: _House, tmp_path: Path) -> None:
    """The directory in it is named as the file is."""
    made = await house.exports().write(tmp_path / "out.zip", by=OPERATOR, zipped=True)

    def unpacked() -> object:
        with zipfile.ZipFile(tmp_path / "out.zip") as archive:
            archive.extractall(tmp_path)
        return verify_export(Directory(tmp_path / "out"), key=SIGNER.key())

    result = await asyncio.to_thread(unpacked)
    assert isinstance(result, VerifiedExport), result
    assert result.size == made.size == 4


async def test_a_file_that_cannot_be_recorded_is_not_there(house: _House, tmp_path: Path) -> None:
    """Nothing of it, whole or half."""
    down = MemoryAuditLog()
    down.down = True

    with pytest.raises(AuditUnavailable):
        await house.exports(audit=down).write(tmp_path / "out.zip", by=OPERATOR, zipped=True)

    assert await asyncio.to_thread(_outs, tmp_path) == []


async def test_a_second_export_holds_the_record_of_the_first(house: _House, tmp_path: Path) -> None:
    """The log goes on."""
    await house.exports().write(tmp_path / "first", by=OPERATOR)

    again = await house.exports().write(tmp_path / "second", by=OPERATOR)

    assert again.size == 5
    assert b'"PG-511"' in await asyncio.to_thread((tmp_path / "second" / "leaves.jsonl").read_bytes)


async def test_what_cannot_be_recorded_is_not_there(house: _House, tmp_path: Path) -> None:
    """No directory, whole or half."""
    down = MemoryAuditLog()
    down.down = True

    with pytest.raises(AuditUnavailable):
        await house.exports(audit=down).write(tmp_path / "out", by=OPERATOR)

    assert await asyncio.to_thread(_outs, tmp_path) == []


@pytest.mark.parametrize(
    ("name", "words"), [("out", "found: one that exists"), ("out.unfinished", r"remove the one with \.unfinished")]
)
@pytest.mark.parametrize("kind", ["directory", "link to nothing"])
async def test_what_exists_is_left_alone(house: _House, tmp_path: Path, name: str, words: str, kind: str) -> None:
    """Also what another export is writing just now, or left when it crashed; that one is named."""
    if kind == "directory":
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).symlink_to(tmp_path / "gone")

    with pytest.raises(MalformedRequest, match=words):
        await house.exports().write(tmp_path / "out", by=OPERATOR)

    assert await asyncio.to_thread(_outs, tmp_path) == [name]


async def test_without_a_key_nothing_is_exported(house: _House, tmp_path: Path) -> None:
    """An export that nobody signed proves nothing."""
    with pytest.raises(AuditUnavailable, match="key"):
        await house.exports(signs=False).write(tmp_path / "out", by=OPERATOR)


@pytest.mark.parametrize("record", ["4", "9" * 18, "9" * 19, "9" * 128, "none"])
async def test_what_is_not_in_the_log_is_not_proven(house: _House, record: str) -> None:
    """A place after the end, a number that no database takes, and what is no number at all; the look is on record."""
    audit = MemoryAuditLog()
    with pytest.raises(MalformedRequest, match="place in the log"):
        await house.exports(audit=audit).prove(record, by=OPERATOR)
    (looked,) = audit.records
    assert (looked.data["filter"], looked.data["returned"]) == ({"record": record}, 0)


@pytest.mark.parametrize("record", ["9" * 5000, "\N{SUPERSCRIPT TWO}", "", "Erika Beispiel"])
async def test_what_is_more_than_a_word_is_not_looked_for(house: _House, record: str) -> None:
    """It would stay in the log for ever."""
    audit = MemoryAuditLog()
    with pytest.raises(UnreadableField):
        await house.exports(audit=audit).prove(record, by=OPERATOR)
    assert audit.records == []
