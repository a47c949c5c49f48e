"""
The bundle in force, and how it is replaced: as a whole or not at all.

A mistake in any file, or detectors that do not take the new word lists, leave the old bundle running and show in
`last_problems`. One thing is not left running: an entry of the house's lists that has expired is taken out of it.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import ConfigurationError
from proxy.loading.messages import problem
from proxy.loading.organisation import Organisation
from proxy.loading.policies import Loaded, Sources, load, without_expired

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date
    from pathlib import Path

    from proxy.core.errors import Problem
    from proxy.core.policy.bundle import PolicyBundle


class BundleLoader(Protocol):
    """The part of the scanner that takes a bundle's word lists."""

    async def load(self, bundle: PolicyBundle) -> None:
        """Bring the word lists to every worker; earlier ones stay usable."""
        ...


class PolicySource:
    """Implements `proxy.gate.ports.Policies` over files."""

    def __init__(
        self,
        sources: Sources,
        *,
        scanner: BundleLoader,
        today: Callable[[], date],
        reloaded: Callable[[bool], None] = lambda _: None,
        swapped: Callable[[], None] = lambda: None,
    ) -> None:
        """
        Remember where the files are; nothing is read yet.

        Args:
            sources: where policies, word lists and profile lie.
            scanner: gets a new bundle before it is used.
            today: the date that expiries are compared with.
            reloaded: told after every attempt whether it succeeded, for metrics.
            swapped: told as soon as another bundle is in force, for fault points.
        """
        self._sources = sources
        self._scanner = scanner
        self._today = today
        self._reloaded = reloaded
        self._swapped = swapped
        self._bundle: PolicyBundle | None = None
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
            self._seen = (today, await asyncio.to_thread(self._fingerprint))
            loaded = await asyncio.to_thread(load, self._sources, today)
            self._problems = loaded.problems
            if loaded.errors or loaded.bundle is None:
                raise ConfigurationError(loaded.errors)
            await self._scanner.load(loaded.bundle)
            self._bundle, self._organisation = loaded.bundle, loaded.organisation
        self._reloaded(True)  # noqa: FBT003 - a metric's value

    def current(self) -> PolicyBundle:
        """
        Return the bundle in force.

        Raises:
            ConfigurationError: `start` has not succeeded.
        """
        if self._bundle is None:
            raise ConfigurationError((problem("no-policies", self._sources.directory.name),))
        return self._bundle

    @property
    def last_problems(self) -> tuple[Problem, ...]:
        """Return mistakes and warnings of the latest attempt; mistakes mean that an older bundle is running."""
        return self._problems

    @property
    def broken(self) -> bool:
        """Return whether the files on disk are not what is running."""
        return any(not one.warning for one in self._problems)

    async def reload(self) -> bool:
        """Read all files again; return whether they are in force now. Never raises for what the files say."""
        async with self._lock:
            today = self._today()
            self._seen = (today, await asyncio.to_thread(self._fingerprint))
            loaded = await asyncio.to_thread(load, self._sources, today)
            succeeded = await self._take(loaded)
            if not succeeded and self._bundle is not None:
                key = self._sources.fingerprint_key
                self._bundle = without_expired(self._bundle, self._organisation, key, today)
        self._reloaded(succeeded)
        return succeeded

    async def watch(self, interval: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """
        Reload when a file or the date has changed; runs until cancelled.

        A change counts once two looks in a row see the same, so that a file being written is not read half.
        """
        pending: tuple[date, str] | None = None
        while True:
            await sleep(interval)
            now = (self._today(), await asyncio.to_thread(self._fingerprint))
            if now == self._seen:
                pending = None
            elif now == pending:
                pending = None
                await self.reload()
            else:
                pending = now

    async def _take(self, loaded: Loaded) -> bool:
        self._problems = loaded.problems
        if loaded.errors or loaded.bundle is None:
            return False
        try:
            await self._scanner.load(loaded.bundle)
        except Exception as error:  # noqa: BLE001 - the old bundle stays; the next look tries again
            name = self._sources.lexicons.name
            self._problems = (*loaded.problems, problem("not-taken", name, why=type(error).__name__))
            self._seen = None
            return False
        self._bundle, self._organisation = loaded.bundle, loaded.organisation
        self._swapped()
        return True

    def _fingerprint(self) -> str:
        """Return a digest over the names and contents of all files; unreadable ones count as such."""
        digest = hashlib.sha256()
        for path in self._files():
            digest.update(str(path).encode("utf-8", "surrogateescape") + b"\0")
            try:
                digest.update(hashlib.sha256(path.read_bytes()).digest())
            except OSError as error:
                digest.update(f"unreadable {error.errno}".encode())
        return digest.hexdigest()

    def _files(self) -> list[Path]:
        found = [
            path
            for directory in (self._sources.directory, self._sources.lexicons, self._sources.recognizers)
            if directory is not None
            for path in sorted(directory.rglob("*.y*ml"))
        ]
        return found if self._sources.organisation is None else [*found, self._sources.organisation]
