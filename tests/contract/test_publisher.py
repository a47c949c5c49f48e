"""What the gate relies on when it sends, for every publisher and its twin."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import PartKind
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.upstream import Limits, UpstreamClient
from proxy.platforms.bluesky.building import record_of
from proxy.platforms.bluesky.publishing import BlueskyPublisher
from proxy.platforms.linkedin.credentials import Authors
from proxy.platforms.linkedin.publishing import LinkedInPublisher
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.publishing import MastodonPublisher
from proxy.platforms.meta.publishing import MetaPublisher
from proxy.platforms.meta.table import table_of
from proxy.platforms.x.publishing import XPublisher
from tests.factories import make_part, make_post
from tests.fakes import bluesky
from tests.fakes import fault_upstream as fault
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.clock import ManualClock
from tests.fakes.fault_upstream import FaultUpstream
from tests.fakes.publisher import RecordingPublisher, make_released

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from proxy.core.model import Post
    from proxy.gate.ports import Publisher

    Stage = Callable[[OutcomeKind], AbstractAsyncContextManager["Staged"]]

BEHAVIOURS = {OutcomeKind.REJECTED: fault.answer(422), OutcomeKind.UNKNOWN: fault.close()}


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A publisher before its platform."""

    publisher: Publisher
    post: Post
    sent: Callable[[], int]
    """How many requests to publish reached the platform."""


OUTCOMES = {
    OutcomeKind.REJECTED: Outcome(kind=OutcomeKind.REJECTED, reason="refused", upstream_status=422),
    OutcomeKind.NOT_SENT: Outcome(kind=OutcomeKind.NOT_SENT, reason="connect"),
    OutcomeKind.UNKNOWN: Outcome(kind=OutcomeKind.UNKNOWN, reason="closed"),
}


@dataclass(frozen=True, kw_only=True)
class Real:
    """A platform's publisher, a post of it, and what the platform answers to that."""

    make: Callable[[UpstreamClient], Publisher]
    post: Post
    success: bytes

    @asynccontextmanager
    async def __call__(self, kind: OutcomeKind) -> AsyncIterator[Staged]:
        """Stage it before a platform that ends in this outcome."""
        behaviour = BEHAVIOURS.get(kind, fault.answer(200, self.success))
        upstream = FaultUpstream(behaviours=[behaviour])
        async with upstream.running():
            origin = "http://127.0.0.1:1" if kind is OutcomeKind.NOT_SENT else upstream.origin
            client = UpstreamClient(origin, allow_private=True, limits=Limits(total_s=2.0))
            try:
                yield Staged(publisher=self.make(client), post=self.post, sent=lambda: len(upstream.seen))
            finally:
                await client.close()


@asynccontextmanager
async def recording(kind: OutcomeKind) -> AsyncIterator[Staged]:
    """Stage the twin with this outcome."""
    publisher = RecordingPublisher(*([OUTCOMES[kind]] if kind in OUTCOMES else []))
    yield Staged(
        publisher=publisher,
        post=make_post(),
        sent=lambda: len(publisher.published) - (kind is OutcomeKind.NOT_SENT),
    )


@asynccontextmanager
async def on_bluesky(kind: OutcomeKind) -> AsyncIterator[Staged]:
    """Stage the real publisher before a PDS that takes the login and ends in this outcome."""
    draft = await bluesky.parse(bluesky.request("com.atproto.repo.createRecord", bluesky.create()))
    post = replace(bluesky.post_of(draft), media=())
    made = {"id": "1", "uri": f"at://{'/'.join(record_of(post) or ())}"}
    upstream = bluesky.pds(BEHAVIOURS.get(kind, fault.answer(200, json.dumps(made).encode())))
    async with upstream.running():
        origin = "http://127.0.0.1:1" if kind is OutcomeKind.NOT_SENT else upstream.origin
        async with bluesky.client_of(origin) as (client, logins):
            publisher = BlueskyPublisher(client, logins=logins, agent="postgate/1", now=ManualClock().now)
            yield Staged(publisher=publisher, post=post, sent=lambda: len(bluesky.without_logins(upstream)))


ACCOUNTS = MemoryAccounts(presse="token")
STAGES: dict[str, Stage] = {
    "mastodon": Real(
        make=lambda client: MastodonPublisher(
            client,
            accounts=ACCOUNTS,
            addresses=Addresses(door="https://gw.example", upstream=client.origin),
            agent="postgate/1",
        ),
        post=make_post(),
        success=b'{"id":"1"}',
    ),
    "x": Real(
        make=lambda client: XPublisher(client, accounts=ACCOUNTS, agent="postgate/1"),
        post=make_post(operation="tweet.create", parts=(make_part(slot="text"),)),
        success=b'{"data":{"id":"1","text":"x"}}',
    ),
    "linkedin": Real(
        make=lambda client: LinkedInPublisher(
            client, authors=Authors(MemoryAccounts(presse="urn:li:organization:5583111 token")), agent="postgate/1"
        ),
        post=replace(
            make_post(operation="post.create", parts=(make_part(slot="commentary"),)),
            options=(("restli.version", "202601"),),
        ),
        success=b'{"id":"1"}',
    ),
    "bluesky": on_bluesky,
    "facebook": Real(
        make=lambda client: MetaPublisher(
            client, table=table_of("facebook", frozenset()), accounts=ACCOUNTS, agent="postgate/1"
        ),
        post=make_post(
            operation="feed.create",
            parts=(
                make_part(slot="message"),
                make_part("v26.0", PartKind.OTHER, "path.version"),
                make_part("104", PartKind.OTHER, "path.id"),
            ),
        ),
        success=b'{"id":"1"}',
    ),
    "recording": recording,
}


@pytest.fixture(params=list(STAGES.values()), ids=list(STAGES))
def stage(request: pytest.FixtureRequest) -> Stage:
    """Give each publisher in turn."""
    found: Stage = request.param
    return found


@pytest.mark.parametrize("kind", list(OutcomeKind))
async def test_one_attempt_one_outcome(stage: Stage, kind: OutcomeKind) -> None:
    """An attempt is sent at most once, never raises, and ends in exactly one outcome."""
    async with stage(kind) as staged:
        outcome = await staged.publisher.publish(make_released(staged.post), ())
        assert outcome.kind is kind
        assert staged.sent() == (0 if kind is OutcomeKind.NOT_SENT else 1)


async def test_published_tells_the_id_and_the_object(stage: Stage) -> None:
    """Only a publisher that knows the platform's id says published, and it has the answer for the client."""
    async with stage(OutcomeKind.PUBLISHED) as staged:
        outcome = await staged.publisher.publish(make_released(staged.post), ())
    assert outcome.upstream_id
    value = json.loads(outcome.answer)
    assert value.get("data", value)["id"] == "1"


@pytest.mark.parametrize("kind", [OutcomeKind.REJECTED, OutcomeKind.NOT_SENT, OutcomeKind.UNKNOWN])
async def test_everything_else_says_why_and_has_no_object(stage: Stage, kind: OutcomeKind) -> None:
    """A reason of the bounded vocabulary, no id, no answer."""
    async with stage(kind) as staged:
        outcome = await staged.publisher.publish(make_released(staged.post), ())
    assert outcome.reason in {"refused", "connect", "closed"}
    assert outcome.upstream_id is None
    assert outcome.answer == b""
