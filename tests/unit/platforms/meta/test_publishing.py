"""Meta's publisher against the contract server and against a platform that breaks on command."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from proxy.core.model import PartKind, Post, PostKind
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.ports import SpooledMedia
from proxy.platforms._wire.upstream import Limits, UpstreamClient
from proxy.platforms.meta.parsing import CONTAINER_TYPE
from proxy.platforms.meta.publishing import MetaPublisher
from proxy.platforms.meta.table import table_of
from tests.e2e.servers.contract import ContractServer
from tests.e2e.servers.contract_meta import Graph
from tests.factories import make_part, make_post
from tests.fakes import fault_upstream as fault
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.fault_upstream import FaultUpstream
from tests.fakes.publisher import make_released

TOKEN = "page-credential"
PATH = (make_part("v26.0", PartKind.OTHER, "path.version"), make_part("104", PartKind.OTHER, "path.id"))
CONTAINER = SpooledMedia(id="m-1", mime=CONTAINER_TYPE, parts=(), data=b'{"media_type":"IMAGE"}', decision="r")
FEED = make_post(operation="feed.create", parts=(make_part("Hallo", slot="message"), *PATH))


def publishing(text: str) -> Post:
    """Publish a container."""
    parts = (make_part("Hallo", slot=f"media.0.{text}"), *PATH)
    return replace(make_post(operation="media.publish", parts=parts), media=("m-1",))


async def publish(platform: str, origin: str, post: Post, *media: SpooledMedia) -> Outcome:
    """Publish once."""
    client = UpstreamClient(origin, allow_private=True, limits=Limits(total_s=1.0))
    publisher = MetaPublisher(
        client,
        table=table_of(platform, frozenset()),
        accounts=MemoryAccounts(presse=TOKEN),
        agent="postgate/1",
        pause=lambda _seconds: asyncio.sleep(0),
    )
    try:
        return await publisher.publish(make_released(post), media)
    finally:
        await client.close()


@pytest.mark.parametrize(("platform", "text"), [("instagram", "caption"), ("threads", "text")])
async def test_a_container_is_made_waited_for_and_published_once(platform: str, text: str) -> None:
    """In this order, each as the documentation asks for."""
    rules = Graph(platform)
    with ContractServer(rules, credential=TOKEN) as server:
        outcome = await publish(platform, server.origin, publishing(text), CONTAINER)
    assert outcome.kind is OutcomeKind.PUBLISHED
    assert rules.posts == {outcome.upstream_id: {text: "Hallo", "media_type": "IMAGE"}}
    assert [call.method for call in server.calls] == ["POST", "GET", "GET", "POST"]
    assert server.violations == []


@pytest.mark.parametrize(
    "behaviours",
    [
        [fault.answer(400)],
        [fault.answer(200, b"{}")],
        [fault.answer(200, b'{"id":"9"}'), fault.answer(200, b'{"status_code":"ERROR"}')],
        [fault.answer(200, b'{"id":"9"}'), fault.answer(500)],
        [fault.answer(200, b'{"id":"9"}'), fault.close()],
    ],
)
async def test_a_container_that_is_not_ready_is_not_published(behaviours: list[fault.Behaviour]) -> None:
    """Whatever became of it, the post certainly did not leave."""
    async with FaultUpstream(behaviours=behaviours).running() as upstream:
        outcome = await publish("instagram", upstream.origin, publishing("caption"), CONTAINER)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "media")
    assert not any(seen.path.endswith("media_publish") for seen in upstream.seen)


async def test_a_photo_goes_with_its_post() -> None:
    """One request."""
    post = make_post(operation="photo.create", parts=(make_part("Neu", slot="caption"), *PATH))
    rules = Graph("facebook")
    with ContractServer(rules, credential=TOKEN) as server:
        picture = replace(CONTAINER, mime="image/png", data=b"picture")
        outcome = await publish("facebook", server.origin, replace(post, media=("m-1",)), picture)
    assert outcome.kind is OutcomeKind.PUBLISHED
    assert list(rules.posts.values()) == [{"source": b"picture", "caption": "Neu"}]
    assert server.violations == []


@pytest.mark.parametrize(("platform", "text"), [("instagram", "caption"), ("threads", "text")])
async def test_a_whole_post_is_published_in_the_same_two_steps(platform: str, text: str) -> None:
    """From its own texts, without anything in the spool; with an upload it is not sent."""
    post = make_post(operation="post.create", parts=(make_part("Hallo", slot=text), *PATH))
    rules = Graph(platform)
    with ContractServer(rules, credential=TOKEN) as server:
        outcome = await publish(platform, server.origin, post)
        other = await publish(platform, server.origin, replace(post, media=("m-1",)), CONTAINER)
    assert (outcome.kind, other.kind) == (OutcomeKind.PUBLISHED, OutcomeKind.NOT_SENT)
    assert rules.posts == {outcome.upstream_id: {text: "Hallo"}}


async def test_more_than_one_upload_is_not_sent() -> None:
    """No endpoint takes two."""
    post = replace(FEED, media=("m-1", "m-2"))
    with ContractServer(Graph("facebook"), credential=TOKEN) as server:
        outcome = await publish("facebook", server.origin, post, CONTAINER, replace(CONTAINER, id="m-2"))
    assert (outcome.reason, server.calls) == ("refused", [])


@pytest.mark.parametrize("body", [b"{}", b"[]", b"<html>", b'{"success":true}', b'{"data":{"id":"7"}}'])
async def test_a_success_that_names_nothing_is_unclear(body: bytes) -> None:
    """Nobody sends such a post again."""
    async with FaultUpstream(behaviours=[fault.answer(200, body)]).running() as upstream:
        outcome = await publish("facebook", upstream.origin, FEED)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.UNKNOWN, "success_without_id")


@pytest.mark.parametrize(("body", "kind"), [(b'{"success":true}', "published"), (b'{"success":false}', "unknown")])
async def test_a_change_is_done_when_it_says_so(body: bytes, kind: str) -> None:
    """Its id is the one of the path."""
    parts = (make_part("Neu", slot="message"), PATH[0], make_part("104_7", PartKind.OTHER, "path.id"))
    edit = make_post(operation="post.update", kind=PostKind.EDIT, parts=parts)
    async with FaultUpstream(behaviours=[fault.answer(200, body)]).running() as upstream:
        outcome = await publish("facebook", upstream.origin, edit)
    assert outcome.kind.value == kind
    assert outcome.upstream_id == ("104_7" if kind == "published" else None)
