"""
Wires what decides recorded posts of an installation again: its log, its policies and its detectors, without doors.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.assembly.looking import PATIENT_MS, local_models, require_detectors, sources_of
from proxy.assembly.operations import operator_of
from proxy.assembly.policies import policy_life
from proxy.assembly.registers import checked_register
from proxy.assembly.store import Store
from proxy.detectors.config import ScannerConfig
from proxy.detectors.scanner import WorkerScanner
from proxy.gate.thread import Threads
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from proxy.audit.contents import Contents
    from proxy.gate.consents import Consents
    from proxy.gate.policy_life import PolicyLife
    from proxy.gate.work import Actor
    from proxy.loading.policies import Sources
    from proxy.storage.reads import Reads

__all__ = ["Installation", "installation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What a command finds in an installation."""

    sources: Sources
    """The policies in force, and the key that fingerprints of recorded findings were made with."""
    scanner: WorkerScanner
    contents: Contents
    operator: Actor
    """Whoever runs the command."""
    bundles: PolicyLife
    """The bundles that are kept."""
    threads: Threads
    """Earlier texts of a thread."""
    consents: Consents
    """The register of consents."""
    reads: Reads


@asynccontextmanager
async def installation(config: Path, *, jobs: int) -> AsyncIterator[Installation]:
    """
    Open the log of an installation and start its detectors; both stop when the context ends.

    Raises:
        ConfigurationError: any mistake in settings, keys or the register, or a model is absent.
        AuditUnavailable: the database cannot be written.
    """
    clock = SystemClock()
    settings = await asyncio.to_thread(load_settings, config, os.environ)
    store = await asyncio.to_thread(lambda: Store(settings, clock=clock))
    register, key_of_register = await checked_register(settings, clock)
    scanner = WorkerScanner(
        ScannerConfig(
            workers=jobs,
            ner_workers=max(1, jobs // 2),
            deadline_ms=PATIENT_MS,
            ner=settings.detection.ner,
            local_models=local_models(settings),
            fingerprint_key=store.keys.fingerprint,
            register=register,
            register_key=key_of_register,
            spares=0,
        )
    )
    try:
        await store.start()
        await scanner.start()
        require_detectors(scanner)
        yield Installation(
            sources=sources_of(settings, store.keys.fingerprint),
            scanner=scanner,
            contents=store.contents(),
            operator=await operator_of(store),
            bundles=policy_life(store, clock),
            consents=store.consents(),
            reads=store.reads,
            threads=Threads(posts=store.posts, envelope=store.envelope),
        )
    finally:
        await scanner.stop()
        await store.stop()
