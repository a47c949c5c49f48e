"""
What a client of X's API would send for a post that comes over the gateway's own API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.api_ports import Composed, Offers
from proxy.platforms._wire.composing import json_request, plain_request
from proxy.platforms._wire.numbers import to_number

if TYPE_CHECKING:
    from proxy.core.model import Account
    from proxy.gate.api_ports import Wanted
    from proxy.gate.wire import WireRequest
    from proxy.platforms._wire.strict_json import JsonValue


class XComposer:
    """Implements `gate.api_ports.Composer`."""

    makes = frozenset({"tweet.create"})
    offers = Offers(alt_apart=True)

    async def compose(self, wanted: Wanted, account: Account) -> Composed:  # noqa: ARG002  the token tells whose it is
        """Return the request that makes a new post."""
        post: dict[str, JsonValue] = {"text": wanted.text}
        if wanted.media:
            post["media"] = {"media_ids": [to_number(item.id) for item in wanted.media]}
        if wanted.reply_to is not None:
            post["reply"] = {"in_reply_to_tweet_id": wanted.reply_to}
        return Composed(request=json_request("POST", "/2/tweets", post))

    async def recall(self, platform_id: str, account: Account) -> WireRequest:  # noqa: ARG002
        """Return the request that deletes a post."""
        return plain_request("DELETE", f"/2/tweets/{platform_id}")

    def limits(self) -> tuple[WireRequest, ...]:
        """Return nothing: X does not tell what an account's plan allows."""
        return ()
