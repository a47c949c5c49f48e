"""LinkedIn's publisher against the contract server and against a platform that breaks on command."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from proxy.core.model import PartKind, Post, PostKind
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.ports import SpooledMedia
from proxy.platforms._wire.upstream import Limits, UpstreamClient
from proxy.platforms.linkedin.credentials import Authors
from proxy.platforms.linkedin.publishing import LinkedInPublisher
from tests.e2e.servers.contract import ContractServer
from tests.e2e.servers.contract_linkedin import ORGANISATION, LinkedIn
from tests.factories import make_part, make_post
from tests.fakes import fault_upstream as fault
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.fault_upstream import FaultUpstream
from tests.fakes.publisher import make_released

TOKEN = "linkedin-credential"
OTHER = "urn:li:organization:7"
PICTURE = SpooledMedia(
    id="00000000-0000-4000-8000-00000000000a", mime="image/png", parts=(), data=b"invented picture", decision="r"
)


def share(*, image: bool = False) -> Post:
    """Make a post, perhaps with an image."""
    parts = (make_part("Schönes Wochenende!", slot="commentary"),)
    options: list[tuple[str, bool | int | str | None]] = [
        ("author", ORGANISATION),
        ("distribution.feedDistribution", "MAIN_FEED"),
        ("lifecycleState", "PUBLISHED"),
        ("restli.version", "202601"),
        ("visibility", "PUBLIC"),
        *([("content.media.id", 0)] if image else []),
    ]
    post = make_post(operation="post.create", parts=parts)
    return replace(post, options=tuple(options), media=(PICTURE.id,) if image else ())


async def publish(origin: str, post: Post, *media: SpooledMedia, also: tuple[str, ...] = ()) -> Outcome:
    """Publish once."""
    client = UpstreamClient(origin, allow_private=True, limits=Limits(total_s=1.0), also=also)
    publisher = LinkedInPublisher(
        client, authors=Authors(MemoryAccounts(presse=f"{ORGANISATION} {TOKEN}")), agent="postgate/1"
    )
    try:
        return await publisher.publish(make_released(post), media)
    finally:
        await client.close()


async def test_a_post_is_named_in_a_header() -> None:
    """201 with an empty body."""
    rules = LinkedIn()
    with ContractServer(rules, credential=TOKEN) as server:
        outcome = await publish(server.origin, share())
    (urn,) = rules.posts
    assert (outcome.kind, outcome.upstream_status, outcome.upstream_id) == (OutcomeKind.PUBLISHED, 201, urn)
    assert dict(outcome.answer_headers) == {"x-restli-id": urn}
    assert server.violations == []


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_images_go_first_where_linkedin_takes_them(elsewhere: bool) -> None:
    """At the platform's own address, or at one that was configured."""
    rules = LinkedIn()
    with ContractServer(rules, credential=TOKEN) as server:
        rules.uploads = server.origin.replace("127.0.0.1", "localhost") if elsewhere else server.origin
        outcome = await publish(server.origin, share(image=True), PICTURE, also=(rules.uploads,))
    ((name, data),) = rules.images.items()
    assert outcome.kind is OutcomeKind.PUBLISHED
    assert data == PICTURE.data
    assert rules.owners == [ORGANISATION]
    assert next(iter(rules.posts.values()))["content"] == {"media": {"id": name}}
    assert server.violations == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "https://evil.example", "file://", "nonsense", "http://[x"])
async def test_an_image_goes_nowhere_else(address: str) -> None:
    """An address that was not configured gets nothing, whoever names it; without its image the post is not sent."""
    rules = LinkedIn()
    rules.uploads = address
    with ContractServer(rules, credential=TOKEN) as server:
        outcome = await publish(server.origin, share(image=True), PICTURE)
    assert (outcome.kind, outcome.reason) == (OutcomeKind.NOT_SENT, "media")
    assert [call.path for call in server.calls] == ["/rest/images"]


async def test_what_is_no_image_is_not_sent() -> None:
    """Nothing leaves."""
    with ContractServer(LinkedIn(), credential=TOKEN) as server:
        odd = replace(PICTURE, mime="application/octet-stream")
        assert (await publish(server.origin, share(image=True), odd)).reason == "media"
    assert server.calls == []


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"value":1}'])
async def test_a_success_that_names_nothing_is_unclear(body: bytes) -> None:
    """Nobody sends such a post again."""
    async with FaultUpstream(behaviours=[fault.answer(201, body)]).running() as upstream:
        outcome = await publish(upstream.origin, share())
    assert (outcome.kind, outcome.reason) == (OutcomeKind.UNKNOWN, "success_without_id")


async def test_an_edit_is_answered_with_nothing() -> None:
    """204: the id is that of the path."""
    urn = "urn:li:share:7"
    parts = (make_part("neu", slot="patch.$set.commentary"), make_part(urn, PartKind.OTHER, "path.id"))
    post = make_post(operation="post.update", kind=PostKind.EDIT, parts=parts)
    rules = LinkedIn()
    rules.posts["urn:li:share:7"] = {"commentary": "alt"}
    with ContractServer(rules, credential=TOKEN) as server:
        outcome = await publish(server.origin, replace(post, options=(("restli.version", "202601"),)))
    assert (outcome.kind, outcome.upstream_status, outcome.upstream_id) == (OutcomeKind.PUBLISHED, 204, urn)
    assert rules.posts["urn:li:share:7"] == {"commentary": "neu"}
    assert json.loads(outcome.answer) == {}
    assert server.violations == []


async def test_a_changed_comment_is_named_by_its_own_id() -> None:
    """Whoever erases the comment finds its versions, and whoever answers the post is shown the post."""
    post = make_post(
        operation="comment.update",
        kind=PostKind.EDIT,
        parts=(
            make_part("neu", slot="patch.message.$set.text"),
            make_part("urn:li:share:7", PartKind.OTHER, "path.id"),
            make_part("8", PartKind.OTHER, "path.comment"),
        ),
    )
    options = (("actor", ORGANISATION), ("restli.version", "202601"))
    async with FaultUpstream(behaviours=[fault.answer(204, b"")]).running() as upstream:
        outcome = await publish(upstream.origin, replace(post, options=options))
    assert (outcome.kind, outcome.upstream_id) == (OutcomeKind.PUBLISHED, "8")


@pytest.mark.parametrize(
    ("operation", "slots", "options"),
    [
        ("post.create", {"commentary": "Hallo"}, {"author": OTHER}),
        ("post.create", {"commentary": "Hallo", "author": OTHER}, {}),  # as a part: decided by an older version
        ("comment.create", {"message.text": "Hallo", "path.id": "urn:li:share:7"}, {"actor": OTHER}),
        ("reaction.create", {"root": "urn:li:share:7"}, {"actor": OTHER}),
        ("like.delete", {"path.id": "urn:li:share:7", "path.liker": OTHER}, {}),
    ],
)
async def test_nothing_is_sent_in_another_name(operation: str, slots: dict[str, str], options: dict[str, str]) -> None:
    """The token may open other pages of the house; the account does not."""
    outcomes = []
    for name in (OTHER, ORGANISATION):
        named = tuple(
            make_part(text.replace(OTHER, name), PartKind.BODY if text == "Hallo" else PartKind.OTHER, slot)
            for slot, text in slots.items()
        )
        said = {slot: text.replace(OTHER, name) for slot, text in options.items()} | {"restli.version": "202601"}
        post = replace(make_post(operation=operation, parts=named), options=tuple(sorted(said.items())))
        async with FaultUpstream(behaviours=[fault.answer(201, b'{"id":"1"}')]).running() as upstream:
            outcomes.append(((await publish(upstream.origin, post)).reason, len(upstream.seen)))
    assert outcomes == [("refused", 0), ("", 1)]


@pytest.mark.parametrize(("urn", "named"), [("urn:li:ugcPost:7", True), ("urn:li:share:Erika_Mustermann", False)])
async def test_a_name_of_somebodys_own_words_gets_into_no_record(urn: str, named: bool) -> None:
    """What is recorded of an outcome stays when a text is erased."""
    post = make_post(operation="post.delete", kind=PostKind.ACT, parts=(make_part(urn, PartKind.OTHER, "path.id"),))
    async with FaultUpstream(behaviours=[fault.answer(204, b"")]).running() as upstream:
        outcome = await publish(upstream.origin, replace(post, options=(("restli.version", "202601"),)))
    assert (outcome.kind, outcome.upstream_id) == (OutcomeKind.PUBLISHED, urn if named else None)
