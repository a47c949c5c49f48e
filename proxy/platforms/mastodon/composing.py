"""
What a client of Mastodon's API would send for a post that comes over the gateway's own API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.wire import WireRequest
from proxy.platforms._wire.values import dump_json

if TYPE_CHECKING:
    from proxy.gate.api_ports import Wanted
    from proxy.platforms._wire.strict_json import JsonValue

_JSON = (("content-type", "application/json"),)


class MastodonComposer:
    """Implements `gate.api_ports.Composer`."""

    makes = "status.create"

    def compose(self, wanted: Wanted) -> WireRequest:
        """Return the request that makes a new status."""
        status: dict[str, JsonValue] = {"status": wanted.text}
        if wanted.media:
            status["media_ids"] = [item.id for item in wanted.media]
        if wanted.reply_to is not None:
            status["in_reply_to_id"] = wanted.reply_to
        return _request("POST", "/api/v1/statuses", dump_json(status))

    def recall(self, platform_id: str) -> WireRequest:
        """Return the request that deletes a status."""
        return _request("DELETE", f"/api/v1/statuses/{platform_id}")

    def limits(self) -> tuple[WireRequest, ...]:
        """Return the reads of the instance; some servers know only the older one."""
        return _request("GET", "/api/v2/instance"), _request("GET", "/api/v1/instance")


def _request(method: str, path: str, body: bytes = b"") -> WireRequest:
    return WireRequest(method=method, path=path, query="", headers=_JSON if body else (), body=body)
