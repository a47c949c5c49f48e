"""
The gateway's own API in front of every platform at once.

That is the built-in Mastodon, a real Bluesky server, and contract servers of our own for all others. Nothing here was
ever sent to the platforms that nobody can host: their servers say what the public documentation says.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from proxy.client.api import Client, Refused
from tests.e2e.gateway import Gateway, Setup
from tests.e2e.house import IBAN, PIXEL
from tests.e2e.servers.contract import ContractServer
from tests.e2e.servers.contract_linkedin import ORGANISATION, LinkedIn
from tests.e2e.servers.contract_meta import Graph
from tests.e2e.servers.contract_x import X
from tests.e2e.servers.pds import PdsServer
from tests.e2e.servers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.client.api import PostResult

CREDENTIAL = "credential-of-the-house-on-the-platform"
PLATFORMS = ("mastodon", "bluesky", "x", "linkedin", "facebook", "instagram", "threads")
ALL = tuple(f"{platform}:presse" for platform in PLATFORMS)
ANSWERING = ("mastodon:presse", "bluesky:presse", "x:presse", "threads:presse")
FETCHED = {"url": "https://images.bank.example/filiale.jpg", "alt": "Unsere Filiale"}
BY_ADDRESS = {f"{platform}:presse": {"media": [FETCHED]} for platform in ("instagram", "threads")}
pytestmark = pytest.mark.xdist_group("native")


@dataclass(frozen=True, kw_only=True)
class NativeHouse:
    """A gateway with a door for each platform, the servers behind them, and a client with a token for all of them."""

    gateway: Gateway
    client: Client
    pds: PdsServer
    servers: dict[str, ContractServer]
    rules: dict[str, Any]

    def texts(self, words: str) -> dict[str, list[str]]:
        """Return what platforms hold that contains these words; the built-in one is asked by its records."""
        found = {
            platform: [str(post) for post in rules.posts.values() if words in str(post)]
            for platform, rules in self.rules.items()
        }
        found["bluesky"] = [str(one["value"]) for one in self.pds.records() if words in str(one["value"])]
        return {platform: posts for platform, posts in found.items() if posts}


def _door(platform: str, upstream: str, *more: str) -> str:
    port = free_port()
    lines = [
        f"name: {platform}",
        f"platform: {platform}",
        f'listen: "127.0.0.1:{port}"',
        f'public_url: "http://127.0.0.1:{port}"',
        f'upstream: "{upstream}"',
        *(() if upstream == "sandbox" else ("allow_private: true",)),
        *more,
    ]
    return "  - " + "\n    ".join(lines) + "\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NativeHouse]:
    """Run one gateway before all of them."""
    rules: dict[str, Any] = {
        "x": X(),
        "linkedin": LinkedIn(),
        **{name: Graph(name) for name in ("facebook", "instagram", "threads")},
    }
    with ExitStack() as running:
        servers = {
            name: running.enter_context(ContractServer(rule, credential=CREDENTIAL)) for name, rule in rules.items()
        }
        pds = PdsServer.start(tmp_path_factory.mktemp("pds"))
        running.callback(pds.stop)
        rules["linkedin"].uploads = servers["linkedin"].origin
        setup = Setup(upstream=servers["x"].origin, platform="x", ner=("postgate",))
        gateway = running.enter_context(Gateway(tmp_path_factory.mktemp("gateway"), setup))
        gateway.configure()
        api = free_port()
        doors = [_door("mastodon", "sandbox"), _door("bluesky", pds.origin)]
        doors += [_door(name, servers[name].origin) for name in ("linkedin", "facebook")]
        doors += [
            _door(name, servers[name].origin, "media_hosts: [images.bank.example]") for name in ("instagram", "threads")
        ]
        text = gateway.config.read_text().replace("operations:\n", f"{''.join(doors)}operations:\n", 1)
        gateway.config.write_text(f'{text}api: {{listen: "127.0.0.1:{api}"}}\n')
        gateway.run("init")
        for platform in PLATFORMS:
            _add(gateway, platform, pds)
        token = gateway.run(
            "token", "issue", "--principal", "CMS", "--kind", "service", "--scope", "submit", "--days", "1"
        ).split()[0]
        gateway.start()
        client = Client(f"http://127.0.0.1:{api}", token)
        yield NativeHouse(gateway=gateway, client=client, pds=pds, servers=servers, rules=rules)
        assert [server.violations for server in servers.values() if server.violations] == []
        verified = gateway.attempt("audit", "fsck")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert gateway.stop() == 0


def _add(gateway: Gateway, platform: str, pds: PdsServer) -> None:
    """Add the account of a platform, and let the program post to it."""
    account = f"{platform}:presse"
    names = {"bluesky": pds.credential, "linkedin": f"{ORGANISATION} {CREDENTIAL}"}
    gateway.run(
        *("account", "add", account, "--platform", platform, "--door", platform, "--credential-file", "-"),
        stdin=names.get(platform, CREDENTIAL),
    )
    gateway.run("token", "issue", "--principal", "CMS", "--kind", "service", "--account", account, "--days", "1")


def _of(results: tuple[PostResult, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for result in results:
        found.setdefault(result.target, []).append(result.status)
    return found


def test_one_request_posts_everywhere_and_everything_is_taken_back(house: NativeHouse) -> None:
    """One image for all that take uploads, with its description; each platform has its own decision and id."""
    kept = house.client.upload(PIXEL, name="filiale.png", alt="Unsere Filiale am Markt")
    assert kept.id is not None
    said = "Beratung (auch abends) ab 17 Uhr: https://bank.example/termin #Beratung"
    results = house.client.post(said, to=ALL, media=[{"id": kept.id}], per_target=BY_ADDRESS, key="alles-1")
    again = house.client.post(said, to=ALL, media=[{"id": kept.id}], per_target=BY_ADDRESS, key="alles-1")

    assert _of(results) == {target: ["published"] for target in ALL}
    assert [one.platform_id for one in again] == [one.platform_id for one in results]
    assert all(one.replayed for one in again)
    held = house.texts("Beratung")
    assert {platform: len(posts) for platform, posts in held.items()} == dict.fromkeys(set(PLATFORMS) - {"mastodon"}, 1)
    assert "Unsere Filiale am Markt" in held["bluesky"][0]
    assert "app.bsky.richtext.facet#link" in held["bluesky"][0]
    assert r"\\(auch abends\\)" in held["linkedin"][0]
    assert "images.bank.example" in held["instagram"][0]
    (upload,) = (one for one in house.gateway.records() if kept.decision_id == f"d-{one['id']}")
    assert (upload["subject"]["account"], upload["data"]["kind"]) == ("api", "media")

    taken = house.client.take_all_back(str(results[0].decision_id))
    once_more = house.client.take_all_back(str(again[-1].decision_id))
    assert {row.target: row.result for row in taken} == dict.fromkeys(ALL, "recalled")
    assert [row.result for row in once_more] == ["recalled"] * len(ALL)
    assert house.texts("Beratung") == {}
    (begun,) = house.gateway.records(code="PG-109")
    parts = [one for one in house.gateway.records() if one["code"] in {"PG-106", "PG-107"}]
    assert {one["data"]["action"] for one in parts} == {begun["id"]}


def test_a_thread_is_one_on_each_platform_that_has_answers(house: NativeHouse) -> None:
    """Each part answers the one before; on Bluesky it names the first post too."""
    results = house.client.post("Drei Tipps, erstens", to=ANSWERING, thread=["und zweitens", "und drittens"])

    assert _of(results) == {target: ["published"] * 3 for target in ANSWERING}
    ids = {target: [one.platform_id for one in results if one.target == target] for target in ANSWERING}
    first, second, third = (
        next(one for one in house.pds.records() if one["uri"] == uri) for uri in ids["bluesky:presse"]
    )
    assert (second["value"]["reply"]["root"]["uri"], second["value"]["reply"]["parent"]["cid"]) == (
        first["uri"],
        first["cid"],
    )
    assert (third["value"]["reply"]["root"]["uri"], third["value"]["reply"]["parent"]["uri"]) == (
        first["uri"],
        second["uri"],
    )
    tweets = [call.json() for call in house.servers["x"].writes("POST", "/2/tweets")[-3:]]
    assert [one.get("reply") for one in tweets] == [
        None,
        *({"in_reply_to_tweet_id": number} for number in ids["x:presse"][:2]),
    ]
    threads = house.rules["threads"].posts
    assert threads[ids["threads:presse"][1]]["reply_to_id"] == ids["threads:presse"][0]

    taken = house.client.take_all_back(str(results[0].decision_id))
    assert [(row.target, row.result) for row in taken] == [
        (target, "recalled") for target in dict.fromkeys(row.target for row in taken) for _ in range(3)
    ]
    assert [row.platform_id for row in taken if row.target == "bluesky:presse"] == ids["bluesky:presse"][::-1]
    assert house.texts("zweitens") == {}


@pytest.mark.parametrize("place", ["text", "thread", "alt", "own alt"])
def test_a_leak_stops_in_every_place(house: NativeHouse, place: str) -> None:
    """All or nothing, so that nothing reaches any of them."""
    calls = {name: len(server.calls) for name, server in house.servers.items()}
    leak = f"Konto {IBAN} von Erika Mustermann"
    if place == "alt":
        kept = house.client.upload(PIXEL, alt=leak)
        assert (kept.id, kept.status) == (None, "blocked")
        return
    media = []
    if place == "own alt":
        image = house.client.upload(PIXEL)
        assert image.id is not None
        media = [{"id": image.id, "alt": leak}]
    to = ANSWERING[:3] if place == "own alt" else ANSWERING
    text = leak if place == "text" else "Schönes Wochenende"
    thread = [leak] if place == "thread" else []
    results = house.client.post(text, to=to, thread=thread, media=media, all_or_nothing=True)

    assert {status for statuses in _of(results).values() for status in statuses} <= {"blocked", "withheld"}
    assert {one.verdict for one in results} >= {"block"}
    assert {name: len(server.calls) for name, server in house.servers.items()} == calls
    assert house.texts("Mustermann") == {}


@pytest.mark.parametrize(
    ("target", "more", "code", "expected"),
    [
        ("x:presse", {"text": "x" * 281}, "text_too_long", "280"),
        ("bluesky:presse", {"text": "ä" * 301}, "text_too_long", "300"),
        ("threads:presse", {"text": "ä" * 501}, "text_too_long", "500"),
        ("instagram:presse", {"text": "x"}, "UnreadableField", "an image"),
        ("linkedin:presse", {"text": "x", "thread": ["y"]}, "UnreadableField", "thread"),
        ("facebook:presse", {"text": "x", "media": [FETCHED]}, "UnreadableField", "`id`"),
    ],
)
def test_what_a_platform_would_not_take_stops_all_of_them(
    house: NativeHouse, target: str, more: dict[str, Any], code: str, expected: str
) -> None:
    """Before anything is decided or sent, in words, and in the platform's own shape."""
    decisions = len(house.gateway.records(code="PG-101"))
    with pytest.raises(Refused) as caught:
        house.client.post("Moin", to=["mastodon:presse", target], per_target={target: more})

    assert (caught.value.status, caught.value.code, caught.value.target) == (422, code, target)
    assert expected in str(caught.value.expected)
    assert caught.value.platform
    assert len(house.gateway.records(code="PG-101")) == decisions
