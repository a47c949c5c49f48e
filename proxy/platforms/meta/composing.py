"""
What a client of Meta's Graph API would send for a post that comes over the gateway's own API.

The account is `me`: the page, or the person, of the account's token. Instagram and Threads publish in two steps, of
which the gateway knows only the whole: an endpoint of its own (`post.create`), from which the publisher makes both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.api_ports import Composed, Offers
from proxy.gate.wire import WireRequest
from proxy.platforms._wire.building import EXTENSIONS, multipart_of
from proxy.platforms._wire.composing import json_request, plain_request
from proxy.platforms.meta.table import VERSIONS, WHOLE

if TYPE_CHECKING:
    from proxy.core.model import Account
    from proxy.gate.api_ports import Attached, Wanted
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.table import Table

_ME = "me"


class FacebookComposer:
    """Implements `gate.api_ports.Composer` for pages on Facebook."""

    makes = frozenset({"feed.create", "photo.create"})
    offers = Offers(threads=False, images=1)

    async def compose(self, wanted: Wanted, account: Account) -> Composed:  # noqa: ARG002  the token tells whose it is
        """Return the request that makes a new post, or a photo with its text."""
        if wanted.media:
            return Composed(request=_photo(wanted.text, wanted.media[0]))
        return Composed(request=json_request("POST", f"/{_ME}/feed", {"message": wanted.text}))

    async def recall(self, platform_id: str, account: Account) -> WireRequest:  # noqa: ARG002
        """Return the request that deletes a post."""
        return plain_request("DELETE", f"/{platform_id}")

    def limits(self) -> tuple[WireRequest, ...]:
        """Return nothing: the limits of Meta's platforms are known."""
        return ()


class ContainerComposer:
    """Implements `gate.api_ports.Composer` for Instagram and Threads."""

    makes = frozenset({WHOLE})

    def __init__(self, platform: str, table: Table) -> None:
        self._threads = platform == "threads"
        places = (("version", VERSIONS[platform]), ("id", _ME))
        self._endpoint = table.by_name[WHOLE].endpoint(places)
        self.offers = Offers(threads=self._threads, images=1, by_address=True, needs_image=not self._threads)

    async def compose(self, wanted: Wanted, account: Account) -> Composed:  # noqa: ARG002  the token tells whose it is
        """Return a new post as a whole."""
        image = wanted.media[0] if wanted.media else None
        fields: dict[str, JsonValue] = {"text" if self._threads else "caption": wanted.text} if wanted.text else {}
        if self._threads:
            fields["media_type"] = "TEXT" if image is None else "IMAGE"
        if image is not None:
            fields |= {"image_url": image.url, "alt_text": image.alt}
        if wanted.reply_to is not None:
            fields["reply_to_id"] = wanted.reply_to
        return Composed(request=json_request("POST", f"/{_ME}", fields), endpoint=self._endpoint)

    async def recall(self, platform_id: str, account: Account) -> WireRequest:  # noqa: ARG002
        """Return the request that deletes a post."""
        return plain_request("DELETE", f"/{platform_id}")

    def limits(self) -> tuple[WireRequest, ...]:
        """Return nothing: the limits of Meta's platforms are known."""
        return ()


def _photo(text: str, item: Attached) -> WireRequest:
    fields = [("caption", text)] if text else []
    fields += [] if item.alt is None else [("alt_text_custom", item.alt)]
    body, content_type = multipart_of(fields, ("source", f"image.{EXTENSIONS[item.mime]}", item.mime, item.data))
    headers = (("content-type", content_type),)
    return WireRequest(method="POST", path=f"/{_ME}/photos", query="", headers=headers, body=body)
