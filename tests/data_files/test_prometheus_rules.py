"""The shipped rules: Prometheus reads them, they ask for what is measured, and each alert has its page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.e2e.servers.prometheus import promtool
from tests.house.files import REPOSITORY
from tests.promql import ADDED, faults, measured

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = REPOSITORY / "deploy" / "prometheus"
MOST_ALERTS = 10
"""Whoever is woken by more looks at none."""
STEPS = 3
_TESTED = re.compile(r'ALERTS\{alertname="(\w+)", alertstate="firing"\}')


def _rules(name: str) -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((FOLDER / f"{name}.yaml").read_bytes())["groups"]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


ALERTS, RECORDED = _rules("alerts"), _rules("service-level")


def _tests(name: str) -> list[dict[str, Any]]:
    tests: list[dict[str, Any]] = yaml.safe_load((FOLDER / f"{name}_test.yaml").read_bytes())["tests"]
    return tests


def _section(page: Path, alert: str) -> str:
    found = re.search(rf"^## {alert}\n(.*?)(?=^## |\Z)", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None, f"{page.name} has no section {alert}"
    return found[1]


@pytest.mark.parametrize("rule", [*ALERTS, *RECORDED], ids=lambda rule: rule.get("alert") or rule["record"])
def test_a_rule_asks_for_what_is_measured(rule: dict[str, Any]) -> None:
    """A metric, a label or a value that was renamed would never alert again."""
    assert faults(rule["expr"]) == []


@pytest.mark.parametrize(
    ("expression", "wrong"),
    [
        ("postgate_renamed > 0", ["no metric postgate_renamed"]),
        ('postgate_ready{door="m"}', ["postgate_ready has no label door"]),
        ('postgate_outcomes_total{outcome=~"rejected|lost"}', ["outcome is never lost"]),
        ("sum by (door) (postgate_ready)", ["nothing has the label door"]),
        ('sum by (job, le) (postgate_commit_seconds_bucket{le="1.0"})', []),
    ],
)
def test_what_is_not_measured_is_seen(expression: str, wrong: list[str]) -> None:
    """The search of these tests finds each kind of mistake."""
    assert faults(expression) == wrong


@pytest.mark.req("JOB-SRE-6")
def test_there_are_few_alerts_and_each_has_been_seen_to_fire_and_to_be_silent() -> None:
    """Ten at most; each has cases of both kinds."""
    names = {rule["alert"] for rule in ALERTS}
    cases = [case for test in _tests("alerts") for case in test.get("promql_expr_test", ())]
    silent = {
        match[1] for case in cases if not case["exp_samples"] for match in [_TESTED.search(case["expr"])] if match
    }
    fires = {match[1] for case in cases if case["exp_samples"] for match in [_TESTED.search(case["expr"])] if match}

    assert len(ALERTS) == len(names) <= MOST_ALERTS
    assert fires == names
    assert silent == names
    assert {case["alertname"] for case in _tests("alerts")[0]["alert_rule_test"]} == names


def test_every_recorded_number_has_a_case() -> None:
    """What it says of known numbers."""
    asked = {word for test in _tests("service-level") for case in test["promql_expr_test"] for word in [case["expr"]]}

    assert [rule["record"] for rule in RECORDED if not any(rule["record"] in one for one in asked)] == []


@pytest.mark.parametrize("name", ["alerts", "service-level"])
def test_prometheus_finds_the_rules_right(name: str) -> None:
    """`promtool` reads the file, and what it computes is what the cases expect."""
    checked = promtool("check", "rules", str(FOLDER / f"{name}.yaml"))
    tested = promtool("test", "rules", str(FOLDER / f"{name}_test.yaml"))

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("alert", ALERTS, ids=lambda rule: rule["alert"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_an_alert_says_what_is_wrong_and_where_the_first_steps_stand(alert: dict[str, Any], language: str) -> None:
    """In both languages: a sentence, and a section with sign, meaning and three steps."""
    more = "" if language == "en" else "_de"
    page, _, place = alert["annotations"][f"runbook{more}"].partition("#")
    section = _section(REPOSITORY / page, alert["alert"])
    known = {label for name in re.findall(r"postgate_\w+", alert["expr"]) for label in measured().get(name, ())} | ADDED
    named = set(re.findall(r"\$labels\.(\w+)", alert["annotations"][f"summary{more}"]))

    assert place == alert["alert"].lower()
    assert page.endswith(f".{language}.md")
    assert re.findall(r"^(\d)\. ", section, re.MULTILINE) == [str(step) for step in range(1, STEPS + 1)]
    assert named <= known
    assert alert["labels"]["severity"] in {"warning", "critical"}
