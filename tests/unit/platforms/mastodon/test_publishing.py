"""The publisher against a platform that breaks on command: one request, one outcome, never two requests."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import TYPE_CHECKING

import pytest

from proxy.core.model import Part, PartKind, Post, PostKind
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.ports import SpooledMedia
from proxy.platforms._wire.upstream import Limits, UpstreamClient
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.publishing import MastodonPublisher
from tests.factories import make_part, make_post
from tests.fakes import fault_upstream as fault
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.fault_upstream import FaultUpstream
from tests.fakes.publisher import make_released
from tests.fakes.resolver import ScriptedResolver

if TYPE_CHECKING:
    from proxy.core.release import ReleasedPost

DOOR = "https://mastodon.gw.example"
TOKEN = "platform-token-of-the-account"
PICTURE = SpooledMedia(
    id="00000000-0000-4000-8000-00000000000a",
    mime="image/png",
    parts=(),
    data=b"\x89PNG\r\n--not a boundary",
    decision="r",
)
SHORT = Limits(connect_s=1.0, total_s=0.3, answer_bytes=64 * 1024)


async def publish(upstream: FaultUpstream, post: Post | None = None, *media: SpooledMedia) -> Outcome:
    """Publish once through a client with short deadlines."""
    return await publish_released(upstream.origin, make_released(post or make_post()), *media)


async def publish_released(origin: str, released: ReleasedPost, *media: SpooledMedia) -> Outcome:
    """Publish to an origin that may not exist; no name resolves."""
    client = UpstreamClient(origin, allow_private=True, limits=SHORT, resolver=ScriptedResolver({}))
    publisher = MastodonPublisher(
        client,
        accounts=MemoryAccounts(presse=TOKEN),
        addresses=Addresses(door=DOOR, upstream=origin),
        agent="postgate/1.2.3",
        media_seconds=0.5,
        pause=lambda _seconds: asyncio.sleep(0),
    )
    try:
        return await publisher.publish(released, media)
    finally:
        await client.close()


def edit_of(identifier: str = "115") -> Post:
    """Make an edit of a status of the platform: sent as PUT."""
    path = Part(kind=PartKind.OTHER, slot="path.id", text=identifier)
    return make_post(kind=PostKind.EDIT, operation="status.edit", parts=(make_part(), path))


def delete_of(identifier: str = "115") -> Post:
    """Make the deletion of a status of the platform."""
    path = Part(kind=PartKind.OTHER, slot="path.id", text=identifier)
    return make_post(kind=PostKind.ACT, operation="status.delete", parts=(path,))


async def test_sends_exactly_what_was_released_and_nothing_of_the_client() -> None:
    """The request has our headers only, a body from the post alone, and the attempt as idempotency key."""
    async with FaultUpstream(behaviours=[fault.answer(200, b'{"id":"115","content":"x"}')]).running() as upstream:
        outcome = await publish(upstream)
    assert outcome.kind is OutcomeKind.PUBLISHED
    assert outcome.upstream_id == "115"
    (seen,) = upstream.seen
    assert (seen.method, seen.path) == ("POST", "/api/v1/statuses")
    assert json.loads(seen.body) == {"status": "Schönes Wochenende!"}
    assert seen.headers == {
        "host": f"127.0.0.1:{upstream.port}",
        "user-agent": "postgate/1.2.3",
        "accept": "application/json",
        "accept-encoding": "identity",
        "authorization": f"Bearer {TOKEN}",
        "content-type": "application/json",
        "content-length": str(len(seen.body)),
        "idempotency-key": "attempt-1",
        "connection": "close",
    }


@pytest.mark.parametrize(
    ("behaviour", "kind", "reason"),
    [
        (fault.close(), OutcomeKind.UNKNOWN, "closed"),
        (fault.hang(), OutcomeKind.UNKNOWN, "timeout"),
        (fault.raw(b"HTTP/1.1 100 Continue\r\n\r\n"), OutcomeKind.UNKNOWN, "closed"),
        (fault.raw(b"\x16\x03\x01 garbage\r\n\r\n"), OutcomeKind.UNKNOWN, "closed"),
        (fault.raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"), OutcomeKind.UNKNOWN, "closed"),
        (fault.raw(b"HTTP/1.1 20"), OutcomeKind.UNKNOWN, "closed"),
        (fault.answer(200, b'{"id":"115"}', length=500), OutcomeKind.UNKNOWN, "closed"),
        (fault.answer(422, b'{"error":', length=500), OutcomeKind.UNKNOWN, "closed"),
        (fault.endless(), OutcomeKind.UNKNOWN, "too_large"),
        (fault.endless(422), OutcomeKind.UNKNOWN, "too_large"),
        (fault.answer(200, b'{"no":"id"}'), OutcomeKind.UNKNOWN, "success_without_id"),
        (fault.answer(200, b'{"id":["115"]}'), OutcomeKind.UNKNOWN, "success_without_id"),
        (fault.answer(200, b'{"id":true}'), OutcomeKind.UNKNOWN, "success_without_id"),
        (fault.answer(200, b'{"id":"1","id":"2"}'), OutcomeKind.UNKNOWN, "success_without_id"),
        (fault.answer(200, b"<html>done</html>"), OutcomeKind.UNKNOWN, "success_without_id"),
        (fault.answer(200, b""), OutcomeKind.UNKNOWN, "success_without_id"),
        (
            fault.answer(200, gzip.compress(b'{"id":"115"}' + b" " * 10_000_000), ("Content-Encoding", "gzip")),
            OutcomeKind.UNKNOWN,
            "success_without_id",
        ),
        (fault.answer(301, b"", ("Location", "/elsewhere")), OutcomeKind.UNKNOWN, "redirect"),
        (fault.answer(408, b"{}"), OutcomeKind.UNKNOWN, "timeout"),
        (fault.answer(307, b"", ("Location", "/api/v1/statuses")), OutcomeKind.UNKNOWN, "redirect"),
        (fault.answer(500), OutcomeKind.UNKNOWN, "server_error"),
        (fault.answer(503, b"", ("Retry-After", "1")), OutcomeKind.UNKNOWN, "server_error"),
        (fault.answer(400), OutcomeKind.REJECTED, "refused"),
        (fault.answer(401), OutcomeKind.REJECTED, "credential"),
        (fault.answer(422, b'{"error":"Schoenes Wochenende"}'), OutcomeKind.REJECTED, "refused"),
    ],
)
@pytest.mark.parametrize("post", [make_post(), edit_of()], ids=["post", "put"])
async def test_after_the_first_byte_there_is_one_request_and_one_word(
    behaviour: fault.Behaviour, kind: OutcomeKind, reason: str, post: Post
) -> None:
    """Whatever the platform does, it has seen the request once; unclear is unknown, never repeated."""
    async with FaultUpstream(behaviours=[behaviour]).running() as upstream:
        outcome = await publish(upstream, post)
    assert (outcome.kind, outcome.reason) == (kind, reason)
    assert outcome.answer == b""
    assert len(upstream.seen) == 1


@pytest.mark.parametrize("post", [make_post(), edit_of(), delete_of()], ids=["post", "put", "delete"])
async def test_a_reset_before_the_request_is_read_is_not_repeated(post: Post) -> None:
    """The server resets each connection: the client cannot know what arrived, and connects once."""
    upstream = FaultUpstream(behaviours=[fault.close()], drop_connections=True)
    async with upstream.running():
        outcome = await publish(upstream, post)
    assert outcome.kind is OutcomeKind.UNKNOWN
    assert upstream.connections == 1


@pytest.mark.parametrize("post", [edit_of(), delete_of()], ids=["put", "delete"])
async def test_put_and_delete_are_not_sent_again_after_a_silent_close(post: Post) -> None:
    """The HTTP library repeats PUT and DELETE by itself when the server closes without an answer; here it must not."""
    async with FaultUpstream(behaviours=[fault.close(), fault.answer(200, b'{"id":"115"}')]).running() as upstream:
        outcome = await publish(upstream, post)
    assert outcome.kind is OutcomeKind.UNKNOWN
    assert len(upstream.seen) == 1
    assert upstream.connections == 1


async def test_a_closed_connection_is_not_reused() -> None:
    """The platform closes silently after each answer; the next request opens its own connection."""
    async with FaultUpstream(behaviours=[fault.answer(200, b'{"id":"115"}')]).running() as upstream:
        client = UpstreamClient(upstream.origin, allow_private=True)
        publisher = MastodonPublisher(
            client,
            accounts=MemoryAccounts(presse=TOKEN),
            addresses=Addresses(door=DOOR, upstream=upstream.origin),
            agent="postgate/1",
        )
        outcomes = [await publisher.publish(make_released(make_post()), ()) for _ in range(20)]
        await client.close()
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.PUBLISHED}
    assert len(upstream.seen) == upstream.connections == 20


async def test_refused_connection_is_not_sent() -> None:
    """Nobody listens: certainly nothing was sent."""
    upstream = FaultUpstream(behaviours=[fault.close()])
    async with upstream.running():
        pass
    outcome = await publish(upstream)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "connect")


@pytest.mark.parametrize("origin", ["http://name.example", "https://name.example"])
async def test_unknown_name_is_not_sent(origin: str) -> None:
    """A name that does not resolve: certainly nothing was sent."""
    outcome = await publish_released(origin, make_released(make_post()))
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "connect")


async def test_tls_with_a_server_that_speaks_none_is_not_sent() -> None:
    """The handshake fails before a byte of the request was handed over."""
    async with FaultUpstream(behaviours=[fault.close()]).running() as upstream:
        released = make_released(make_post())
        outcome = await publish_released(upstream.origin.replace("http:", "https:"), released)
    assert outcome.kind is OutcomeKind.NOT_SENT
    assert upstream.seen == []


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("999999999999", 3600), ("-1", None), ("9" * 400, None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)
async def test_rate_limit_is_a_rejection_with_a_capped_wait(value: str, seconds: int | None) -> None:
    """429 was surely not taken; absurd waits are cut to an hour or not believed."""
    async with FaultUpstream(behaviours=[fault.answer(429, b"{}", ("Retry-After", value))]).running() as upstream:
        outcome = await publish(upstream)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.REJECTED, "rate_limited")
    assert outcome.retry_after == seconds
    assert len(upstream.seen) == 1


async def test_an_act_is_published_by_any_json_answer() -> None:
    """A deletion answers with what was deleted or with an empty object; the id is then the one of the path."""
    async with FaultUpstream(behaviours=[fault.answer(200, b"{}")]).running() as upstream:
        outcome = await publish(upstream, delete_of("115"))
    assert outcome.kind is OutcomeKind.PUBLISHED
    assert outcome.upstream_id == "115"
    assert upstream.seen[0].path == "/api/v1/statuses/115"


async def test_answer_is_serialised_anew_without_tokens_and_foreign_headers() -> None:
    """The client gets the platform's object, not its bytes; credentials and cookies stay behind."""
    body = b'{ "id" : 115 , "token": "secret", "content":"\\u00fc" }'
    headers = [("Set-Cookie", "a=b"), ("X-RateLimit-Remaining", "12"), ("X-Powered-By", "x")]
    async with FaultUpstream(behaviours=[fault.answer(200, body, *headers)]).running() as upstream:
        outcome = await publish(upstream)
    assert outcome.answer == '{"id":115,"content":"ü"}'.encode()
    assert outcome.answer_headers == (("x-ratelimit-remaining", "12"),)
    assert outcome.upstream_id == "115"


def post_with_picture() -> Post:
    """Make a post with one image and its decided texts."""
    alt = Part(kind=PartKind.ALT_TEXT, slot="media.0.description", text='Ein Hund, "Rex"')
    name = Part(kind=PartKind.FILE_NAME, slot="media.0.file_name.0", text="IMG_Max_Mustermann.png")
    post = make_post(parts=(make_part(), alt, name))
    return type(post)(
        id=post.id,
        platform=post.platform,
        account=post.account,
        author=post.author,
        operation=post.operation,
        kind=post.kind,
        parts=post.parts,
        media=(PICTURE.id,),
    )


async def test_images_go_first_with_the_decided_description_and_a_neutral_name() -> None:
    """The upload carries the text that was decided with this post; the local file name stays in the house."""
    behaviours = [fault.answer(200, b'{"id":"77"}'), fault.answer(200, b'{"id":"115"}')]
    async with FaultUpstream(behaviours=behaviours).running() as upstream:
        outcome = await publish(upstream, post_with_picture(), PICTURE)
    assert outcome.upstream_id == "115"
    upload, status = upstream.seen
    assert upload.path == "/api/v2/media"
    assert PICTURE.data in upload.body
    assert b'Ein Hund, "Rex"' in upload.body
    assert b'filename="image.png"' in upload.body
    assert b"Mustermann" not in upload.body + status.body
    assert json.loads(status.body)["media_ids"] == ["77"]


async def test_an_image_still_being_processed_is_waited_for() -> None:
    """202 and 206 mean "not yet": the post is sent once the platform says 200."""
    behaviours = [
        fault.answer(202, b'{"id":"77"}'),
        fault.answer(206, b'{"id":"77"}'),
        fault.answer(200, b'{"id":"77"}'),
        fault.answer(200, b'{"id":"115"}'),
    ]
    async with FaultUpstream(behaviours=behaviours).running() as upstream:
        outcome = await publish(upstream, post_with_picture(), PICTURE)
    assert outcome.upstream_id == "115"
    assert [seen.path for seen in upstream.seen][1:] == ["/api/v1/media/77"] * 2 + ["/api/v1/statuses"]


@pytest.mark.parametrize(
    "behaviour",
    [fault.answer(500), fault.answer(422), fault.close(), fault.hang(), fault.answer(200, b"{}"), fault.answer(202)],
)
async def test_a_failed_upload_means_that_the_post_was_not_sent(behaviour: fault.Behaviour) -> None:
    """Without its image no status is sent, so the outcome is certain."""
    async with FaultUpstream(behaviours=[behaviour]).running() as upstream:
        outcome = await publish(upstream, post_with_picture(), PICTURE)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "media")
    assert [seen.path for seen in upstream.seen] == ["/api/v2/media"]


async def test_images_of_another_post_are_not_sent() -> None:
    """The images handed over must be the ones the post names."""
    async with FaultUpstream(behaviours=[fault.answer(200, b'{"id":"77"}')]).running() as upstream:
        outcome = await publish(upstream, make_post(), PICTURE)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "media")
    assert upstream.seen == []


@pytest.mark.parametrize(
    ("account", "operation", "reason"),
    [("mastodon:removed", "status.create", "credential"), ("mastodon:presse", "status.unheard", "refused")],
)
async def test_what_cannot_be_built_is_not_sent(account: str, operation: str, reason: str) -> None:
    """No credential, or a post of no listed endpoint: nothing leaves and nothing is raised."""
    post = make_post(operation=operation)
    moved = Post(
        id=post.id,
        platform=post.platform,
        account=account,
        author=post.author,
        operation=operation,
        kind=post.kind,
        parts=post.parts,
    )
    async with FaultUpstream(behaviours=[fault.answer(200, b'{"id":"1"}')]).running() as upstream:
        outcome = await publish(upstream, moved)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, reason)
    assert upstream.seen == []


async def test_a_process_that_was_frozen_before_the_post_does_not_send_it() -> None:
    """Between the start and the one request more time passed than any upload may take."""
    times = iter([0.0, 26.0])
    async with FaultUpstream(behaviours=[fault.answer(200, b'{"id":"115"}')]).running() as upstream:
        client = UpstreamClient(upstream.origin, allow_private=True, limits=SHORT)
        publisher = MastodonPublisher(
            client,
            accounts=MemoryAccounts(presse=TOKEN),
            addresses=Addresses(door=DOOR, upstream=upstream.origin),
            agent="postgate/1.2.3",
            monotonic=lambda: next(times),
        )
        outcome = await publisher.publish(make_released(make_post()), ())
        await client.close()

    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "stale")
    assert upstream.seen == []
