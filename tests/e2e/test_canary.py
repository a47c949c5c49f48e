"""
A unique string, put wherever a client can put one, shows up on the platform alone; in the database it is encrypted.
"""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Any

import requests

from tests.e2e.house import IBAN, PIXEL

if TYPE_CHECKING:
    from tests.e2e.gateway import Gateway
    from tests.e2e.recorder import Recorder

WORD = "Zwielichtkanarie"
"""A word that exists nowhere else."""
NUMBER = IBAN.replace(" ", "")


class _Client:
    """Sends whatever it is told to and keeps every answer."""

    def __init__(self, gateway: Gateway) -> None:
        self._address = gateway.address
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {gateway.token}"
        self.refusals: list[str] = []

    def send(self, method: str, path: str, **more: Any) -> int:
        answer = self._session.request(method, self._address + path, timeout=30, **more)
        if answer.status_code >= 400:
            self.refusals.append(f"{answer.reason} {answer.headers} {answer.text}")
        return answer.status_code

    def close(self) -> None:
        self._session.close()


def _sing(client: _Client) -> list[int]:
    """Put the word wherever a client can, in posts that pass, posts that are stopped, and requests that are refused."""
    post, upload = "/api/v1/statuses", "/api/v2/media"
    picture = {"file": (f"{WORD}.png", PIXEL, "image/png")}
    leak = {"file": (f"{WORD}-{NUMBER}.png", PIXEL, "image/png")}
    poll = {"options": [f"{WORD} A", f"{WORD} B"], "expires_in": 600}
    return [
        client.send("POST", post, json={"status": f"Heute neu: {WORD}", "poll": poll}),
        client.send("POST", post, json={"status": f"Heute neu: {WORD} {IBAN}"}),
        client.send("POST", post, json={"status": f"Unsere Kundin Frau {WORD} hat heute ihren Kredit bekommen."}),
        client.send("POST", upload, files=picture, data={"description": f"Ein Bild: {WORD}"}),
        client.send("POST", upload, files=leak, data={"description": f"Ein Bild: {WORD} {IBAN}"}),
        client.send("PATCH", "/api/v1/accounts/update_credentials", data={"note": f"{WORD}, {IBAN}"}),
        client.send("POST", post, json={"status": "Hallo", WORD: f"{WORD} {IBAN}"}),
        client.send("POST", post, data=f'{{"status": "{WORD}", "status": "{IBAN}"}}'.encode()),
        client.send("POST", post, data=f'{{"status": "{WORD}'.encode(), headers={"Content-Type": "application/json"}),
        client.send("POST", post, json={"status": WORD}, headers={"X-HTTP-Method-Override": WORD}),
        client.send("POST", post, json={"status": f"{WORD} Kopfzeile"}, headers={"X-Note": WORD, "User-Agent": WORD}),
        client.send("POST", post, json={"status": f"{WORD} Schlüssel"}, headers={"Idempotency-Key": WORD}),
        client.send("GET", f"/api/v1/timelines/home?limit={WORD}"),
        client.send("GET", f"/api/v1/{WORD}?{WORD}={NUMBER}"),
        client.send("POST", f"/api/v1/{WORD}", json={"status": WORD}),
        client.send("PUT", f"{post}/{WORD}", json={"status": WORD}),
        client.send("POST", post, json={"status": WORD}, headers={"Authorization": f"Bearer {WORD}"}),
    ]


def test_nothing_of_a_post_leaks_into_the_gateways_own_traces(gateway: Gateway, recorder: Recorder) -> None:
    """Logs, metrics, readiness, refusals and database files do not contain the word or the account number."""
    recorder.behave({"do": "ok"}, {"do": "close"}, then={"do": "status", "status": 422, "body": f"{WORD} {IBAN}"})
    gateway.start()
    client = _Client(gateway)
    try:
        answers = _sing(client)
    finally:
        client.close()
    pages = [gateway.page(path) for path in ("/metrics", "/readyz", "/livez")]
    while_running = _database(gateway)
    assert gateway.stop() == 0

    assert 200 in answers
    assert WORD in " ".join(recorder.texts())
    places = {
        "log": gateway.log(),
        "operations pages": "".join(pages),
        "refusals": "".join(client.refusals),
        "database while running": while_running,
        "database": _database(gateway),
        "records": str(gateway.records()),
    }
    found = [place for place, text in places.items() if _sung_in(text)]
    assert found == []


def test_the_search_finds_what_lies_open(tmp_path_factory: Any) -> None:
    """The search of this test sees the word in a database that does not encrypt it."""
    file = tmp_path_factory.mktemp("open") / "open.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (?)", (f"Heute {WORD}".encode(),))
    connection.close()

    assert _sung_in(file.read_bytes().decode("latin-1"))


def _sung_in(text: str) -> bool:
    plain = text.lower()
    return WORD.lower() in plain or NUMBER.lower() in re.sub(r"[\s-]", "", plain)


def _database(gateway: Gateway) -> str:
    return "".join(file.read_bytes().decode("latin-1") for file in sorted(gateway.directory.glob("postgate.db*")))
