"""
The head of a request, read in exactly one way or refused.

aiohttp has parsed the bytes; this module decides whether what it parsed could mean anything else to anybody. It knows
no web framework: `check_head` takes bytes and returns a `WireRequest` without body. In this order: version, target
form, single headers, framing, upgrades, encodings, host, path, method overrides.

Texts of errors name the kind and place of what came, never its content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_plus

from proxy.core.errors import MalformedRequest, MisdirectedRequest, RequestTooLarge, UnsupportedEncoding
from proxy.gate.wire import WireRequest

SINGLE_HEADERS = (
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "idempotency-key",
    "transfer-encoding",
)
"""Headers that mean something different to two readers when they come twice."""

_OVERRIDE_HEADERS = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})
_OVERRIDE_KEYS = frozenset({"_method", "batch", "method"})
_REFUSED_HEADERS = {
    "upgrade": "no protocol upgrade",
    "http2-settings": "no protocol upgrade",
    "trailer": "no trailers",
}
_METHOD = re.compile(r"[A-Z]{1,16}")
_HEADER_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")
_HEADER_VALUE = re.compile(rb"[\t\x20-\x7e]*")
_PATH = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})+")
_QUERY = re.compile(r"[\x21\x22\x24-\x7e]*")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
_MAX_TARGET = 8190
_PLAIN_MARKS = b"-._~/\\%"
"""Characters that need no encoding, separate segments, or start an encoding: encoded, they only hide something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Request line and headers as they came."""

    method: str
    target: str = field(repr=False)
    """Raw target: path and query."""
    version: tuple[int, int]
    headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)


def check_head(head: Head, *, host: str) -> WireRequest:
    """
    Return the request without its body, or refuse it.

    Raises:
        MalformedRequest: not HTTP/1.1 in origin form, or more than one way to read it.
        MisdirectedRequest: another host than `host`.
        RequestTooLarge: the target is too long.
        UnsupportedEncoding: the body is encoded.
    """
    if head.version != (1, 1):
        raise MalformedRequest(expected="HTTP/1.1", found="another version")
    if not _METHOD.fullmatch(head.method) or not head.target.startswith("/"):
        raise MalformedRequest(expected="a method and a target in origin form", found="another form of request line")
    if len(head.target) > _MAX_TARGET:
        raise RequestTooLarge(expected=f"a target of at most {_MAX_TARGET} bytes", found="a longer one")
    headers = _read_headers(head.headers)
    values = dict(headers)
    _check_framing(values)
    _check_encoding(values)
    _check_host(values, host)
    path, query = _split_target(head.target)
    return WireRequest(method=head.method, path=check_path(path), query=query, headers=headers)


def _read_headers(raw: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[str, str], ...]:
    headers = tuple([(_header_name(name), _header_value(value)) for name, value in raw])
    names = [name for name, _ in headers]
    seen = set(names)
    if len(seen) != len(names):
        _check_single(names)
    if not seen.isdisjoint(_OVERRIDE_HEADERS):
        raise MalformedRequest(expected="the method in the request line only", found="a method override header")
    for name in seen & _REFUSED_HEADERS.keys():
        raise MalformedRequest(expected=_REFUSED_HEADERS[name], found=f"a header {name}")
    return headers


@lru_cache(maxsize=256)
def _header_name(raw: bytes) -> str:
    if not _HEADER_NAME.fullmatch(raw):
        raise MalformedRequest(expected="headers of printable ASCII", found="other characters in a header")
    return raw.decode("ascii").lower()


def _header_value(raw: bytes) -> str:
    if not _HEADER_VALUE.fullmatch(raw):
        raise MalformedRequest(expected="headers of printable ASCII", found="other characters in a header")
    return raw.decode("ascii").strip(" \t")


def _check_single(names: list[str]) -> None:
    for name in SINGLE_HEADERS:
        if names.count(name) > 1:
            raise MalformedRequest(expected=f"one {name} header", found=f"{names.count(name)}")


def _check_framing(values: dict[str, str]) -> None:
    transfer, length = values.get("transfer-encoding"), values.get("content-length")
    if transfer is not None and (length is not None or transfer.lower() != "chunked"):
        raise MalformedRequest(expected="either chunked or a content length", found="another framing of the body")
    if length is not None and not (length.isascii() and length.isdecimal() and len(length) <= 19):
        raise MalformedRequest(expected="a content length in digits", found="another content length")
    if values.get("expect", "100-continue").lower() != "100-continue":
        raise MalformedRequest(expected="no expectation but 100-continue", found="another expectation")


def _check_encoding(values: dict[str, str]) -> None:
    if values.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedEncoding(expected="no content encoding", found="an encoded body")


def _check_host(values: dict[str, str], host: str) -> None:
    came = values.get("host")
    if came is None:
        raise MalformedRequest(expected="a host header", found="none")
    if came.lower() != host:
        raise MisdirectedRequest(expected="the host of this door", found="another host")


def _split_target(target: str) -> tuple[str, str]:
    path, _, query = target.partition("?")
    if not _QUERY.fullmatch(query):
        raise MalformedRequest(expected="a query of printable ASCII", found="other characters in the query")
    keys = (pair.partition("=")[0] for pair in query.replace(";", "&").split("&"))
    if any(unquote_plus(key).strip().lower() in _OVERRIDE_KEYS for key in keys):
        raise MalformedRequest(expected="the method in the request line only", found="a method override in the query")
    return path, query


def check_path(raw: str) -> str:
    """
    Return a raw path that has one reading, without one trailing slash.

    Raises:
        MalformedRequest: empty or dot segments, control characters, backslashes, needless or double encoding.
    """
    segments = raw.split("/")
    if not _PATH.fullmatch(raw) or not raw.startswith("/") or "//" in raw or not {".", ".."}.isdisjoint(segments):
        raise MalformedRequest(expected="a plain path", found="empty or dot segments, or other characters")
    if any(_hides(int(match[1], 16)) for match in _ENCODED.finditer(raw)):
        raise MalformedRequest(expected="a plain path", found="percent-encoding of what needs none")
    return raw[:-1] if raw.endswith("/") and raw != "/" else raw


def _hides(byte: int) -> bool:
    """Return whether encoding this byte in a path can only serve to get past somebody."""
    return byte < 0x20 or byte == 0x7F or bytes([byte]).isalnum() or byte in _PLAIN_MARKS
