"""The way out: only to public addresses of configured origins, one request, bounded answers."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from proxy.platforms._wire.upstream import GuardedResolver, Limits, Unclear, Unsent, UpstreamClient, is_public
from tests.fakes import fault_upstream as fault
from tests.fakes.fault_upstream import FaultUpstream
from tests.fakes.resolver import ScriptedResolver

if TYPE_CHECKING:
    from pathlib import Path

    from aiohttp.abc import AbstractResolver


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_public_addresses(address: str) -> None:
    """Ordinary addresses of the internet, also an IPv4 one mapped into IPv6."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "fec0::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        *("2001:0:1::1", "2130706433", "127.1", "0x7f.1", "localhost", ""),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    """Loopback, private, link-local, metadata, documentation, multicast, transition networks and nonsense."""
    assert not is_public(address)


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:10.0.0.1"]])
async def test_one_private_address_refuses_the_whole_answer(addresses: list[str]) -> None:
    """A name that points, even partly, into a private network is not connected to."""
    guarded = GuardedResolver(ScriptedResolver({"social.example": [addresses]}))
    with pytest.raises(OSError, match="private network"):
        await guarded.resolve("social.example", 443)


async def send(origin: str, *, resolver: AbstractResolver | None = None, allow_private: bool = False) -> int:
    """Send one GET; return the status."""
    client = UpstreamClient(origin, allow_private=allow_private, resolver=resolver, limits=Limits(total_s=2.0))
    try:
        return (await client.send("GET", "/api/v1/instance", headers={}, body=None)).status
    finally:
        await client.close()


async def test_private_networks_only_when_the_door_allows_them() -> None:
    """The same loopback server is reached or refused by one setting, by literal and by name."""
    async with FaultUpstream(behaviours=[fault.answer(200)]).running() as upstream:
        assert await send(upstream.origin, allow_private=True) == 200
        with pytest.raises(Unsent):
            await send(upstream.origin)
        named = f"http://social.example:{upstream.port}"
        table = {"social.example": [["127.0.0.1"]]}
        assert await send(named, resolver=ScriptedResolver(table), allow_private=True) == 200
        with pytest.raises(Unsent):
            await send(named, resolver=ScriptedResolver(table))
    assert len(upstream.seen) == 2


async def test_rebinding_does_not_help() -> None:
    """The checked address is the one connected to: a name that turns private later is asked once and refused."""
    async with FaultUpstream(behaviours=[fault.answer(200)]).running() as upstream:
        resolver = ScriptedResolver({"social.example": [["127.0.0.1"], ["93.184.216.34"]]})
        with pytest.raises(Unsent):
            await send(f"http://social.example:{upstream.port}", resolver=resolver)
    assert upstream.connections == 0
    assert resolver.asked == ["social.example"]


async def test_redirects_are_answers() -> None:
    """A redirect into the private network, or anywhere, is not followed."""
    behaviours = [fault.answer(302, b"", ("Location", "http://169.254.169.254/")), fault.answer(200)]
    async with FaultUpstream(behaviours=behaviours).running() as upstream:
        assert await send(upstream.origin, allow_private=True) == 302
    assert len(upstream.seen) == 1


async def test_answer_at_its_limit_and_one_byte_over() -> None:
    """The size cap is exact and ends in a clear word."""
    for size, fits in ((1000, True), (1001, False)):
        async with FaultUpstream(behaviours=[fault.answer(200, b"x" * size)]).running() as upstream:
            client = UpstreamClient(upstream.origin, allow_private=True, limits=Limits(answer_bytes=1000))
            try:
                if fits:
                    assert len((await client.send("GET", "/", headers={}, body=None)).body) == size
                else:
                    with pytest.raises(Unclear) as caught:
                        await client.send("GET", "/", headers={}, body=None)
                    assert caught.value.reason == "too_large"
            finally:
                await client.close()


@pytest.mark.parametrize(
    "origin",
    ["ftp://social.example", "https://social.example/path", "https://user:pw@social.example", "social.example", ""],
)
def test_an_origin_is_scheme_and_host(origin: str) -> None:
    """Anything else in the configuration is refused at start."""
    with pytest.raises(ValueError, match="origin"):
        UpstreamClient(origin)


def certificate(directory: Path, host: str) -> ssl.SSLContext:
    """Make a server context with a self-signed certificate for a host; trusted by nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = directory / f"{host}.pem"
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(encoded + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


@pytest.mark.parametrize(
    ("trusted", "host", "reached"),
    [(True, "social.example", True), (False, "social.example", False), (True, "other.example", False)],
    ids=["right", "unknown-authority", "other-host"],
)
async def test_wrong_certificates_are_refused_before_a_byte_is_sent(
    tmp_path: Path, *, trusted: bool, host: str, reached: bool
) -> None:
    """An unknown authority or another host ends the handshake: nothing was sent, and the reason is TLS."""
    upstream = FaultUpstream(behaviours=[fault.answer(200)], tls=certificate(tmp_path, host))
    async with upstream.running():
        client = UpstreamClient(
            f"https://social.example:{upstream.port}",
            allow_private=True,
            resolver=ScriptedResolver({"social.example": [["127.0.0.1"]]}),
            tls=ssl.create_default_context(cafile=tmp_path / f"{host}.pem") if trusted else None,
        )
        try:
            if reached:
                assert (await client.send("GET", "/", headers={}, body=None)).status == 200
            else:
                with pytest.raises(Unsent) as caught:
                    await client.send("GET", "/", headers={}, body=None)
                assert caught.value.reason == "tls"
        finally:
            await client.close()
    assert len(upstream.seen) == int(reached)


async def test_environment_proxies_and_cookies_are_ignored() -> None:
    """A cookie of the platform does not come back with the next request."""
    behaviour = fault.answer(200, b"{}", ("Set-Cookie", "session=1; Path=/"))
    async with FaultUpstream(behaviours=[behaviour]).running() as upstream:
        client = UpstreamClient(upstream.origin, allow_private=True)
        for _ in range(2):
            await client.send("GET", "/", headers={}, body=None)
        await client.close()
    assert all("cookie" not in seen.headers for seen in upstream.seen)
