"""What a process keeps and reads, and how it opens and closes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.store import Store, prepare
from proxy.audit.checkpointing import Start, read_signed, signer_of
from proxy.audit.rollback import LogRolledBack
from proxy.audit.sinks import FileDrop
from proxy.core.errors import AuditBroken, AuditUnavailable, ConfigurationError, GateUnavailable
from proxy.gate.work import AuditRecord, Work
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock, random_id
from proxy.settings.model import FileDrop as FileDropSettings
from proxy.settings.model import Sink
from tests.checkpoints import note_of
from tests.installation import ORIGIN, Installation
from tests.works import SYSTEM

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.settings.model import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of a prepared installation."""
    return load_settings(Installation(tmp_path).config, {})


async def _opened(settings: Settings) -> Store:
    return await asyncio.to_thread(lambda: Store(settings, clock=SystemClock()))


def _jumped() -> Work:
    record = AuditRecord(
        id=random_id(),
        code="PG-604",
        type="clock.jumped",
        at=SystemClock().now(),
        actor=SYSTEM,
        data={"skew_ms": 1},
    )
    return Work(records=(record,))


async def test_an_opened_store_takes_records_and_tells_the_time(settings: Settings) -> None:
    """After stopping it takes no more, and says so."""
    store = await _opened(settings)
    await store.start()
    receipt = await store.audit.commit(_jumped())
    skew = abs(await store.now() - SystemClock().now())
    await store.stop()

    assert receipt.size == 1
    assert skew < timedelta(seconds=5)
    with pytest.raises(AuditUnavailable):
        await store.audit.commit(_jumped())


async def test_a_store_that_never_started_can_be_stopped(settings: Settings) -> None:
    """A start that failed before it, or in it, must not end in waiting for ever."""
    store = await _opened(settings)
    async with asyncio.timeout(10):
        await store.stop()


async def test_a_log_of_another_origin_is_refused_and_closed(settings: Settings) -> None:
    """The database belongs to another installation: nothing is written, and the process can end."""
    first = await _opened(settings)
    await first.start()
    await first.stop()
    audit = settings.audit.model_copy(update={"origin": "another.postgate.example"})
    other = await _opened(settings.model_copy(update={"audit": audit}))
    with pytest.raises(AuditBroken):
        await other.start()
    async with asyncio.timeout(10):
        await other.stop()


async def test_a_database_that_is_away_can_be_waited_for(settings: Settings) -> None:
    """Starting says so in a way that can be tried again."""
    database = settings.database.model_copy(update={"url": "postgresql+psycopg://nobody@127.0.0.1:1/none"})
    store = await _opened(settings.model_copy(update={"database": database}))
    for _ in range(2):
        with pytest.raises(GateUnavailable):
            await store.start()
    async with asyncio.timeout(10):
        await store.stop()


async def test_a_log_is_compared_with_state_and_sinks(settings: Settings, tmp_path: Path) -> None:
    """Before anything is taken; a sink that cannot be read is passed over, and the start can be tried again."""
    share = tmp_path / "share"
    sinks = tuple(Sink(file=FileDropSettings(directory=place)) for place in (tmp_path / "away", share))
    opened = await _opened(settings.model_copy(update={"audit": settings.audit.model_copy(update={"sinks": sinks})}))
    await opened.start()
    began = opened.begun
    await asyncio.to_thread(share.mkdir)
    drop = FileDrop(share, origin=ORIGIN)
    note = note_of(7, origin=ORIGIN, signer=signer_of(ORIGIN, bytes(32)))
    await asyncio.to_thread(drop.publish, read_signed(note, origin=ORIGIN))
    with pytest.raises(LogRolledBack):
        await opened.start()
    await opened.stop()

    assert began == Start(size=0, trusted_database=False)


def test_missing_keys_are_named(settings: Settings) -> None:
    """Nothing is opened without all of them."""
    (settings.keys.directory / "pepper").unlink()
    with pytest.raises(ConfigurationError) as refused:
        Store(settings, clock=SystemClock())

    assert "pepper" in refused.value.render("en")


def test_preparing_twice_changes_nothing(settings: Settings) -> None:
    """Keys stay as they are: with others nothing that is kept could be opened."""
    before = {file.name: file.read_bytes() for file in settings.keys.directory.iterdir()}
    prepare(settings)

    assert {file.name: file.read_bytes() for file in settings.keys.directory.iterdir()} == before
