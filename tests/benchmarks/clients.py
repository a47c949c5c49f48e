"""
What a client of each platform sends for a post, and to ask who it is, and how it knows that this worked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp

from tests.benchmarks.sink import DID, PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

_ORGANISATION = "urn:li:organization:5583111"
_PASSWORD = "credential-of-the-house"
_RESTLI = {"LinkedIn-Version": "202601"}
_RECORD = "app.bsky.feed.post"
_IMAGES = "images.bank.example"


class Exchange(Protocol):
    """One thing that a client does, with a text or without."""

    async def __call__(self, session: aiohttp.ClientSession, text: str) -> None:
        """
        Do it.

        Raises:
            RuntimeError: the answer is not the documented success.
        """
        ...


class LogIn(Protocol):
    """How a client comes by what it sends with each request."""

    async def __call__(self, address: str, token: str) -> str:
        """Return it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A platform, as a bank's installation has it and as a client uses it."""

    platform: str
    credential: str
    settings: str = ""
    """Further lines of the door's settings."""
    log_in: LogIn
    post: Exchange
    read: Exchange


async def ask(
    session: aiohttp.ClientSession,
    method: str,
    path: str,
    *,
    expected: int = 200,
    headers: Mapping[str, str] | None = None,
    **body: Any,
) -> tuple[Any, aiohttp.ClientResponse]:
    """
    Send one request; return the value and the answer.

    Raises:
        RuntimeError: another status came than the one expected.
    """
    async with session.request(method, path, headers=headers, **body) as answer:
        content = await answer.read()
    if answer.status != expected:
        raise RuntimeError(f"{method} {path} was answered with {answer.status}: {content[:300]!r}")
    return json.loads(content) if content else None, answer


def _must(name: str, value: Any) -> str:
    found = (value or {}).get(name)
    if not found:
        raise RuntimeError(f"an answer without {name}: {value}")
    return str(found)


async def post_status(session: aiohttp.ClientSession, text: str) -> None:
    """Post on Mastodon."""
    value, _ = await ask(session, "POST", "/api/v1/statuses", json={"status": text, "visibility": "public"})
    _must("uri", value)


async def _create_record(session: aiohttp.ClientSession, text: str) -> None:
    record = {"$type": _RECORD, "text": text, "createdAt": "2026-11-23T09:00:00.123Z", "langs": ["de"]}
    body = {"repo": DID, "collection": _RECORD, "record": record}
    value, _ = await ask(session, "POST", "/xrpc/com.atproto.repo.createRecord", json=body)
    _must("uri", value)


async def _tweet(session: aiohttp.ClientSession, text: str) -> None:
    value, _ = await ask(session, "POST", "/2/tweets", expected=201, json={"text": text})
    _must("id", value["data"])


async def _share(session: aiohttp.ClientSession, text: str) -> None:
    body = {
        "author": _ORGANISATION,
        "commentary": text,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    _, answer = await ask(session, "POST", "/rest/posts", expected=201, headers=_RESTLI, json=body)
    _must("x-restli-id", answer.headers)


async def _post_on_page(session: aiohttp.ClientSession, text: str) -> None:
    value, _ = await ask(session, "POST", f"/v26.0/{PAGE}/feed", data={"message": text})
    _must("id", value)


async def _post_picture(session: aiohttp.ClientSession, text: str) -> None:
    picture = {"caption": text, "image_url": f"https://{_IMAGES}/filiale.jpg", "alt_text": "Eine Tür"}
    await _publish(session, f"/v26.0/{PAGE}/media", picture)


async def _post_thread(session: aiohttp.ClientSession, text: str) -> None:
    await _publish(session, f"/v1.0/{PAGE}/threads", {"text": text, "media_type": "TEXT"})


async def _publish(session: aiohttp.ClientSession, path: str, container: dict[str, str]) -> None:
    """Make a container and publish it: two requests, one post."""
    value, _ = await ask(session, "POST", path, data=container)
    value, _ = await ask(session, "POST", f"{path}_publish", data={"creation_id": _must("id", value)})
    _must("id", value)


def _asks(path: str) -> Exchange:
    async def read(session: aiohttp.ClientSession, text: str) -> None:
        await ask(session, "GET", path)

    return read


async def _by_token(address: str, token: str) -> str:
    return token


async def _by_session(address: str, token: str) -> str:
    async with aiohttp.ClientSession(address) as session:
        body = {"identifier": DID, "password": token}
        value, _ = await ask(session, "POST", "/xrpc/com.atproto.server.createSession", json=body)
    return _must("accessJwt", value)


DOORS = (
    Door(
        platform="mastodon",
        credential=_PASSWORD,
        log_in=_by_token,
        post=post_status,
        read=_asks("/api/v1/accounts/verify_credentials"),
    ),
    Door(
        platform="bluesky",
        credential=f"{DID} {_PASSWORD}",
        log_in=_by_session,
        post=_create_record,
        read=_asks(f"/xrpc/app.bsky.actor.getProfile?actor={DID}"),
    ),
    Door(platform="x", credential=_PASSWORD, log_in=_by_token, post=_tweet, read=_asks("/2/users/me")),
    Door(
        platform="linkedin",
        credential=f"{_ORGANISATION} {_PASSWORD}",
        log_in=_by_token,
        post=_share,
        read=_asks("/v2/userinfo"),
    ),
    Door(
        platform="facebook",
        credential=_PASSWORD,
        log_in=_by_token,
        post=_post_on_page,
        read=_asks(f"/v26.0/{PAGE}?fields=id,name"),
    ),
    Door(
        platform="instagram",
        credential=_PASSWORD,
        settings=f"media_hosts: [{_IMAGES}]",
        log_in=_by_token,
        post=_post_picture,
        read=_asks(f"/v26.0/{PAGE}?fields=id,name"),
    ),
    Door(
        platform="threads",
        credential=_PASSWORD,
        settings=f"media_hosts: [{_IMAGES}]",
        log_in=_by_token,
        post=_post_thread,
        read=_asks(f"/v1.0/{PAGE}?fields=id,name"),
    ),
)
