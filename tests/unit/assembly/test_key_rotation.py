"""Another key for the checkpoints of a log, with real keys, files and database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

import proxy.assembly.key_rotation as rotation
from proxy.assembly.key_rotation import rotate_key
from proxy.assembly.store import Store
from proxy.audit.signed import signer_of
from proxy.audit.verify import Broken, Verified
from proxy.core.errors import AuditBroken, ConfigurationError
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from proxy.settings.audit import FileDrop, Sink
from proxy.storage.columns import instant
from proxy.vault.kek import FileKek
from proxy.vault.key_change import NEXT
from proxy.vault.keys import CHECKPOINT, load_keys
from tests import outsider
from tests.installation import ORIGIN, Installation
from tests.verified import verify_stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from proxy.audit.tlog.keys import VerifierKey
    from proxy.settings.model import Settings


class House:
    """An installation with a share, whose log has records and a checkpoint."""

    def __init__(self, directory: Path) -> None:
        self.installation = Installation(directory).with_account()
        self.share = directory / "share"
        self.share.mkdir()
        settings = load_settings(self.installation.config, {})
        sinks = (
            Sink(file=FileDrop(directory=self.share)),
            Sink(name="away", file=FileDrop(directory=directory / "away")),
        )
        self.settings: Settings = settings.model_copy(
            update={"audit": settings.audit.model_copy(update={"sinks": sinks})}
        )

    def key(self) -> VerifierKey:
        """Return the key that signs now."""
        seed = load_keys(self.settings.keys.directory, FileKek(self.settings.keys.directory)).checkpoint
        assert seed is not None
        return signer_of(ORIGIN, seed).key()

    async def run(self, work: Callable[[Store], object]) -> object:
        """Open the store, as a node does, and do something blocking with it."""
        store = await asyncio.to_thread(lambda: Store(self.settings, clock=SystemClock()))
        try:
            await store.start()
            return await asyncio.to_thread(work, store)
        finally:
            await store.stop()

    async def sign(self) -> None:
        """Sign and remember, as a running node does."""

        def work(store: Store) -> None:
            signed = store.checkpoints.sign()
            assert signed is not None
            store.checkpoints.remember(signed)

        await self.run(work)

    async def rotate(self) -> rotation.Rotated:
        """Replace the key."""
        return await rotate_key(self.settings, reason="a test", clock=SystemClock())

    async def verified(self, *keys: VerifierKey) -> Verified | Broken:
        """Verify the log with keys from elsewhere."""

        def work(store: Store) -> Verified | Broken:
            now = instant(SystemClock().now())
            return store.reads.run_blocking(lambda connection: verify_stored(connection, now=now, keys=keys))

        result = await self.run(work)
        assert isinstance(result, Verified | Broken)
        return result


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Return an installation."""
    return House(tmp_path)


async def test_a_key_is_replaced_and_the_log_verifies_with_either(house: House) -> None:
    """Again and again; a sink that is away is named; an outsider sees both signatures."""
    keys = [await asyncio.to_thread(house.key)]
    for _ in range(2):
        await house.sign()
        done = await house.rotate()
        keys.append(await asyncio.to_thread(house.key))
        assert done.key == keys[-1].text()
        assert done.unreached == (("away", "unreachable"),)
        note = await asyncio.to_thread((house.share / "checkpoint").read_bytes)
        assert note == await asyncio.to_thread((house.settings.state / "last-checkpoint").read_bytes)
        for key in keys[-2:]:
            stated = outsider.checkpoint(note, key.text())
            assert stated is not None
            assert stated[:2] == (ORIGIN, done.size)
        await asyncio.to_thread(house.installation.run, "token", "list")

    assert len(set(keys)) == 3
    for key in keys:
        assert isinstance(await house.verified(key), Verified)
    stranger = signer_of(ORIGIN, bytes(32)).key()
    refused = await house.verified(stranger)
    assert isinstance(refused, Broken)
    assert refused.reason == "key_unknown"


@pytest.mark.parametrize("step", ["put_in_place", "_sign", "hand_out", "finish_change"])
async def test_after_a_crash_the_command_goes_on(house: House, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Wherever it was: one key was drawn, and in the end the log verifies with the one of before and the new one."""
    before = await asyncio.to_thread(house.key)
    await house.sign()
    whole = getattr(rotation, step)

    def crash(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(rotation, step, crash)
    with pytest.raises(ZeroDivisionError):
        await house.rotate()
    drawn = await asyncio.to_thread((house.settings.keys.directory / NEXT).read_text)
    monkeypatch.setattr(rotation, step, whole)
    done = await house.rotate()

    after = await asyncio.to_thread(house.key)
    assert done.key == after.text() != before.text()
    assert drawn == await asyncio.to_thread((house.settings.keys.directory / CHECKPOINT).read_text)
    assert not (house.settings.keys.directory / NEXT).exists()
    for key in (before, after):
        assert isinstance(await house.verified(key), Verified)


async def test_a_node_that_still_runs_is_noticed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It signed in between with the old key; once it is stopped, the command goes on."""
    before = await asyncio.to_thread(house.key)
    old = await asyncio.to_thread(
        lambda: load_keys(house.settings.keys.directory, FileKek(house.settings.keys.directory)).checkpoint
    )
    whole = rotation._sign

    def late(signing: object) -> object:
        assert old is not None
        store = Store(house.settings, clock=SystemClock())
        running = store.handing_over(old=old, new=old)
        running._signers, running._signer = (signer_of(ORIGIN, old),), signer_of(ORIGIN, old)
        running._trust = running._trust.__class__(origin=ORIGIN, keys=(signer_of(ORIGIN, old).key(),))
        assert running.sign() is not None
        store.reads._close()
        store._engine.dispose()
        return whole(signing)  # type: ignore[arg-type]

    monkeypatch.setattr(rotation, "_sign", late)
    with pytest.raises(AuditBroken, match="both keys"):
        await house.rotate()
    monkeypatch.setattr(rotation, "_sign", whole)
    await house.rotate()

    for key in (before, await asyncio.to_thread(house.key)):
        assert isinstance(await house.verified(key), Verified)


async def test_without_a_key_there_is_nothing_to_replace(house: House) -> None:
    """A mistake of the installation."""
    await asyncio.to_thread((house.settings.keys.directory / CHECKPOINT).unlink)
    with pytest.raises(ConfigurationError):
        await house.rotate()


async def test_another_node_goes_on_with_the_new_key(house: House) -> None:
    """Its own memory is of before, and signed with the key that retired; it is compared all the same."""
    await house.sign()
    memory = house.settings.state / "last-checkpoint"
    before = await asyncio.to_thread(memory.read_bytes)
    await house.rotate()
    await asyncio.to_thread(memory.write_bytes, before)
    await house.sign()

    assert (await asyncio.to_thread(memory.read_bytes)) != before
