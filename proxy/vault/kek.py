"""
Where the wrapping key of an installation comes from: a file, the environment of the process, or HashiCorp Vault.

It wraps the data key of every post, so whoever holds it apart from the database holds what the database cannot tell.

    file         `kek` beside the other keys; the default
    environment  `POSTGATE_KEK`, as an orchestrator hands secrets over
    vault        `kek.vault` beside the other keys: the key, encrypted by Vault's transit engine, opened once at start

A post never waits for Vault: it is asked when a process starts. While it does not answer, no process starts.

An exchange begins with a key that is drawn and only opens, so that every node can have it; then it is put into use, and
the one of before only opens. In the environment both are done by whoever sets the variables.
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
from proxy.vault.private_files import sync_directory, write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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


def _put_in_place(current: Path, name: str, opened: Callable[[Path], bytes]) -> None:
    """Let a key that is here become the current one; after a crash the same goes on."""
    if not _EPOCH.fullmatch(name):
        raise ConfigurationError((_problem(str(current), "kek-unknown"),))
    following, kek = current.with_name(f"{current.name}.{name}"), opened(current)
    if name_of(kek) != name:
        if not os.path.lexists(following):
            raise ConfigurationError((_problem(str(following), "kek-unknown"),))
        _named(following, opened(following))
        write_private(current.with_name(f"{current.name}.{name_of(kek)}"), load_secret(current, _MOST))
        write_private(current, load_secret(following, _MOST))
    following.unlink(missing_ok=True)
    sync_directory(current.parent)


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

    def draw(self) -> str:
        """Draw a key into a file `kek.ID`."""
        kek = secrets.token_bytes(KEY_BYTES)
        write_private(self._file.with_name(f"{self._file.name}.{name_of(kek)}"), kek.hex())
        return name_of(kek)

    def use(self, name: str) -> None:
        """Make `kek.NAME` the file, and the file `kek.ID`."""
        _put_in_place(self._file, name, load_key)


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

    def draw(self) -> str:
        """Refuse: others set the variables."""
        raise ConfigurationError((_problem(VARIABLE, "kek-elsewhere"),))

    def use(self, name: str) -> None:
        """Refuse: others set the variables."""
        del name
        raise ConfigurationError((_problem(VARIABLE, "kek-elsewhere"),))


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
        new_key_file(self._file, self._seal(secrets.token_bytes(KEY_BYTES)))

    def draw(self) -> str:
        """Draw a key and keep it as Vault encrypted it, with the newest version of its own key."""
        kek = secrets.token_bytes(KEY_BYTES)
        write_private(self._file.with_name(f"{self._file.name}.{name_of(kek)}"), self._seal(kek))
        return name_of(kek)

    def use(self, name: str) -> None:
        """Make `kek.vault.NAME` the file, and the file `kek.vault.ID`."""
        _put_in_place(self._file, name, self._open)

    def _seal(self, kek: bytes) -> str:
        wrapped = self._ask("encrypt", {"plaintext": base64.b64encode(kek).decode("ascii")}, "ciphertext")
        if not _CIPHERTEXT.fullmatch(wrapped):
            raise ConfigurationError((_problem(str(self._file), "vault-answer"),))
        return wrapped

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
    "kek-unknown": (
        Localised(de="Diesen Schlüssel gibt es hier nicht.", en="This key is not here."),
        Localised(
            de="postgate key draw zieht einen; postgate key status nennt, welche da sind.",
            en="postgate key draw draws one; postgate key status names those that are here.",
        ),
    ),
    "kek-elsewhere": (
        Localised(
            de="Diesen Schlüssel setzt der Orchestrator; hier wird keiner gezogen oder getauscht.",
            en="The orchestrator sets this key; none is drawn or put into use here.",
        ),
        Localised(
            de="Auf allen Knoten erst den neuen in POSTGATE_KEK_EARLIER aufnehmen, dann in POSTGATE_KEK setzen und den "
            "bisherigen in POSTGATE_KEK_EARLIER.",
            en="On all nodes first add the new one to POSTGATE_KEK_EARLIER, then set it as POSTGATE_KEK and the one of "
            "before in POSTGATE_KEK_EARLIER.",
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
