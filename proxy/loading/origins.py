"""
Where the bundle in force comes from: files as they lie on disk, or what different people signed in the policy store.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import ConfigurationError, NotFound, SealBroken
from proxy.loading.messages import problem
from proxy.loading.package import packed_sources
from proxy.loading.policies import Loaded, load

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from proxy.core.errors import Problem
    from proxy.gate.policy_store import Activation
    from proxy.loading.policies import Sources

_STORE = "policy store"
DOUBTFUL = "signatures-doubtful"
"""Code of the warning that the store has rows which do not count: somebody wrote past the gateway."""


class Origin(Protocol):
    """Gives the bundle that shall be in force."""

    @property
    def steady(self) -> bool:
        """Return whether one look shows all of a change; files may be looked at while they are being written."""
        ...

    async def look(self) -> str:
        """
        Return something that is another text when another bundle shall be in force. Cheap.

        Raises:
            GateUnavailable: it cannot be said at the moment.
        """
        ...

    async def read(self, today: date) -> Loaded:
        """
        Return what the files say; never raises for what they say.

        Raises:
            GateUnavailable: they cannot be read at the moment.
        """
        ...


class FilesOrigin:
    """Files on disk, as they lie there; with a digest, only files that give that bundle."""

    steady = False

    def __init__(self, sources: Sources, *, digest: str | None = None) -> None:
        self._sources = sources
        self._digest = digest

    async def look(self) -> str:
        """Return a digest over the names and contents of all files; unreadable ones count as such."""
        return await asyncio.to_thread(self._fingerprint)

    async def read(self, today: date) -> Loaded:
        """Return what the files say; another bundle than the one that is wanted is a mistake."""
        loaded = await asyncio.to_thread(load, self._sources, today)
        return loaded if self._digest is None else _only(loaded, self._digest, self._sources.directory.name)

    def _fingerprint(self) -> str:
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


class SignedBundles(Protocol):
    """The part of `proxy.gate.policy_life` that tells what is in force."""

    async def look(self) -> tuple[Activation | None, bool]:
        """Return the activation that counts now, and whether there are rows that do not count."""
        ...

    async def in_force(self) -> tuple[Activation, bytes] | None:
        """Return it with its files; raises SealBroken for an emergency that is not proven to weaken nothing."""
        ...


class StoreOrigin:
    """The policy store: what enough people signed."""

    steady = True

    def __init__(self, bundles: SignedBundles, *, fingerprint_key: bytes) -> None:
        self._bundles = bundles
        self._key = fingerprint_key

    async def look(self) -> str:
        """Return number and digest of the activation that counts now, and whether there are rows that do not."""
        active, doubtful = await self._bundles.look()
        return f"{'none' if active is None else f'{active.number} {active.digest}'}{' doubtful' if doubtful else ''}"

    async def read(self, today: date) -> Loaded:
        """Return what the files of the activation say; rows that do not count are warned of."""
        doubts = (problem(DOUBTFUL, _STORE),) if (await self._bundles.look())[1] else ()
        loaded = await self._read(today)
        return replace(loaded, problems=(*loaded.problems, *doubts))

    async def _read(self, today: date) -> Loaded:
        try:
            found = await self._bundles.in_force()
            if found is None:
                return _nothing("nothing-activated")
            active, package = found
            sources = packed_sources(package, fingerprint_key=self._key)
        except SealBroken:
            return _nothing("signatures-broken")
        except NotFound:
            return _nothing("bundle-missing")
        except ConfigurationError as error:
            return Loaded.of_mistakes(error.problems)
        return _only(await asyncio.to_thread(load, sources, today, kept=True), active.digest, _STORE)


def _only(loaded: Loaded, digest: str, name: str) -> Loaded:
    if loaded.bundle is None or loaded.bundle.digest == digest:
        return loaded
    return _without_bundle(loaded, problem("other-digest", name, wanted=digest, found=loaded.bundle.digest))


def _nothing(code: str) -> Loaded:
    return Loaded.of_mistakes((problem(code, _STORE),))


def _without_bundle(loaded: Loaded, mistake: Problem) -> Loaded:
    return replace(loaded, bundle=None, problems=(*loaded.problems, mistake))
