"""
A gateway between relays in front of a real server, and clients that post through its door and over its API.

A client that hears nothing, or only that nothing was sent, sends the same post again with the same key, as clients do.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import requests

from proxy.client.api import Client, Refused, Unreachable
from proxy.observability.system import SystemClock
from tests.e2e.broken_lines import REQUESTS, Request, Server, Told, server_of
from tests.e2e.gateway import PRINCIPAL, Gateway, Setup
from tests.e2e.house import DECISION, IBAN
from tests.e2e.servers.ports import free_port
from tests.e2e.servers.relay import Relay

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

LEASE_S = 3.0
PATIENT = 40
"""Tries of a client that hears nothing clear."""
STUBBORN = 6
"""Tries of a client that hears that nothing was sent."""


class Way(StrEnum):
    """How a post comes to the gateway."""

    DOOR = "door"
    API = "api"
    DOOR_LATER = "door, later"
    API_LATER = "api, later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One post that a client wants to be out once."""

    number: int
    way: Way
    at_once: int
    """How many clients send it at the same moment."""
    ahead_s: float
    """When it is for later."""

    @property
    def leaks(self) -> bool:
        """Return whether it must be blocked."""
        return self.number % 20 == 19

    @property
    def text(self) -> str:
        """Return what it says; no other one says the same."""
        text = f"Ausgabe {self.number} unseres Newsletters ist da, wir wünschen viel Freude beim Lesen!"
        return f"{text} Konto: {IBAN}" if self.leaks else text


def drawn(number: int, platform: str, chance: random.Random) -> Submission:
    """Return a submission as chance will have it; Bluesky's own programs cannot post for later."""
    ways = tuple(way for way in Way if platform == "mastodon" or way is not Way.DOOR_LATER)
    weights = {Way.DOOR: 5, Way.API: 3, Way.DOOR_LATER: 1, Way.API_LATER: 2}
    return Submission(
        number=number,
        way=chance.choices(ways, [weights[way] for way in ways])[0],
        at_once=2 if chance.random() < 0.1 else 1,
        ahead_s=chance.uniform(2, 10),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a client was told about its post."""

    word: str
    decision: str | None = None
    post: str | None = None
    """The gateway's own id of it."""
    platform_id: str | None = None

    @property
    def clear(self) -> bool:
        """Return whether a client asks no more."""
        return self.word not in {"unheard", "in progress", "not sent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BlackBox:
    """The gateway, what it stands between, and who asks it."""

    platform: str
    gateway: Gateway
    server: Server
    before: tuple[Relay, Relay]
    """In front of the door and of the API."""
    behind: Relay
    author: Client
    """Over a relay."""
    operator: Client
    """Not over a relay."""
    request: Callable[[str], Request]

    def send(self, submission: Submission) -> list[Heard]:
        """Send until a clear word is heard; return everything that was."""
        heard: list[Heard] = []
        send_at = None
        if submission.way in {Way.DOOR_LATER, Way.API_LATER}:
            send_at = SystemClock().now() + timedelta(seconds=submission.ahead_s)
        way = self._door if submission.way in {Way.DOOR, Way.DOOR_LATER} else self._api
        for _ in range(PATIENT):
            with ThreadPoolExecutor(submission.at_once) as pool:
                told = list(pool.map(lambda _: way(submission, send_at), range(submission.at_once)))
            heard += told
            refused = sum(one.word == "not sent" for one in heard)
            if any(one.clear for one in told) or (refused >= STUBBORN and told[-1].word == "not sent"):
                break
            time.sleep(0.2)
        return heard

    def _door(self, submission: Submission, send_at: datetime | None) -> Heard:
        request = self.request(submission.text)
        body = dict(request.json or {})
        if send_at is not None:
            body["scheduled_at"] = send_at.isoformat()
        headers = {**request.headers, "Idempotency-Key": f"key-{submission.number}"}
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.post(f"{self.before[0].address}{request.path}", json=body, headers=headers, timeout=90)
            except requests.RequestException:
                return Heard(word="unheard")
        return heard_at_door(Told(status=answer.status_code, body=answer.text))

    def _api(self, submission: Submission, send_at: datetime | None) -> Heard:
        try:
            (row,) = self.author.post(
                submission.text, to=[self.gateway.account], send_at=send_at, key=f"key-{submission.number}"
            )
        except Unreachable:
            return Heard(word="unheard")
        except Refused as refused:
            if refused.code == "OutcomeUnknown":
                return Heard(word="unknown", decision=refused.decision_id)
            return Heard(word={409: "in progress", 429: "not sent", 503: "not sent"}.get(refused.status, "refused"))
        words = {"in_progress": "in progress", "not_sent": "not sent", "blocked": "refused", "rejected": "refused"}
        return Heard(
            word=words.get(row.status, row.status), decision=row.decision_id, platform_id=row.platform_id or None
        )


def heard_at_door(told: Told) -> Heard:
    """Return what an answer of the door says."""
    found = DECISION.search(told.body)
    decision = None if found is None else found[0]
    if told.word != "published":
        return Heard(word=told.word, decision=decision)
    value: dict[str, Any] = json.loads(told.body)
    if "scheduled_at" in value:
        return Heard(word="scheduled", post=str(value["id"]))
    return Heard(word="published", platform_id=str(value.get("uri") if "cid" in value else value["id"]))


@contextmanager
def black_box(platform: str, directory: Path, *, database: str | None, settle_s: float) -> Iterator[BlackBox]:
    """Run the product between relays, before a real server; with a short lease, over a database of its own."""
    for name in ("server", "gateway"):
        (directory / name).mkdir()
    with server_of(platform, directory / "server") as server, Relay(server.origin) as behind:
        setup = Setup(upstream=behind.address, credential=server.credential, platform=platform, database=database)
        with Gateway(directory / "gateway", setup) as gateway:
            gateway.prepare()
            api = free_port()
            with gateway.config.open("a", encoding="utf-8") as settings:
                settings.write(f'api: {{listen: "127.0.0.1:{api}"}}\n')
            gateway.launch(lease=LEASE_S, settle=settle_s)
            address = f"http://127.0.0.1:{api}"
            with Relay(gateway.address, renames=True) as door, Relay(address, renames=True) as over:
                yield BlackBox(
                    platform=platform,
                    gateway=gateway,
                    server=server,
                    before=(door, over),
                    behind=behind,
                    author=Client(over.address, _token(gateway, PRINCIPAL, "submit")),
                    operator=Client(address, _token(gateway, "Otto Beispiel", "deliver")),
                    request=REQUESTS[platform](gateway, server.credential),
                )
            assert gateway.stop() == 0


def _token(gateway: Gateway, principal: str, scope: str) -> str:
    return gateway.run("token", "issue", "--principal", principal, "--scope", scope, "--days", "1").split()[0]
