"""
Requests as a platform's own client would send them, for posts that come over the gateway's own API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.wire import WireRequest
from proxy.platforms._wire.building import JSON
from proxy.platforms._wire.values import dump_json

if TYPE_CHECKING:
    from proxy.platforms._wire.strict_json import JsonValue

Headers = tuple[tuple[str, str], ...]


def json_request(method: str, path: str, value: JsonValue, headers: Headers = ()) -> WireRequest:
    """Return a request with a JSON body."""
    types = (("content-type", JSON), *headers)
    return WireRequest(method=method, path=path, query="", headers=types, body=dump_json(value))


def plain_request(method: str, path: str, headers: Headers = (), *, query: str = "") -> WireRequest:
    """Return a request without a body."""
    return WireRequest(method=method, path=path, query=query, headers=headers)
