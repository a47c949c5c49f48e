"""The reading side against a PDS that breaks on command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import GateUnavailable, NotFound, RefusedRequest
from proxy.core.model import Account
from proxy.gate.wire import Endpoint, EndpointClass, UpstreamAnswer
from proxy.platforms.bluesky.reading import BlueskyReader
from proxy.platforms.bluesky.table import TABLE
from tests.fakes import bluesky
from tests.fakes import fault_upstream as fault
from tests.fakes.bluesky import CHAT, DID, HANDLE, OTHER_DID, URI, client_of, pds, request

if TYPE_CHECKING:
    from tests.fakes.fault_upstream import FaultUpstream

ACCOUNT = Account(id="mastodon:presse", platform="bluesky", door="bluesky")
PROFILE = "app.bsky.actor.getProfile"


async def read(
    upstream: FaultUpstream, nsid: str, query: str = "", *headers: tuple[str, str], account: Account | None = ACCOUNT
) -> UpstreamAnswer:
    """Read once."""
    asked = request(nsid, None, *headers, method="GET", query=query)
    async with client_of(upstream.origin) as (client, logins):
        reader = BlueskyReader(client, logins=logins, agent="postgate/1", chat=CHAT)
        return await reader.read(TABLE.find("GET", asked.path), asked, account)


async def test_a_list_may_come_as_often_as_it_has_members() -> None:
    """As the protocol writes lists; everything is encoded anew."""
    upstream = pds(fault.answer(200, b'{"posts":[]}'))
    async with upstream.running():
        answer = await read(upstream, "app.bsky.feed.getPosts", f"uris={URI}&uris=at%3A%2F%2F{DID}%2Fa.b.c%2F1")

    (seen,) = bluesky.without_logins(upstream)
    assert seen.path.startswith("/xrpc/app.bsky.feed.getPosts?uris=at%3A%2F%2F")
    assert seen.path.count("uris=") == 2
    assert (answer.status, answer.body) == (200, b'{"posts":[]}')


@pytest.mark.parametrize(
    ("nsid", "query"),
    [
        ("app.bsky.feed.getTimeline", "limit=20&limit=30"),
        ("app.bsky.feed.getTimeline", "limit=1000"),
        ("app.bsky.feed.getTimeline", "note=Erika"),
        ("app.bsky.feed.getTimeline", "cursor=Erika+Mustermann"),
        (PROFILE, "actor=Erika+Mustermann"),
        (PROFILE, "actor=a.example&_method=POST"),
        ("app.bsky.feed.getPosts", f"uris[]={URI}"),
        ("app.bsky.feed.getPosts", "&".join(f"uris={URI}" for _ in range(26))),
    ],
)
async def test_other_parameters_are_refused(nsid: str, query: str) -> None:
    """Before anything is sent."""
    upstream = pds()
    async with upstream.running():
        with pytest.raises(RefusedRequest):
            await read(upstream, nsid, query)
    assert upstream.seen == []


async def test_a_public_read_uses_no_login() -> None:
    """A client asks what server this is before it logs in."""
    upstream = pds(fault.answer(200, b"{}"))
    async with upstream.running():
        await read(upstream, "com.atproto.server.describeServer", account=None)
        with pytest.raises(NotFound):
            await read(upstream, "app.bsky.feed.getTimeline", account=None)

    (seen,) = upstream.seen
    assert "authorization" not in seen.headers


async def test_a_login_that_is_not_taken_is_made_anew_once() -> None:
    """A read can be repeated; no client ever learns of it."""
    upstream = pds(fault.answer(400, b'{"error":"ExpiredToken"}'), fault.answer(200, b"{}"))
    async with upstream.running():
        answer = await read(upstream, "app.bsky.feed.getTimeline")
    assert (answer.status, len(bluesky.without_logins(upstream))) == (200, 2)

    upstream = pds(fault.answer(401))
    async with upstream.running():
        answer = await read(upstream, "app.bsky.feed.getTimeline")
    assert (answer.status, len(bluesky.without_logins(upstream))) == (401, 2)


@pytest.mark.parametrize("actor", [DID, HANDLE, HANDLE.upper()])
async def test_nobody_tells_a_client_that_it_is_somebody_else(actor: str) -> None:
    """A client of this platform writes to the repository that this answer names."""
    upstream = pds(fault.answer(200, json.dumps({"did": OTHER_DID}).encode()))
    async with upstream.running():
        with pytest.raises(GateUnavailable):
            await read(upstream, PROFILE, f"actor={actor}")
        assert (await read(upstream, PROFILE, f"actor={OTHER_DID}")).status == 200


async def test_headers_are_the_gateways_own() -> None:
    """But for who labels posts, and for the service that direct messages come from."""
    upstream = pds(fault.answer(200, b"{}"))
    labelers = ("atproto-accept-labelers", f"{OTHER_DID};redact, {DID}")
    async with upstream.running():
        await read(upstream, "app.bsky.feed.getTimeline", "", labelers, ("cookie", "a=b"))
        await read(upstream, "chat.bsky.convo.listConvos", "limit=1")
        with pytest.raises(RefusedRequest):
            await read(upstream, "app.bsky.feed.getTimeline", "", ("atproto-accept-labelers", "Erika"))

    timeline, messages = bluesky.without_logins(upstream)
    assert timeline.headers["atproto-accept-labelers"] == labelers[1]
    assert "cookie" not in timeline.headers
    assert "atproto-proxy" not in timeline.headers
    assert messages.headers["atproto-proxy"] == CHAT


@pytest.mark.parametrize(
    "behaviour", [fault.close(), fault.hang(), fault.answer(200, b"x", ("Content-Encoding", "gzip"))]
)
async def test_without_a_usable_answer_there_is_none(behaviour: fault.Behaviour) -> None:
    """The client is told to try again."""
    upstream = pds(behaviour)
    async with upstream.running():
        with pytest.raises(GateUnavailable):
            await read(upstream, "app.bsky.feed.getTimeline")


async def test_what_is_no_read_is_not_read() -> None:
    """Whoever asks for it."""
    async with client_of("http://127.0.0.1:1") as (client, logins):
        reader = BlueskyReader(client, logins=logins, agent="postgate/1")
        with pytest.raises(NotFound):
            endpoint = Endpoint(name="record.create", cls=EndpointClass.READ)
            await reader.read(endpoint, request("x", method="GET"), ACCOUNT)
