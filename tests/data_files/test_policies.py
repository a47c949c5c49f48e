"""Every test of every shipped policy, one by one, with the real detectors."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from proxy.core.model import Verdict
from proxy.detectors.config import ScannerConfig
from proxy.detectors.scanner import WorkerScanner
from proxy.loading.policies import Sources, load
from proxy.loading.policy_tests import Case, Outcome, collect, run

ROOT = Path(__file__).resolve().parents[2]
KEY = b"an invented key of some length.."
SOURCES = Sources(
    directory=ROOT / "policies",
    organisation=ROOT / "policies" / "organisation.yaml",
    lexicons=ROOT / "rules" / "lexicons",
    recognizers=ROOT / "rules" / "recognizers",
    fingerprint_key=KEY,
    on_incomplete=Verdict.HOLD,
)
PACKS = ("at-bank", "at-insurer", "ch-bank", "ch-insurer", "de-bank", "de-insurer")
EVERYWHERE = {
    "advertising-label", "comparison", "customer-data", "disclosure", "insider", "internal-information",
    "profile-texts", "securities-advertising",
}  # fmt: skip
LOADED = load(SOURCES, date(2026, 11, 23))
CASES, PROBLEMS = collect(LOADED, SOURCES.directory, KEY)


async def _run_all() -> list[Outcome]:
    config = ScannerConfig(workers=1, ner_workers=1, spares=0, deadline_ms=10_000, fingerprint_key=KEY)
    scanner = WorkerScanner(config)
    await scanner.start()
    try:
        assert LOADED.bundle is not None
        return await run(CASES, scanner, LOADED.bundle)
    finally:
        await scanner.stop()


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    """Run all tests once; starting the detectors costs more than the tests."""
    return {outcome.case.name: outcome for outcome in asyncio.run(_run_all())}


def test_the_shipped_policies_have_no_mistakes() -> None:
    """And no warnings."""
    assert [problem.render("en") for problem in (*LOADED.problems, *PROBLEMS)] == []
    assert {parsed.policy.id for parsed in LOADED.policies} >= {f"customer-data-{pack}" for pack in PACKS}


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_is_complete_by_itself(pack: str) -> None:
    """A house points the gateway at one folder: it loads alone, without a mistake, and asks for everything common."""
    loaded = load(replace(SOURCES, directory=SOURCES.directory / pack), date(2026, 11, 23))

    assert [problem.render("en") for problem in loaded.problems] == []
    assert {parsed.policy.id.removesuffix(f"-{pack}") for parsed in loaded.policies} >= EVERYWHERE


@pytest.mark.req("TARGET-7")
def test_every_rule_says_why_it_is_there_and_when_it_errs() -> None:
    """Owner, norm and known false positives; samples of both kinds are demanded by the reader itself."""
    unsaid = [
        f"{parsed.policy.id}/{one.rule.id}"
        for parsed in LOADED.policies
        for one in parsed.rules
        if not (parsed.policy.owner and parsed.policy.norms and one.rule.known_false_positives)
    ]

    assert unsaid == []


@pytest.mark.req("TARGET-7")
def test_every_rule_has_a_post_it_catches_and_one_it_lets_pass() -> None:
    """As numbers, because the page of norms prints them."""
    verdicts = {
        f"{parsed.policy.id}/{one.rule.id}": {test.expect is Verdict.ALLOW for test in one.tests}
        for parsed in LOADED.policies
        for one in parsed.rules
    }

    assert [name for name, found in verdicts.items() if found != {True, False}] == []


def test_names_of_tests_are_unique() -> None:
    """Otherwise one would hide another below."""
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.models
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_policy_does_what_its_test_says(case: Case, outcomes: dict[str, Outcome]) -> None:
    """Verdict and rules as expected, by a complete scan."""
    outcome = outcomes[case.name]

    assert (outcome.missing, outcome.verdict) == ((), case.verdict)
    assert outcome.passed
