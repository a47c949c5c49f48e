"""
The installation's keys: created once, read from files that nobody else may read.

    kek          wraps the data keys of posts and, under another derived key, those of platform credentials
    pepper       keys the digests of tokens, idempotency keys and names
    fingerprint  keys the fingerprints of findings
    checkpoint   signs checkpoints of the audit log; an installation that was made before they were has none

Each file holds 32 random bytes in hexadecimal. A file that others may read, or that another user owns, is refused.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import ConfigurationError, Localised, Problem

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("pepper", "fingerprint")
"""Files without which nothing starts, beside the wrapping key, which may come from elsewhere (`proxy.vault.kek`)."""
CHECKPOINT = "checkpoint"
"""The file without which the log goes on unsigned."""
KEY_BYTES = 32
_MOST_OF_CREDENTIALS = 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys of one installation, in memory only."""

    kek: bytes = field(repr=False)
    pepper: bytes = field(repr=False)
    fingerprint: bytes = field(repr=False)
    checkpoint: bytes | None = field(default=None, repr=False)
    """The seed of an Ed25519 key (RFC 8032), 32 bytes; None where there is no file."""
    earlier: tuple[bytes, ...] = field(default=(), repr=False)
    """Wrapping keys of before: they open what they wrapped, and wrap nothing new."""

    def kek_id(self) -> str:
        """Return the name of the wrapping key; it says nothing about the key."""
        return name_of(self.kek)

    def ring(self) -> frozenset[str]:
        """Return the names of all wrapping keys that are here."""
        return frozenset(name_of(kek) for kek in (self.kek, *self.earlier))

    def __reduce__(self) -> str:
        raise TypeError("keys are not pickled")


def name_of(kek: bytes) -> str:
    """Return the name of a wrapping key, as the column `kek_id` of a row has it."""
    return hashlib.sha256(b"postgate/kek-id/v1\x00" + kek).hexdigest()[:16]


class KekSource(Protocol):
    """Where the wrapping key comes from; blocking."""

    def read(self) -> bytes:
        """
        Return the key, 32 bytes.

        Raises:
            ConfigurationError: there is none, or it cannot be had.
        """
        ...

    def earlier(self) -> tuple[bytes, ...]:
        """
        Return the keys of before that may still have wrapped something.

        Raises:
            ConfigurationError: one of them cannot be had, or is none.
        """
        ...

    def create(self) -> None:
        """
        Draw the key of a new installation where the source keeps one and has none yet.

        Raises:
            ConfigurationError: it cannot be kept.
        """
        ...

    def draw(self) -> str:
        """
        Draw a key that only opens for now, beside the current one; return its name.

        Raises:
            ConfigurationError: it cannot be kept, or others set the keys of this source.
        """
        ...

    def use(self, name: str) -> None:
        """
        Put a key that is here into the place of the current one, which stays to open; once more does no harm.

        Raises:
            ConfigurationError: there is none of that name, or others set the keys of this source.
        """
        ...


def create_keys(directory: Path, kek: KekSource) -> None:
    """
    Draw the keys of a new installation; keys that exist stay as they are.

    Raises:
        ConfigurationError: a file that exists is not fit to hold a key, or the wrapping key cannot be had.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (*NAMES, CHECKPOINT):
        new_key_file(directory / name)
    kek.create()
    load_keys(directory, kek)


def new_key_file(file: Path, text: str | None = None) -> bool:
    """Write a new file that is ours alone, with a fresh key or a text; False: one exists, which stays as it is."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write((text or secrets.token_hex(KEY_BYTES)) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    return True


def load_keys(directory: Path, kek: KekSource) -> Keys:
    """
    Read the keys of an installation; the one for checkpoints may be missing.

    Raises:
        ConfigurationError: a needed file is missing, or one is readable by others, of another user, or no key; or the
            wrapping key cannot be had.
    """
    problems: list[Problem] = []
    values: dict[str, bytes] = {}
    earlier: tuple[bytes, ...] = ()
    present = (CHECKPOINT,) if os.path.lexists(directory / CHECKPOINT) else ()
    for name in (*NAMES, *present):
        problem, values[name] = _read(directory / name)
        if problem is not None:
            problems.append(problem)
    try:
        values["kek"], earlier = kek.read(), kek.earlier()
    except ConfigurationError as error:
        problems += error.problems
    if problems:
        raise ConfigurationError(tuple(problems))
    return Keys(**values, earlier=earlier)


def load_checkpoint(directory: Path) -> bytes | None:
    """
    Read the key for checkpoints alone; None where there is none.

    Raises:
        ConfigurationError: its file is readable by others, of another user, or no key.
    """
    file = directory / CHECKPOINT
    return load_key(file) if os.path.lexists(file) else None


def load_secret(file: Path, most: int) -> str:
    """
    Read a short text that is ours alone, without the white space around it.

    Raises:
        ConfigurationError: the file is missing, readable by others, or of another user.
    """
    problem, text = _read_private(file, most)
    if problem is not None:
        raise ConfigurationError((problem,))
    return text.strip()


def load_key(file: Path) -> bytes:
    """
    Read one key that is shared with somebody, such as the receiver of a webhook.

    Raises:
        ConfigurationError: the file is missing, readable by others, of another user, or no key.
    """
    problem, value = _read(file)
    if problem is not None:
        raise ConfigurationError((problem,))
    return value


def load_credentials(file: Path) -> tuple[str, str]:
    """
    Read an access key id and its secret, one a line.

    Raises:
        ConfigurationError: the file is missing, readable by others, of another user, or has not two lines of ASCII.
    """
    problem, text = _read_private(file, _MOST_OF_CREDENTIALS)
    words = text.split()
    if problem is None and (len(words) != 2 or not text.isascii()):
        problem = _problem(str(file), "credentials-unreadable")
    if problem is not None:
        raise ConfigurationError((problem,))
    return words[0], words[1]


def _read(file: Path) -> tuple[Problem | None, bytes]:
    problem, text = _read_private(file, 2 * KEY_BYTES + 2)
    if problem is not None:
        return problem, b""
    value = decode_key(text.strip())
    return (None, value) if value else (_problem(str(file), "key-unreadable"), b"")


def _read_private(file: Path, most: int) -> tuple[Problem | None, str]:
    """Return the beginning of a file that is ours alone."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return _problem(str(file), "key-missing"), ""
    with os.fdopen(handle, encoding="ascii", errors="replace") as opened:
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_mode & _OTHERS or status.st_uid != os.geteuid():
            return _problem(str(file), "key-exposed"), ""
        return None, opened.read(most)


def decode_key(text: str) -> bytes:
    """Return the key, or nothing for what is no key."""
    try:
        value = bytes.fromhex(text)
    except ValueError:
        return b""
    return value if len(value) == KEY_BYTES else b""


_TEXTS = {
    "key-missing": (
        Localised(de="Die Schlüsseldatei fehlt.", en="The key file is missing."),
        Localised(
            de="Bei einer neuen Installation anlegen, sonst aus der Sicherung der Schlüssel zurückholen.",
            en="Create it for a new installation, otherwise restore it from the backup of the keys.",
        ),
    ),
    "key-exposed": (
        Localised(
            de="Die Schlüsseldatei ist für andere lesbar oder gehört einem anderen Benutzer.",
            en="The key file is readable by others or belongs to another user.",
        ),
        Localised(
            de="chmod 600 und Besitzer ist der Benutzer des Gateways.",
            en="chmod 600, and make the gateway's user its owner.",
        ),
    ),
    "credentials-unreadable": (
        Localised(
            de="Hier stehen nicht Kennung und Geheimnis eines Zugangs, jedes in einer Zeile.",
            en="There are not the id and the secret of an access key here, one a line.",
        ),
        Localised(
            de="Beides neu eintragen, wie es der Betreiber des Objektspeichers ausgegeben hat.",
            en="Enter both again as the operator of the object store issued them.",
        ),
    ),
    "key-unreadable": (
        Localised(
            de="Hier steht kein Schlüssel aus 64 hexadezimalen Zeichen.",
            en="There is no key of 64 hexadecimal digits here.",
        ),
        Localised(
            de="Den Schlüssel aus der Sicherung zurückholen; ein neuer öffnet nicht, was der alte verschlossen hat.",
            en="Restore the key from its backup; a new one does not open what the old one sealed.",
        ),
    ),
}


def _problem(place: str, code: str) -> Problem:
    message, remedy = _TEXTS[code]
    return Problem(file=place, line=0, column=0, code=code, message=message, remedy=remedy)
