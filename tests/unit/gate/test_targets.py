"""A target reads what is wanted as its platform's door would, with the limits the platform states."""

from __future__ import annotations

import json

import pytest

from proxy.core.errors import TextTooLong
from proxy.core.model import Part, PartKind, PostKind
from proxy.gate.api_ports import Attached, Wanted
from proxy.gate.targets import Target, TargetRefused
from proxy.gate.wire import UpstreamAnswer
from proxy.platforms.mastodon.composing import MastodonComposer
from tests.fakes.native_house import InstanceReader, mastodon_door

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
    return Target(mastodon_door(), composer=MastodonComposer(), reader=reader), reader


async def test_a_draft_is_what_the_door_would_read() -> None:
    """With the descriptions of its images as texts before those of the uploads, and the key."""
    made, _ = target(INSTANCE)
    wanted = Wanted(
        text="Hallo", media=(Attached(id=IMAGE, alt="Ein Baum"), Attached(id=IMAGE[:-1] + "b")), reply_to="7"
    )
    endpoint, draft = await made.draft(wanted, key="k")

    assert (endpoint.name, draft.operation, draft.kind, draft.reply_to) == (
        "status.create", "status.create", PostKind.REPLY, "7",
    )  # fmt: skip
    assert draft.parts[-1] == Part(kind=PartKind.ALT_TEXT, slot="media.0.alt", text="Ein Baum")
    assert [part.text for part in draft.parts] == ["Hallo", "7", "Ein Baum"]
    assert (draft.media, draft.idempotency_key) == ((IMAGE, IMAGE[:-1] + "b"), "k")


async def test_the_platform_is_asked_for_its_limits_once() -> None:
    """A link counts as the platform says; a text that is too long is refused before anything is decided."""
    made, reader = target(INSTANCE)
    await made.draft(Wanted(text="x" * 14 + " https://example.test/a/very/long/link"), key=None)
    with pytest.raises(TextTooLong):
        await made.draft(Wanted(text="x" * 21), key=None)

    assert reader.read_paths == [NEWER]


async def test_an_older_server_is_asked_the_older_way() -> None:
    """The first read that is answered is enough."""
    made, reader = target(MISSING, INSTANCE)
    with pytest.raises(TextTooLong):
        await made.draft(Wanted(text="x" * 21), key=None)

    assert reader.read_paths == [NEWER, OLDER]


async def test_without_an_answer_the_platform_will_tell() -> None:
    """It is asked again with the next post; a server that knows neither read is not."""
    made, reader = target(None, INSTANCE)
    await made.draft(Wanted(text="x" * 21), key=None)
    with pytest.raises(TextTooLong):
        await made.draft(Wanted(text="x" * 21), key=None)
    silent, asked = target(MISSING, MISSING)
    await silent.draft(Wanted(text="x" * 21), key=None)
    await silent.draft(Wanted(text="x" * 21), key=None)

    assert (reader.read_paths, asked.read_paths) == ([NEWER, NEWER], [NEWER, OLDER])


async def test_a_recall_is_an_act_of_the_platform() -> None:
    """The door reads it as it reads a client's."""
    made, _ = target()
    endpoint, draft = await made.recall("115")

    assert (endpoint.name, draft.kind, [part.text for part in draft.parts]) == ("status.delete", PostKind.ACT, ["115"])


def test_a_refusal_says_which_target_and_why() -> None:
    """With what the platform would have said, and no text."""
    error = TargetRefused(TextTooLong(expected="at most 20 characters", found="more"), target="a:b", shape=b"{}")

    assert (error.target, error.shape, error.diagnostics().expected) == ("a:b", b"{}", "at most 20 characters")
