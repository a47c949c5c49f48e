"""The shipped dashboard: Prometheus can read it, it asks for what is measured, and for nothing about a person."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from proxy.observability.metrics import LABELS
from tests.e2e.servers.prometheus import promtool
from tests.house.files import REPOSITORY
from tests.promql import ADDED, faults, measured

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = REPOSITORY / "deploy" / "grafana"
RECORDED = {
    rule["record"]
    for group in yaml.safe_load((REPOSITORY / "deploy/prometheus/service-level.yaml").read_bytes())["groups"]
    for rule in group["rules"]
}
OF_NOBODY = frozenset(
    {
        *("channel", "check", "digest", "detector", "door", "entity", "instance", "job", "kind", "le", "limit"),
        *("outcome", "platform", "python", "reason", "result", "sink", "stage", "status_class", "verdict", "version"),
    }
)
"""All labels there are. A further one joins this list when somebody has seen that it tells nothing about a person."""
_VARIABLES = {"$__rate_interval": "5m", "$instance": ".*"}


def _panels(language: str) -> list[dict[str, Any]]:
    panels: list[dict[str, Any]] = json.loads((FOLDER / f"postgate.{language}.json").read_bytes())["panels"]
    return panels


def _expressions() -> list[str]:
    return [target["expr"] for panel in _panels("en") for target in panel.get("targets", ())]


@pytest.mark.parametrize("expression", _expressions())
def test_a_panel_asks_for_what_is_measured(expression: str) -> None:
    """A panel over a metric that was renamed would be empty, and look like good news."""
    assert faults(expression) == []
    assert set(re.findall(r"postgate:[\w:]+", expression)) <= RECORDED


def test_prometheus_can_read_every_expression(tmp_path: Path) -> None:
    """As Grafana sends it, with its variables filled in."""
    rules = []
    for number, expression in enumerate(_expressions()):
        for variable, value in _VARIABLES.items():
            expression = expression.replace(variable, value)  # noqa: PLW2901
        rules.append({"record": f"panel:{number}", "expr": expression})
    file = tmp_path / "panels.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    checked = promtool("check", "rules", str(file))

    assert len(rules) > len(_panels("en")) / 2
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_both_languages_show_the_same() -> None:
    """Only words differ; every panel says which question it answers."""
    german, english = _panels("de"), _panels("en")
    asked = [[[target["expr"] for target in panel.get("targets", ())] for panel in both] for both in (german, english)]

    assert asked[0] == asked[1]
    assert [panel["gridPos"] for panel in german] == [panel["gridPos"] for panel in english]
    assert all(panel["description"] for panel in (*german, *english) if panel["type"] != "row")


def test_no_panel_lies_on_another() -> None:
    """Each cell of the grid belongs to one panel at most."""
    cells = [
        (x, y)
        for panel in _panels("en")
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_says_what_each_panel_answers(language: str) -> None:
    """In the words of the panel."""
    page = (REPOSITORY / f"docs/how-to/operator/watch.{language}.md").read_text(encoding="utf-8")
    rows = [f"| {panel['title']} | {panel['description']} |" for panel in _panels(language) if panel["type"] != "row"]

    assert [row for row in rows if row not in page] == []


@pytest.mark.req("TARGET-8", "REG-GDPR-25")
def test_no_metric_has_a_label_about_a_person() -> None:
    """Neither in the product, nor in a rule or panel: whoever is counted is a door, a detector, a platform."""
    labels = {*LABELS, *ADDED, *(label for names in measured().values() for label in names)}
    asked = {label for found in re.findall(r"by \(([^)]*)\)", " ".join(_expressions())) for label in found.split(", ")}

    assert labels <= OF_NOBODY
    assert asked <= OF_NOBODY
