"""
Check a package of policies as a whole: read its files, and run their tests with the scanner of the node.

Posts are decided by the same workers meanwhile: one package at a time, and its word lists never push out those that are
in force. Where a change comes into force in the middle of it, the tests that are left fail rather than the posts.
Samples that bring a register are left out: a node opens no register but that of the house. Whoever proposes runs them.
The others are compared with nobody: what becomes of a sample must not tell who is a customer.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import ConfigurationError, GateBusy
from proxy.core.model import NOBODY
from proxy.gate.policy_refusals import FailingTests
from proxy.loading.package import packed_sources
from proxy.loading.policies import load
from proxy.loading.policy_tests import collect, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from proxy.core.errors import Problem
    from proxy.core.model import DetectorId, Part, Scan
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.loading.policy_tests import Case, SampleScanner


class InForce(Protocol):
    """The part of `PolicySource` that tries a bundle."""

    async def beside(self, bundle: PolicyBundle) -> None:
        """Let the scanner look under another bundle too."""
        ...


class NodePackageCheck:
    """Implements `gate.policy_store.PackageCheck` on a running node."""

    def __init__(
        self,
        scanner: SampleScanner,
        in_force: InForce,
        *,
        fingerprint_key: bytes,
        today: Callable[[], date],
        retention: frozenset[str] | None = None,
    ) -> None:
        self._scanner = _Beside(scanner, in_force)
        self._key = fingerprint_key
        self._today = today
        self._retention = retention
        self._checking = asyncio.Lock()

    async def __call__(self, package: bytes) -> None:
        """
        Return when nothing is wrong with the files and every test passes.

        Raises:
            ConfigurationError: it is no package, or any mistake in any file; warnings are listed beside mistakes.
            FailingTests: any test fails.
            GateBusy: another package is being checked.
            GateUnavailable: the detectors do not take its word lists.
        """
        if self._checking.locked():
            raise GateBusy(expected="one package at a time", found="one more")
        async with self._checking:
            bundle, cases = await asyncio.to_thread(self._read, package)
            outcomes = await run(cases, self._scanner, bundle)
        failing = tuple(outcome.case.name for outcome in outcomes if not outcome.passed)
        if failing:
            raise FailingTests(names=failing)

    def _read(self, package: bytes) -> tuple[PolicyBundle, list[Case]]:
        sources = packed_sources(package, fingerprint_key=self._key, retention=self._retention)
        loaded = load(sources, self._today())
        cases, problems = collect(loaded, sources.directory, self._key)
        found = sorted((*loaded.problems, *problems), key=_place)
        if loaded.bundle is None or any(not one.warning for one in found):
            raise ConfigurationError(tuple(found))
        return loaded.bundle, [case for case in cases if case.register is None]


class _Beside:
    """The scanner of the node, which takes the word lists of a tried bundle only beside those in force."""

    def __init__(self, scanner: SampleScanner, in_force: InForce) -> None:
        self._scanner = scanner
        self._in_force = in_force

    def expected(self, bundle: PolicyBundle) -> frozenset[DetectorId]:
        """Return the detectors that must complete."""
        return self._scanner.expected(_with_nobody(bundle))

    async def scan(self, parts: Sequence[Part], bundle: PolicyBundle, thread: Sequence[str] = ()) -> Scan:
        """Look at every part, and at earlier texts of the thread."""
        return await self._scanner.scan(parts, _with_nobody(bundle), thread)

    async def load(self, bundle: PolicyBundle) -> None:
        """Bring the word lists to every worker, beside those in force."""
        await self._in_force.beside(_with_nobody(bundle))


def _with_nobody(bundle: PolicyBundle) -> PolicyBundle:
    return replace(bundle, register=NOBODY)


def _place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, problem.code
