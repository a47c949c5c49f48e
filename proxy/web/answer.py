"""
From a `WireAnswer` to aiohttp's response, with the headers every answer carries and none that tells what we run on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from proxy.gate.wire import WireAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

GENERIC = {
    400: WireAnswer(status=400, body=b'{"error":"The request was refused."}'),
    500: WireAnswer(status=500, body=b'{"error":"Internal error in the gateway."}'),
}
"""Answers where no platform's shape applies; they echo nothing."""

ALWAYS = (
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
)
NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""What an answer may load where it does not say so itself, as a page of the gateway's own does."""

_OURS = frozenset(
    {"connection", "content-encoding", "content-length", "date", "server", "set-cookie", "trailer", "transfer-encoding"}
)
"""Headers that only this module and aiohttp may set, or nobody."""
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
_REASON = re.compile(r"[\x20-\x7e]{1,128}")


class _Response(web.Response):
    """A response without the `Server` header that aiohttp adds."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.pop(hdrs.SERVER, None)


def to_response(answer: WireAnswer, *, close: bool = False, extra: Mapping[str, str] | None = None) -> web.Response:
    """
    Return the response that sends an answer; with `close` it is the connection's last.

    Raises:
        ValueError: a header that would not arrive as it was meant.
    """
    response = _Response(status=answer.status, reason=_reason(answer.reason), body=answer.body)
    for name, value in (*answer.headers, *(extra or {}).items()):
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            message = "a response header is not printable ASCII"
            raise ValueError(message)
        if name.lower() not in _OURS:
            response.headers[name] = value
    for name, value in ALWAYS:
        response.headers[name] = value
    response.headers.setdefault("content-security-policy", NOTHING)
    if close:
        response.force_close()
    return response


def _reason(phrase: str | None) -> str | None:
    """Return a phrase that fits into a status line, or None for the usual one."""
    return phrase if phrase is not None and _REASON.fullmatch(phrase) else None
