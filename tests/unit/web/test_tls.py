"""Certificates of listeners, with real handshakes: what cannot be used never replaces what can."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from proxy.core.errors import ConfigurationError
from proxy.web.tls import Certificate, CertificateWatch
from tests.certificates import Authority
from tests.fakes.door_house import DoorHouse

if TYPE_CHECKING:
    from pathlib import Path


class Files:
    """A pair of files, and an authority that signs what lies there."""

    def __init__(self, directory: Path) -> None:
        self.authority = Authority(directory)
        self.certificate, self.key = directory / "gateway.pem", directory / "gateway.key"
        self.issue("first")

    def issue(self, name: str) -> None:
        """Put another pair there."""
        self.authority.issue(self.certificate, self.key, name=name)

    def load(self) -> Certificate:
        """Load the pair."""
        return Certificate("m", certificate=self.certificate, key=self.key)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Return a good pair."""
    return Files(tmp_path)


def _presented(context: ssl.SSLContext, authority: Path, *, version: ssl.TLSVersion | None = None) -> str:
    """Return the name in the certificate that a handshake presents."""
    trusting = ssl.create_default_context(cafile=str(authority))
    if version is not None:
        trusting.minimum_version = trusting.maximum_version = version
    outer, inner = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(inner, outer, server_hostname="127.0.0.1")
    server = context.wrap_bio(outer, inner, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    found = client.getpeercert(binary_form=True)
    assert found is not None
    (name,) = x509.load_der_x509_certificate(found).subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(name.value)


def test_a_new_pair_is_taken_over_and_a_bad_one_is_not(files: Files) -> None:
    """The same listener presents what lies there, and the last good one while that cannot be used."""
    certificate = files.load()
    assert not certificate.refresh()
    assert _presented(certificate.context, files.authority.file) == "first"
    files.issue("second")
    assert certificate.refresh()
    assert _presented(certificate.context, files.authority.file) == "second"
    files.key.write_bytes(b"no key")
    with pytest.raises(ConfigurationError):
        certificate.refresh()
    assert not certificate.refresh()  # told once
    assert _presented(certificate.context, files.authority.file) == "second"
    files.issue("third")
    assert certificate.refresh()
    assert _presented(certificate.context, files.authority.file) == "third"


def test_a_pair_that_cannot_be_used_stops_the_start(files: Files, tmp_path: Path) -> None:
    """Missing, no certificate, another's key, a key for everybody: each is said, and nothing of a file is."""
    other = tmp_path / "other.key"
    files.authority.issue(tmp_path / "other.pem", other)
    good = files.key.read_bytes()
    for content in (b"no key", other.read_bytes(), b""):
        files.key.write_bytes(content)
        with pytest.raises(ConfigurationError) as caught:
            files.load()
        assert caught.value.problems[0].code == "certificate"
        assert "no key" not in caught.value.problems[0].message.en
    files.key.write_bytes(good)
    files.key.chmod(0o604)
    with pytest.raises(ConfigurationError) as caught:
        files.load()
    assert "everybody" in caught.value.problems[0].message.en
    files.key.unlink()
    with pytest.raises(ConfigurationError):
        files.load()


def test_old_protocols_are_refused(files: Files) -> None:
    """TLS 1.2 and 1.3 alone."""
    certificate = files.load()
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        assert _presented(certificate.context, files.authority.file, version=version) == "first"
    assert certificate.context.minimum_version is ssl.TLSVersion.TLSv1_2


async def test_the_watch_logs_what_became_of_a_change(files: Files) -> None:
    """A new pair and one that cannot be used; without a change, nothing."""
    house, certificate = DoorHouse(), await asyncio.to_thread(files.load)
    rounds = iter([lambda: None, lambda: files.issue("second"), lambda: files.key.write_bytes(b"no key")])

    async def sleep(_: float) -> None:
        step = next(rounds, None)
        if step is None:
            raise asyncio.CancelledError
        await asyncio.to_thread(step)

    with pytest.raises(asyncio.CancelledError):
        await CertificateWatch([certificate], log=house.log, sleep=sleep).run()
    told = [line["event"] for line in house.lines.events() if str(line["event"]).startswith("certificate.")]
    assert told == ["certificate.loaded", "certificate.failed"]
