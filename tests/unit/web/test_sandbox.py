"""The sandbox platform at the level of HTTP: tokens, wire formats, what it remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from proxy.web.sandbox import Sandbox
from tests.fakes.clock import ManualClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HEADERS = {"Authorization": "Bearer t-1"}


@pytest.fixture
def sandbox() -> Sandbox:
    """Make an empty platform."""
    return Sandbox(token="t-1", now=ManualClock().now)


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Any]:
    """Make an HTTP client of it."""
    async with TestClient(TestServer(sandbox.application())) as client:
        yield client


@pytest.mark.parametrize("path", ["/api/v1/instance", "/api/v1/instance/", "/api/v2/instance", "/api/v2/instance/"])
async def test_the_instance_is_public(client: Any, path: str) -> None:
    """Anybody may read what the server is."""
    answer = await client.get(path)
    assert answer.status == 200
    assert (await answer.json())["title"] == "Sandbox"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer other"}, {"Authorization": "t-1"}])
async def test_everything_else_needs_the_token(client: Any, sandbox: Sandbox, headers: dict[str, str]) -> None:
    """A wrong token is told so in Mastodon's words, and nothing is taken."""
    answer = await client.post("/api/v1/statuses", json={"status": "x"}, headers=headers)
    assert answer.status == 401
    assert await answer.json() == {"error": "The access token is invalid"}
    assert sandbox.received == []


async def test_unknown_paths_and_objects(client: Any) -> None:
    """404 in Mastodon's shape, never a page."""
    for path in ("/api/v1/nothing", "/api/v1/statuses/1", "/api/v1/accounts/1", "/api/v1/media/1"):
        answer = await client.get(path, headers=HEADERS)
        assert answer.status == 404
        assert await answer.json() == {"error": "Record not found"}


async def test_wire_formats_say_the_same(client: Any, sandbox: Sandbox) -> None:
    """JSON and form are remembered as the same leaves."""
    poll = {"options": ["a", "b"], "expires_in": "300", "multiple": "true"}
    await client.post("/api/v1/statuses", json={"status": "x", "poll": poll}, headers=HEADERS)
    form = FormData()
    for name, value in (
        ("status", "x"),
        ("poll[options][]", "a"),
        ("poll[options][]", "b"),
        ("poll[expires_in]", "300"),
        ("poll[multiple]", "true"),
    ):
        form.add_field(name, value)
    await client.post("/api/v1/statuses", data=form, headers=HEADERS)
    first, second = sandbox.received
    assert first.fields == second.fields
    assert first.fields[:3] == (("status", "x"), ("poll.options.0", "a"), ("poll.options.1", "b"))
    assert {tuple(one.poll_options) for one in sandbox.statuses.values()} == {("a", "b")}
    assert all(one.poll_multiple for one in sandbox.statuses.values())


async def test_profile_fields_as_a_list(client: Any, sandbox: Sandbox) -> None:
    """Some clients send profile fields as a JSON list."""
    fields = {"fields_attributes": [{"name": "a", "value": "b"}]}
    answer = await client.patch("/api/v1/accounts/update_credentials", json=fields, headers=HEADERS)
    assert answer.status == 200
    assert sandbox.profile.fields == [("a", "b")]


async def test_uploads_need_a_file(client: Any) -> None:
    """An upload without a file is refused."""
    answer = await client.post("/api/v2/media", data={"description": "x"}, headers=HEADERS)
    assert answer.status == 422


async def test_nothing_received_is_shown_by_a_representation(client: Any, sandbox: Sandbox) -> None:
    """Texts stay out of every repr."""
    await client.post("/api/v1/statuses", json={"status": "Max Mustermann"}, headers=HEADERS)
    assert "Mustermann" not in f"{sandbox.received!r}{sandbox.statuses!r}{sandbox.profile!r}"
    assert sandbox.received[0].texts == ("Max Mustermann",)
