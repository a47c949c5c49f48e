"""
How a door is reached: encrypted with a certificate of its own, or through the proxies that are listed, alone.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from proxy.settings.model import Limits
from proxy.web.connections import Proxies
from proxy.web.tls import Certificate
from tests.certificates import Authority
from tests.fakes.door_house import HOST, TOKEN, DoorHouse
from tests.integration.test_operations import Process

if TYPE_CHECKING:
    from pathlib import Path

READ = f"GET /me HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n"


async def _ask(port: int, *headers: str, trusting: ssl.SSLContext | None = None) -> bytes:
    """Return everything that comes back; nothing when the connection is dropped."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
    try:
        writer.write((READ + "".join(f"{header}\r\n" for header in headers) + "\r\n").encode())
        with suppress(ConnectionError):
            return await asyncio.wait_for(reader.read(), 10)
        return b""
    finally:
        writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()


async def test_a_door_with_a_certificate_speaks_tls_alone(tmp_path: Path) -> None:
    """Who trusts its authority is answered; who does not, and who speaks in clear, is not."""
    authority = await asyncio.to_thread(Authority, tmp_path)
    pair = {"certificate": tmp_path / "c.pem", "key": tmp_path / "c.key"}
    await asyncio.to_thread(authority.issue, pair["certificate"], pair["key"])
    certificate = await asyncio.to_thread(lambda: Certificate("m", **pair))
    trusting = await asyncio.to_thread(ssl.create_default_context, cafile=str(authority.file))
    async with Process(DoorHouse()).running(certificate=certificate) as process:
        port = process.house.port
        assert (await _ask(port, trusting=trusting)).startswith(b"HTTP/1.1 200")
        assert await _ask(port) == b""
        with pytest.raises(ssl.SSLCertVerificationError):
            await _ask(port, trusting=ssl.create_default_context())
        await asyncio.to_thread(authority.issue, **pair, name="second")
        assert await asyncio.to_thread(certificate.refresh)
        assert (await _ask(port, trusting=trusting)).startswith(b"HTTP/1.1 200")


async def test_a_handshake_has_a_deadline(tmp_path: Path) -> None:
    """That of the headers: a client that says nothing does not hold a connection for a minute."""
    authority = await asyncio.to_thread(Authority, tmp_path)
    pair = {"certificate": tmp_path / "c.pem", "key": tmp_path / "c.key"}
    await asyncio.to_thread(authority.issue, pair["certificate"], pair["key"])
    certificate = await asyncio.to_thread(lambda: Certificate("m", **pair))
    house = DoorHouse(limits=Limits(header_seconds=1))
    async with Process(house).running(certificate=certificate):
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        with suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 20) == b""
        writer.close()


async def test_a_door_behind_proxies_takes_connections_from_them_alone() -> None:
    """Everybody else is dropped before the first byte, and the log says so."""
    async with Process(DoorHouse()).running(proxies=Proxies(["127.0.0.0/8"])) as process:
        assert (await _ask(process.house.port)).startswith(b"HTTP/1.1 200")
    house = DoorHouse()
    async with Process(house).running(proxies=Proxies(["10.0.0.0/8"])) as process:
        assert await _ask(process.house.port) == b""
    assert [line["limit"] for line in house.lines.events() if line["event"] == "connection.refused"] == ["proxies"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (("X-Forwarded-Proto: https",), b"200"),
        (("X-Forwarded-Proto: http",), b"400"),
        (("X-Forwarded-Proto: https", "X-Forwarded-Proto: http"), b"400"),
        (("X-Forwarded-Proto: https,http",), b"400"),
    ],
)
async def test_what_a_proxy_took_in_clear_is_refused(headers: tuple[str, ...], status: bytes) -> None:
    """The token would have crossed the network readable."""
    async with Process(DoorHouse()).running(proxies=Proxies(["127.0.0.1"])) as process:
        assert (await _ask(process.house.port, *headers)).split()[1] == status


async def test_without_proxies_forwarded_headers_say_nothing() -> None:
    """Anybody could write them."""
    async with Process(DoorHouse()).running() as process:
        told = ("X-Forwarded-Proto: http", "X-Forwarded-For: 10.0.0.1", "Forwarded: for=10.0.0.1;proto=http")
        assert (await _ask(process.house.port, *told)).startswith(b"HTTP/1.1 200")
