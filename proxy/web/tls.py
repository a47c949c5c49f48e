"""
A listener's certificate, read again when its files change.

A pair that cannot be used never replaces one that can: handshakes go on with the last good one, and the failure is
logged. Connections that are open keep what they began with.
"""

from __future__ import annotations

import asyncio
import ssl
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.errors import ConfigurationError, Localised, Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from proxy.observability.logs import Log

WATCH_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What a pair of files looked like when it was read."""

    certificate: bytes
    key: bytes


class Certificate:
    """The certificate of one listener."""

    def __init__(self, name: str, *, certificate: Path, key: Path) -> None:
        """
        Read the files.

        Raises:
            ConfigurationError: they are no certificate with its key, or everybody may read the key.
        """
        self.name = name
        self._certificate = certificate
        self._key = key
        self._seen = self._read()
        self._current = self._load()
        self.context = _context()
        """What a listener is given; each handshake takes the pair that is in force then."""
        self.context.sni_callback = self._choose

    def refresh(self) -> bool:
        """
        Read the files again when they changed; return whether another pair is in force.

        Raises:
            ConfigurationError: the new pair cannot be used; the last one stays in force. Told once for each change.
        """
        found = self._read()
        if found == self._seen:
            return False
        self._seen = found
        self._current = self._load()
        return True

    def _choose(self, connection: ssl.SSLSocket | ssl.SSLObject, _name: str | None, _given: ssl.SSLContext) -> None:
        connection.context = self._current

    def _read(self) -> _State:
        try:
            return _State(certificate=self._certificate.read_bytes(), key=self._key.read_bytes())
        except OSError as error:
            raise self._unfit(error.strerror or type(error).__name__) from None

    def _load(self) -> ssl.SSLContext:
        context = _context()
        try:
            if self._key.stat().st_mode & stat.S_IRWXO:
                raise self._unfit("everybody may read the key")
            context.load_cert_chain(self._certificate, self._key, password=lambda: "")
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError; its text names files and places alone
            raise self._unfit(getattr(error, "reason", None) or type(error).__name__) from None
        return context

    def _unfit(self, why: str) -> ConfigurationError:
        problem = Problem(
            file="tls",
            line=0,
            column=0,
            code="certificate",
            message=Localised(
                de=f"Das Zertifikat von {self.name} ist nicht zu verwenden: {why}.",
                en=f"The certificate of {self.name} cannot be used: {why}.",
            ),
            remedy=Localised(
                de="Zwei PEM-Dateien nennen: das Zertifikat mit seiner Kette, und den Schlüssel dazu ohne Passwort, "
                "den nicht jeder lesen darf.",
                en="Name two PEM files: the certificate with its chain, and its key without a passphrase, which not "
                "everybody may read.",
            ),
        )
        return ConfigurationError((problem,))


class CertificateWatch:
    """Looks at the files of all listeners again and again."""

    def __init__(
        self,
        certificates: Sequence[Certificate],
        *,
        log: Log,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._certificates = certificates
        self._log = log
        self._sleep = sleep

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self._sleep(WATCH_SECONDS)
            for certificate in self._certificates:
                await self.look(certificate)

    async def look(self, certificate: Certificate) -> None:
        """Take a new pair over, or log that it cannot be used."""
        try:
            if await asyncio.to_thread(certificate.refresh):
                self._log.info("certificate.loaded", door=certificate.name)
        except ConfigurationError as error:
            self._log.error("certificate.failed", door=certificate.name, code=error.problems[0].code)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context
