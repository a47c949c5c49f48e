"""
A recorded decision is made again from what the gateway kept of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import requests

from tests.e2e.house import IBAN

if TYPE_CHECKING:
    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder


def test_what_was_decided_is_decided_again(gateway: Gateway, recorder: Recorder) -> None:
    """The same, with policies that were kept when they came into force; that it was opened is on record."""
    recorder.behave(then={"do": "ok"})
    gateway.start()
    with requests.Session() as client:
        client.trust_env = False
        client.headers["Authorization"] = f"Bearer {gateway.token}"
        answers = [
            client.post(f"{gateway.address}/api/v1/statuses", json={"status": text}, timeout=30).status_code
            for text in ("Schönes Wochenende!", f"Meine IBAN: {IBAN}")
        ]
    assert answers == [200, 422]
    decisions = [record for record in gateway.records() if record["code"] == "PG-101"]

    for record in decisions:
        done = gateway.attempt("audit", "replay", f"d-{record['id']}", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout) == {
            "record": record["id"],
            "equal": True,
            "differences": [],
            "uncertain": [],
        }
    assert [r["data"]["purpose"] for r in gateway.records() if r["code"] == "PG-512"] == ["replay"] * 2
