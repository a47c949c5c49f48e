"""
What a client of Mastodon's API would send for a post that comes over the gateway's own API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.api_ports import Composed, Offers
from proxy.platforms._wire.composing import json_request, plain_request

if TYPE_CHECKING:
    from proxy.core.model import Account
    from proxy.gate.api_ports import Wanted
    from proxy.gate.wire import WireRequest
    from proxy.platforms._wire.strict_json import JsonValue


class MastodonComposer:
    """Implements `gate.api_ports.Composer`."""

    makes = frozenset({"status.create"})
    offers = Offers(images=16, alt_apart=True)

    async def compose(self, wanted: Wanted, account: Account) -> Composed:  # noqa: ARG002  the token tells whose it is
        """Return the request that makes a new status."""
        status: dict[str, JsonValue] = {"status": wanted.text}
        if wanted.media:
            status["media_ids"] = [item.id for item in wanted.media]
        if wanted.reply_to is not None:
            status["in_reply_to_id"] = wanted.reply_to
        return Composed(request=json_request("POST", "/api/v1/statuses", status))

    async def recall(self, platform_id: str, account: Account) -> WireRequest:  # noqa: ARG002
        """Return the request that deletes a status."""
        return plain_request("DELETE", f"/api/v1/statuses/{platform_id}")

    def limits(self) -> tuple[WireRequest, ...]:
        """Return the reads of the instance; some servers know only the older one."""
        return plain_request("GET", "/api/v2/instance"), plain_request("GET", "/api/v1/instance")
