"""The bundle in force is replaced as a whole or not at all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import ConfigurationError, GateUnavailable
from proxy.core.model import Register
from proxy.loading.origins import FilesOrigin
from proxy.loading.policies import Sources
from proxy.loading.reload import PolicySource
from tests.policy_files import policy_text, write_policies

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from proxy.core.policy.bundle import PolicyBundle


@dataclass
class World:
    """A scanner that takes bundles, a calendar, and what was told."""

    sources: Sources
    today: date = date(2026, 11, 23)
    broken: bool = False
    unfit: str = ""
    """Digest of lists that the workers do not take."""
    taken: list[PolicyBundle] = field(default_factory=list)
    told: list[bool] = field(default_factory=list)

    async def load(self, bundle: PolicyBundle) -> None:
        if self.broken or bundle.rules_digest == self.unfit:
            message = "the workers do not answer"
            raise RuntimeError(message)
        self.taken.append(bundle)

    def source(self) -> PolicySource:
        return PolicySource(
            FilesOrigin(self.sources),
            fingerprint_key=self.sources.fingerprint_key,
            scanner=self,
            today=lambda: self.today,
            reloaded=self.told.append,
        )

    def write(self, text: str) -> None:
        (self.sources.directory / "sample.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a world with one good policy."""
    return World(sources=write_policies(tmp_path))


def _ticks(*steps: Callable[[], None]) -> Callable[[float], Awaitable[None]]:
    """Return a sleep that does one step each time and then ends the watching."""
    left = list(steps)

    async def sleep(_seconds: float) -> None:
        if not left:
            raise asyncio.CancelledError
        await asyncio.to_thread(left.pop(0))

    return sleep


async def _watch(source: PolicySource, *steps: Callable[[], None]) -> None:
    with pytest.raises(asyncio.CancelledError):
        await source.watch(2.0, _ticks(*steps))


def _nothing() -> None:
    """Let one look pass."""


async def test_the_first_load_brings_the_words_to_the_scanner_first(world: World) -> None:
    """Then the bundle is in force."""
    source = world.source()
    await source.start()

    assert world.taken == [source.current()]
    assert (world.told, source.broken, source.last_problems) == ([True], False, ())


async def test_there_is_no_bundle_before_the_first_load(world: World) -> None:
    """Asking for it is a mistake of the configuration, not an empty bundle."""
    with pytest.raises(ConfigurationError):
        world.source().current()


async def test_the_first_load_refuses_any_mistake(world: World) -> None:
    """There is nothing to fall back to."""
    world.write("schema: 2")

    with pytest.raises(ConfigurationError):
        await world.source().start()
    assert world.taken == []


async def test_a_good_change_is_taken(world: World) -> None:
    """After the scanner has it."""
    source = world.source()
    await source.start()
    before = source.current()
    world.write(policy_text("other"))

    assert await source.reload()
    assert source.current().digest != before.digest
    assert world.taken[-1] is source.current()


@pytest.mark.req("FEAT-33")
async def test_a_broken_file_leaves_the_old_bundle_running(world: World) -> None:
    """And shows, until it is mended."""
    source = world.source()
    await source.start()
    before = source.current()
    world.write(policy_text().replace("action: block", "action: blok"))

    assert not await source.reload()
    assert (source.current(), source.broken) == (before, True)
    assert [problem.code for problem in source.last_problems] == ["bad-choice"]

    world.write(policy_text())
    assert await source.reload()
    assert (source.broken, world.told) == (False, [True, False, True])


async def test_a_scanner_that_does_not_take_the_words_leaves_the_old_bundle(world: World) -> None:
    """The next look tries again."""
    source = world.source()
    await source.start()
    before = source.current()
    world.write(policy_text("other"))
    world.broken = True

    assert not await source.reload()
    assert (source.current(), source.broken) == (before, True)
    assert [problem.code for problem in source.last_problems] == ["not-taken"]

    world.broken = False
    await _watch(source, _nothing, _nothing)
    assert source.current().policies[0].id == "other"


async def test_a_register_is_that_of_this_bundle_and_of_those_that_follow(world: World) -> None:
    """Whether it comes before the first bundle or later; detectors that do not open it leave the old one."""
    old, new, unfit = (Register(customers="/c", version=version) for version in ("old", "new", "unfit"))
    source = world.source()
    await source.compare_with(old)
    await source.start()
    await source.compare_with(new)
    world.broken = True
    with pytest.raises(GateUnavailable):
        await source.compare_with(unfit)
    world.broken = False
    await asyncio.to_thread(world.write, policy_text(mode="monitor"))

    assert await source.reload()
    assert [bundle.register for bundle in world.taken] == [old, new, new]
    assert source.current().register == new


async def test_an_expired_entry_leaves_even_while_files_are_broken(world: World) -> None:
    """The old bundle goes on without it."""
    source = world.source()
    await source.start()
    assert source.current().allow_lists["donation-accounts"]
    world.write("broken: [")
    world.today = date(2027, 1, 1)

    assert not await source.reload()
    assert not source.current().allow_lists["donation-accounts"]


async def test_watching_takes_a_change_that_stands_still(world: World) -> None:
    """A file that is still being written is not read."""
    source = world.source()
    await source.start()
    text = policy_text("other")

    await _watch(source, _nothing, lambda: world.write(text[:100]), lambda: world.write(text), _nothing, _nothing)

    assert source.current().policies[0].id == "other"
    assert world.told == [True, True]


async def test_watching_notices_files_that_come_and_go(world: World) -> None:
    """Also a profile that cannot be read any more."""
    source = world.source()
    await source.start()
    extra = world.sources.directory / "extra.yaml"
    profile = world.sources.directory / "organisation.yaml"

    def add() -> None:
        extra.write_text(policy_text("extra"), encoding="utf-8")

    await _watch(source, add, _nothing)
    assert len(source.current().policies) == 2
    await _watch(source, extra.unlink, _nothing)
    assert len(source.current().policies) == 1
    await _watch(source, profile.unlink, _nothing)
    assert [problem.code for problem in source.last_problems] == ["unreadable"]


async def test_watching_notices_a_new_day(world: World) -> None:
    """An entry that ends at midnight does not wait for somebody to touch a file."""
    source = world.source()
    await source.start()

    def tomorrow() -> None:
        world.today = date(2027, 1, 1)

    await _watch(source, tomorrow, _nothing)

    assert not source.current().allow_lists["donation-accounts"]
    assert source.broken


async def test_without_a_profile_only_the_directories_are_watched(world: World) -> None:
    """Nothing else is looked at."""
    world.sources = Sources(
        directory=world.sources.directory,
        organisation=None,
        lexicons=world.sources.lexicons,
        fingerprint_key=world.sources.fingerprint_key,
    )
    (world.sources.directory / "organisation.yaml").unlink()
    source = world.source()
    await source.start()

    await _watch(source, _nothing)
    assert world.told == [True]


async def test_a_bundle_that_is_tried_does_not_push_out_the_one_in_force(world: World) -> None:
    """Its lists are brought first, those in force again after them; nothing is swapped and nobody is told."""
    source = world.source()
    await source.start()
    in_force = source.current()
    other = replace(in_force, digest="d" * 64, rules_digest="r" * 64)
    await source.beside(other)

    assert [bundle.rules_digest for bundle in world.taken[1:]] == ["r" * 64, in_force.rules_digest]
    assert source.current() is in_force
    assert world.told == [True]


async def test_a_bundle_that_cannot_be_tried_leaves_the_one_in_force_usable(world: World) -> None:
    """Its lists are brought again whatever became of the others."""
    source = world.source()
    await source.start()
    world.unfit = "r" * 64
    with pytest.raises(RuntimeError):
        await source.beside(replace(source.current(), rules_digest=world.unfit))

    assert world.taken == [source.current()] * 2
