"""Publisher and reader against a real server that speaks Mastodon's API: what we send is what it understands."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from proxy.core.model import Account, Part, PartKind, PostKind
from proxy.gate.outcome import Outcome, OutcomeKind
from proxy.gate.ports import SpooledMedia
from proxy.gate.wire import WireRequest
from proxy.platforms._wire.reading import UpstreamReader
from proxy.platforms._wire.upstream import UpstreamClient
from proxy.platforms.mastodon.addresses import Addresses
from proxy.platforms.mastodon.door import MastodonDoor
from proxy.platforms.mastodon.publishing import MastodonPublisher
from proxy.platforms.mastodon.table import TABLE
from tests.factories import make_part, make_post
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.publisher import make_released

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from proxy.core.model import Post
    from tests.e2e.servers.snac import SnacServer

ACCOUNT = Account(id="mastodon:presse", platform="mastodon", door="mastodon")
DOOR = "https://gw.example"


class Gateway:
    """The Mastodon adapters in front of one server."""

    def __init__(self, server: SnacServer) -> None:
        addresses = Addresses(door=DOOR, upstream=server.base_url)
        accounts = MemoryAccounts(presse=server.token)
        self.client = UpstreamClient(server.base_url, allow_private=True)
        self.door = MastodonDoor(addresses)
        self.publisher = MastodonPublisher(self.client, accounts=accounts, addresses=addresses, agent="postgate/1")
        self.reader = UpstreamReader(self.client, table=TABLE, accounts=accounts, agent="postgate/1")

    async def publish(self, post: Post, *media: SpooledMedia) -> Outcome:
        """Publish a post."""
        return await self.publisher.publish(make_released(post), media)

    async def read(self, path: str, query: str = "") -> Any:
        """Read as a client of the door."""
        endpoint = self.door.endpoint("GET", path)
        request = WireRequest(method="GET", path=path, query=query, headers=())
        answer = self.door.relay(endpoint, await self.reader.read(endpoint, request, ACCOUNT))
        assert answer.status == 200
        return json.loads(answer.body)

    async def status(self, outcome: Outcome) -> Any:
        """Read back what was published."""
        assert outcome.kind is OutcomeKind.PUBLISHED, outcome
        return await self.read(f"/api/v1/statuses/{outcome.upstream_id}")


@pytest.fixture
async def gateway(snac: SnacServer) -> AsyncIterator[Gateway]:
    """Make the adapters for an empty server."""
    gateway = Gateway(snac)
    yield gateway
    await gateway.client.close()


def path_id(outcome: Outcome) -> Part:
    """Make the identifier of a published status for a path."""
    return Part(kind=PartKind.OTHER, slot="path.id", text=str(outcome.upstream_id))


async def test_a_status_with_everything(gateway: Gateway) -> None:
    """Text, warning, language and visibility arrive; a reply finds its parent; an edit changes the text."""
    parts = (make_part("Grüße & 😀"), make_part("Achtung", PartKind.CONTENT_WARNING, "spoiler_text"))
    first = await gateway.publish(
        replace(make_post(parts=parts), options=(("sensitive", True), ("visibility", "unlisted")))
    )
    status = await gateway.status(first)
    assert "Grüße & 😀" in status["content"]
    assert status["spoiler_text"] == "Achtung"
    parent = Part(kind=PartKind.OTHER, slot="in_reply_to_id", text=str(first.upstream_id))
    reply = await gateway.publish(make_post(kind=PostKind.REPLY, parts=(make_part("Antwort"), parent)))
    assert (await gateway.status(reply))["in_reply_to_id"] == first.upstream_id
    edited = await gateway.publish(
        make_post(kind=PostKind.EDIT, operation="status.edit", parts=(make_part("Neu"), path_id(first)))
    )
    assert "Neu" in (await gateway.status(edited))["content"]


async def test_an_image_with_its_description(gateway: Gateway) -> None:
    """The image is uploaded with its alt text and hangs on the status."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    image = SpooledMedia(
        id="00000000-0000-4000-8000-00000000000a", mime="image/png", parts=(), data=out.getvalue(), decision="r"
    )
    alt = Part(kind=PartKind.ALT_TEXT, slot="media.0.description", text="Ein Hund")
    post = replace(make_post(parts=(make_part("Bild"), alt)), media=(image.id,))
    status = await gateway.status(await gateway.publish(post, image))
    assert [one["description"] for one in status["media_attachments"]] == ["Ein Hund"]


async def test_a_profile(gateway: Gateway) -> None:
    """Name, bio and fields are read by the server."""
    parts = (
        make_part("Bank", PartKind.DISPLAY_NAME, "display_name"),
        make_part("Wir & ihr", PartKind.PROFILE_FIELD, "note"),
        make_part("Netz", PartKind.PROFILE_FIELD, "fields_attributes.0.name"),
        make_part("bank.example", PartKind.PROFILE_FIELD, "fields_attributes.0.value"),
    )
    outcome = await gateway.publish(make_post(kind=PostKind.PROFILE, operation="profile.update", parts=parts))
    assert outcome.kind is OutcomeKind.PUBLISHED
    account = await gateway.read("/api/v1/accounts/verify_credentials")
    assert account["display_name"] == "Bank"
    assert "Wir" in account["note"]
    assert [one["name"] for one in account["fields"]][:1] == ["Netz"]


async def test_acts(gateway: Gateway) -> None:
    """A mark is a published act; a deletion that the server refuses is a clear rejection."""
    status = await gateway.publish(make_post("Hallo"))
    act = make_post(kind=PostKind.ACT, operation="status.favourite", parts=(path_id(status),))
    assert (await gateway.publish(act)).kind is OutcomeKind.PUBLISHED
    gone = make_post(
        kind=PostKind.ACT, operation="status.delete", parts=(Part(kind=PartKind.OTHER, slot="path.id", text="1"),)
    )
    outcome = await gateway.publish(gone)
    assert (outcome.kind, outcome.upstream_status) == (OutcomeKind.REJECTED, 404)


async def test_reads_of_a_client_that_starts(gateway: Gateway) -> None:
    """The instance names the door as its address, and tells its limits; the own statuses are listed."""
    instance = await gateway.read("/api/v1/instance")
    assert instance["uri"].removeprefix("https://") == "gw.example"
    assert instance["configuration"]["statuses"]["max_characters"] > 0
    assert "127.0.0.1" not in json.dumps(instance.get("urls"))
    published = await gateway.publish(make_post("Hallo"))
    own = await gateway.read("/api/v1/accounts/verify_credentials")
    listed = await gateway.read(f"/api/v1/accounts/{own['id']}/statuses", "limit=5")
    assert [one["id"] for one in listed] == [published.upstream_id]
    assert [one["id"] for one in await gateway.read("/api/v1/timelines/home", "limit=5")] == [published.upstream_id]


async def test_200_posts_and_reads_without_an_unclear_outcome(gateway: Gateway) -> None:
    """The server closes each connection unannounced; nobody reuses one, so nothing is ever unclear."""
    outcomes = [await gateway.publish(make_post(f"Beitrag {number}")) for number in range(100)]
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.PUBLISHED}
    assert len({outcome.upstream_id for outcome in outcomes}) == 100
    for outcome in outcomes:
        await gateway.status(outcome)
