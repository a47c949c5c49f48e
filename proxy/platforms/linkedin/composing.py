"""
What a client of LinkedIn's API would send for a post that comes over the gateway's own API.

It is written in the first name of the account's credential. LinkedIn reads a markup in texts (`@[Name](urn)`) and cuts
off what follows a bracket of it that makes no sense, so the author's text is marked as plain: it is decided as it was
written, and its signs are escaped when the request to LinkedIn is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from proxy.core.errors import GateUnavailable
from proxy.gate.api_ports import Composed, Offers
from proxy.platforms._wire.composing import json_request, plain_request
from proxy.platforms._wire.exchange import NoCredential
from proxy.platforms.linkedin.building import PLAIN_TEXT
from proxy.platforms.linkedin.fields import image_urn

if TYPE_CHECKING:
    from proxy.core.model import Account
    from proxy.gate.api_ports import Attached, Wanted
    from proxy.gate.wire import WireRequest
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms.linkedin.credentials import Authors

_VERSION = (("linkedin-version", "202601"), ("x-restli-protocol-version", "2.0.0"))


class LinkedInComposer:
    """Implements `gate.api_ports.Composer`."""

    makes = frozenset({"post.create"})
    offers = Offers(threads=False, images=20)

    def __init__(self, authors: Authors) -> None:
        self._authors = authors

    async def compose(self, wanted: Wanted, account: Account) -> Composed:
        """
        Return the request that makes a new post.

        Raises:
            GateUnavailable: the account's credential does not say in whose name it writes.
        """
        try:
            author = await self._authors.first(account.id)
        except NoCredential:
            raise GateUnavailable(found="the account's credential in another shape") from None
        post: dict[str, JsonValue] = {
            "author": author,
            "commentary": wanted.text,
            "visibility": "PUBLIC",
            "distribution": {"feedDistribution": "MAIN_FEED"},
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }
        if len(wanted.media) == 1:
            post["content"] = {"media": _image(wanted.media[0])}
        elif wanted.media:
            post["content"] = {"multiImage": {"images": [_image(item) for item in wanted.media]}}
        request = json_request("POST", "/rest/posts", post, _VERSION)
        return Composed(request=request, options=((PLAIN_TEXT, True),))

    async def recall(self, platform_id: str, account: Account) -> WireRequest:  # noqa: ARG002  the token tells whose
        """Return the request that deletes a post."""
        return plain_request("DELETE", f"/rest/posts/{quote(platform_id, safe='')}", _VERSION)

    def limits(self) -> tuple[WireRequest, ...]:
        """Return nothing: the limits of LinkedIn are known."""
        return ()


def _image(item: Attached) -> dict[str, JsonValue]:
    urn: dict[str, JsonValue] = {"id": image_urn(item.id)}
    return urn if item.alt is None else {**urn, "altText": item.alt}
