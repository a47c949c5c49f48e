"""
Wires the register: from settings and key to what checks its files, and whom it tells.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from proxy.core.detection.register.digests import key_id
from proxy.core.model import Register
from proxy.gate.records import REGISTER
from proxy.gate.registerrecords import RegisterRecords
from proxy.observability.system import random_id
from proxy.register.source import RegisterFiles, RegisterSource
from proxy.vault.key_references import read_key
from proxy.web.node import Background
from proxy.web.readiness import register_check

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from proxy.assembly.watchers import Watchers
    from proxy.gate.ports import AuditLog, Clock
    from proxy.loading.reload import PolicySource
    from proxy.settings.model import Settings
    from proxy.settings.register import Register as RegisterSettings
    from proxy.web.operations import Check

__all__ = ["NodeRegister", "RegisterNotes", "checked_register", "register_key", "unchecked"]


def unchecked(settings: Settings) -> Register | None:
    """Return the files of a register that nobody has checked: posts that are compared with it are held."""
    register = settings.customer_register
    if register is None:
        return None
    return Register(
        customers=None if register.customers is None else str(register.customers),
        restricted=None if register.restricted is None else str(register.restricted),
        version="unchecked",
    )


def register_key(settings: Settings, environ: Mapping[str, str] = os.environ) -> bytes:
    """
    Return the key of the register's digests; empty where the house has no register.

    Raises:
        ConfigurationError: there is no key where the settings say.
    """
    register = settings.customer_register
    return b"" if register is None else read_key(register.key, environ)


async def checked_register(settings: Settings | None, clock: Clock) -> tuple[Register | None, bytes]:
    """
    Return the register that the settings of a command name, checked, and its key; nothing where they name none.

    Raises:
        ConfigurationError: there is no key, or a file is not to be relied on, or too old.
    """
    if settings is None or settings.customer_register is None:
        return None, b""
    key = await asyncio.to_thread(register_key, settings)
    return await RegisterSource(_files(settings.customer_register, key), now=clock.now, watch=_Nobody()).start(), key


def _files(register: RegisterSettings, key: bytes) -> RegisterFiles:
    return RegisterFiles(
        customers=register.customers,
        restricted=register.restricted,
        key_id=key_id(key),
        public_key=bytes.fromhex(register.signed_by),
        max_age=register.oldest,
    )


class NodeRegister:
    """The register of one node; one without a register has nothing to start, to watch or to check."""

    def __init__(self, settings: Settings, *, audit: AuditLog, clock: Clock, watchers: Watchers) -> None:
        """
        Make everything; no file is read yet but the key's.

        Raises:
            ConfigurationError: there is no key where the settings say.
        """
        self._records = RegisterRecords(audit=audit, clock=clock, ids=random_id)
        register = settings.customer_register
        self._source = (
            None
            if register is None
            else RegisterSource(
                _files(register, register_key(settings)), now=clock.now, watch=RegisterNotes(watchers, self._records)
            )
        )

    async def start(self, policies: PolicySource) -> None:
        """
        Have posts compared with the register, once all its files are checked.

        Raises:
            ConfigurationError: a file is not to be relied on, or too old.
        """
        if self._source is not None:
            await policies.compare_with(await self._source.start())

    def background(self, policies: PolicySource, every: float) -> list[Background]:
        """Return what looks for new files, and what records them."""
        source = self._source
        if source is None:
            return []
        return [
            Background(name="register-files", run=lambda: source.watch(policies.compare_with, every)),
            Background(name="register-records", run=self._records.run),
        ]

    def checks(self) -> dict[str, Callable[[], Awaitable[Check]]]:
        """Return the readiness check, by name."""
        return {} if self._source is None else {REGISTER: register_check(self._source)}


class RegisterNotes:
    """Implements `register.source.RegisterWatch` for a node: log, metrics and records."""

    def __init__(self, watchers: Watchers, records: RegisterRecords) -> None:
        self._watchers = watchers
        self._records = records

    def taken(self, version: str, *, built_at: str, keys: int, entries: int) -> None:
        """Note that a register is in force."""
        self._watchers.metrics.register_loaded(version, keys=keys)
        self._watchers.log.info("register.loaded", version=version, keys=keys)
        self._records.taken(version, built_at=built_at, entries=entries)

    def refused(self, version: str, *, code: str) -> None:
        """Note that a new file was refused, and which version stays in force."""
        self._watchers.metrics.register_refused()
        self._watchers.log.error("register.refused", version=version, code=code)
        self._records.refused(version, code=code)

    def aged(self, *, seconds: float) -> None:
        """Note how old the register in force is."""
        self._watchers.metrics.register_aged(seconds)


class _Nobody:
    """Is told what becomes of the register of a command that ends soon."""

    def taken(self, version: str, *, built_at: str, keys: int, entries: int) -> None:
        """Note nothing."""

    def refused(self, version: str, *, code: str) -> None:
        """Note nothing."""

    def aged(self, *, seconds: float) -> None:
        """Note nothing."""
