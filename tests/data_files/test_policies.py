"""Every test of every shipped policy, one by one, with the real detectors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Verdict
from proxy.loading.policies import load
from tests.house.reference.norms import PAGE, norms_page
from tests.shipped_policies import SOURCES, TODAY, cases, outcomes, shipped

if TYPE_CHECKING:
    from proxy.loading.policy_tests import Case, Outcome

PACKS = ("at-bank", "at-insurer", "ch-bank", "ch-insurer", "de-bank", "de-insurer")
EVERYWHERE = {
    "advertising-label", "comparison", "customer-data", "disclosure", "insider", "internal-information",
    "legal-notice", "profile-texts", "securities-advertising",
}  # fmt: skip
LOADED = shipped()
CASES = cases()


@pytest.fixture(scope="module")
def ran() -> dict[str, Outcome]:
    """Run all tests once; starting the detectors costs more than the tests."""
    return {outcome.case.name: outcome for outcome in outcomes()}


def test_the_shipped_policies_have_no_mistakes() -> None:
    """And no warnings."""
    assert [problem.render("en") for problem in LOADED.problems] == []
    assert {parsed.policy.id for parsed in LOADED.policies} >= {f"customer-data-{pack}" for pack in PACKS}


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_is_complete_by_itself(pack: str) -> None:
    """A house points the gateway at one folder: it loads alone, without a mistake, and asks for everything common."""
    loaded = load(replace(SOURCES, directory=SOURCES.directory / pack), TODAY)

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
    """As numbers, because the page of norms prints them. A rule that stops nothing says in a test file what it sees."""
    verdicts = {
        f"{parsed.policy.id}/{one.rule.id}": {test.expect is Verdict.ALLOW for test in one.tests}
        for parsed in LOADED.policies
        for one in parsed.rules
        if one.rule.action.verdict is not Verdict.ALLOW
    }

    assert [name for name, found in verdicts.items() if found != {True, False}] == []


def test_names_of_tests_are_unique() -> None:
    """Otherwise one would hide another below."""
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.models
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_policy_does_what_its_test_says(case: Case, ran: dict[str, Outcome]) -> None:
    """Verdict and rules as expected, by a complete scan."""
    outcome = ran[case.name]

    assert (outcome.missing, outcome.verdict) == ((), case.verdict)
    assert outcome.passed


@pytest.mark.models
def test_the_page_of_norms_says_how_the_tests_ended(ran: dict[str, Outcome]) -> None:
    """Written from this run, it is what is committed: docs/norms.md cannot claim more."""
    passed = {name for name, outcome in ran.items() if outcome.passed}

    assert PAGE.read_text(encoding="utf-8") == norms_page(LOADED.policies, CASES, passed)
