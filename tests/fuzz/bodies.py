"""
Bodies as clients write them, and as no client would: JSON with doubled keys, forms, multipart, from one tree.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "fuzz-7d1c"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileField:
    """A file of a multipart body; in JSON its bytes are base64."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pairs:
    """An object whose keys may come twice."""

    items: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Bare:
    """JSON as it stands here: `NaN`, a number of forty digits, a string of escapes."""

    text: str


def json_of(value: Any, *, escapes: str = "none") -> str:
    """Write JSON; `escapes`: `none`, `ascii`, or `all` for every character of every string."""
    match value:
        case Bare():
            return value.text
        case Pairs() | dict():
            items = value.items if isinstance(value, Pairs) else value.items()
            inside = (f"{_text(key, escapes)}:{json_of(item, escapes=escapes)}" for key, item in items)
            return f"{{{','.join(inside)}}}"
        case list():
            return f"[{','.join(json_of(item, escapes=escapes) for item in value)}]"
        case str():
            return _text(value, escapes)
        case FileField():
            return json.dumps(base64.b64encode(value.data).decode())
        case _:
            return json.dumps(value)


def pairs_of(value: Any, name: str = "") -> list[tuple[str, str | FileField]]:
    """Return names such as `poll[options][]` and values."""
    match value:
        case Pairs() | dict():
            items = value.items if isinstance(value, Pairs) else value.items()
            return [pair for key, item in items for pair in pairs_of(item, f"{name}[{key}]" if name else key)]
        case list():
            return [pair for item in value for pair in pairs_of(item, f"{name}[]")]
        case FileField():
            return [(name, value)]
        case bool():
            return [(name, str(value).lower())]
        case None:
            return [(name, "")]
        case Bare():
            return [(name, value.text)]
        case _:
            return [(name, str(value))]


def form_of(pairs: Iterable[tuple[str, str | FileField]]) -> str:
    """Write a urlencoded form."""
    return "&".join(f"{_quoted(name)}={_quoted(_plain(value))}" for name, value in pairs)


def multipart_of(pairs: Iterable[tuple[str, str | FileField]], boundary: str = BOUNDARY) -> tuple[bytes, str]:
    """Write a multipart body and its content type."""
    pieces = [piece_of(name, value, boundary) for name, value in pairs]
    return b"".join([*pieces, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def piece_of(name: str, value: str | FileField, boundary: str = BOUNDARY, *headers: str) -> bytes:
    """Write one part."""
    shown = name.replace('"', '\\"').replace("\r", "").replace("\n", "")
    disposition = f'Content-Disposition: form-data; name="{shown}"'
    lines = [f"--{boundary}", disposition, *headers]
    data = value.data if isinstance(value, FileField) else _bytes(value)
    if isinstance(value, FileField):
        lines[1] += f'; filename="{value.name}"'
        lines.append("Content-Type: image/png")
    return _bytes("\r\n".join([*lines, "", ""])) + data + b"\r\n"


def _plain(value: str | FileField) -> str:
    return value.data.hex() if isinstance(value, FileField) else value


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="[]")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(text: str, escapes: str) -> str:
    if escapes == "all":
        units = text.encode("utf-16-be", "surrogatepass")
        return '"' + "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2)) + '"'
    return json.dumps(text, ensure_ascii=escapes == "ascii")
