"""The page of norms claims nothing that the policies and their tests do not bear out."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.house.files import below, committed, text_of
from tests.house.reference.norms import NORM, PAGE, norms_page
from tests.house.requirements import requirements
from tests.shipped_policies import cases, shipped

ALL = {case.name for case in cases()}


def _page(passed: set[str]) -> str:
    return norms_page(shipped().policies, cases(), passed)


def _failed(page: str) -> list[str]:
    return re.findall(r"\*\*(\d+) of \d+ failed\*\*", page)


def test_the_page_is_fresh_and_everything_passed() -> None:
    """`python -m tests.house.reference.norms`; that its results are true, tests/data_files/test_policies.py shows."""
    assert text_of(PAGE) == _page(ALL)


def test_the_page_is_committed() -> None:
    """A page that only lies on somebody's disk is no page."""
    assert below(PAGE) in {below(path) for path in committed()}


def test_a_test_that_fails_shows_at_its_rule_and_at_every_norm_of_it() -> None:
    """Green is counted, never written."""
    case = next(case for case in cases() if case.name.startswith("insider-de-bank/"))
    (policy,) = case.bundle.policies

    assert _failed(_page(ALL)) == []
    assert _failed(_page(ALL - {case.name})) == ["1"] * (1 + len(policy.norms))


def test_a_test_that_did_not_run_did_not_pass() -> None:
    """Without a run every rule and every norm shows its tests as failed."""
    page = _page(set())

    assert " passed |" not in page
    assert len(_failed(page)) == page.count(" failed** |") > 0


@pytest.mark.parametrize("norm", sorted(name for name in requirements() if name.startswith(NORM)))
def test_every_norm_has_rules_or_is_open(norm: str) -> None:
    """Exactly one row, in the one table or in the other."""
    served, rest = text_of(PAGE).split("\n## Open\n")
    rows = Counter({"served": served.count(f"\n| `{norm}` | "), "open": rest.count(f"\n| `{norm}` | ")})
    named = any(norm in parsed.policy.norms for parsed in shipped().policies)

    assert rows == Counter({"served": 1, "open": 0} if named else {"served": 0, "open": 1})
