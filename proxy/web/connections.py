"""
Connections: how many, how long, and what happens to bytes that are no HTTP.

aiohttp waits for ever for headers, logs malformed requests with their bytes and echoes them to the client. This
protocol closes connections over the caps, gives headers a deadline, and answers what cannot be parsed with a fixed
text. It overrides public methods only; tests with raw sockets watch each upgrade of aiohttp.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, cast

from aiohttp import web

from proxy.web.answer import GENERIC, to_response

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from proxy.gate.ports import Refusals
    from proxy.observability.logs import Log
    from proxy.observability.metrics import Metrics

_MAX_LINE = 8190
_MAX_HEADERS = 100


class _Phase(Enum):
    """What a connection is doing."""

    FRESH = auto()
    """Nothing has come yet."""
    HEADERS = auto()
    """A request has begun."""
    HANDLING = auto()
    """A handler works; the body has its own deadline."""
    IDLE = auto()
    """An answer is being sent or was sent."""


class Proxies:
    """Addresses of front proxies."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = tuple(ipaddress.ip_network(network) for network in networks)

    def __contains__(self, peer: str) -> bool:
        """Return whether a peer is one of them, also where IPv6 writes its IPv4 address."""
        try:
            address = ipaddress.ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        return any((mapped or address) in network for network in self._networks)


class Connections:
    """The open connections of this node, over all doors."""

    def __init__(self, *, total: int, per_peer: int) -> None:
        self._total = total
        self._per_peer = per_peer
        self._open = 0
        self._peers: Counter[str] = Counter()

    @property
    def open(self) -> int:
        """Return how many connections are open."""
        return self._open

    def enter(self, peer: str, *, shared: bool = False) -> str | None:
        """
        Count a connection in; return the limit that forbids it (`total` or `per_peer`), or None.

        A front proxy is one address for many clients (`shared`), so only the total holds for it.
        """
        if self._open >= self._total:
            return "total"
        if self._peers[peer] >= self._per_peer and not shared:
            return "per_peer"
        self._open += 1
        self._peers[peer] += 1
        return None

    def leave(self, peer: str) -> None:
        """Count a connection out that was counted in."""
        self._open -= 1
        self._peers[peer] -= 1
        if not self._peers[peer]:
            del self._peers[peer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What every connection of one listener shares."""

    door: str
    connections: Connections
    log: Log
    metrics: Metrics
    refusals: Refusals | None = None
    """None at the operations listener, which takes no posts."""
    proxies: Proxies | None = None
    """The only addresses that may connect; None: everybody may."""
    header_seconds: float = 5.0
    idle_seconds: float = 75.0
    linger_seconds: float = 2.0
    """Time a client gets to stop sending the body of a refused request."""

    def refuse(self, reason: str) -> None:
        """Note a refusal that no request handler saw."""
        self.metrics.refused(door=self.door, reason=reason)
        if self.refusals is not None:
            self.refusals.note(door=self.door, reason=reason)


class EdgeProtocol(web.RequestHandler):
    """One connection: aiohttp's protocol within limits."""

    def __init__(self, manager: web.Server, *, loop: asyncio.AbstractEventLoop, watch: Watch) -> None:
        super().__init__(
            manager,
            loop=loop,
            keepalive_timeout=watch.idle_seconds,
            access_log=None,  # type: ignore[arg-type]  # its own type says Logger, its own runner passes None
            max_line_size=_MAX_LINE,
            max_field_size=_MAX_LINE,
            max_headers=_MAX_HEADERS,
            lingering_time=watch.linger_seconds,
            auto_decompress=False,
        )
        self._edge_loop = loop
        self._watch = watch
        self._peer: str | None = None
        self._phase = _Phase.FRESH
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection in and give its first headers a deadline, or close it."""
        peer = str((transport.get_extra_info("peername") or ("local",))[0])
        proxies = self._watch.proxies
        if proxies is not None and peer not in proxies:
            self._watch.log.warning("connection.refused", door=self._watch.door, limit="proxies")
            cast("asyncio.Transport", transport).abort()
            return
        limit = self._watch.connections.enter(peer, shared=proxies is not None)
        if limit is not None:
            self._watch.log.warning("connection.refused", door=self._watch.door, limit=limit)
            cast("asyncio.Transport", transport).abort()
            return
        self._peer = peer
        super().connection_made(transport)
        self._enter(_Phase.FRESH, self._watch.header_seconds)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Count the connection out."""
        self._stop_timer()
        if self._peer is None:  # it was never let in, so aiohttp does not know it
            return
        self._watch.connections.leave(self._peer)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Start the deadline with the first byte of a request; aiohttp does the rest."""
        if self._peer is None:
            return
        if self._phase is _Phase.FRESH:
            self._phase = _Phase.HEADERS  # the deadline of the connection goes on
        elif self._phase is _Phase.IDLE:
            self._enter(_Phase.HEADERS, self._watch.header_seconds)
        super().data_received(data)

    def request_started(self) -> None:
        """Stop the deadline: the headers are complete."""
        self._stop_timer()
        self._phase = _Phase.HANDLING

    def request_ended(self) -> None:
        """Give the client some time to read the answer and to ask again."""
        if self.transport is not None:
            self._enter(_Phase.IDLE, self._watch.idle_seconds)

    def _enter(self, phase: _Phase, seconds: float) -> None:
        self._stop_timer()
        self._phase = phase
        self._timer = self._edge_loop.call_later(seconds, self._too_slow)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        """Drop the connection, with whatever its client did not read."""
        self._timer = None
        if self._phase is _Phase.HEADERS:
            self._watch.refuse("rate")
        if self.transport is not None:
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it holds the client's bytes
    ) -> web.StreamResponse:
        """Answer what could not be parsed with a fixed text, and close."""
        self.request_ended()
        answered = 400 if status < 500 else 500
        error = type(exc).__name__ if exc is not None else None
        self._watch.log.info("request.malformed", door=self._watch.door, status=answered, error=error)
        self._watch.metrics.request(door=self._watch.door, status=answered)
        if answered == 400:
            self._watch.refuse("malformed")
        if request.writer.output_size > 0:
            gone = "an answer was begun"
            raise ConnectionError(gone)
        return to_response(GENERIC[answered], close=True)

    def log_exception(self, *_args: object, **keys: object) -> None:
        """Log the class of an error, nothing else."""
        error = keys.get("exc_info")
        name = type(error).__name__ if isinstance(error, BaseException) else None
        self._watch.log.error("request.failed", door=self._watch.door, route="-", code="protocol", error=name)

    def log_debug(self, *_args: object, **_keys: object) -> None:
        """Log nothing."""


class EdgeServer(web.Server):
    """Makes an `EdgeProtocol` for each connection and cancels a handler whose client left."""

    def __init__(self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], *, watch: Watch) -> None:
        super().__init__(self._handle, handler_cancellation=True)
        self._handler = handler
        self._watch = watch
        self._edge_loop = asyncio.get_running_loop()

    def __call__(self) -> web.RequestHandler:
        """Return the protocol of one new connection."""
        return EdgeProtocol(self, loop=self._edge_loop, watch=self._watch)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        protocol = cast("EdgeProtocol", request.protocol)
        protocol.request_started()
        try:
            return await self._handler(request)
        finally:
            protocol.request_ended()
