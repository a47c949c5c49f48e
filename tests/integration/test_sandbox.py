"""The sandbox platform as an unmodified Mastodon.py sees it."""

from __future__ import annotations

import asyncio
import io
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from mastodon import Mastodon, MastodonAPIError, MastodonNotFoundError, MastodonUnauthorizedError
from PIL import Image

from proxy.web.sandbox import Sandbox
from tests.fakes.clock import ManualClock

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "sandbox-token"


@contextmanager
def serving(sandbox: Sandbox) -> Iterator[str]:
    """Serve a sandbox in a thread of its own; give its address."""
    loop = asyncio.new_event_loop()
    started: list[str] = []
    ready = threading.Event()
    stop = asyncio.Event()

    async def main() -> None:
        runner = web.AppRunner(sandbox.application())
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        started.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield started[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


@pytest.fixture
def sandbox() -> Sandbox:
    """Make an empty platform."""
    return Sandbox(token=TOKEN, now=ManualClock().now)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Any]:
    """Make an unmodified client of it."""
    with serving(sandbox) as address:
        yield Mastodon(api_base_url=address, access_token=TOKEN)


def picture() -> bytes:
    """Draw a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return out.getvalue()


def test_statuses_live_and_die(client: Any, sandbox: Sandbox) -> None:
    """Post, read, edit, reply, mark, list and delete, with the objects the client expects."""
    status = client.status_post("Grüße & <b>", visibility="unlisted", spoiler_text="Achtung", idempotency_key="k-1")
    assert status.content == "<p>Grüße &amp; &lt;b&gt;</p>"
    assert status.account.acct == "presse"
    assert status.visibility == "unlisted"
    assert client.status(status.id).spoiler_text == "Achtung"
    assert client.status_source(status.id).text == "Grüße & <b>"
    edited = client.status_update(status.id, "Neu")
    assert edited.edited_at is not None
    reply = client.status_reply(status, "Antwort")
    assert [one.id for one in client.status_context(status.id).descendants] == [reply.id]
    assert client.status_favourite(status.id).favourited
    assert not client.status_unfavourite(status.id).favourited
    assert client.status_reblog(status.id).reblogged
    assert [one.id for one in client.timeline_home()] == [reply.id, status.id]
    page = client.timeline_home(limit=1)
    assert [one.id for one in client.fetch_next(page)] == [status.id]
    client.status_delete(status.id)
    with pytest.raises(MastodonNotFoundError):
        client.status(status.id)
    first = sandbox.received[0]
    assert first.operation == "POST /api/v1/statuses"
    assert first.key == "k-1"
    assert "Grüße & <b>" in first.texts


def test_polls_and_images(client: Any, sandbox: Sandbox) -> None:
    """A poll comes as JSON, an image as multipart; both arrive."""
    poll = client.make_poll(["Ja", "Nein"], expires_in=3600)
    status = client.status_post("Frage?", poll=poll)
    assert [option.title for option in status.poll.options] == ["Ja", "Nein"]
    media = client.media_post(picture(), mime_type="image/png", description="Ein Hund", file_name="Hund.png")
    assert media.description == "Ein Hund"
    assert client.media(media.id).type == "image"
    posted = client.status_post("Bild", media_ids=[media])
    assert [one.id for one in posted.media_attachments] == [media.id]
    (stored,) = sandbox.pictures.values()
    assert (stored.file_name, stored.mime, stored.size) == ("Hund.png", "image/png", len(picture()))


def test_profile(client: Any, sandbox: Sandbox) -> None:
    """Texts, fields and flags of a profile."""
    account = client.account_update_credentials(
        display_name="Bank", note="Wir", fields=[("Netz", "bank.example")], locked=True
    )
    assert (account.display_name, account.source.note, account.locked) == ("Bank", "Wir", True)
    assert account.fields[0].value == "bank.example"
    assert client.account_verify_credentials().display_name == "Bank"
    assert client.account(account.id).note == "<p>Wir</p>"
    assert client.account_relationships(account.id)[0].following is False
    assert sandbox.received[-1].operation == "PATCH /api/v1/accounts/update_credentials"


def test_start_up_and_other_reads(client: Any) -> None:
    """What clients read before they do anything."""
    assert client.instance_v1().configuration.statuses.max_characters == 500
    assert client.instance_v2().domain.startswith("127.0.0.1")
    assert client.retrieve_mastodon_version() == "4.3.0"
    assert client.preferences()["posting:default:visibility"] == "public"
    assert client.notifications() == []
    assert client.custom_emojis() == []


def test_lists_filters_reports_and_notes(client: Any, sandbox: Sandbox) -> None:
    """The other places that take text."""
    made = client.list_create("Kunden")
    assert client.list_update(made.id, "Presse").title == "Presse"
    client.list_delete(made.id)
    assert client.filter_create("Wort", ["home"]).phrase == "Wort"
    client.report(sandbox.profile.id, comment="Spam")
    assert client.account_note_set(sandbox.profile.id, "Notiz").note == "Notiz"
    assert [one.texts[0] for one in sandbox.received if "reports" in one.operation] == [sandbox.profile.id]
    with pytest.raises(MastodonNotFoundError):
        client.list_delete(made.id)


def test_refuses_like_the_real_one(client: Any, sandbox: Sandbox) -> None:
    """Empty and long texts, unknown images and accounts, a wrong token."""
    for text in ("", "x" * 501):
        with pytest.raises(MastodonAPIError):
            client.status_post(text)
    with pytest.raises(MastodonAPIError):
        client.status_post("x", media_ids=["1"])
    with pytest.raises(MastodonNotFoundError):
        client.media(1)
    assert sandbox.statuses == {}
    stranger = Mastodon(api_base_url=client.api_base_url, access_token="wrong")
    with pytest.raises(MastodonUnauthorizedError):
        stranger.account_verify_credentials()


def test_what_is_sent_twice_is_published_twice(client: Any, sandbox: Sandbox) -> None:
    """It ignores idempotency keys, so that a double send of the gateway would show."""
    for _ in range(2):
        client.status_post("Zweimal", idempotency_key="same")
    assert len(sandbox.statuses) == 2
    assert [one.key for one in sandbox.received] == ["same", "same"]
