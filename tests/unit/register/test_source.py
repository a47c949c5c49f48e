from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import ConfigurationError, GateUnavailable
from proxy.register.source import RegisterFiles, RegisterSource
from tests.registers import KEY_ID, OTHER_SEED, PUBLIC_KEY, write_customers, write_restricted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from proxy.core.model import Register

BUILT = datetime(2026, 11, 30, 2, tzinfo=UTC)


class House:
    """A house with a register of two files, whose clock stands still unless it is told to go on."""

    def __init__(self, directory: Path) -> None:
        self.customers, self.restricted = directory / "customers", directory / "restricted"
        self.now = BUILT + timedelta(hours=1)
        self.told: list[tuple[str, ...]] = []
        self.ages: list[float] = []
        self.in_force: list[Register] = []
        self.down = False
        self.write(1)
        write_restricted(self.restricted)
        files = RegisterFiles(
            customers=self.customers,
            restricted=self.restricted,
            key_id=KEY_ID,
            public_key=PUBLIC_KEY,
            max_age=timedelta(days=3),
        )
        self.source = RegisterSource(files, now=lambda: self.now, watch=self)

    def write(self, records: int, day: int = 30, **changes: object) -> str:
        """Write another file of customers, and return its version."""
        new = self.customers.with_name("new")
        header = write_customers(new, built_at=f"2026-11-{day}T02:00:00Z", records=records, **changes)  # type: ignore[arg-type]  # fields by name
        new.rename(self.customers)
        return header.version

    async def put(self, records: int, **changes: object) -> str:
        """Write another file of customers in a thread, for it blocks."""
        return await asyncio.to_thread(lambda: self.write(records, **changes))  # type: ignore[arg-type]  # fields by name

    def taken(self, version: str, *, built_at: str, keys: int, entries: int) -> None:
        """Note what was told."""
        self.told.append(("taken", version, built_at, str(keys), str(entries)))

    def refused(self, version: str, *, code: str) -> None:
        """Note what was told."""
        self.told.append(("refused", version, code))

    def aged(self, *, seconds: float) -> None:
        """Note what was told."""
        self.ages.append(seconds)

    async def take(self, register: Register) -> None:
        """Be the detectors."""
        if self.down:
            raise GateUnavailable(found="workers that are down")
        self.in_force.append(register)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Return a house whose files lie in a directory of the test."""
    return House(tmp_path)


async def test_what_is_checked_is_in_force(house: House) -> None:
    """Under the versions of both files; its age is that of the older one."""
    with pytest.raises(RuntimeError):
        _ = house.source.current
    with pytest.raises(RuntimeError):
        _ = house.source.age

    register = await house.source.start()

    assert register == house.source.current
    assert (register.customers, register.restricted) == (str(house.customers), str(house.restricted))
    assert len(register.version) == 33
    assert house.told == [("taken", register.version, "2026-11-30T02:00:00Z", "0", "1")]
    assert (house.source.fit(), house.source.detail()) == (True, "")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda house: house.customers.unlink(), "unreadable"),
        (lambda house: house.customers.write_bytes(b""), "not-a-register"),
        (lambda house: house.write(1, seed=OTHER_SEED), "signature"),
        (lambda house: house.write(1, day=10), "too-old"),
        (lambda house: write_restricted(house.customers), "other"),
    ],
)
async def test_a_file_that_is_not_to_be_relied_on_stops_the_start(
    house: House, spoil: Callable[[House], object], code: str
) -> None:
    """There is no register to fall back to; the reason says what to do, in both languages."""
    await asyncio.to_thread(spoil, house)

    with pytest.raises(ConfigurationError) as raised:
        await house.source.start()

    (problem,) = raised.value.problems
    assert problem.code == code
    assert "postgate register verify" in problem.render("de")
    assert house.told == []


async def test_a_new_file_comes_into_force(house: House) -> None:
    """Once the detectors have it; the same file written again is no news."""
    old = await house.source.start()
    await house.source.once(house.take)
    version = await house.put(2)
    await house.source.once(house.take)
    await house.put(2)
    await house.source.once(house.take)

    (new,) = house.in_force
    assert new == house.source.current != old
    assert new.version.startswith(version)
    assert [one[0] for one in house.told] == ["taken", "taken"]


async def test_a_refused_file_leaves_the_register_of_before(house: House) -> None:
    """It is told once, shows in the readiness check until it is gone, and stops no posts."""
    old = await house.source.start()
    await house.put(2, seed=OTHER_SEED)
    await house.source.once(house.take)
    await house.put(3, seed=OTHER_SEED)
    await house.source.once(house.take)

    assert house.source.current == old
    assert house.told[1:] == [("refused", old.version, "signature")]
    assert (house.source.fit(), house.source.detail()) == (True, "kept:signature")

    await house.put(1)
    await house.source.once(house.take)

    assert house.source.detail() == ""
    assert [one[0] for one in house.told] == ["taken", "refused", "taken"]
    assert house.in_force == []


async def test_detectors_that_did_not_take_it_are_asked_again(house: House) -> None:
    """The old register stays in force meanwhile."""
    old = await house.source.start()
    await house.put(2)
    house.down = True
    await house.source.once(house.take)
    assert (house.source.current, house.source.detail()) == (old, "kept:not-taken")
    house.down = False
    await house.source.once(house.take)

    assert house.source.current == house.in_force[0]
    assert house.source.detail() == ""


async def test_a_register_that_becomes_too_old_stays_in_force_and_shows(house: House) -> None:
    """Nobody built a new one for three days: the node is not ready, and posts are still compared."""
    register = await house.source.start()
    house.now = BUILT + timedelta(days=3, seconds=1)
    await house.source.once(house.take)

    assert house.source.current == register
    assert (house.source.fit(), house.source.detail()) == (False, "too-old")
    assert house.ages[-1] == timedelta(days=3, seconds=1).total_seconds()


async def test_it_looks_again_and_again(house: House) -> None:
    """Until it is cancelled."""
    await house.source.start()
    naps: list[float] = []

    async def sleep(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            raise asyncio.CancelledError

    with suppress(asyncio.CancelledError):
        await house.source.watch(house.take, 2.0, sleep)

    assert naps == [2.0] * 3
    assert len(house.ages) == 3


async def test_restricted_lists_alone_are_a_register(tmp_path: Path) -> None:
    """So are customers alone."""
    house = await asyncio.to_thread(House, tmp_path)
    files = RegisterFiles(
        customers=None,
        restricted=house.restricted,
        key_id=KEY_ID,
        public_key=PUBLIC_KEY,
        max_age=timedelta(days=3),
    )
    register = await RegisterSource(files, now=lambda: house.now, watch=house).start()

    assert (register.customers, len(register.version)) == (None, 16)
