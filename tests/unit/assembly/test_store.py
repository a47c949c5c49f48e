"""What a process keeps and reads, and how it opens and closes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.assembly.store import Store, prepare
from proxy.audit.checkpointing import STATE_FILE, Start
from proxy.audit.note_files import write_note_file
from proxy.audit.rollback import LogRolledBack, NothingRemembered
from proxy.audit.signed import signer_of
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.core.errors import AuditBroken, AuditUnavailable, ConfigurationError, GateUnavailable
from proxy.gate.work import AuditRecord, Work
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock, random_id
from proxy.settings.audit import FileDrop as FileDropSettings
from proxy.settings.audit import Sink
from proxy.vault.kek import FileKek
from proxy.vault.keys import CHECKPOINT, load_keys
from tests.checkpoints import note_of
from tests.installation import ORIGIN, Installation
from tests.works import SYSTEM

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.audit.tlog.keys import NoteSigner
    from proxy.settings.model import Settings

STRANGER = signer_of(ORIGIN, bytes(32))


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


def _with_sinks(settings: Settings, *places: Path, verifier_keys: tuple[str, ...] = ()) -> Settings:
    sinks = tuple(
        Sink(name=f"s{number}", file=FileDropSettings(directory=place)) for number, place in enumerate(places)
    )
    audit = settings.audit.model_copy(update={"sinks": sinks, "verifier_keys": verifier_keys})
    return settings.model_copy(update={"audit": audit})


def _key(settings: Settings) -> NoteSigner:
    seed = load_keys(settings.keys.directory, FileKek(settings.keys.directory)).checkpoint
    assert seed is not None
    return signer_of(ORIGIN, seed)


async def test_a_log_is_compared_with_state_and_sinks(settings: Settings, tmp_path: Path) -> None:
    """Before anything is taken; a sink that cannot be read is told, and the start can be tried again."""
    share, signer = tmp_path / "share", await asyncio.to_thread(_key, settings)
    opened = await _opened(_with_sinks(settings, tmp_path / "away", share))
    await opened.start()
    began, outside = opened.begun, opened.outside
    await asyncio.to_thread(share.mkdir)
    await asyncio.to_thread(write_note_file, share / "checkpoint", note_of(7, origin=ORIGIN, signer=signer))
    with pytest.raises(LogRolledBack):
        await opened.start()
    await opened.stop()

    assert began == Start(size=0, trusted_database=False)
    assert outside.problems == {"s0": "unreachable", "s1": "unreachable"}


@pytest.mark.parametrize(
    ("data", "problem"), [(note_of(7, origin=ORIGIN, signer=STRANGER).data(), "key_unknown"), (b"?", "note_malformed")]
)
async def test_what_others_put_on_a_share_stops_no_node(
    settings: Settings, tmp_path: Path, data: bytes, problem: str
) -> None:
    """A forged checkpoint, or none at all: told, and the start goes on."""
    await asyncio.to_thread((tmp_path / "checkpoint").write_bytes, data)
    opened = await _opened(_with_sinks(settings, tmp_path))
    await opened.start()
    await opened.stop()

    assert opened.outside.problems == {"s0": problem}


async def test_a_node_without_a_key_notices_an_older_database(settings: Settings, tmp_path: Path) -> None:
    """It verifies the checkpoint of the share with the verifier key of the settings."""
    signer = await asyncio.to_thread(_key, settings)
    await asyncio.to_thread((settings.keys.directory / CHECKPOINT).unlink)
    await asyncio.to_thread(write_note_file, tmp_path / "checkpoint", note_of(7, origin=ORIGIN, signer=signer))
    opened = await _opened(_with_sinks(settings, tmp_path, verifier_keys=(signer.key().text(),)))
    with pytest.raises(LogRolledBack):
        await opened.start()
    await opened.stop()


async def test_a_log_without_memory_needs_a_word_of_trust(settings: Settings) -> None:
    """The state file was removed; afterwards the database alone is believed only when somebody says so."""
    first = await _opened(settings)
    await first.start()
    await first.audit.commit(_jumped())
    await first.stop()
    again = await _opened(settings)
    await again.start()  # killed before the first signature, so to say: that the log was empty is remembered
    await again.stop()
    await asyncio.to_thread((settings.state / STATE_FILE).unlink)
    bare = await _opened(settings)
    with pytest.raises(NothingRemembered):
        await bare.start()
    await bare.start(trust_database=True)
    await bare.stop()

    assert again.begun == Start(size=1, trusted_database=False)
    assert bare.begun == Start(size=1, trusted_database=True)


async def test_a_state_directory_that_cannot_be_written_stops_no_start(settings: Settings, tmp_path: Path) -> None:
    """The running node tells it as soon as it signs."""
    await asyncio.to_thread(settings.state.symlink_to, tmp_path / "gone" / "away")
    store = await _opened(settings)
    await store.start()
    await store.stop()


def test_a_verifier_key_that_is_none_is_refused(settings: Settings) -> None:
    """Its id is not that of the key."""
    key = STRANGER.key().text().replace("+", "+0", 1)[:-1]
    with pytest.raises(EvidenceRefused):
        Store(_with_sinks(settings, verifier_keys=(key,)), clock=SystemClock())


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
