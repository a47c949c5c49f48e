"""A target reads what is wanted as its platform's door would, with the limits the platform states."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import NotFound, TextTooLong, UnreadableField
from proxy.core.model import Account, Part, PartKind, PostKind
from proxy.gate.api_ports import Attached, Wanted
from proxy.gate.ports import Grant
from proxy.gate.targets import Target, TargetRefused
from proxy.gate.wire import Draft, Upload, UpstreamAnswer
from proxy.platforms.bluesky.blobs import cid_of
from proxy.platforms.bluesky.composing import BlueskyComposer
from proxy.platforms.bluesky.door import BlueskyDoor
from proxy.platforms.linkedin.composing import LinkedInComposer
from proxy.platforms.linkedin.credentials import Authors
from proxy.platforms.linkedin.door import LinkedInDoor
from proxy.platforms.mastodon.composing import MastodonComposer
from proxy.platforms.meta.composing import ContainerComposer, FacebookComposer
from proxy.platforms.meta.door import MetaDoor
from proxy.platforms.meta.table import table_of
from proxy.platforms.x.composing import XComposer
from proxy.platforms.x.door import XDoor
from tests.fakes import bluesky
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.composing import GIF
from tests.fakes.native_house import PRESS, InstanceReader, NativeHouse, anna, mastodon_door

if TYPE_CHECKING:
    from proxy.gate.api_ports import Composer
    from proxy.gate.ports import DoorPlatform

HOUSE = NativeHouse()
GRANT = Grant(principal=anna(), account=Account(id=PRESS, platform="mastodon", door="mastodon"))
LINKEDIN = LinkedInComposer(Authors(MemoryAccounts(presse="urn:li:person:a token")))
GRAM_TABLE = table_of("instagram", frozenset({"images.example"}))
GRAM, INSTAGRAM = MetaDoor("instagram", GRAM_TABLE), ContainerComposer("instagram", GRAM_TABLE)
IMAGE = "00000000-0000-4000-8000-00000000000a"
INSTANCE = UpstreamAnswer(
    status=200,
    headers={},
    body=json.dumps({"configuration": {"statuses": {"max_characters": 20, "characters_reserved_per_url": 5}}}).encode(),
)
MISSING = UpstreamAnswer(status=404, headers={}, body=b"{}")
NEWER, OLDER = "/api/v2/instance", "/api/v1/instance"


def target(*answers: UpstreamAnswer | None) -> tuple[Target, InstanceReader]:
    """Return a target whose platform answers this."""
    reader = InstanceReader(*answers)
    return Target(mastodon_door(), composer=MastodonComposer(), reader=reader, spool=HOUSE.ports.spool), reader


def one(composer: Composer, door: DoorPlatform, house: NativeHouse = HOUSE) -> Target:
    """Return the target of a platform that is not asked for its limits."""
    return Target(door, composer=composer, reader=InstanceReader(), spool=house.ports.spool)


async def uploaded(house: NativeHouse, alt: str = "") -> str:
    """Keep an image of the author and return its id."""
    parts = (Part(kind=PartKind.ALT_TEXT, slot="alt", text=alt),) if alt else ()
    image = Upload(slot="file", mime="image/gif", data=GIF)
    row = await house.uploads.take(
        Draft(operation="media.upload", kind=PostKind.MEDIA, parts=parts, uploads=(image,)), by=anna()
    )
    assert row.id is not None
    return row.id


async def test_a_draft_is_what_the_door_would_read() -> None:
    """With the descriptions of its images as texts before those of the uploads, and the key."""
    house = NativeHouse()
    first, second = await uploaded(house), await uploaded(house, "Ein Haus")
    made = Target(
        mastodon_door(), composer=MastodonComposer(), reader=InstanceReader(INSTANCE), spool=house.ports.spool
    )
    wanted = Wanted(text="Hallo", media=(Attached(id=first, alt="Ein Baum"), Attached(id=second)), reply_to="7")
    endpoint, draft = await made.draft(wanted, GRANT, key="k")

    assert (endpoint.name, draft.operation, draft.kind, draft.reply_to) == (
        "status.create", "status.create", PostKind.REPLY, "7",
    )  # fmt: skip
    assert draft.parts[-1] == Part(kind=PartKind.ALT_TEXT, slot="media.0.alt", text="Ein Baum")
    assert [part.text for part in draft.parts] == ["Hallo", "7", "Ein Baum"]
    assert (draft.media, draft.idempotency_key, draft.key_life) == ((first, second), "k", None)


async def test_an_image_goes_where_the_platform_has_it() -> None:
    """Bluesky names it by its bytes, Facebook takes it in the same request: the spool's id stands in the post."""
    house = NativeHouse()
    media = (Attached(id=await uploaded(house, "Ein Haus")),)
    bluesky_target = one(
        BlueskyComposer(MemoryAccounts(presse=bluesky.CREDENTIAL), reader=InstanceReader()), BlueskyDoor(), house
    )
    facebook = one(FacebookComposer(), MetaDoor("facebook", table_of("facebook", frozenset())), house)
    (_, record), (_, photo) = [
        await each.draft(Wanted(text="x", media=media), GRANT, key=None) for each in (bluesky_target, facebook)
    ]

    assert record.media == photo.media == (media[0].id,)
    assert dict(record.options)["record.embed.images.0.image.ref.$link"] == cid_of(GIF)
    assert record.idempotency_key is None
    assert [part.text for part in record.parts if part.kind is PartKind.ALT_TEXT] == ["Ein Haus"]
    assert (photo.uploads, [part.kind for part in photo.parts if part.kind is PartKind.FILE_NAME]) == ((), [])
    assert ("alt_text_custom", "Ein Haus") in [(part.slot, part.text) for part in photo.parts]


@pytest.mark.parametrize(
    ("composer", "door", "wanted", "expected"),
    [
        (LINKEDIN, LinkedInDoor(door="https://li.example"), Wanted(text="x", part=1), "without `thread`"),
        (INSTAGRAM, GRAM, Wanted(text="x"), "an image"),
        (INSTAGRAM, GRAM, Wanted(text="x", media=(Attached(id=IMAGE),)), "by the `url`"),
        (XComposer(), XDoor(), Wanted(text="x", media=(Attached(url="https://a.example/b"),)), "by the `id`"),
        (XComposer(), XDoor(), Wanted(text="x", media=(Attached(id=IMAGE),) * 5), "at most 4"),
    ],
)
async def test_what_a_platform_has_no_place_for_is_refused(
    composer: Composer, door: DoorPlatform, wanted: Wanted, expected: str
) -> None:
    """With what it would take instead."""
    with pytest.raises(UnreadableField) as caught:
        await one(composer, door).draft(wanted, GRANT, key=None)

    assert expected in caught.value.diagnostics().expected


async def test_an_image_of_nobody_is_not_found() -> None:
    """Nor is one of somebody else, or what is kept and no image."""
    house = NativeHouse()
    theirs = replace(GRANT, principal=replace(anna(), ref="a_andere"))
    media = (Attached(id=await uploaded(house)),)
    for wanted, grant in (
        (Wanted(text="x", media=(Attached(id=IMAGE),)), GRANT),
        (Wanted(text="x", media=media), theirs),
    ):
        with pytest.raises(NotFound):
            await one(XComposer(), XDoor(), house).draft(wanted, grant, key=None)
    house.log.tables.media[media[0].id] = replace(house.log.tables.media[media[0].id], mime="application/x")
    with pytest.raises(NotFound):
        await one(XComposer(), XDoor(), house).draft(Wanted(text="x", media=media), GRANT, key=None)


async def test_an_endpoint_of_the_gateways_own_is_in_no_table() -> None:
    """The composer names it; the address of its image is a part of the post."""
    wanted = Wanted(text="x", media=(Attached(url="https://images.example/a.jpg"),))
    endpoint, draft = await one(INSTAGRAM, GRAM).draft(wanted, GRANT, key=None)

    assert (endpoint.name, draft.operation, draft.media) == ("post.create", "post.create", ())


async def test_the_platform_is_asked_for_its_limits_once() -> None:
    """A link counts as the platform says; a text that is too long is refused before anything is decided."""
    made, reader = target(INSTANCE)
    await made.draft(Wanted(text="x" * 14 + " https://example.test/a/very/long/link"), GRANT, key=None)
    with pytest.raises(TextTooLong):
        await made.draft(Wanted(text="x" * 21), GRANT, key=None)

    assert reader.read_paths == [NEWER]


async def test_an_older_server_is_asked_the_older_way() -> None:
    """The first read that is answered is enough."""
    made, reader = target(MISSING, INSTANCE)
    with pytest.raises(TextTooLong):
        await made.draft(Wanted(text="x" * 21), GRANT, key=None)

    assert reader.read_paths == [NEWER, OLDER]


async def test_without_an_answer_the_platform_will_tell() -> None:
    """It is asked again with the next post; a server that knows neither read is not."""
    made, reader = target(None, INSTANCE)
    await made.draft(Wanted(text="x" * 21), GRANT, key=None)
    with pytest.raises(TextTooLong):
        await made.draft(Wanted(text="x" * 21), GRANT, key=None)
    silent, asked = target(MISSING, MISSING)
    await silent.draft(Wanted(text="x" * 21), GRANT, key=None)
    await silent.draft(Wanted(text="x" * 21), GRANT, key=None)

    assert (reader.read_paths, asked.read_paths) == ([NEWER, NEWER], [NEWER, OLDER])


async def test_a_recall_is_an_act_of_the_platform() -> None:
    """The door reads it as it reads a client's."""
    made, _ = target()
    endpoint, draft = await made.recall("115", GRANT)

    assert (endpoint.name, draft.kind, [part.text for part in draft.parts]) == ("status.delete", PostKind.ACT, ["115"])


def test_a_refusal_says_which_target_and_why() -> None:
    """With what the platform would have said, and no text."""
    error = TargetRefused(TextTooLong(expected="at most 20 characters", found="more"), target="a:b", shape=b"{}")

    assert (error.target, error.shape, error.diagnostics().expected) == ("a:b", b"{}", "at most 20 characters")
