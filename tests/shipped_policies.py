"""
The policies that are shipped, and their tests, run with the real detectors by one scanner.
"""

from __future__ import annotations

import asyncio
from datetime import date
from functools import cache
from pathlib import Path

from proxy.core.detection.register.small import SAMPLE_KEY
from proxy.core.model import Register, Verdict
from proxy.detectors.config import ScannerConfig
from proxy.detectors.scanner import WorkerScanner
from proxy.loading.policies import Loaded, Sources, load
from proxy.loading.policy_tests import Case, Outcome, collect, run

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 23)
KEY = b"an invented key of some length.."
SOURCES = Sources(
    directory=ROOT / "policies",
    organisation=ROOT / "policies" / "organisation.yaml",
    lexicons=ROOT / "rules" / "lexicons",
    recognizers=ROOT / "rules" / "recognizers",
    fingerprint_key=KEY,
    on_incomplete=Verdict.HOLD,
)


@cache
def shipped() -> Loaded:
    """Return what all files give, mistakes included."""
    return load(SOURCES, TODAY)


def cases() -> list[Case]:
    """
    Return every test of every shipped policy.

    Raises:
        AssertionError: a file has a mistake, so that its tests would be left out.
    """
    found, problems = collect(shipped(), SOURCES.directory, KEY)
    assert [problem.render("en") for problem in (*shipped().problems, *problems)] == []
    return found


def outcomes() -> list[Outcome]:
    """Run all tests with the real detectors; takes half a minute."""
    return asyncio.run(_run(cases()))


async def _run(wanted: list[Case]) -> list[Outcome]:
    config = ScannerConfig(
        workers=1,
        ner_workers=1,
        spares=0,
        deadline_ms=10_000,
        fingerprint_key=KEY,
        register=Register(version=""),
        register_key=SAMPLE_KEY,
    )
    scanner = WorkerScanner(config)
    await scanner.start()
    try:
        bundle = shipped().bundle
        assert bundle is not None
        return await run(wanted, scanner, bundle)
    finally:
        await scanner.stop()
