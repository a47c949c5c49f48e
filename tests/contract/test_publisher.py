"""What the gate relies on when it sends, for every publisher and its twin."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.upstream import Limits, UpstreamClient
from proxy.platforms.bluesky.building import record_of
from proxy.platforms.bluesky.publishing import BlueskyPublisher
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.publishing import MastodonPublisher
from tests.factories import make_post
from tests.fakes import bluesky
from tests.fakes import fault_upstream as fault
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.fault_upstream import FaultUpstream
from tests.fakes.publisher import RecordingPublisher, make_released

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from proxy.core.model import Post
    from proxy.gate.ports import Publisher

    Stage = Callable[[OutcomeKind], AbstractAsyncContextManager[tuple[Publisher, Post, Callable[[], int]]]]

BEHAVIOURS = {
    OutcomeKind.PUBLISHED: fault.answer(200, b'{"id":"1"}'),
    OutcomeKind.REJECTED: fault.answer(422),
    OutcomeKind.UNKNOWN: fault.close(),
}
OUTCOMES = {
    OutcomeKind.REJECTED: Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=422),
    OutcomeKind.NOT_SENT: Outcome(kind=OutcomeKind.NOT_SENT, reason="connect"),
    OutcomeKind.UNKNOWN: Outcome(kind=OutcomeKind.UNKNOWN, reason="closed"),
}


@asynccontextmanager
async def mastodon(kind: OutcomeKind) -> AsyncIterator[tuple[Publisher, Post, Callable[[], int]]]:
    """Stage the real publisher before a platform that ends in this outcome."""
    upstream = FaultUpstream(behaviours=[BEHAVIOURS.get(kind, fault.close())])
    async with upstream.running():
        origin = "http://127.0.0.1:1" if kind is OutcomeKind.NOT_SENT else upstream.origin
        client = UpstreamClient(origin, allow_private=True, limits=Limits(total_s=2.0))
        addresses = Addresses(door="https://gw.example", upstream=origin)
        accounts = MemoryAccounts(presse="token")
        try:
            publisher = MastodonPublisher(client, accounts=accounts, addresses=addresses, agent="postgate/1")
            yield publisher, make_post(), lambda: len(upstream.seen)
        finally:
            await client.close()


@asynccontextmanager
async def on_bluesky(kind: OutcomeKind) -> AsyncIterator[tuple[Publisher, Post, Callable[[], int]]]:
    """Stage the real publisher before a PDS that takes the login and ends in this outcome."""
    draft = await bluesky.parse(bluesky.request("com.atproto.repo.createRecord", bluesky.create()))
    post = replace(bluesky.post_of(draft), media=())
    uri = f"at://{'/'.join(record_of(post) or ())}"
    behaviours = {**BEHAVIOURS, OutcomeKind.PUBLISHED: fault.answer(200, json.dumps({"id": "1", "uri": uri}).encode())}
    upstream = bluesky.pds(behaviours.get(kind, fault.close()))
    async with upstream.running():
        origin = "http://127.0.0.1:1" if kind is OutcomeKind.NOT_SENT else upstream.origin
        async with bluesky.client_of(origin) as (client, logins):
            publisher = BlueskyPublisher(client, logins=logins, agent="postgate/1")
            yield publisher, post, lambda: len(bluesky.without_logins(upstream))


@asynccontextmanager
async def recording(kind: OutcomeKind) -> AsyncIterator[tuple[Publisher, Post, Callable[[], int]]]:
    """Stage the twin with this outcome."""
    publisher = RecordingPublisher(*([OUTCOMES[kind]] if kind in OUTCOMES else []))
    yield publisher, make_post(), lambda: len(publisher.published) - (kind is OutcomeKind.NOT_SENT)


@pytest.fixture(params=[mastodon, on_bluesky, recording], ids=["mastodon", "bluesky", "recording"])
def stage(request: pytest.FixtureRequest) -> Stage:
    """Give each publisher in turn."""
    found: Stage = request.param
    return found


@pytest.mark.parametrize("kind", list(OutcomeKind))
async def test_one_attempt_one_outcome(stage: Stage, kind: OutcomeKind) -> None:
    """An attempt is sent at most once, never raises, and ends in exactly one outcome."""
    async with stage(kind) as (publisher, post, sent):
        outcome = await publisher.publish(make_released(post), ())
        assert outcome.kind is kind
        assert sent() == (0 if kind is OutcomeKind.NOT_SENT else 1)


async def test_published_tells_the_id_and_the_object(stage: Stage) -> None:
    """Only a publisher that knows the platform's id says published, and it has the answer for the client."""
    async with stage(OutcomeKind.PUBLISHED) as (publisher, post, _):
        outcome = await publisher.publish(make_released(post), ())
    assert outcome.upstream_id
    assert json.loads(outcome.answer)["id"] == "1"


@pytest.mark.parametrize("kind", [OutcomeKind.REJECTED, OutcomeKind.NOT_SENT, OutcomeKind.UNKNOWN])
async def test_everything_else_says_why_and_has_no_object(stage: Stage, kind: OutcomeKind) -> None:
    """A reason of the bounded vocabulary, no id, no answer."""
    async with stage(kind) as (publisher, post, _):
        outcome = await publisher.publish(make_released(post), ())
    assert outcome.reason in {"refused", "connect", "closed"}
    assert outcome.upstream_id is None
    assert outcome.answer == b""
