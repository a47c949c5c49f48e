"""The readiness checks: each asks one part, and answers with a code."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from proxy.core.errors import GateUnavailable, Localised, Problem
from proxy.gate.clockwatch import ClockWatch
from proxy.web.operations import Check
from proxy.web.readiness import (
    SELF_TEST_S,
    SelfTests,
    canary_check,
    checkpoint_check,
    clock_check,
    keys_check,
    policy_check,
    register_check,
    store_check,
)
from tests.fakes.clock import CountingIds, ManualClock
from tests.fakes.log import MemoryAuditLog


@dataclass(slots=True, kw_only=True)
class Detectors:
    """Detectors whose self-test says what the test wants."""

    result: dict[str, bool]
    runs: int = 0

    async def self_test(self) -> dict[str, bool]:
        """Test."""
        self.runs += 1
        return self.result


def _self_tests(detectors: Detectors, clock: ManualClock, pauses: int = 0) -> SelfTests:
    left = [None] * pauses

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)
        if not left:
            raise asyncio.CancelledError
        left.pop()

    return SelfTests(detectors.self_test, monotonic=clock.monotonic, sleep=sleep)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"presidio": True, "lexicons": True}, Check(ok=True)),
        ({"presidio": False, "ner:rampart": False, "lexicons": True}, Check(ok=False, detail="ner:rampart,presidio")),
        ({}, Check(ok=False, detail="not-tested")),
    ],
)
async def test_every_detector_must_find_its_sample(result: dict[str, bool], expected: Check) -> None:
    """Those that did not are named; no detector at all is not fit."""
    tests = _self_tests(Detectors(result=result), ManualClock())
    await tests.once()

    assert await tests.check() == expected


async def test_before_the_first_test_nothing_is_fit() -> None:
    """A detector that nobody tried is not known to work."""
    assert await _self_tests(Detectors(result={"presidio": True}), ManualClock()).check() == Check(
        ok=False, detail="not-tested"
    )


async def test_an_old_test_counts_no_longer() -> None:
    """When the testing itself hangs, the node is not ready."""
    clock = ManualClock()
    tests = _self_tests(Detectors(result={"presidio": True}), clock)
    await tests.once()
    clock.advance(SELF_TEST_S)
    assert (await tests.check()).ok
    clock.advance(1)

    assert await tests.check() == Check(ok=False, detail="test-too-old")


async def test_detectors_are_tested_again_and_again() -> None:
    """Often enough that a test never gets too old by itself."""
    clock, detectors = ManualClock(), Detectors(result={"presidio": True})
    tests = _self_tests(detectors, clock, pauses=2)
    with pytest.raises(asyncio.CancelledError):
        await tests.run()

    assert detectors.runs == 3
    assert (await tests.check()).ok


@dataclass(slots=True, kw_only=True)
class Writer:
    """An audit writer with or without a problem."""

    found: str | None = None

    def problem(self) -> str | None:
        """Return the problem."""
        return self.found


async def _answers() -> None:
    """Stand in for a database that answers."""


async def _away() -> None:
    raise GateUnavailable(found="Kanarienvogel")


async def test_the_store_must_take_records_and_answer_reads() -> None:
    """Both are looked at; what is shown is a code without a word of the error."""
    assert await store_check(Writer(), _answers)() == Check(ok=True)
    assert await store_check(Writer(found="disk full"), _answers)() == Check(ok=False, detail="disk-full")
    assert await store_check(Writer(), _away)() == Check(ok=False, detail="unavailable")


@dataclass(slots=True, kw_only=True)
class Files:
    """Policy files in some state."""

    broken: bool = False
    last_problems: tuple[Problem, ...] = ()


def _problem(line: int, *, warning: bool = False) -> Problem:
    text = Localised(de="Kanarienvogel", en="Kanarienvogel")
    return Problem(file="iban.yaml", line=line, column=1, code="x", message=text, remedy=text, warning=warning)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (Files(), Check(ok=True)),
        (Files(last_problems=(_problem(3, warning=True),)), Check(ok=True)),
        (
            Files(broken=True, last_problems=(_problem(3, warning=True), _problem(7), _problem(9))),
            Check(ok=False, detail="broken:iban.yaml:7"),
        ),
        (Files(broken=True), Check(ok=False, detail="broken:unreadable")),
    ],
)
async def test_the_policy_files_on_disk_must_be_in_force(files: Files, expected: Check) -> None:
    """The first mistake is named by place; warnings stop nothing."""
    assert await policy_check(files)() == expected


async def test_wall_time_must_be_right() -> None:
    """A clock that the database contradicts makes the node not ready."""
    clock, skew = ManualClock(), [timedelta(0)]

    async def database_now() -> datetime:
        return clock.now() + skew[0]

    watch = ClockWatch(clock=clock, ids=CountingIds(), audit=MemoryAuditLog(), database_now=database_now)
    assert await clock_check(watch)() == Check(ok=True)
    skew[0] = timedelta(minutes=2)
    assert await clock_check(watch)() == Check(ok=False, detail="clock-skew")


@dataclass(frozen=True, slots=True)
class Signing:
    """Signing in one condition."""

    fits: bool
    said: str

    def fit(self) -> bool:
        """Return whether posts may go on."""
        return self.fits

    def detail(self) -> str:
        """Return what fails."""
        return self.said


@pytest.mark.parametrize(
    ("fits", "said"), [(True, ""), (True, "key_missing,revision:timeout"), (False, "log_rolled_back")]
)
async def test_the_log_must_continue_what_was_signed(fits: bool, said: str) -> None:
    """What only delays a signature, or a copy, is named and stops no post."""
    assert await checkpoint_check(Signing(fits, said))() == Check(ok=fits, detail=said)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, Check(ok=True)),
        ("wrapping-key-retired", Check(ok=False, detail="wrapping-key-retired")),
        (GateUnavailable(), Check(ok=False, detail="unavailable")),
    ],
)
async def test_the_wrapping_keys_must_fit_the_database(answer: str | Exception | None, expected: Check) -> None:
    """A node whose key was exchanged by others in the meantime is not ready, and says why."""

    async def unfit() -> str | None:
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert await keys_check(unfit)() == expected


@pytest.mark.parametrize(("fits", "said"), [(True, ""), (True, "kept:altered"), (False, "too-old")])
async def test_the_register_must_be_young_enough(fits: bool, said: str) -> None:
    """A new file that was refused is named and stops no post: the one of before is in force."""
    assert await register_check(Signing(fits, said))() == Check(ok=fits, detail=said)


@pytest.mark.parametrize(("fits", "said"), [(True, ""), (True, "iban"), (False, "clean,iban")])
async def test_leaks_must_be_stopped(fits: bool, said: str) -> None:
    """What is wrong is named at once; whether posts still go on is for the canary to say."""
    assert await canary_check(Signing(fits, said))() == Check(ok=fits, detail=said)
