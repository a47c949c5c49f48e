"""
Wires what looks at posts: detectors and policies. Enough for commands that neither record nor send.
"""

from __future__ import annotations

import os
import secrets
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proxy.assembly.registers import checked_register, register_key, unchecked
from proxy.core.detection.register.small import SAMPLE_KEY
from proxy.core.errors import ConfigurationError, Localised, Problem
from proxy.core.model import Register, Verdict
from proxy.detectors.config import DEFAULT_NER, LocalModel, ScannerConfig
from proxy.detectors.scanner import WorkerScanner
from proxy.loading.bundled import bundled
from proxy.loading.origins import FilesOrigin
from proxy.loading.policies import Sources
from proxy.loading.reload import PolicySource
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import date, datetime
    from pathlib import Path

    from proxy.settings.model import Settings

PATIENT_MS = 10_000
"""Deadline of a scan when nobody waits at a client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What a command wants to look with; what it leaves open comes from the settings, or from this installation."""

    config: Path | None = None
    organisation: Path | None = None
    policies: Path | None = None
    jobs: int = 2
    ner: tuple[str, ...] | None = None
    """Language models; None for those of the settings, or the usual ones."""


def scanner_of(
    settings: Settings,
    key: bytes,
    observe: Callable[[str, str, float], None] = lambda *_: None,
    *,
    in_flight: Callable[[], int],
) -> WorkerScanner:
    """Return the scanner of a node; `in_flight` says how many requests it works on."""
    config = ScannerConfig(
        workers=settings.detection.workers,
        ner_workers=settings.detection.ner_workers,
        deadline_ms=settings.detection.deadline_ms,
        ner=settings.detection.ner,
        local_models=local_models(settings),
        fingerprint_key=key,
        register=unchecked(settings),
        register_key=register_key(settings),
        queue=settings.limits.detection_queue,
        spares=settings.detection.spares,
    )
    return WorkerScanner(config, observe=observe, in_flight=in_flight)


def local_models(settings: Settings) -> tuple[LocalModel, ...]:
    """Return the language models of the house."""
    return tuple(
        LocalModel(
            name=model.name,
            kind=model.kind,
            path=str(model.path),
            sha256=model.sha256,
            labels=tuple(sorted(model.labels.items())),
            factory=model.factory,
        )
        for model in settings.language_models
    )


def sources_of(settings: Settings, key: bytes) -> Sources:
    """Return where the policies of a node lie."""
    return Sources(
        directory=settings.policies.directory,
        organisation=settings.policies.organisation,
        lexicons=settings.policies.lexicons,
        recognizers=settings.policies.recognizers,
        fingerprint_key=key,
        on_incomplete=Verdict(settings.policies.on_incomplete),
        retention=settings.audit.retention.names(),
    )


def require_detectors(scanner: WorkerScanner) -> None:
    """
    Refuse to go on without a configured detector.

    Raises:
        ConfigurationError: a model is absent or not the pinned one; each is named.
    """
    if scanner.faults:
        raise ConfigurationError(tuple(_unfit(name, code) for name, code in sorted(scanner.faults.items())))


def _unfit(name: str, code: str) -> Problem:
    return Problem(
        file="detection",
        line=0,
        column=0,
        code=code,
        message=Localised(
            de=f"Der Detektor {name} ist eingestellt, lässt sich aber nicht laden.",
            en=f"The detector {name} is configured but cannot be loaded.",
        ),
        remedy=Localised(
            de="Postgate oder requirements/models.txt neu installieren, oder aus detection.ner streichen.",
            en="Install Postgate or requirements/models.txt again, or remove it from detection.ner.",
        ),
    )


@asynccontextmanager
async def looking(wanted: Looking) -> AsyncIterator[tuple[WorkerScanner, PolicySource]]:
    """
    Start detectors and policies for a command, and stop them at its end.

    The fingerprint key is drawn anew: without a log there is nothing to compare fingerprints with.

    Raises:
        ConfigurationError: any mistake in settings, policies, word lists, models or the register.
    """
    key = secrets.token_bytes(32)
    settings = None if wanted.config is None else load_settings(wanted.config, os.environ)
    sources = _installed(wanted, key) if settings is None else sources_of(settings, key)
    sources = replace(
        sources,
        directory=wanted.policies or sources.directory,
        organisation=wanted.organisation or sources.organisation,
    )
    clock = SystemClock()
    register, key_of_register = await checked_register(settings, clock)
    scanner = WorkerScanner(
        ScannerConfig(
            workers=wanted.jobs,
            ner_workers=max(1, wanted.jobs // 2),
            register=register,
            register_key=key_of_register,
            deadline_ms=PATIENT_MS if settings is None else settings.detection.deadline_ms,
            ner=_backends(wanted, settings),
            local_models=() if settings is None else local_models(settings),
            fingerprint_key=key,
            spares=0,
        )
    )
    policies_in_force = PolicySource(
        FilesOrigin(sources), fingerprint_key=key, scanner=scanner, today=lambda: clock.now().date()
    )
    try:
        await scanner.start()
        require_detectors(scanner)
        await policies_in_force.start()
        yield scanner, policies_in_force
    finally:
        await scanner.stop()


def _backends(wanted: Looking, settings: Settings | None) -> tuple[str, ...]:
    if wanted.ner is not None:
        return wanted.ner
    return DEFAULT_NER if settings is None else settings.detection.ner


def _installed(wanted: Looking, key: bytes) -> Sources:
    """Return what came with this installation; a directory of policies may bring its own house's file."""
    policies = wanted.policies or bundled("policies")
    organisation = policies / "organisation.yaml"
    return Sources(
        directory=policies,
        organisation=organisation if organisation.exists() else None,
        lexicons=bundled("rules") / "lexicons",
        recognizers=bundled("rules") / "recognizers",
        fingerprint_key=key,
    )


class InstalledTools:
    """What the policy commands use when the command line names nothing else: what came with this installation."""

    def __init__(self) -> None:
        self._clock = SystemClock()

    @property
    def policies(self) -> Path:
        """Return the directory of policies."""
        return bundled("policies")

    @property
    def lexicons(self) -> Path:
        """Return the directory of word lists."""
        return bundled("rules") / "lexicons"

    @property
    def recognizers(self) -> Path:
        """Return the directory of recognizers."""
        return bundled("rules") / "recognizers"

    def now(self) -> datetime:
        """Return the time that calendars are compared with."""
        return self._clock.now()

    def today(self) -> date:
        """Return the date that expiries are compared with."""
        return self._clock.now().date()

    @asynccontextmanager
    async def make_scanner(
        self, fingerprint_key: bytes, *, jobs: int = 1, registers: bool = False
    ) -> AsyncIterator[WorkerScanner]:
        """Start the detectors with a fingerprint key, if wanted for registers of samples; they stop at the end."""
        scanner = WorkerScanner(
            ScannerConfig(
                workers=jobs,
                ner_workers=max(1, jobs // 2),
                deadline_ms=PATIENT_MS,
                fingerprint_key=fingerprint_key,
                spares=0,
                register=Register(version="") if registers else None,
                register_key=SAMPLE_KEY,
            )
        )
        try:
            await scanner.start()
            require_detectors(scanner)
            yield scanner
        finally:
            await scanner.stop()
