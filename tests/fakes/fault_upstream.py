"""
A platform on loopback that breaks on command and counts every request it reads.

It speaks HTTP with bare sockets, so that it can do what no web framework would: close in the middle of a line, answer
without end, claim a length and send less.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    Behaviour = Callable[["Seen", asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One complete request that reached the platform."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True, kw_only=True)
class FaultUpstream:
    """What the platform does, in order; the last behaviour repeats."""

    behaviours: list[Behaviour]
    drop_connections: bool = False
    """Reset every connection before reading a byte."""
    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def origin(self) -> str:
        """Return the address a client is configured with."""
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FaultUpstream]:
        """Listen on a free port until the end of the block."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            if self.drop_connections:
                reset(writer)
                return
            seen = await _read(reader)
            self.seen.append(seen)
            position = min(len(self.seen), len(self.behaviours)) - 1
            await self.behaviours[position](seen, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method=method, path=path, headers=headers, body=body)


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset instead of an orderly end."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answer(status: int, body: bytes = b"{}", *headers: tuple[str, str], length: int | None = None) -> Behaviour:
    """Answer completely; with `length` claim another length than is sent."""

    async def behave(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} Something", f"Content-Length: {len(body) if length is None else length}"]
        lines += [f"{name}: {value}" for name, value in headers]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)

    return behave


def raw(data: bytes) -> Behaviour:
    """Send these bytes and close."""

    async def behave(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return behave


def close() -> Behaviour:
    """Close without a word."""
    return raw(b"")


def hang() -> Behaviour:
    """Answer nothing until the client goes away."""

    async def behave(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        await writer.wait_closed()

    return behave


def endless(status: int = 200) -> Behaviour:
    """Send a body that never ends."""

    async def behave(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\n\r\n[".encode())
        while True:
            writer.write(b"0," * 32_768)
            await writer.drain()

    return behave
