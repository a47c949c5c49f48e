"""
Wires the keys of an installation, with its wrapping key from where the settings say.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from proxy.audit.sinks.https import send, tls_context
from proxy.core.errors import ConfigurationError, Localised, Problem
from proxy.vault.kek import FileKek, Reply, TransitKek, VariableKek
from proxy.vault.keys import create_keys, load_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proxy.settings.keys import Transit
    from proxy.settings.model import Settings
    from proxy.vault.keys import KekSource, Keys


def keys_of(settings: Settings, environ: Mapping[str, str] = os.environ) -> Keys:
    """
    Return the keys of an installation; blocking.

    Raises:
        ConfigurationError: a key is missing, exposed or none, or Vault does not give the wrapping key.
    """
    return load_keys(settings.keys.directory, kek_source(settings, environ))


def make_keys(settings: Settings, environ: Mapping[str, str] = os.environ) -> None:
    """
    Draw the keys of a new installation; those that exist stay.

    Raises:
        ConfigurationError: as for `keys_of`.
    """
    create_keys(settings.keys.directory, kek_source(settings, environ))


def kek_source(settings: Settings, environ: Mapping[str, str]) -> KekSource:
    """
    Return where the wrapping key comes from.

    Raises:
        ConfigurationError: the file of the authority that signed Vault's certificate cannot be read.
    """
    directory, transit = settings.keys.directory, settings.keys.vault
    if transit is not None:
        return TransitKek(
            directory,
            mount=transit.mount,
            key=transit.key,
            token_file=transit.token_file,
            post=_Https(transit),
        )
    return VariableKek(environ) if settings.keys.kek == "environment" else FileKek(directory)


class _Https:
    """Implements `vault.kek.Post`."""

    def __init__(self, transit: Transit) -> None:
        self._address = transit.address
        try:
            self._tls = tls_context(transit.ca_file) if transit.address.startswith("https:") else None
        except OSError:
            raise ConfigurationError((_UNREADABLE,)) from None

    def __call__(self, path: str, *, token: str, body: bytes) -> Reply:
        headers = {"Content-Type": "application/json", "X-Vault-Token": token, "X-Vault-Request": "true"}
        answer = send("POST", f"{self._address}{path}", headers=headers, body=body, tls=self._tls)
        return Reply(status=answer.status, body=answer.body)


_UNREADABLE = Problem(
    file="keys.vault.ca_file",
    line=0,
    column=0,
    code="authority-unreadable",
    message=Localised(
        de="Diese Datei enthält kein lesbares Zertifikat.", en="This file has no certificate that can be read."
    ),
    remedy=Localised(
        de="Die PEM-Datei der Stelle nennen, die das Zertifikat von Vault unterschrieben hat.",
        en="Name the PEM file of the authority that signed Vault's certificate.",
    ),
)
