"""
The way out: one HTTP client for requests to platforms, with our limits and without anything that acts on its own.

No redirects, no retries, no proxies or passwords from the environment, no cookies, no decompression, no reuse of
connections. What became of a request is told in two words: `Unsent` is raised only when no byte of it was handed to a
socket, `Unclear` for everything after that.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp import ClientTimeout
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

_FORBIDDEN_IPV6 = tuple(
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10")
)
"""Transition networks: an IPv4 address of any kind may hide in them."""


class Unsent(Exception):
    """No byte of the request was handed to a socket."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unclear(Exception):
    """Something was sent and no complete answer came."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how large an exchange may be."""

    connect_s: float = 5.0
    total_s: float = 30.0
    answer_bytes: int = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A complete answer."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    """Names in lower case."""
    body: bytes = field(repr=False)
    """Empty when the answer came compressed, which nobody asked for; see `readable`."""
    readable: bool = True

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public internet; what cannot be read does not."""
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _FORBIDDEN_IPV6):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class GuardedResolver(AbstractResolver):
    """Looks names up and refuses the answer when one of the addresses is not public."""

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return addresses that may be connected to; they are connected to as they are, without another look-up."""
        found = await self._inner.resolve(host, port, family)
        if not all(is_public(result["host"]) for result in found):
            raise OSError("the platform's name points into a private network")
        return found

    async def close(self) -> None:
        """Release the inner resolver."""
        await self._inner.close()


def _ignore(_place: str) -> None:
    """Do nothing: no fault points but in tests."""


@dataclass(slots=True)
class _Progress:
    """How far one request has come."""

    connected: bool = False


_PROGRESS: ContextVar[_Progress] = ContextVar("progress")
"""Of the request that this task is sending."""


class _Connector(aiohttp.TCPConnector):
    """Notes when a request gets its connection: from then on bytes may have left, before certainly none."""

    def __init__(self, *, faults: Callable[[str], None], **options: Any) -> None:  # noqa: ANN401 - aiohttp's own
        super().__init__(**options)
        self._faults = faults

    async def connect(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Connection:  # noqa: ASYNC109 - aiohttp's signature
        """Return a connection for a request."""
        connection = await super().connect(req, traces, timeout)
        self._faults("before_first_byte")
        _PROGRESS.get().connected = True
        return connection


class UpstreamClient:
    """
    Sends requests to one configured origin.

    The address is checked where the socket is made, so it does not matter how it was found: by name, or as a literal.
    """

    def __init__(
        self,
        origin: str,
        *,
        allow_private: bool = False,
        limits: Limits | None = None,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
        faults: Callable[[str], None] | None = None,
        also: tuple[str, ...] = (),
    ) -> None:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.username:
            raise ValueError("an origin is a scheme and a host, such as https://social.example")
        self.origin = origin
        self._origins = frozenset({origin, *also})
        """Where requests may go: the platform, and where it takes uploads."""
        self._allow_private = allow_private
        self._limits = limits or Limits()
        self._resolver = resolver
        self._tls = tls
        self._faults = faults or _ignore
        self._traced = faults is not None
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None, origin: str | None = None
    ) -> Reply:
        """
        Send one request, once; to another origin only when it was configured.

        Raises:
            Unsent: certainly nothing left.
            Unclear: something may have arrived.
        """
        target = origin or self.origin
        if target not in self._origins:
            raise Unsent("origin")
        progress = _Progress()
        _PROGRESS.set(progress)
        try:
            async with self._opened().request(
                method,
                URL(f"{target}{path}", encoded=True),
                data=body,
                headers=headers,
                allow_redirects=False,
            ) as response:
                self._faults("after_status")
                reply = await self._reply(response)
                self._faults("after_body")
                return reply
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
            # The foreign error's text may hold the address or a piece of the answer, so it ends here.
            if progress.connected:
                raise Unclear("timeout" if isinstance(error, TimeoutError) else "closed") from None
            raise Unsent("tls" if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError) else "connect") from None

    async def _reply(self, response: aiohttp.ClientResponse) -> Reply:
        headers = tuple((name.lower(), value) for name, value in response.headers.items())
        encoded = response.headers.get("content-encoding", "identity").lower() != "identity"
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > self._limits.answer_bytes:
                response.close()
                raise Unclear("too_large")
        return Reply(
            status=response.status, headers=headers, body=b"" if encoded else bytes(body), readable=not encoded
        )

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            resolver = self._resolver or ThreadedResolver()
            connector = _Connector(
                faults=self._faults,
                resolver=resolver if self._allow_private else GuardedResolver(resolver),
                socket_factory=self._socket,
                force_close=True,
                ssl=self._tls or True,
            )
            trace = aiohttp.TraceConfig()
            trace.on_request_chunk_sent.append(self._note_request)
            self._session = aiohttp.ClientSession(
                connector=connector,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self._limits.total_s, sock_connect=self._limits.connect_s),
                trace_configs=[trace] if self._traced else [],
                trust_env=False,
                skip_auto_headers=("User-Agent", "Content-Type"),
            )
            # aiohttp sends PUT and DELETE again by itself when the server closes without an answer.
            self._session._retry_connection = False  # noqa: SLF001 - there is no public switch; a test counts requests
        return self._session

    async def _note_request(self, _session: object, _context: object, _params: object) -> None:
        # aiohttp tells before it writes, and writes without another pause: the next turn of the loop comes after it.
        asyncio.get_running_loop().call_soon(self._faults, "after_request")

    def _socket(self, address: tuple[object, ...]) -> socket.socket:
        family, kind, proto, _, target = address
        if not self._allow_private and not (isinstance(target, tuple) and is_public(str(target[0]))):
            raise OSError("the platform's address lies in a private network")
        return socket.socket(family, kind, proto)  # type: ignore[arg-type]  # aiohttp's tuple is only loosely typed
