"""Whether a post is on a PDS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from proxy.gate.unclear import UNDETERMINED, Look, Window
from proxy.platforms.bluesky.keys import tid_of
from proxy.platforms.bluesky.lookup import BlueskyLookup
from tests.fakes import bluesky
from tests.fakes import fault_upstream as fault
from tests.fakes.bluesky import DID, POST_ID, TID, client_of, create, parse, pds, post_of, put, record, request, writes
from tests.fakes.clock import START

if TYPE_CHECKING:
    from tests.fakes.fault_upstream import FaultUpstream

KEY = tid_of(POST_ID)
URI = f"at://{DID}/app.bsky.feed.post/{KEY}"
PUT_URI = f"at://{DID}/app.bsky.feed.post/{TID}"
GONE = fault.answer(400, b'{"error":"RecordNotFound"}')
NEW = ("com.atproto.repo.createRecord", create())
CHANGED = ("com.atproto.repo.putRecord", put())
BATCH = ("com.atproto.repo.applyWrites", writes(("create", record()), ("create", record("app.bsky.feed.like"))))
CHANGES = ("com.atproto.repo.applyWrites", writes(("update", record())))
WINDOW = Window(since=START, until=START)
DELETED = ("com.atproto.repo.deleteRecord", {"repo": DID, "collection": "app.bsky.feed.post", "rkey": TID})


def there(uri: str, value: dict[str, Any] | None = None) -> fault.Behaviour:
    """Answer that a record is there."""
    return fault.answer(200, json.dumps({"uri": uri, "cid": bluesky.CID, "value": value or record()}).encode())


async def find(upstream: FaultUpstream, asked: tuple[str, dict[str, Any]]) -> Look:
    """Ask about a request that was sent."""
    post = post_of(await parse(request(*asked)))
    async with upstream.running(), client_of(upstream.origin) as (client, logins):
        return await BlueskyLookup(client, logins=logins, agent="postgate/1").find(post, WINDOW)


@pytest.mark.parametrize(("asked", "uri"), [(NEW, URI), (CHANGED, PUT_URI), (BATCH, URI)])
async def test_what_lies_there_as_it_was_sent_was_published(asked: tuple[str, dict[str, Any]], uri: str) -> None:
    """A new record, a changed one, and several, which are there together or not at all."""
    upstream = pds(there(uri))
    assert await find(upstream, asked) == Look(there=uri)

    (seen,) = bluesky.without_logins(upstream)
    query = parse_qs(urlsplit(seen.path).query)
    assert (seen.method, query["repo"], query["rkey"]) == ("GET", [DID], [uri.rpartition("/")[2]])


async def test_the_gateways_own_time_is_not_compared() -> None:
    """A post over its own API came without one, and got that of its sending."""
    untimed = {name: value for name, value in record().items() if name != "createdAt"}
    asked = ("com.atproto.repo.createRecord", create(value=untimed))

    assert await find(pds(there(URI)), asked) == Look(there=URI)
    assert await find(pds(there(URI, record(text="Etwas anderes"))), asked) == UNDETERMINED


@pytest.mark.parametrize(
    "behaviour",
    [
        there(URI, record(text="Etwas anderes")),
        there(URI + "x"),
        fault.answer(200, b"{}"),
        fault.answer(401),
        fault.answer(500),
        fault.close(),
    ],
)
async def test_anything_else_proves_nothing(behaviour: fault.Behaviour) -> None:
    """Another content is somebody else's."""
    assert await find(pds(behaviour), NEW) == UNDETERMINED


@pytest.mark.parametrize(
    ("asked", "look"),
    [
        (NEW, Look(absent=True, unless=frozenset({"record.delete", "record.writes", "record.put"}))),
        (BATCH, Look(absent=True)),
        (CHANGED, UNDETERMINED),
        (CHANGES, UNDETERMINED),
    ],
)
async def test_where_nothing_lies_nothing_was_made(asked: tuple[str, dict[str, Any]], look: Look) -> None:
    """
    A single new record may be sent again, unless something was taken away since; several may not.

    What was there before, and is not any more, proves nothing.
    """
    assert await find(pds(GONE), asked) == look


async def test_a_deletion_happened_when_the_record_is_gone() -> None:
    """And did not when it is there."""
    assert await find(pds(GONE), DELETED) == Look(there=PUT_URI)
    assert await find(pds(there(PUT_URI)), DELETED) == UNDETERMINED
    assert await find(pds(fault.answer(400, b'{"error":"InvalidRequest"}')), DELETED) == UNDETERMINED


async def test_what_makes_no_record_cannot_be_found() -> None:
    """Nobody is asked."""
    upstream = pds()
    assert await find(upstream, ("app.bsky.notification.updateSeen", {"seenAt": bluesky.NOW})) == UNDETERMINED
    assert upstream.seen == []


async def test_without_a_login_nobody_knows() -> None:
    """The platform does not take the credential, or is away."""
    assert await find(pds(login=b"{}"), NEW) == UNDETERMINED
