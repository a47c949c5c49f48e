"""The shipped alerts: about metrics that exist, with labels that they have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from proxy.observability.metrics import LABELS, Metrics

FILE = Path(__file__).resolve().parents[2] / "deploy" / "prometheus" / "alerts.yaml"
RULES: list[dict[str, Any]] = yaml.load(FILE.read_bytes(), Loader=yaml.CSafeLoader)["groups"][0]["rules"]
EXISTING = re.findall(r"^# TYPE (\w+) ", Metrics(version="1").render().decode(), re.MULTILINE)


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_an_alert_asks_for_what_is_measured(rule: dict[str, Any]) -> None:
    """A metric that was renamed would never alert again."""
    asked = re.findall(r"postgate_\w+", rule["expr"])
    named = re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])

    assert asked
    assert set(asked) <= set(EXISTING)
    assert set(named) <= {*LABELS, "instance"}
    assert rule["labels"]["severity"] in {"warning", "critical"}


def test_the_age_of_the_last_copy_is_watched() -> None:
    """For every sink of its own, from a quarter of an hour on."""
    (rule,) = [rule for rule in RULES if "checkpoint_anchor_age" in rule["expr"]]

    assert rule["expr"] == "postgate_checkpoint_anchor_age_seconds > 900"
    assert "$labels.sink" in rule["annotations"]["summary"]


def test_a_red_canary_is_told_within_two_minutes() -> None:
    """After a round that sees it, a scrape and half a minute; whoever is told must act at once."""
    (rule,) = [rule for rule in RULES if "canary" in rule["expr"]]

    assert rule["expr"] == "postgate_canary_ok == 0"
    assert (rule["for"], rule["labels"]["severity"]) == ("30s", "critical")
    assert "$labels.kind" in rule["annotations"]["summary"]
