"""Whether a status is on a server that speaks Mastodon's API."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from proxy.core.model import Part, PartKind, Post
from proxy.gate.unclear import UNDETERMINED, Look, Window
from proxy.platforms._wire.upstream import Limits, UpstreamClient
from proxy.platforms.mastodon.lookup import MastodonLookup
from tests.factories import make_post
from tests.fakes import fault_upstream as fault
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.clock import START
from tests.fakes.fault_upstream import FaultUpstream

WINDOW = Window(since=START - timedelta(seconds=60), until=START + timedelta(seconds=180))
POST = make_post("Grüße von\n@bank@bank.example & Co.")
FOUND = Look(there="115", fresh=True)


def status(**changes: Any) -> dict[str, Any]:
    """Return a status as a server shows it, of the post above."""
    return {
        "id": "115",
        "created_at": "2026-11-23T09:00:05.000Z",
        "content": '<p>Gr\u00fc\u00dfe von<br><span class="h-card"><a href="https://bank.example/@bank">@<span>bank</span>'
        "</a></span> &amp; Co.</p>",
        "spoiler_text": "",
        "in_reply_to_id": None,
        "media_attachments": [],
    } | changes


async def find(*behaviours: fault.Behaviour, post: Post = POST, token: str = "token") -> tuple[Look, list[str]]:
    """Ask about a post; return what was seen, and which paths were asked for."""
    async with FaultUpstream(behaviours=list(behaviours)).running() as upstream:
        client = UpstreamClient(upstream.origin, allow_private=True, limits=Limits(total_s=0.5))
        lookup = MastodonLookup(client, accounts=MemoryAccounts(presse=token), agent="postgate/1")
        look = await lookup.find(post, WINDOW)
        await client.close()
    return look, [seen.path for seen in upstream.seen]


def shown(*statuses: object) -> tuple[fault.Behaviour, fault.Behaviour]:
    """Answer who it is, and with these statuses."""
    return _answer({"id": "7"}), _answer(list(statuses))


def _answer(value: object) -> fault.Behaviour:
    return fault.answer(200, json.dumps(value).encode())


async def test_the_one_status_that_says_it_was_published() -> None:
    """Found among the newest of the account itself, whatever the server did to the text."""
    look, paths = await find(*shown(status(id="9", content="<p>Etwas anderes</p>"), status()))

    assert look == FOUND
    assert paths == [
        "/api/v1/accounts/verify_credentials",
        "/api/v1/accounts/7/statuses?limit=40&exclude_reblogs=true",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"content": "<p>Gr\u00fc\u00dfe</p>"},
        {"content": None},
        {"spoiler_text": "Achtung"},
        {"in_reply_to_id": "3"},
        {"media_attachments": [{"id": "1"}]},
        {"created_at": "2026-11-23T08:00:00.000Z"},
        {"created_at": "2026-11-23T09:00:05.000"},
        {"created_at": "gestern"},
        {"created_at": None},
        {"id": None},
    ],
)
async def test_what_differs_in_anything_is_another_one(changes: dict[str, Any]) -> None:
    """Text, warning, what it answers, images, and its time."""
    assert (await find(*shown(status(**changes))))[0] == UNDETERMINED


async def test_answers_warnings_and_images_are_compared() -> None:
    """As the post has them."""
    post = replace(
        POST,
        parts=(*POST.parts, Part(kind=PartKind.CONTENT_WARNING, slot="spoiler_text", text="Achtung")),
        reply_to="3",
        media=("m",),
    )
    ours = status(spoiler_text="Achtung", in_reply_to_id="3", media_attachments=[{"id": "1"}])

    assert (await find(*shown(ours), post=post))[0] == FOUND


@pytest.mark.parametrize("statuses", [(), (status(), status(id="116")), ("status",)])
async def test_none_and_several_prove_nothing(statuses: tuple[object, ...]) -> None:
    """The server may show it late, and one of two is somebody else's."""
    assert (await find(*shown(*statuses)))[0] == UNDETERMINED


@pytest.mark.parametrize(
    "behaviours",
    [
        (fault.answer(401),),
        (fault.close(),),
        (fault.answer(200, b"<html>"),),
        (_answer({"id": "../7"}),),
        (_answer({}),),
        (_answer({"id": "7"}), fault.answer(500)),
        (_answer({"id": "7"}), fault.answer(200, b"[]", ("Content-Encoding", "gzip"))),
        (_answer({"id": "7"}), _answer({})),
    ],
)
async def test_without_an_answer_nobody_knows(behaviours: tuple[fault.Behaviour, ...]) -> None:
    """The server is away, does not take the credential, or says something else."""
    assert (await find(*behaviours))[0] == UNDETERMINED


async def test_without_a_credential_nobody_is_asked() -> None:
    """It does not open."""
    assert await find(token="") == (UNDETERMINED, [])


async def test_only_new_statuses_can_be_found() -> None:
    """A change or a like makes none."""
    assert await find(post=replace(POST, operation="status.edit")) == (UNDETERMINED, [])
