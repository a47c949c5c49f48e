"""
A held post and the people who decide about it: an unmodified client, the real product, a real server.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pytest
import requests
from mastodon import Mastodon

from tests.e2e.gateway import PRINCIPAL, Gateway, Setup
from tests.e2e.house import House
from tests.e2e.servers.ports import free_port
from tests.e2e.servers.snac import SnacServer

if TYPE_CHECKING:
    from collections.abc import Iterator

HELD = "Zum Jahresende schließen Standorte, viele Stellen fallen weg. Das ist noch nicht öffentlich. Nummer {}."
"""An invented company's; a rule with one stage holds it."""
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewHouse(House):
    """A gateway with its API, in front of a real server, and people who review."""

    api: str
    tokens: dict[str, str]

    def ask(self, method: str, path: str, who: str, **content: object) -> requests.Response:
        """Ask the API as one of the people."""
        return requests.request(
            method,
            f"http://{self.api}/v1{path}",
            headers={"Authorization": f"Bearer {self.tokens[who]}"},
            json=cast("Any", content) or None,
            timeout=30,
        )

    def waiting(self, who: str) -> list[dict[str, Any]]:
        """Return what somebody may decide."""
        answer = self.ask("GET", "/reviews", who)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["reviews"]
        return rows

    def command(self, who: str, *words: str) -> tuple[int, str]:
        """Run a command as one of the people; return its exit code and what it said."""
        file = self.gateway.directory / f"{who}.token"
        file.write_text(self.tokens[who], encoding="ascii")
        done = self.gateway.attempt("review", *words, "--token-file", str(file), "--language", "en")
        return done.returncode, done.stdout + done.stderr

    def count(self, words: str) -> int:
        """Return how many posts on the server have these words, after the gateway had its time."""
        give_up = time.monotonic() + PATIENCE_S
        while not self.published(words) and time.monotonic() < give_up:
            time.sleep(0.1)
        return len(self.published(words))


@pytest.fixture(params=["sqlite", "postgresql"])
def reviewed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewHouse]:
    """Run a gateway with an API on each kind of database."""
    database = None if request.param == "sqlite" else str(request.getfixturevalue("postgres_database"))
    server = SnacServer.start(tmp_path_factory.mktemp("snac"))
    api = f"127.0.0.1:{free_port()}"
    try:
        setup = Setup(upstream=server.base_url, credential=server.token, database=database)
        with Gateway(tmp_path_factory.mktemp("reviewed"), setup) as gateway:
            gateway.prepare()
            with gateway.config.open("a", encoding="utf-8") as file:
                file.write(f'api: {{listen: "{api}"}}\n')
            tokens = {}
            for who, name, scope in (
                ("author", PRINCIPAL, "review"),
                ("ben", "Ben Beispiel", "review:compliance"),
                ("dora", "Dora Beispiel", "review:legal"),
            ):
                printed = gateway.run("token", "issue", "--principal", name, "--scope", scope, "--days", "1")
                tokens[who] = printed.split()[0]
            gateway.start()
            yield ReviewHouse(gateway=gateway, server=server, api=api, tokens=tokens)
            for check in ("fsck", "verify"):
                checked = gateway.attempt("audit", check)
                assert checked.returncode == 0, checked.stdout + checked.stderr
            assert gateway.stop() == 0
    finally:
        server.stop()


@pytest.mark.req("FEAT-10", "FEAT-34", "FEAT-35")
def test_what_people_approve_is_published_once_and_nothing_else(reviewed: ReviewHouse) -> None:
    """Not by its author, whichever token he shows; what is rejected or returned never leaves."""
    client = Mastodon(api_base_url=reviewed.gateway.address, access_token=reviewed.gateway.token)
    told = [client.status_post(HELD.format(number)) for number in (1, 2, 3, 4)]
    client.session.close()
    names = [row["id"] for row in reviewed.waiting("ben")]

    assert ["d-" in one["content"] for one in told] == [True] * 4
    assert len(names) == 4
    assert reviewed.waiting("author") == reviewed.waiting("dora") == []
    own = reviewed.command("author", "approve", names[0])
    foreign = reviewed.ask("POST", f"/reviews/{names[0]}/votes", "dora", verdict="approve")
    assert (own[0], own[1].startswith("This is your own post")) == (1, True)
    assert (foreign.status_code, foreign.json()["error"]["why"]) == (409, "not-asked")

    covered = reviewed.ask("GET", f"/reviews/{names[0]}", "ben").json()
    clear = reviewed.ask("POST", f"/reviews/{names[0]}/reveal", "ben", purpose="decision").json()
    assert "█" in covered["parts"][0]["text"]
    assert clear["parts"][0]["text"] == HELD.format(1)
    approved = reviewed.ask("POST", f"/reviews/{names[0]}/votes", "ben", verdict="approve")
    rejected = reviewed.ask("POST", f"/reviews/{names[1]}/votes", "ben", verdict="reject", reason="inside-information")
    returned = reviewed.command(
        *("ben", "return", names[2], "--reason", "timing", "--suggest", "0=Wir melden uns am Montag.")
    )
    typed = reviewed.command("ben", "approve", names[3])
    late = reviewed.ask("POST", f"/reviews/{names[1]}/votes", "ben", verdict="approve")

    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    assert (rejected.status_code, rejected.json()["state"]) == (200, "rejected")
    assert (returned[0], typed[0]) == (0, 0), (returned, typed)
    assert (late.status_code, late.json()["error"]["why"]) == (409, "closed")
    assert [reviewed.count(f"Nummer {number}") for number in (1, 4)] == [1, 1]
    assert [len(reviewed.published(f"Nummer {number}")) for number in (2, 3)] == [0, 0]
    assert reviewed.waiting("ben") == []

    records = reviewed.gateway.records()
    approvals = [one["id"] for one in records if one["code"] == "PG-202" and one["data"]["verdict"] == "approve"]
    intents = [one["data"]["approvals"] for one in records if one["code"] == "PG-102"]
    assert sorted(intents) == sorted([name] for name in approvals)
    assert "Montag" not in json.dumps(records, ensure_ascii=False)
