"""
Keys that a command or a setting names by where they are: `file:PATH` or `env:NAME`.

A file holds what `new_key_file` writes and is ours alone; a variable holds the same text. The key itself never stands
on a command line, where other users of the machine could read it.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from proxy.core.errors import ConfigurationError, Localised, Problem
from proxy.vault.keys import KEY_BYTES, decode_key, load_key, new_key_file

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["draw_key", "read_key"]

_TEXTS = {
    "key-reference": (
        Localised(de="Erwartet wird file:PFAD oder env:NAME.", en="Expected is file:PATH or env:NAME."),
        Localised(
            de="Angeben, wo der Schlüssel liegt; er selbst steht nie hier.",
            en="Say where the key lies; it never stands here itself.",
        ),
    ),
    "key-variable": (
        Localised(
            de="In dieser Variable steht kein Schlüssel aus 64 hexadezimalen Zeichen.",
            en="This variable holds no key of 64 hexadecimal digits.",
        ),
        Localised(
            de="Die Variable mit dem Inhalt der Schlüsseldatei setzen.", en="Set it to what the key's file holds."
        ),
    ),
    "key-exists": (
        Localised(de="Diese Datei gibt es schon.", en="This file exists already."),
        Localised(
            de="Einen anderen Namen wählen; ein Schlüssel wird nie überschrieben.",
            en="Choose another name; a key is never written over.",
        ),
    ),
}


def read_key(reference: str, environ: Mapping[str, str]) -> bytes:
    """
    Return the key, 32 bytes, that a reference names.

    Raises:
        ConfigurationError: neither `file:` nor `env:`, or there is no key; of a file also: others may read it.
    """
    scheme, _, place = reference.partition(":")
    if scheme == "file" and place:
        return load_key(Path(place))
    if scheme != "env" or not place:
        raise _refused("key-reference", "KEYREF")
    if not (value := decode_key(environ.get(place, "").strip())):
        raise _refused("key-variable", place)
    return value


def draw_key(file: Path) -> bytes:
    """
    Draw a key into a new file that is ours alone, 64 hexadecimal digits, and return it.

    Raises:
        ConfigurationError: the file exists.
        OSError: it cannot be written.
    """
    drawn = secrets.token_bytes(KEY_BYTES)
    if not new_key_file(file, drawn.hex()):
        raise _refused("key-exists", str(file))
    return drawn


def _refused(code: str, place: str) -> ConfigurationError:
    message, remedy = _TEXTS[code]
    return ConfigurationError((Problem(file=place, line=0, column=0, code=code, message=message, remedy=remedy),))
