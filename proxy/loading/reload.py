"""
The bundle in force, and how it is replaced: as a whole or not at all.

A mistake in any file, or detectors that do not take the new word lists, leave the old bundle running and show in
`last_problems`. One thing is not left running: an entry of the house's lists that has expired is taken out of it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import ConfigurationError, GateUnavailable
from proxy.loading.messages import problem
from proxy.loading.organisation import Organisation
from proxy.loading.policies import without_expired

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date

    from proxy.core.errors import Problem
    from proxy.core.model import Register
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.loading.origins import Origin
    from proxy.loading.policies import Loaded


class BundleLoader(Protocol):
    """The part of the scanner that takes a bundle's word lists."""

    async def load(self, bundle: PolicyBundle) -> None:
        """Bring the word lists to every worker; earlier ones stay usable."""
        ...


class PolicySource:
    """Implements `proxy.gate.ports.Policies` over an origin."""

    def __init__(
        self,
        origin: Origin,
        *,
        fingerprint_key: bytes,
        scanner: BundleLoader,
        today: Callable[[], date],
        reloaded: Callable[[bool], None] = lambda _: None,
        swapped: Callable[[], None] = lambda: None,
    ) -> None:
        """
        Remember where bundles come from; nothing is read yet.

        Args:
            origin: where policies, word lists and profile come from.
            fingerprint_key: the key under which values of the house are kept.
            scanner: gets a new bundle before it is used.
            today: the date that expiries are compared with.
            reloaded: told after every attempt whether it succeeded, for metrics.
            swapped: told as soon as another bundle is in force, for fault points.
        """
        self._origin = origin
        self._key = fingerprint_key
        self._scanner = scanner
        self._today = today
        self._reloaded = reloaded
        self._swapped = swapped
        self._bundle: PolicyBundle | None = None
        self._register: Register | None = None
        self._organisation = Organisation()
        self._problems: tuple[Problem, ...] = ()
        self._seen: tuple[date, str] | None = None
        self._lock = asyncio.Lock()

    async def start(self) -> None:
        """
        Load for the first time.

        Raises:
            ConfigurationError: any mistake in any file; there is no bundle to fall back to.
        """
        async with self._lock:
            today = self._today()
            self._seen = (today, await self._origin.look())
            loaded = await self._origin.read(today)
            self._problems = loaded.problems
            if loaded.errors or loaded.bundle is None:
                raise ConfigurationError(loaded.errors)
            bundle = replace(loaded.bundle, register=self._register)
            await self._scanner.load(bundle)
            self._bundle, self._organisation = bundle, loaded.organisation
        self._reloaded(True)  # noqa: FBT003 - a metric's value

    def current(self) -> PolicyBundle:
        """
        Return the bundle in force.

        Raises:
            ConfigurationError: `start` has not succeeded.
        """
        if self._bundle is None:
            raise ConfigurationError((problem("no-policies", "policies"),))
        return self._bundle

    @property
    def last_problems(self) -> tuple[Problem, ...]:
        """Return mistakes and warnings of the latest attempt; mistakes mean that an older bundle is running."""
        return self._problems

    @property
    def broken(self) -> bool:
        """Return whether the files on disk are not what is running."""
        return any(not one.warning for one in self._problems)

    async def beside(self, bundle: PolicyBundle) -> None:
        """
        Let the scanner look under another bundle too, to try it; what is in force stays in force and usable.

        Raises:
            GateUnavailable: the workers do not take its word lists.
        """
        async with self._lock:
            try:
                await self._scanner.load(bundle)
            finally:  # two sets stay usable: the one that came last is not the next to be forgotten
                await self._scanner.load(self.current())

    async def compare_with(self, register: Register) -> None:
        """
        Have posts compared with a register from now on, under this bundle and those that follow.

        Raises:
            GateUnavailable: the workers do not open it; what is in force stays so.
        """
        async with self._lock:
            if self._bundle is not None:
                bundle = replace(self._bundle, register=register)
                try:
                    await self._scanner.load(bundle)
                except Exception as error:  # noqa: BLE001 - the old register stays; the next look tries again
                    raise GateUnavailable(found=f"detectors that do not open it ({type(error).__name__})") from None
                self._bundle = bundle
            self._register = register

    async def reload(self) -> bool:
        """Read all files again; return whether they are in force now. Never raises for what the files say."""
        async with self._lock:
            today = self._today()
            try:
                self._seen = (today, await self._origin.look())
                loaded = await self._origin.read(today)
            except GateUnavailable:  # nothing is known of the files; the next look tries again
                self._seen = None
                return False
            succeeded = await self._take(loaded)
            if not succeeded and self._bundle is not None:
                self._bundle = without_expired(self._bundle, self._organisation, self._key, today)
        self._reloaded(succeeded)
        return succeeded

    async def watch(self, interval: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """
        Reload when another bundle shall be in force or the date has changed; runs until cancelled.

        Files count once two looks in a row see the same, so that a file being written is not read half. What cannot be
        looked at leaves in force what is.
        """
        pending: tuple[date, str] | None = None
        while True:
            await sleep(interval)
            try:
                now = (self._today(), await self._origin.look())
            except GateUnavailable:
                continue
            if now == self._seen:
                pending = None
            elif now == pending or self._origin.steady:
                pending = None
                await self.reload()
            else:
                pending = now

    async def _take(self, loaded: Loaded) -> bool:
        self._problems = loaded.problems
        if loaded.errors or loaded.bundle is None:
            return False
        bundle = replace(loaded.bundle, register=self._register)
        try:
            await self._scanner.load(bundle)
        except Exception as error:  # noqa: BLE001 - the old bundle stays; the next look tries again
            self._problems = (*loaded.problems, problem("not-taken", "lexicons", why=type(error).__name__))
            self._seen = None
            return False
        self._bundle, self._organisation = bundle, loaded.organisation
        self._swapped()
        return True
