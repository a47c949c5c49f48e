"""
What is spread over the posts of a thread is stopped, by a real process with its real database.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import requests

from tests.e2e.house import IBAN

if TYPE_CHECKING:
    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder

FIRST, SECOND = IBAN[:14], IBAN[14:]


def _post(gateway: Gateway, text: str, answers: str | None = None) -> tuple[int, dict[str, Any]]:
    with requests.Session() as session:
        session.trust_env = False
        body = {"status": text} | ({} if answers is None else {"in_reply_to_id": answers})
        headers = {"Authorization": f"Bearer {gateway.token}"}
        answer = session.post(f"{gateway.address}/api/v1/statuses", json=body, headers=headers, timeout=30)
    return answer.status_code, json.loads(answer.text)


def test_an_account_number_over_two_posts_is_stopped(gateway: Gateway, recorder: Recorder) -> None:
    """Alone each half passes; as an answer to the first, the second half does not."""
    gateway.start()
    status, first = _post(gateway, f"Heute ist Markttag, kommt vorbei. Ganz unten: {FIRST}")
    assert status == 200
    alone, _ = _post(gateway, f"{SECOND} und noch ein schönes Wochenende")
    together, refusal = _post(gateway, f"{SECOND} und dann noch ein schönes Wochenende", first["id"])
    assert gateway.stop() == 0

    assert (alone, together) == (200, 422)
    assert "error" in refusal
    assert len(recorder.texts()) == 2
    assert [r["data"]["decision"] for r in gateway.records() if r["code"] == "PG-101"] == ["allow", "allow", "block"]
