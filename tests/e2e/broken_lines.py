"""
The product between two relays: one breaks the line of its client, the other that of the server behind it.

One shape for every platform: how a text is posted over plain HTTP, and how often the server has it.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import requests

from tests.e2e.contract_house import CREDENTIAL
from tests.e2e.gateway import Gateway, Setup
from tests.e2e.servers.contract import ContractServer
from tests.e2e.servers.contract_linkedin import ORGANISATION, LinkedIn
from tests.e2e.servers.contract_meta import PAGE, Graph
from tests.e2e.servers.contract_x import X
from tests.e2e.servers.pds import HANDLE, PdsServer
from tests.e2e.servers.relay import Relay
from tests.e2e.servers.snac import SnacServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

REAL = ("mastodon", "bluesky")
PLATFORMS = (*REAL, "x", "linkedin", "facebook", "threads")
NOW = "2026-11-23T09:00:00.123Z"
"""Of each record on Bluesky: an equal one is the same post, sent again."""
_WRITES = re.compile(r"/api/v1/statuses|/xrpc/com\.atproto\.repo\..*|/2/tweets|/rest/posts|/v[\d.]+/\d+/\w+|/\d+/\w+")
_RULES: dict[str, Callable[[], Any]] = {
    "x": X,
    "linkedin": LinkedIn,
    "facebook": lambda: Graph("facebook"),
    "threads": lambda: Graph("threads"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a client heard."""

    status: int
    """0: nothing, or not all of it."""
    body: str

    @property
    def word(self) -> str:
        """Return what the client makes of it."""
        if self.status == 0 or self.body == "broken":
            return "unheard"
        if self.status < 300:
            return "published"
        if "outcomeunknown" in self.body.lower().replace("_", ""):
            return "unknown"
        if self.status == 409 or "in_progress" in self.body.lower():
            return "in progress"
        return "not sent" if self.status in {502, 503} else "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How a text is posted."""

    path: str
    json: dict[str, Any] | None = None
    form: dict[str, str] | None = None
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLines:
    """A gateway, the relays on both sides of it, and the server."""

    gateway: Gateway
    before: Relay
    behind: Relay
    request: Callable[[str], Request]
    """How a text is posted; the same each time."""
    written: Callable[[str], Request]
    """The request that carries the text to the door; another one where posting takes two."""
    texts: Callable[[], list[str]]
    """All texts on the server."""

    def post(self, text: str, key: str | None) -> Told:
        """Post over plain HTTP, on a connection of its own."""
        request = self.request(text)
        headers = {**request.headers, "Host": self.gateway.address.partition("://")[2]}
        if key is not None:
            headers["Idempotency-Key"] = key
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.post(
                    f"{self.before.address}{request.path}",
                    json=request.json,
                    data=request.form,
                    headers=headers,
                    timeout=90,
                )
            except requests.RequestException:
                return Told(status=0, body="")
        return Told(status=answer.status_code, body=answer.text)

    def raw(self, method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> Told:
        """Send a request to the door exactly as it is given."""
        connection = HTTPConnection(self.gateway.address.partition("://")[2], timeout=60)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in [*headers, ("Content-Length", str(len(body)))]:
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return Told(status=answer.status, body=answer.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def count(self, text: str) -> int:
        """Return how often the server has a text."""
        return self.texts().count(text)

    def sent(self, text: str) -> int:
        """Return how many requests with a text left the gateway; a container that is made carries no post out."""
        passed = [unquote_plus(one.body.decode()) for one in self.behind.passed() if not one.path.endswith("/threads")]
        words = text.partition(" unseres")[0] + " "
        return sum(words in body for body in passed)

    def check_log(self) -> Counter[str]:
        """
        Verify the log: each intent has one outcome, and no object of the platform belongs to two posts.

        Return how many attempts had which result.
        """
        verified = self.gateway.attempt("audit", "fsck")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        records = self.gateway.records()
        intents = [record["data"]["attempt"] for record in records if record["code"] == "PG-102"]
        outcomes = [record["data"] for record in records if record["code"] == "PG-103"]
        assert sorted(intents) == sorted(outcome["attempt"] for outcome in outcomes)
        named = Counter(outcome["upstream_id"] for outcome in outcomes if outcome["upstream_id"])
        assert [name for name, times in named.items() if times > 1] == []
        return Counter(outcome["result"] for outcome in outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    origin: str
    credential: str
    texts: Callable[[], list[str]]


@contextmanager
def _server(platform: str, directory: Path) -> Iterator[_Server]:
    """Run the server of a platform: a real one where there is one."""
    if platform == "mastodon":
        snac = SnacServer.start(directory)
        try:
            yield _Server(
                origin=snac.base_url,
                credential=snac.token,
                texts=lambda: [_without_tags(str(status["content"])) for status in snac.statuses()],
            )
        finally:
            snac.stop()
    elif platform == "bluesky":
        pds = PdsServer.start(directory)
        try:
            yield _Server(
                origin=pds.origin,
                credential=pds.credential,
                texts=lambda: [record["value"]["text"] for record in pds.records()],
            )
        finally:
            pds.stop()
    else:
        rules = _RULES[platform]()
        with ContractServer(rules, credential=CREDENTIAL) as contract:
            yield _Server(
                origin=contract.origin,
                credential=f"{ORGANISATION} {CREDENTIAL}" if platform == "linkedin" else CREDENTIAL,
                texts=lambda: [_text_of(post) for post in rules.posts.values()],
            )
            assert contract.violations == []


@contextmanager
def broken_lines(platform: str, directory: Path) -> Iterator[BrokenLines]:
    """Run the product between its relays, before the server of a platform; at the end its log must hold."""
    for name in ("server", "gateway"):
        (directory / name).mkdir()
    with _server(platform, directory / "server") as server, Relay(server.origin, breaks=_writes) as behind:
        setup = Setup(upstream=behind.address, credential=server.credential, platform=platform)
        with Gateway(directory / "gateway", setup) as gateway:
            gateway.prepare()
            gateway.start()
            with Relay(gateway.address, breaks=_writes) as before:
                request = _REQUESTS[platform](gateway, server.credential)
                lines = BrokenLines(
                    gateway=gateway,
                    before=before,
                    behind=behind,
                    request=request,
                    written=_container(gateway) if platform == "threads" else request,
                    texts=server.texts,
                )
                yield lines
                lines.check_log()
            assert gateway.stop() == 0


def _writes(method: str, path: str) -> bool:
    return method == "POST" and _WRITES.fullmatch(path) is not None


def _without_tags(content: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", content))


def _text_of(post: dict[str, Any]) -> str:
    return str(next(post[name] for name in ("text", "commentary", "message") if name in post))


def _bearer(gateway: Gateway) -> dict[str, str]:
    return {"Authorization": f"Bearer {gateway.token}"}


def _mastodon(gateway: Gateway, _credential: str) -> Callable[[str], Request]:
    headers = _bearer(gateway)
    return lambda text: Request(path="/api/v1/statuses", json={"status": text}, headers=headers)


def _bluesky(gateway: Gateway, credential: str) -> Callable[[str], Request]:
    did, collection = credential.split(maxsplit=1)[0], "app.bsky.feed.post"
    login = _asked(
        gateway, "/xrpc/com.atproto.server.createSession", json={"identifier": HANDLE, "password": gateway.token}
    )
    headers = {"Authorization": f"Bearer {login['accessJwt']}"}

    def request(text: str) -> Request:
        record = {"$type": collection, "text": text, "createdAt": NOW}
        body = {"repo": did, "collection": collection, "record": record}
        return Request(path="/xrpc/com.atproto.repo.createRecord", json=body, headers=headers)

    return request


def _x(gateway: Gateway, _credential: str) -> Callable[[str], Request]:
    headers = _bearer(gateway)
    return lambda text: Request(path="/2/tweets", json={"text": text}, headers=headers)


def _linkedin(gateway: Gateway, _credential: str) -> Callable[[str], Request]:
    headers = {**_bearer(gateway), "LinkedIn-Version": "202601"}
    post = {
        "author": ORGANISATION,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "lifecycleState": "PUBLISHED",
    }
    return lambda text: Request(path="/rest/posts", json={**post, "commentary": text}, headers=headers)


def _facebook(gateway: Gateway, _credential: str) -> Callable[[str], Request]:
    headers = _bearer(gateway)
    return lambda text: Request(path=f"/v26.0/{PAGE}/feed", form={"message": text}, headers=headers)


def _container(gateway: Gateway) -> Callable[[str], Request]:
    headers = _bearer(gateway)
    return lambda text: Request(path=f"/{PAGE}/threads", form={"text": text, "media_type": "TEXT"}, headers=headers)


def _threads(gateway: Gateway, _credential: str) -> Callable[[str], Request]:
    headers = _bearer(gateway)

    @cache
    def container(text: str) -> str:
        request = _container(gateway)(text)
        return str(_asked(gateway, request.path, data=request.form, headers=headers)["id"])

    return lambda text: Request(path=f"/{PAGE}/threads_publish", form={"creation_id": container(text)}, headers=headers)


_REQUESTS = {
    "mastodon": _mastodon,
    "bluesky": _bluesky,
    "x": _x,
    "linkedin": _linkedin,
    "facebook": _facebook,
    "threads": _threads,
}


def _asked(gateway: Gateway, path: str, **more: Any) -> dict[str, Any]:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{gateway.address}{path}", timeout=60, **more)
    answer.raise_for_status()
    value: dict[str, Any] = answer.json()
    return value
