"""
What a platform's composer says, as its own door reads it; the images in it are invented.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import Account
from proxy.gate.api_ports import Attached, Wanted

if TYPE_CHECKING:
    from proxy.gate.api_ports import Composer
    from proxy.gate.ports import DoorPlatform
    from proxy.gate.wire import Draft, WireRequest

FIRST, SECOND = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
"""Ids of images."""
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x21\xf9\x04\x01\x00\x00\x00\x00"
    b"\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b"
)


def account(platform: str) -> Account:
    """Return the account of the house on a platform, by the one name that `MemoryAccounts` knows."""
    return Account(id="mastodon:presse", platform=platform, door=platform)


def image(media_id: str = FIRST, alt: str | None = None) -> Attached:
    """Return an image of the spool, opened."""
    return Attached(id=media_id, alt=alt, mime="image/gif", data=GIF)


def wanted(text: str = "Grüße", *media: Attached, reply_to: str | None = None) -> Wanted:
    """Return a post that is wanted."""
    return Wanted(text=text, media=media, reply_to=reply_to)


async def read(door: DoorPlatform, composer: Composer, post: Wanted) -> Draft:
    """Return what the door reads."""
    made = await composer.compose(post, account(door.name))
    endpoint = made.endpoint or door.endpoint(made.request.method, made.request.path)
    draft = await door.parse(endpoint, made.request)
    assert draft.operation in composer.makes
    return replace(draft, options=(*draft.options, *made.options))


async def recalled(door: DoorPlatform, composer: Composer, platform_id: str) -> Draft:
    """Return what the door reads of a recall."""
    request: WireRequest = await composer.recall(platform_id, account(door.name))
    return await door.parse(door.endpoint(request.method, request.path), request)


def texts(draft: Draft) -> dict[str, str]:
    """Return the parts of a draft by slot."""
    return {part.slot: part.text for part in draft.parts}
