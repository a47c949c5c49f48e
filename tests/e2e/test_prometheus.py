"""
A real Prometheus watches a running gateway with the shipped rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
import yaml

from tests.e2e.gateway import REPOSITORY
from tests.e2e.house import IBAN
from tests.e2e.servers.prometheus import PrometheusServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.gateway import Gateway

OFTEN = "500ms"
CANARY_S = 0.5
_RULES = REPOSITORY / "deploy" / "prometheus"


_NEW_LOG = {"PostgateLogNotKept"}
"""A new log could be compared with nothing, and this alert may say so."""


def _shipped(name: str) -> dict[str, Any]:
    rules: dict[str, Any] = yaml.safe_load((_RULES / f"{name}.yaml").read_bytes())
    return rules


def _recorded() -> list[str]:
    return [rule["record"] for group in _shipped("service-level")["groups"] for rule in group["rules"]]


def _watch(directory: Path, gateway: Gateway) -> PrometheusServer:
    """Start Prometheus with the shipped rules; only their patience is cut to a second, for a test has less."""
    alerts = _shipped("alerts")
    for rule in alerts["groups"][0]["rules"]:
        rule["for"] = "1s"
    (directory / "alerts.yaml").write_text(yaml.safe_dump(alerts), encoding="utf-8")
    nodes = {"targets": [gateway.operations.removeprefix("http://")]}
    return PrometheusServer.start(
        directory,
        {
            "global": {"scrape_interval": OFTEN, "scrape_timeout": OFTEN, "evaluation_interval": OFTEN},
            "rule_files": [str(directory / "alerts.yaml"), str(_RULES / "service-level.yaml")],
            "scrape_configs": [{"job_name": "postgate", "static_configs": [nodes]}],
        },
    )


def _post(gateway: Gateway, text: str) -> int:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {gateway.token}"
        return session.post(f"{gateway.address}/api/v1/statuses", json={"status": text}, timeout=30).status_code


def _missing(server: PrometheusServer) -> list[str]:
    return [name for name in _recorded() if not server.query(name)]


def _alarms(server: PrometheusServer) -> set[tuple[str, str]]:
    return {(labels["alertname"], labels.get("check") or labels.get("kind", "")) for labels in server.firing()}


def test_the_shipped_rules_have_data_and_tell_of_a_rule_that_is_off(tmp_path: Path, prepared: Gateway) -> None:
    """Every recorded number has a value once posts came; a red canary and the node that it makes unfit raise alarms."""
    with prepared.copy(tmp_path, upstream="sandbox", own_policies=True) as gateway:
        gateway.launch(canary=CANARY_S)
        server = _watch(tmp_path, gateway)
        try:
            server.wait(lambda: server.query("postgate:nodes_ready:sum"))
            answers = {_post(gateway, "Heute offene Beratung ab 17 Uhr"), _post(gateway, f"IBAN {IBAN}")}
            server.wait(lambda: not _missing(server))
            ready = server.query("postgate:nodes_ready:sum")[0]["value"][1]
            server.wait(lambda: {name for name, _ in _alarms(server)} <= _NEW_LOG)

            policy = gateway.policies / "de-bank" / "customer-data.yaml"
            text = policy.read_text(encoding="utf-8")
            policy.write_text(text.replace("mode: enforce", "mode: monitor", 1), encoding="utf-8")
            server.wait(lambda: {("PostgateCanaryRed", "iban"), ("PostgateNotReady", "canary")} <= _alarms(server))
        finally:
            server.stop()
        assert gateway.stop() == 0

    assert answers == {200, 422}
    assert ready == "1"
