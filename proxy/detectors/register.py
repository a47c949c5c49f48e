"""
The detector `register`: customers of the house, and what it must not speak about, by the digests of what stands there.

The files are mapped, read-only: processes share what is in memory of them, and give it back after some posts. Two
registers are kept, so that posts under the old one are still answered while a new one is being opened.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.register.digests import key_id
from proxy.core.detection.register.matcher import DETECTOR as NAME
from proxy.core.detection.register.matcher import CustomerMatcher
from proxy.core.detection.register.restricted import RestrictedMatcher
from proxy.core.detection.register.table import BrokenRegister, Contents, Table
from proxy.detectors.port import RegisterUnfit, RegisterUnknown
from proxy.detectors.versions import digest_of, with_register
from proxy.observability.system import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.core.model import Finding, Register
    from proxy.detectors.port import Sheet

__all__ = ["GIVE_BACK_EVERY", "KEPT", "NAME", "RegisterDetector", "expected_version"]

KEPT = 2
"""Registers that stay usable."""
GIVE_BACK_EVERY = 128
"""Posts after which the pages of the files are given back: each post touches some hundred of them."""


def expected_version() -> str:
    """Return the version that this code has, without the register."""
    return digest_of(NAME, modules=("register",))


def _minute() -> int:
    return int(SystemClock().now().timestamp() // 60)


class _Opened(NamedTuple):
    """A register in memory."""

    maps: tuple[mmap.mmap, ...]
    matchers: tuple[CustomerMatcher | RestrictedMatcher, ...]


class RegisterDetector:
    """
    Looks into the register that a scan names, and into no other.

    Raises:
        ValueError: the key of the register has a wrong length.
    """

    name = NAME

    def __init__(
        self,
        *,
        register_key: bytes,
        fingerprint_key: bytes,
        minute: Callable[[], int] = _minute,
        give_back_every: int = GIVE_BACK_EVERY,
    ) -> None:
        self._register_key = register_key
        self._key_id = key_id(register_key)
        self._fingerprint_key = fingerprint_key
        self._minute = minute
        self._version = expected_version()
        self._registers: dict[str, _Opened] = {}
        self._give_back_every = give_back_every
        self._looked = 0

    def take(self, register: Register) -> None:
        """
        Open a register; the oldest of three is forgotten.

        Raises:
            RegisterUnfit: a file is not the one that was checked, or cannot be read.
        """
        opened = self._registers.pop(register.version, None) or self._open(register)
        self._registers[register.version] = opened
        while len(self._registers) > KEPT:
            del self._registers[next(iter(self._registers))]

    def version(self, rules: str) -> str:
        """Return the digest of the code, and the version of the register; `find` has refused every other."""
        return with_register(self._version, rules)

    def find(self, sheet: Sheet) -> list[Finding]:
        """
        Return what a post says of customers, and what it names of restricted lists.

        Raises:
            RegisterUnknown: the register that the scan names is not here.
        """
        opened = self._registers.get(sheet.register)
        if opened is None:
            raise RegisterUnknown
        parts = [part.surfaces for part in sheet.parts]
        found = [finding for matcher in opened.matchers for finding in matcher.find(parts, sheet.joined)]
        self._looked += 1
        if self._looked % self._give_back_every == 0:
            for mapped in opened.maps:
                mapped.madvise(mmap.MADV_DONTNEED)
        return found

    def _open(self, register: Register) -> _Opened:
        paths = [(Contents.CUSTOMERS, register.customers), (Contents.RESTRICTED, register.restricted)]
        try:
            maps = [(contents, _mapped(Path(path))) for contents, path in paths if path is not None]
            tables = [(contents, Table(memoryview(mapped))) for contents, mapped in maps]
        except (OSError, ValueError, BrokenRegister):
            raise RegisterUnfit from None
        headers = [table.header for _, table in tables]
        as_checked = "-".join(header.version for header in headers) == register.version
        ours = all(header.key_id == self._key_id for header in headers)
        if not (as_checked and ours and all(table.header.contents is contents for contents, table in tables)):
            raise RegisterUnfit
        matchers = tuple(self._matcher(contents, table) for contents, table in tables)
        return _Opened(tuple(mapped for _, mapped in maps), matchers)

    def _matcher(self, contents: Contents, table: Table) -> CustomerMatcher | RestrictedMatcher:
        match contents:
            case Contents.CUSTOMERS:
                return CustomerMatcher(table, register_key=self._register_key, fingerprint_key=self._fingerprint_key)
            case Contents.RESTRICTED:
                return RestrictedMatcher(
                    table,
                    register_key=self._register_key,
                    fingerprint_key=self._fingerprint_key,
                    minute=self._minute,
                )


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    mapped.madvise(mmap.MADV_RANDOM)
    return mapped
