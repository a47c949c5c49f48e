"""
A platform that nobody answers at is left alone, and its clients learn that nothing was sent.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import requests

from tests.e2e.recorder import Recorder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.gateway import Gateway

FAILURES = 3


def test_after_some_failures_nothing_is_tried(tmp_path: Path, prepared: Gateway) -> None:
    """The client is told the same, at once; the post is decided, and no attempt is made."""
    directory = tmp_path / "gateway"
    directory.mkdir()
    recorder = Recorder(tmp_path)  # it is never started: nobody listens there
    with prepared.copy(directory, upstream=recorder.address) as gateway:
        gateway.setup = replace(gateway.setup, breaker=FAILURES)
        gateway.configure()
        gateway.start()
        with requests.Session() as session:
            session.trust_env = False
            session.headers.update({"Authorization": f"Bearer {gateway.token}", "Content-Type": "application/json"})
            answers = [
                session.post(
                    f"{gateway.address}/api/v1/statuses",
                    data=json.dumps({"status": f"Guten Morgen {number}"}),
                    timeout=60,
                )
                for number in range(FAILURES + 1)
            ]
        page = gateway.page("/metrics")
        assert gateway.stop() == 0
        outcomes = [record["data"]["reason"] for record in gateway.records(code="PG-103")]
        moved = [record["data"] for record in gateway.records(code="PG-105")]
        logged = gateway.log()
        checks = [gateway.attempt("audit", words) for words in ("fsck", "verify")]

    assert [answer.status_code for answer in answers] == [502] * (FAILURES + 1)
    assert outcomes == ["connect"] * FAILURES
    assert [(one["from"], one["to"], one["reason"]) for one in moved] == [("intent", "failed", "broken")]
    assert 'postgate_breaker_open{platform="mastodon"} 1.0' in page
    assert "platform.broken" in logged
    assert [done.returncode for done in checks] == [0, 0], [done.stdout + done.stderr for done in checks]
