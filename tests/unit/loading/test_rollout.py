"""The share of posts for which a rule counts; messages are in tests/golden."""

from __future__ import annotations

import re

import pytest

from proxy.core.policy.policy import Mode
from proxy.loading.json_schema import policy_schema
from proxy.loading.rollout import SHARE, read_rollout
from proxy.loading.strict_yaml import parse
from proxy.loading.validation import Fields, Report
from tests.unit.loading.test_json_schema import VOCABULARY

GOOD = {"0.1%": 1, "0.9%": 9, "1%": 10, "2.5%": 25, "10%": 100, "10.0%": 100, "99.9%": 999}
BAD = ["0%", "0.0%", "00.1%", "100%", "100.0%", "10", "0.1", "10.25%", "2,5%", "10 %", "05%", "-5%", "+5%", "٥%", "%"]


def _read(text: str, *, mode: Mode = Mode.ENFORCE, hard: bool = False) -> tuple[int | None, list[str]]:
    node, problems = parse(text.encode(), "a.yaml")
    report = Report(file="a.yaml", problems=problems)
    fields = Fields.of(report, node) if node is not None else None
    assert fields is not None
    rollout = read_rollout(fields, mode=mode, hard=hard)
    fields.close()
    return rollout, [problem.code for problem in report.problems]


@pytest.mark.req("FEAT-27")
@pytest.mark.parametrize("share", GOOD)
@pytest.mark.parametrize("quote", ["", "'"])
def test_a_share_has_one_digit_after_the_point_at_most(share: str, quote: str) -> None:
    """It becomes thousandths, and `lint` reminds of it."""
    assert _read(f"rollout: {quote}{share}{quote}") == (GOOD[share], ["rolled-out-in-part"])


@pytest.mark.parametrize("share", BAD)
def test_anything_else_is_no_share(share: str) -> None:
    """Nothing and everything are written in other ways."""
    assert _read(f"rollout: '{share}'") == (None, ["bad-rollout"])


def test_a_list_is_no_share() -> None:
    """The kind of value is named."""
    assert _read("rollout: [10%]") == (None, ["wrong-kind"])


def test_a_rule_without_share_counts_for_all() -> None:
    """Whatever its mode."""
    assert _read("{}", mode=Mode.OFF, hard=True) == (None, [])


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.MONITOR])
def test_what_is_not_enforced_is_not_rolled_out(mode: Mode) -> None:
    """Both together contradict each other."""
    assert _read("rollout: 10%", mode=mode)[1] == ["rollout-without-effect"]


def test_a_hard_rule_counts_for_all() -> None:
    """A legal duty has no tenth."""
    assert _read("rollout: 10%", hard=True)[1] == ["rollout-of-hard-rule"]
    assert _read("rollout: 10%", hard=True, mode=Mode.OFF)[1] == ["rollout-of-hard-rule", "rollout-without-effect"]


def test_editors_take_the_same_shares() -> None:
    """The schema has the pattern of the loader."""
    pattern = policy_schema(VOCABULARY)["$defs"]["rule"]["properties"]["rollout"]["pattern"]

    assert all(re.search(pattern, share) and SHARE.fullmatch(share) for share in GOOD)
    assert not any(re.search(pattern, share) or SHARE.fullmatch(share) for share in BAD)
