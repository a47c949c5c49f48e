"""
The register in force on a node: checked from the first byte to the last before it is, and replaced as a whole.

A file that is not to be relied on leaves the one of before in force, and shows. So does one that has become too old:
posts are still compared with it, but the node is not ready.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from proxy.core.detection.register.table import BrokenRegister, Contents
from proxy.core.errors import ConfigurationError, GateUnavailable, Localised, Problem
from proxy.core.model import Register
from proxy.register.files import verify
from proxy.register.refusals import BROKEN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from proxy.core.detection.register.table import Header

__all__ = ["RegisterFiles", "RegisterSource", "RegisterWatch"]

_REMEDY = Localised(
    de="Die Datei neu bauen oder die vorherige zurückholen; `postgate register verify` prüft sie ebenso.",
    en="Build the file anew, or restore the one of before; `postgate register verify` checks it the same way.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFiles:
    """Where a register lies, and what its files must be."""

    customers: Path | None
    restricted: Path | None
    key_id: str
    """Name of the key of the digests."""
    public_key: bytes
    """Of the machine that builds the files."""
    max_age: timedelta

    @property
    def paths(self) -> Mapping[Contents, Path]:
        """Return the files by what they hold."""
        both = ((Contents.CUSTOMERS, self.customers), (Contents.RESTRICTED, self.restricted))
        return {contents: path for contents, path in both if path is not None}


class RegisterWatch(Protocol):
    """Who is told what becomes of a register."""

    def taken(self, version: str, *, built_at: str, keys: int, entries: int) -> None:
        """Note that a register is in force."""
        ...

    def refused(self, version: str, *, code: str) -> None:
        """Note that a new file was refused, and which version stays in force."""
        ...

    def aged(self, *, seconds: float) -> None:
        """Note how old the register in force is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    register: Register
    headers: tuple[Header, ...]

    @property
    def built_at(self) -> str:
        """Return when the older of the files was built."""
        return min((header.built_at for header in self.headers), key=datetime.fromisoformat)


class RegisterSource:
    """Checks the files of a register, and gives what is in force."""

    def __init__(self, files: RegisterFiles, *, now: Callable[[], datetime], watch: RegisterWatch) -> None:
        self._files = files
        self._now = now
        self._watch = watch
        self._checked: _Checked | None = None
        self._seen = ""
        self._problem: str | None = None

    async def start(self) -> Register:
        """
        Check all files for the first time.

        Raises:
            ConfigurationError: a file is not to be relied on, or too old; there is none to fall back to.
        """
        self._seen = await asyncio.to_thread(self._look)
        try:
            self._use(await asyncio.to_thread(self._check))
        except BrokenRegister as error:
            raise ConfigurationError((_problem(error.code),)) from None
        return self.current

    @property
    def current(self) -> Register:
        """
        Return the register in force.

        Raises:
            RuntimeError: `start` has not succeeded.
        """
        if self._checked is None:
            raise RuntimeError("the register was not started")
        return self._checked.register

    @property
    def age(self) -> timedelta:
        """Return how old the register in force is."""
        if self._checked is None:
            raise RuntimeError("the register was not started")
        return self._now() - datetime.fromisoformat(self._checked.built_at)

    def fit(self) -> bool:
        """Return whether the register in force is young enough."""
        return self.age <= self._files.max_age

    def detail(self) -> str:
        """Return in codes what is wrong."""
        found = ("" if self.fit() else "too-old", "" if self._problem is None else f"kept:{self._problem}")
        return ",".join(filter(None, found))

    async def watch(
        self,
        take: Callable[[Register], Awaitable[None]],
        interval: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """
        Look for new files until cancelled; `take` brings a register to the detectors and into force.

        A file that is refused is looked at again when it changes; detectors that did not take it are asked again.
        """
        while True:
            await sleep(interval)
            await self.once(take)

    async def once(self, take: Callable[[Register], Awaitable[None]]) -> None:
        """Look once."""
        self._watch.aged(seconds=self.age.total_seconds())
        seen = await asyncio.to_thread(self._look)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            checked = await asyncio.to_thread(self._check)
            news = checked.register != self.current
            if news:
                await take(checked.register)
        except BrokenRegister as error:
            self._refuse(error.code)
        except GateUnavailable:
            self._seen = ""
            self._refuse("not-taken")
        else:
            if news or self._problem is not None:
                self._use(checked)

    def _use(self, checked: _Checked) -> None:
        self._checked, self._problem = checked, None
        self._watch.taken(
            checked.register.version,
            built_at=checked.built_at,
            keys=sum(header.keys for header in checked.headers),
            entries=sum(header.records for header in checked.headers),
        )
        self._watch.aged(seconds=self.age.total_seconds())

    def _refuse(self, code: str) -> None:
        if code != self._problem:
            self._watch.refused(self.current.version, code=code)
        self._problem = code

    def _look(self) -> str:
        """Return something that is another text when a file was replaced."""
        return " ".join(map(_stamp, self._files.paths.values()))

    def _check(self) -> _Checked:
        headers = tuple(self._header(contents, path) for contents, path in self._files.paths.items())
        register = Register(
            customers=None if self._files.customers is None else str(self._files.customers),
            restricted=None if self._files.restricted is None else str(self._files.restricted),
            version="-".join(header.version for header in headers),
        )
        return _Checked(register=register, headers=headers)

    def _header(self, contents: Contents, path: Path) -> Header:
        files = self._files
        header = verify(path, key_id=files.key_id, public_key=files.public_key, now=self._now(), max_age=files.max_age)
        if header.contents is not contents:
            raise BrokenRegister("other")
        return header


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError as error:
        return f"unreadable-{error.errno}"
    return f"{status.st_dev}-{status.st_ino}-{status.st_size}-{status.st_mtime_ns}"


def _problem(code: str) -> Problem:
    return Problem(file="register", line=0, column=0, code=code, message=BROKEN[code], remedy=_REMEDY)
