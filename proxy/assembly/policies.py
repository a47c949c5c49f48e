"""
Wires where policies come from: files on disk, or the policy store with its signatures.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from proxy.core.errors import ConfigurationError
from proxy.gate.policy_life import LifePorts, PolicyLife
from proxy.gate.policy_records import stored
from proxy.gate.policy_store import SealedPackage
from proxy.loading.origins import FilesOrigin, StoreOrigin
from proxy.loading.package import pack, packed_sources
from proxy.loading.policies import load
from proxy.observability.system import SystemClock, random_id
from proxy.storage.policies import SqlPolicyStore
from proxy.vault.credentials import Sealed

if TYPE_CHECKING:
    from proxy.assembly.store import Store
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.policy_changes import StoreBundle
    from proxy.gate.ports import Clock
    from proxy.loading.origins import Origin
    from proxy.loading.policies import Sources
    from proxy.settings.model import Settings
    from proxy.vault.credentials import Vault


class BundlePackages:
    """Implements `gate.policy_store.Packages`: sealed by the vault, read by the loader."""

    def __init__(self, vault: Vault, *, fingerprint_key: bytes, clock: Clock) -> None:
        self._vault = vault
        self._key = fingerprint_key
        self._clock = clock

    def seal(self, package: bytes, digest: str) -> SealedPackage:
        """Seal the files of a bundle, bound to its digest."""
        sealed = self._vault.seal_bundle(package, digest=digest)
        return SealedPackage(
            digest=digest,
            nonce=sealed.nonce,
            package=sealed.ciphertext,
            package_key=sealed.key,
            kek_id=sealed.kek_id,
        )

    def open(self, sealed: SealedPackage) -> bytes:
        """
        Return what `seal` sealed.

        Raises:
            SealBroken: another key, another bundle, or changed bytes.
        """
        value = Sealed(nonce=sealed.nonce, ciphertext=sealed.package, key=sealed.package_key, kek_id=sealed.kek_id)
        return self._vault.open_bundle(value, digest=sealed.digest)

    async def read(self, package: bytes, *, kept: bool) -> PolicyBundle:
        """
        Return the bundle that the files say; in files that are kept, what has expired since is left out.

        Raises:
            ConfigurationError: any mistake in any file.
        """
        sources = packed_sources(package, fingerprint_key=self._key)
        loaded = await asyncio.to_thread(load, sources, self._clock.now().date(), kept=kept)
        if loaded.errors or loaded.bundle is None:
            raise ConfigurationError(loaded.errors)
        return loaded.bundle


def policy_life(store: Store, clock: Clock | None = None) -> PolicyLife:
    """Return the use case that changes policies in a store."""
    clock = clock or SystemClock()
    return PolicyLife(
        LifePorts(
            store=SqlPolicyStore(store.reads),
            packages=BundlePackages(store.vault, fingerprint_key=store.keys.fingerprint, clock=clock),
            audit=store.audit,
            digest=store.envelope.digest,
            clock=clock,
            ids=random_id,
        )
    )


class KeptFiles:
    """
    Keeps the files of every bundle that comes into force, so that what was decided by it can be decided again.

    For nodes that read files: the policy store has its bundles anyway.
    """

    def __init__(self, sources: Sources, store: Store, clock: Clock) -> None:
        self._sources = sources
        self._store = SqlPolicyStore(store.reads)
        self._packages = BundlePackages(store.vault, fingerprint_key=sources.fingerprint_key, clock=clock)
        self._clock = clock

    async def __call__(self, digest: str) -> StoreBundle | None:
        """Return the change that keeps a bundle; None where it is kept, or the files say something else by now."""
        if digest in await self._store.digests():
            return None
        try:
            package = await asyncio.to_thread(pack, self._sources)
            bundle = await self._packages.read(package, kept=True)
        except ConfigurationError:
            return None
        if bundle.digest != digest:
            return None
        return stored(self._packages.seal(package, digest), self._clock.now())


def origin_of(settings: Settings, sources: Sources, store: Store, clock: Clock) -> Origin:
    """Return where the bundle in force of a node comes from."""
    if settings.policies.source == "store":
        return StoreOrigin(policy_life(store, clock), fingerprint_key=sources.fingerprint_key)
    return FilesOrigin(sources, digest=settings.policies.digest)
