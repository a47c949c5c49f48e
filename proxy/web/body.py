"""
The body of a request: read once, into memory, under a limit and a deadline.

A body must be complete within a fixed time and must not come slower than a minimum rate after a short grace, so a
client that sends a byte a second is gone after the grace.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from proxy.core.errors import MalformedRequest, RequestTooLarge, RequestTooSlow

if TYPE_CHECKING:
    from proxy.gate.wire import WireRequest

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class ClientLeft(ConnectionError):
    """The client closed the connection before its request was complete; there is nobody to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a body must come."""

    seconds: float = 30.0
    """Time for all of it."""
    rate: float = 1000.0
    """Bytes a second, after the grace."""
    grace: float = 5.0
    """Seconds before the rate counts."""

    def allowance(self, received: int) -> float:
        """Return the seconds since the start in which more must have come."""
        return min(self.seconds, self.grace + received / self.rate)


def declared_length(head: WireRequest) -> int | None:
    """Return the length a body announces: 0 without a body, None for a chunked one."""
    if head.header("transfer-encoding") is not None:
        return None
    return int(head.header("content-length") or 0)


async def read_body(request: web.BaseRequest, head: WireRequest, *, limit: int, pace: Pace) -> bytes:
    """
    Return the whole body.

    Raises:
        RequestTooLarge: more than `limit` bytes were announced or came.
        RequestTooSlow: it did not come fast enough.
        MalformedRequest: its framing is broken.
        ClientLeft: the client left.
    """
    length = declared_length(head)
    if length == 0:
        return b""
    if length is not None and length > limit:
        raise RequestTooLarge(expected=f"at most {limit} bytes", found="a longer body announced")
    try:
        if head.header("expect") is not None:
            await request.writer.write(_CONTINUE)
            request.writer.output_size = 0  # or aiohttp takes the answer for begun
        return await _read(request, limit=limit, pace=pace)
    except ConnectionError as error:
        raise ClientLeft from error


async def _read(request: web.BaseRequest, *, limit: int, pace: Pace) -> bytes:
    started = asyncio.get_running_loop().time()
    body = bytearray()
    try:
        if request.content.is_eof():  # it came with the head
            body += request.content.read_nowait()
            _check_size(len(body), limit)
            return bytes(body)
        while True:
            async with asyncio.timeout_at(started + pace.allowance(len(body))):
                chunk = await request.content.readany()
            if not chunk:
                return bytes(body)
            body += chunk
            _check_size(len(body), limit)
    except TimeoutError:
        raise RequestTooSlow(expected="the body in time", found="a part of it") from None
    except web.RequestPayloadError:
        raise MalformedRequest(expected="a complete body", found="broken framing") from None


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise RequestTooLarge(expected=f"at most {limit} bytes", found="a longer body")
