"""One request, one outcome: what every platform's publisher does alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import NotReleased
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.platforms._wire.building import Request
from proxy.platforms._wire.publishing import UpstreamPublisher, upstream_id
from proxy.platforms._wire.upstream import Limits, UpstreamClient
from tests.factories import make_post
from tests.fakes import fault_upstream as fault
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.fault_upstream import FaultUpstream
from tests.fakes.publisher import make_released

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.core.model import Post
    from proxy.gate.ports import SpooledMedia
    from proxy.platforms._wire.publishing import Send
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.upstream import Reply


class PlainPublisher(UpstreamPublisher):
    """Sends an empty request; `upload` goes first where it is set."""

    upload = False
    refused = False

    async def prepare(self, post: Post, media: Sequence[SpooledMedia], send: Send) -> Request | None:
        """Upload, or refuse, as the test says."""
        if self.refused:
            raise NotReleased
        if self.upload and (await send(Request(method="POST", path="/upload"))).status != 200:
            return None
        return Request(method="POST", path="/publish", headers=(("X-Own", "1"),))

    def published(self, post: Post, reply: Reply) -> Outcome:
        """Believe it."""
        return Outcome(kind=OutcomeKind.PUBLISHED, upstream_status=reply.status)


async def publish(upstream: FaultUpstream, *, upload: bool = False, refused: bool = False) -> Outcome:
    """Publish once."""
    client = UpstreamClient(upstream.origin, allow_private=True, limits=Limits(total_s=0.3))
    publisher = PlainPublisher(client, accounts=MemoryAccounts(presse="token"), agent="postgate/1")
    publisher.upload, publisher.refused = upload, refused
    try:
        return await publisher.publish(make_released(make_post()), ())
    finally:
        await client.close()


async def test_headers_are_ours_and_the_platforms_own() -> None:
    """The attempt is the idempotency key; a platform adds its own headers."""
    async with FaultUpstream(behaviours=[fault.answer(201)]).running() as upstream:
        outcome = await publish(upstream)
    (seen,) = upstream.seen
    assert outcome.kind is OutcomeKind.PUBLISHED
    assert (seen.headers["x-own"], seen.headers["authorization"]) == ("1", "Bearer token")
    assert seen.headers["idempotency-key"] == "attempt-1"


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (429, OutcomeKind.REJECTED, "rate_limited"),
        (401, OutcomeKind.REJECTED, "credential"),
        (403, OutcomeKind.REJECTED, "refused"),
        (408, OutcomeKind.UNKNOWN, "timeout"),
        (302, OutcomeKind.UNKNOWN, "redirect"),
        (500, OutcomeKind.UNKNOWN, "server_error"),
    ],
)
async def test_complete_answers(status: int, kind: OutcomeKind, reason: str) -> None:
    """A complete 4xx is a rejection; what a proxy may say after the platform took the post is unclear."""
    async with FaultUpstream(behaviours=[fault.answer(status)]).running() as upstream:
        outcome = await publish(upstream)
    assert (outcome.kind, outcome.reason, outcome.upstream_status) == (kind, reason, status)


@pytest.mark.parametrize("behaviour", [fault.answer(500), fault.close(), fault.hang()])
async def test_without_its_upload_a_post_is_not_sent(behaviour: fault.Behaviour) -> None:
    """Whatever became of the upload, the post certainly did not leave."""
    async with FaultUpstream(behaviours=[behaviour]).running() as upstream:
        outcome = await publish(upstream, upload=True)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "media")
    assert [seen.path for seen in upstream.seen] == ["/upload"]


async def test_what_cannot_be_built_is_not_sent() -> None:
    """Nothing leaves."""
    async with FaultUpstream(behaviours=[fault.answer(200)]).running() as upstream:
        outcome = await publish(upstream, refused=True)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "refused")
    assert upstream.seen == []


def test_ids() -> None:
    """Strings and numbers; nothing else proves that something was made."""
    values: list[JsonValue] = ["urn:li:share:1", 5, "", "a b", None, True, ["1"]]
    assert [upstream_id(value) for value in values] == [
        "urn:li:share:1",
        "5",
        None,
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("status", "headers", "retry_after", "pause"),
    [
        (201, {}, None, None),
        (201, {"X-RateLimit-Remaining": "0"}, None, 60),
        (429, {"X-RateLimit-Remaining": "0"}, 60, 60),
        (429, {"X-RateLimit-Remaining": "0", "Retry-After": "7"}, 7, 60),
        (429, {"Retry-After": "99999"}, 3600, None),
        (429, {}, None, None),
    ],
)
async def test_what_the_platform_says_of_its_limits(
    status: int, headers: dict[str, str], retry_after: int | None, pause: int | None
) -> None:
    """Whatever became of the post: the account waits, and a refusal without a time takes it from there."""
    more = {"Date": "Mon, 23 Nov 2026 09:00:00 GMT", "X-RateLimit-Reset": "2026-11-23T09:01:00Z"}
    said = fault.answer(status, b"{}", *(headers | more).items())
    async with FaultUpstream(behaviours=[said]).running() as upstream:
        outcome = await publish(upstream)
    assert (outcome.retry_after, outcome.pause) == (retry_after, pause)
