"""X's publisher against the contract server and against a platform that breaks on command."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from proxy.core.model import Part, PartKind, Post, PostKind
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.ports import SpooledMedia
from proxy.platforms._wire.upstream import Limits, UpstreamClient
from proxy.platforms.x.publishing import XPublisher
from tests.e2e.servers.contract import ContractServer
from tests.e2e.servers.contract_x import X
from tests.factories import make_part, make_post
from tests.fakes import fault_upstream as fault
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.fault_upstream import FaultUpstream
from tests.fakes.publisher import make_released

TOKEN = "x-credential"
PICTURE = SpooledMedia(
    id="00000000-0000-4000-8000-00000000000a", mime="image/png", parts=(), data=b"invented picture", decision="r"
)


def tweet(text: str = "Schönes Wochenende!", *parts: Part, media: tuple[str, ...] = ()) -> Post:
    """Make a post."""
    post = make_post(operation="tweet.create", parts=(make_part(text, slot="text"), *parts))
    return replace(post, media=media)


async def publish(origin: str, post: Post, *media: SpooledMedia) -> Outcome:
    """Publish once."""
    client = UpstreamClient(origin, allow_private=True, limits=Limits(total_s=1.0))
    publisher = XPublisher(client, accounts=MemoryAccounts(presse=TOKEN), agent="postgate/1")
    try:
        return await publisher.publish(make_released(post), media)
    finally:
        await client.close()


async def test_a_post_is_what_the_documentation_asks_for() -> None:
    """201 with id and text; the rate limits come along."""
    with ContractServer(X(), credential=TOKEN) as server:
        outcome = await publish(server.origin, tweet())
    assert (outcome.kind, outcome.upstream_status) == (OutcomeKind.PUBLISHED, 201)
    assert json.loads(outcome.answer)["data"]["text"] == "Schönes Wochenende!"
    assert dict(outcome.answer_headers)["x-rate-limit-limit"] == "200"
    assert outcome.upstream_id == json.loads(outcome.answer)["data"]["id"]
    assert server.violations == []


async def test_images_go_first_with_the_decided_alt_text() -> None:
    """Bytes and alt text as they were decided with this post; the local name stays in the house."""
    alt = Part(kind=PartKind.ALT_TEXT, slot="media.0.metadata.alt_text.text", text="Ein Hund")
    name = Part(kind=PartKind.FILE_NAME, slot="media.0.media_name.0", text="IMG_Mustermann.png")
    rules = X()
    with ContractServer(rules, credential=TOKEN) as server:
        outcome = await publish(server.origin, tweet("Neu!", alt, name, media=(PICTURE.id,)), PICTURE)
    (image,) = rules.images.values()
    assert outcome.kind is OutcomeKind.PUBLISHED
    assert image == {"data": PICTURE.data, "category": "tweet_image", "alt_text": "Ein Hund"}
    assert next(iter(rules.posts.values()))["sent"]["media"] == {"media_ids": list(rules.images)}
    assert not any(b"Mustermann" in call.body for call in server.calls)
    assert server.violations == []


@pytest.mark.parametrize("step", [1, 2])
async def test_without_its_image_a_post_is_not_sent(step: int) -> None:
    """Upload or alt text failed: the outcome is certain."""
    alt = Part(kind=PartKind.ALT_TEXT, slot="media.0.alt", text="Ein Hund")
    behaviours = [fault.answer(200, b'{"data":{"id":"7"}}'), fault.answer(200)][: step - 1]
    async with FaultUpstream(behaviours=[*behaviours, fault.answer(400)]).running() as upstream:
        outcome = await publish(upstream.origin, tweet("Neu!", alt, media=(PICTURE.id,)), PICTURE)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "media")
    assert "/2/tweets" not in {seen.path for seen in upstream.seen}


async def test_what_is_no_image_is_not_sent() -> None:
    """A piece of an upload that was never put together."""
    with ContractServer(X(), credential=TOKEN) as server:
        piece = replace(PICTURE, mime="application/octet-stream")
        outcome = await publish(server.origin, tweet(media=(PICTURE.id,)), piece)
    assert (outcome.kind, server.calls) == (OutcomeKind.NOT_SENT, [])


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b'{"errors":[{"title":"x"}]}', b'{"data":{}}', b'{"data":"x"}', b"<html>", b'{"id":"7"}']
)
async def test_a_success_that_names_nothing_is_unclear(body: bytes) -> None:
    """X answers some failures with 200; nobody sends such a post again."""
    async with FaultUpstream(behaviours=[fault.answer(200, body)]).running() as upstream:
        outcome = await publish(upstream.origin, tweet())
    assert (outcome.kind, outcome.reason) == (OutcomeKind.UNKNOWN, "success_without_id")


async def test_an_act_keeps_the_id_of_its_path() -> None:
    """A deletion names nothing new."""
    post = make_post(operation="tweet.delete", kind=PostKind.ACT, parts=(make_part("7", PartKind.OTHER, "path.id"),))
    with ContractServer(X(), credential=TOKEN) as server:
        outcome = await publish(server.origin, post)
    assert (outcome.kind, outcome.upstream_id) == (OutcomeKind.PUBLISHED, "7")
    assert server.violations == []


@pytest.mark.parametrize(
    ("operation", "slots"),
    [
        ("dm.user", {"text": "Hallo", "path.user": "7"}),
        ("list.create", {"name": "Kunden"}),
        ("profile.update", {"description": "Wir"}),
    ],
)
async def test_other_writes(operation: str, slots: dict[str, str]) -> None:
    """Each is what the documentation asks for and has an id."""
    parts = tuple(
        make_part(text, PartKind.OTHER if slot.startswith("path.") else PartKind.BODY, slot)
        for slot, text in slots.items()
    )
    with ContractServer(X(), credential=TOKEN) as server:
        outcome = await publish(server.origin, make_post(operation=operation, kind=PostKind.MESSAGE, parts=parts))
    assert outcome.kind is OutcomeKind.PUBLISHED
    assert outcome.upstream_id
    assert server.violations == []
