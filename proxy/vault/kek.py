"""
Where the wrapping key of an installation comes from: a file, the environment of the process, or HashiCorp Vault.

It wraps the data key of every post, so whoever holds it apart from the database holds what the database cannot tell.

    file         `kek` beside the other keys; the default
    environment  `POSTGATE_KEK`, as an orchestrator hands secrets over
    vault        `kek.vault` beside the other keys: the key, encrypted by Vault's transit engine, opened once at start

A post never waits for Vault: it is asked when a process starts. While it does not answer, no process starts.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import ConfigurationError, Localised, Problem
from proxy.vault.keys import KEY_BYTES, decode_key, load_key, load_secret, name_of, new_key_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEK = "kek"
VARIABLE = "POSTGATE_KEK"
"""64 hexadecimal digits."""
EARLIER = "POSTGATE_KEK_EARLIER"
"""Those of before, each like `POSTGATE_KEK`."""
WRAPPED = "kek.vault"
_CIPHERTEXT = re.compile(r"vault:v[0-9]{1,9}:[A-Za-z0-9+/=]{1,400}", re.ASCII)
_EPOCH = re.compile(r"[0-9a-f]{16}", re.ASCII)
_MOST = 1024


def _epochs(current: Path) -> list[Path]:
    """Return the files of earlier keys beside that of the current one, by name."""
    before = sorted(current.parent.glob(f"{current.name}.*"))
    return [file for file in before if _EPOCH.fullmatch(file.name.removeprefix(f"{current.name}."))]


def _named(file: Path, kek: bytes) -> bytes:
    """Return an earlier key if the name of its file is its own."""
    if not file.name.endswith(f".{name_of(kek)}"):
        raise ConfigurationError((_problem(str(file), "kek-misnamed"),))
    return kek


class FileKek:
    """A file beside the other keys."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / KEK

    def read(self) -> bytes:
        """Return the key of the file."""
        return load_key(self._file)

    def earlier(self) -> tuple[bytes, ...]:
        """Return the keys of the files `kek.ID`, where ID is what the column `kek_id` says."""
        return tuple(_named(file, load_key(file)) for file in _epochs(self._file))

    def create(self) -> None:
        """Draw the key into the file, unless it exists."""
        new_key_file(self._file)


class VariableKek:
    """A variable of the environment; it is set by others, never drawn here."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def read(self) -> bytes:
        """Return the key of the variable."""
        value = decode_key(self._environ.get(VARIABLE, "").strip())
        if not value:
            raise ConfigurationError((_problem(VARIABLE, "kek-variable"),))
        return value

    def earlier(self) -> tuple[bytes, ...]:
        """Return the keys of another variable, with white space between them."""
        values = [decode_key(word) for word in self._environ.get(EARLIER, "").split()]
        if not all(values):
            raise ConfigurationError((_problem(EARLIER, "kek-variable"),))
        return tuple(values)

    def create(self) -> None:
        """Do nothing but look whether it is there."""
        self.read()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What Vault answered."""

    status: int
    body: bytes = field(repr=False)


class Post(Protocol):
    """Sends one request to Vault."""

    def __call__(self, path: str, *, token: str, body: bytes) -> Reply:
        """
        Post JSON to a path of Vault's API and return the answer, whatever its status is.

        Raises:
            OSError: there is no answer.
        """
        ...


class TransitKek:
    """A key that Vault's transit engine opens (its HTTP API: `encrypt` and `decrypt`)."""

    def __init__(self, directory: Path, *, mount: str, key: str, token_file: Path, post: Post) -> None:
        self._file = directory / WRAPPED
        self._mount = mount
        self._key = key
        self._token_file = token_file
        self._post = post

    def read(self) -> bytes:
        """Let Vault open the key."""
        return self._open(self._file)

    def earlier(self) -> tuple[bytes, ...]:
        """Let Vault open the keys of the files `kek.vault.ID`."""
        return tuple(_named(file, self._open(file)) for file in _epochs(self._file))

    def _open(self, file: Path) -> bytes:
        wrapped = load_secret(file, _MOST)
        if not _CIPHERTEXT.fullmatch(wrapped):
            raise ConfigurationError((_problem(str(file), "vault-file"),))
        value = self._ask("decrypt", {"ciphertext": wrapped}, "plaintext")
        try:
            plain = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            plain = b""
        if len(plain) != KEY_BYTES:
            raise ConfigurationError((_problem(str(file), "vault-answer"),))
        return plain

    def create(self) -> None:
        """Draw a key, let Vault encrypt it, and keep only that; nothing is done where it is kept already."""
        if os.path.lexists(self._file):
            return
        plain = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")
        wrapped = self._ask("encrypt", {"plaintext": plain}, "ciphertext")
        if not _CIPHERTEXT.fullmatch(wrapped):
            raise ConfigurationError((_problem(str(self._file), "vault-answer"),))
        new_key_file(self._file, wrapped)

    def _ask(self, act: str, said: dict[str, str], wanted: str) -> str:
        token = load_secret(self._token_file, _MOST)
        try:
            reply = self._post(
                f"/v1/{self._mount}/{act}/{self._key}", token=token, body=json.dumps(said).encode("ascii")
            )
        except OSError as error:
            raise ConfigurationError((_problem("keys.vault", "vault-away", why=type(error).__name__),)) from None
        if reply.status != 200:
            raise ConfigurationError((_problem("keys.vault", "vault-refused", why=str(reply.status)),))
        try:
            value = json.loads(reply.body)["data"][wanted]
        except (ValueError, LookupError, TypeError):
            value = None
        if not isinstance(value, str):
            raise ConfigurationError((_problem("keys.vault", "vault-answer"),))
        return value


_AGAIN = Localised(
    de="Adresse, Zertifikat und Zustand von Vault prüfen (versiegelt?), dann noch einmal starten.",
    en="Check address, certificate and state of Vault (sealed?), then start again.",
)
_TEXTS = {
    "kek-variable": (
        Localised(
            de="Die Umgebungsvariable enthält keinen Schlüssel aus 64 hexadezimalen Zeichen.",
            en="The environment variable has no key of 64 hexadecimal digits.",
        ),
        Localised(
            de="Vom Orchestrator setzen lassen; ein neuer Schlüssel öffnet nicht, was der alte verschlossen hat.",
            en="Let the orchestrator set it; a new key does not open what the old one sealed.",
        ),
    ),
    "kek-misnamed": (
        Localised(
            de="Der Name dieser Datei gehört zu einem anderen Schlüssel.",
            en="The name of this file belongs to another key.",
        ),
        Localised(
            de="Die Datei aus der Sicherung der Schlüssel zurückholen.", en="Restore the file from the backup of keys."
        ),
    ),
    "vault-file": (
        Localised(
            de="Hier steht kein Schlüssel, den Vault verschlossen hat.", en="There is no key sealed by Vault here."
        ),
        Localised(de="Die Datei aus der Sicherung zurückholen.", en="Restore the file from its backup."),
    ),
    "vault-away": (Localised(de="Vault antwortet nicht ({why}).", en="Vault does not answer ({why})."), _AGAIN),
    "vault-refused": (
        Localised(de="Vault lehnt ab (HTTP {why}).", en="Vault refuses (HTTP {why})."),
        Localised(
            de="403: Rechte und Ablauf des Tokens prüfen; 404: Name des Schlüssels; 503: Vault entsiegeln.",
            en="403: check rights and expiry of the token; 404: the name of the key; 503: unseal Vault.",
        ),
    ),
    "vault-answer": (
        Localised(de="Vault antwortet anders als erwartet.", en="Vault answers otherwise than expected."),
        _AGAIN,
    ),
}


def _problem(place: str, code: str, **values: str) -> Problem:
    message, remedy = _TEXTS[code]
    said = Localised(de=message.de.format(**values), en=message.en.format(**values))
    return Problem(file=place, line=0, column=0, code=code, message=said, remedy=remedy)
