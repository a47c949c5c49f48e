"""
The readiness checks: each asks one part whether it is fit, and answers with a code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import GateUnavailable
from proxy.web.operations import Check

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from proxy.core.errors import Problem
    from proxy.gate.clockwatch import ClockWatch

NAMES = ("store", "keys", "detectors", "policies", "clock", "checkpoints", "canary", "register")
SELF_TEST_S = 60.0
"""A self-test of the detectors older than this counts as failed."""


class Writer(Protocol):
    """The audit writer, as far as readiness needs it."""

    def problem(self) -> str | None:
        """Return why nothing can be recorded at the moment, or None when it can."""
        ...


class PolicyFiles(Protocol):
    """The policy source, as far as readiness needs it."""

    @property
    def broken(self) -> bool:
        """Return whether the files on disk are not what is running."""
        ...

    @property
    def last_problems(self) -> tuple[Problem, ...]:
        """Return mistakes and warnings of the latest attempt."""
        ...


class Checkpoints(Protocol):
    """Signing and handing out, as far as readiness needs it."""

    def fit(self) -> bool:
        """Return whether posts may go on."""
        ...

    def detail(self) -> str:
        """Return in codes what fails."""
        ...


class Canaries(Protocol):
    """Invented posts, as far as readiness needs them."""

    def fit(self) -> bool:
        """Return whether posts may go on."""
        ...

    def detail(self) -> str:
        """Return which are not as they must be."""
        ...


class Register(Protocol):
    """The register, as far as readiness needs it."""

    def fit(self) -> bool:
        """Return whether it is young enough."""
        ...

    def detail(self) -> str:
        """Return in codes what is wrong."""
        ...


class SelfTests:
    """Remembers the last self-test of the detectors and when it was."""

    def __init__(
        self,
        run: Callable[[], Awaitable[dict[str, bool]]],
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        interval_s: float = SELF_TEST_S / 4,
    ) -> None:
        self._run = run
        self._monotonic = monotonic
        self._sleep = sleep
        self._interval_s = interval_s
        self._last: dict[str, bool] = {}
        self._at: float | None = None

    async def run(self) -> None:
        """Test again and again until cancelled."""
        while True:
            await self.once()
            await self._sleep(self._interval_s)

    async def once(self) -> None:
        """Test once."""
        self._last = await self._run()
        self._at = self._monotonic()

    async def check(self) -> Check:
        """Return whether every detector found its sample lately; the detail names those that did not."""
        if self._at is None or not self._last:
            return Check(ok=False, detail="not-tested")
        if self._monotonic() - self._at > SELF_TEST_S:
            return Check(ok=False, detail="test-too-old")
        unfit = sorted(name for name, passed in self._last.items() if not passed)
        return Check(ok=not unfit, detail=",".join(unfit))


def store_check(writer: Writer, reach: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[Check]]:
    """Return a check that the audit writer takes records and the database answers a read."""

    async def check() -> Check:
        problem = writer.problem()
        if problem is not None:
            return Check(ok=False, detail=problem.replace(" ", "-"))
        try:
            await reach()
        except GateUnavailable as error:
            return Check(ok=False, detail=error.code)
        return Check(ok=True)

    return check


def keys_check(unfit: Callable[[], Awaitable[str | None]]) -> Callable[[], Awaitable[Check]]:
    """Return a check that the wrapping keys of this process fit the database; the detail says why they do not."""

    async def check() -> Check:
        try:
            problem = await unfit()
        except GateUnavailable as error:
            return Check(ok=False, detail=error.code)
        return Check(ok=problem is None, detail=problem or "")

    return check


def policy_check(policies: PolicyFiles) -> Callable[[], Awaitable[Check]]:
    """Return a check that the policy files on disk are in force; the detail names the first broken file."""

    async def check() -> Check:
        if not policies.broken:
            return Check(ok=True)
        mistakes = [problem for problem in policies.last_problems if not problem.warning]
        place = f"{mistakes[0].file}:{mistakes[0].line}" if mistakes else "unreadable"
        return Check(ok=False, detail=f"broken:{place}")

    return check


def clock_check(watch: ClockWatch) -> Callable[[], Awaitable[Check]]:
    """Return a check that wall time can be trusted."""

    async def check() -> Check:
        return Check(ok=True) if await watch.fit() else Check(ok=False, detail="clock-skew")

    return check


def checkpoint_check(checkpoints: Checkpoints) -> Callable[[], Awaitable[Check]]:
    """
    Return a check that the log continues what was signed, and is signed.

    What only delays a signature, and a sink that fails, is named in the detail and does not stop posts: their records
    are durable, and are signed and handed out later.
    """

    async def check() -> Check:
        return Check(ok=checkpoints.fit(), detail=checkpoints.detail())

    return check


def register_check(register: Register) -> Callable[[], Awaitable[Check]]:
    """
    Return a check that the register in force is young enough.

    A new file that was refused is named in the detail and does not stop posts: the one of before is in force.
    """

    async def check() -> Check:
        return Check(ok=register.fit(), detail=register.detail())

    return check


def canary_check(canary: Canaries) -> Callable[[], Awaitable[Check]]:
    """
    Return a check that invented leaks are stopped and a clean post passes.

    What is wrong is named in the detail at once, and stops posts when it stays so for a minute.
    """

    async def check() -> Check:
        return Check(ok=canary.fit(), detail=canary.detail())

    return check
