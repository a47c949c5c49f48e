"""What the gate relies on when it sends, for every publisher and its twin."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.upstream import Limits, UpstreamClient
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.publishing import MastodonPublisher
from tests.factories import make_post
from tests.fakes import fault_upstream as fault
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.fault_upstream import FaultUpstream
from tests.fakes.publisher import RecordingPublisher, make_released

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from proxy.gate.ports import Publisher

    Stage = Callable[[OutcomeKind], AbstractAsyncContextManager[tuple[Publisher, Callable[[], int]]]]

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
async def mastodon(kind: OutcomeKind) -> AsyncIterator[tuple[Publisher, Callable[[], int]]]:
    """Stage the real publisher before a platform that ends in this outcome."""
    upstream = FaultUpstream(behaviours=[BEHAVIOURS.get(kind, fault.close())])
    async with upstream.running():
        origin = "http://127.0.0.1:1" if kind is OutcomeKind.NOT_SENT else upstream.origin
        client = UpstreamClient(origin, allow_private=True, limits=Limits(total_s=2.0))
        addresses = Addresses(door="https://gw.example", upstream=origin)
        accounts = MemoryAccounts(presse="token")
        try:
            publisher = MastodonPublisher(client, accounts=accounts, addresses=addresses, agent="postgate/1")
            yield publisher, lambda: len(upstream.seen)
        finally:
            await client.close()


@asynccontextmanager
async def recording(kind: OutcomeKind) -> AsyncIterator[tuple[Publisher, Callable[[], int]]]:
    """Stage the twin with this outcome."""
    publisher = RecordingPublisher(*([OUTCOMES[kind]] if kind in OUTCOMES else []))
    yield publisher, lambda: len(publisher.published) - (kind is OutcomeKind.NOT_SENT)


@pytest.fixture(params=[mastodon, recording], ids=["mastodon", "recording"])
def stage(request: pytest.FixtureRequest) -> Stage:
    """Give each publisher in turn."""
    found: Stage = request.param
    return found


@pytest.mark.parametrize("kind", list(OutcomeKind))
async def test_one_attempt_one_outcome(stage: Stage, kind: OutcomeKind) -> None:
    """An attempt is sent at most once, never raises, and ends in exactly one outcome."""
    async with stage(kind) as (publisher, sent):
        outcome = await publisher.publish(make_released(make_post()), ())
        assert outcome.kind is kind
        assert sent() == (0 if kind is OutcomeKind.NOT_SENT else 1)


async def test_published_tells_the_id_and_the_object(stage: Stage) -> None:
    """Only a publisher that knows the platform's id says published, and it has the answer for the client."""
    async with stage(OutcomeKind.PUBLISHED) as (publisher, _):
        outcome = await publisher.publish(make_released(make_post()), ())
    assert outcome.upstream_id == "1"
    assert json.loads(outcome.answer)["id"] == "1"


@pytest.mark.parametrize("kind", [OutcomeKind.REJECTED, OutcomeKind.NOT_SENT, OutcomeKind.UNKNOWN])
async def test_everything_else_says_why_and_has_no_object(stage: Stage, kind: OutcomeKind) -> None:
    """A reason of the bounded vocabulary, no id, no answer."""
    async with stage(kind) as (publisher, _):
        outcome = await publisher.publish(make_released(make_post()), ())
    assert outcome.reason in {"refused", "connect", "closed"}
    assert outcome.upstream_id is None
    assert outcome.answer == b""
