"""
Read multipart/form-data from buffered bytes.

One reader for all doors, with its own limits: the web framework's reader takes any number of parts. Refused: text
before the first or after the last boundary, nested multipart, folded or unknown part headers, a charset other than
UTF-8, a transfer encoding that would need decoding, a name that comes twice without `[]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from proxy.core.errors import MalformedRequest, RequestTooLarge, UnsupportedEncoding
from proxy.platforms._wire.form import refuse_repeated
from proxy.platforms._wire.strict_json import check_text, decode_text

MAX_PARTS = 50
MAX_PART_HEADERS = 8 * 1024
MAX_TEXT = 256 * 1024
"""Bytes of one text field."""
_HEADERS = frozenset({"content-disposition", "content-type", "content-transfer-encoding", "content-length"})
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=?]{1,70}")
_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"  # noqa: S105 - a grammar, not a secret
_PARAMETER = re.compile(rf';[ \t]*({_TOKEN})=(?:"((?:[^"\\\r\n]|\\[^\r\n])*)"|({_TOKEN}))[ \t]*')
_MEDIA_TYPE = re.compile(rf"({_TOKEN}/{_TOKEN})[ \t]*")
_EXTENDED = re.compile(r"(?i:utf-8)'[0-9A-Za-z-]*'((?:[!#$&+\-.^_`|~0-9A-Za-z]|%[0-9A-Fa-f]{2})*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """A file in a request, as it came."""

    names: tuple[str, ...] = field(repr=False)
    """`filename` and `filename*`: local names of the author's machine, never sent on."""
    data: bytes = field(repr=False)


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """
    Split a header value such as `multipart/form-data; boundary=x` into its lower-case head and its parameters.

    Raises:
        MalformedRequest: not of that form, or a parameter twice.
    """
    head, separator, _ = value.partition(";")
    position = len(head)
    parameters: dict[str, str] = {}
    while separator and position < len(value):
        match = _PARAMETER.match(value, position)
        if match is None:
            raise MalformedRequest(expected="name=value parameters of a header", found="something else")
        name = match.group(1).lower()
        if name in parameters:
            raise MalformedRequest(expected="each header parameter once", found="a duplicate")
        quoted = match.group(2)
        parameters[name] = re.sub(r'\\(["\\])', r"\1", quoted) if quoted is not None else match.group(3)
        position = match.end()
    return head.strip(" \t").lower(), parameters


def read_multipart(data: bytes, boundary: str) -> list[tuple[str, str | FilePart]]:
    """
    Return names and values in order; a part with a file name is a file, any other is text.

    Raises:
        MalformedRequest: not a multipart body that can be read in exactly one way.
        UnsupportedEncoding: a part in a charset or transfer encoding that is not read.
        RequestTooLarge: a text field over its limit.
    """
    if not _BOUNDARY.fullmatch(boundary):
        raise MalformedRequest(expected="a multipart boundary", found="something else")
    delimiter = b"\r\n--" + boundary.encode("ascii")
    pieces = (b"\r\n" + data).split(delimiter, MAX_PARTS + 2)
    if len(pieces) > MAX_PARTS + 2:
        raise MalformedRequest(expected=f"at most {MAX_PARTS} parts", found="more parts")
    if len(pieces) < 2 or pieces[0] or pieces[-1] not in {b"--", b"--\r\n"}:
        raise MalformedRequest(expected="a multipart body from first to last boundary", found="something else")
    parts = [_part(piece) for piece in pieces[1:-1]]
    refuse_repeated(name for name, _ in parts)
    return parts


def _part(piece: bytes) -> tuple[str, str | FilePart]:
    if not piece.startswith(b"\r\n"):
        raise MalformedRequest(expected="a line end after a boundary", found="something else")
    end = piece.find(b"\r\n\r\n", 0, MAX_PART_HEADERS + 4)
    if end < 0:
        raise MalformedRequest(expected=f"part headers of at most {MAX_PART_HEADERS} bytes", found="no end of them")
    headers = _headers(piece[2:end])
    content = piece[end + 4 :]
    _check_encoding(headers, len(content))
    name, names = _disposition(headers.get("content-disposition", ""))
    mime = _check_type(headers.get("content-type", "text/plain"))
    if names:
        return name, FilePart(names=names, data=content)
    if mime != "text/plain":
        raise UnsupportedEncoding(expected="a text field as text/plain", found="another type")
    if len(content) > MAX_TEXT:
        raise RequestTooLarge(expected=f"at most {MAX_TEXT} bytes of text", found="more")
    return name, decode_text(content)


def _headers(block: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in decode_text(block).split("\r\n"):
        name, separator, value = line.partition(":")
        name = name.lower()
        if not separator or name not in _HEADERS or name in headers:
            raise MalformedRequest(expected="known part headers, each once", found="another line")
        if "\r" in value or "\n" in value:
            raise MalformedRequest(expected="part headers in one line", found="a bare line end")
        headers[name] = value.strip(" \t")
    return headers


def _check_encoding(headers: dict[str, str], length: int) -> None:
    encoding = headers.get("content-transfer-encoding", "binary").lower()
    if encoding not in {"binary", "7bit", "8bit"}:
        raise UnsupportedEncoding(expected="transfer encoding binary, 7bit or 8bit", found="another one")
    if headers.get("content-length", str(length)) != str(length):
        raise MalformedRequest(expected="the length of the part", found="another length")


def _check_type(value: str) -> str:
    mime, parameters = parse_parameters(value)
    if not _MEDIA_TYPE.fullmatch(mime) or mime.startswith(("multipart/", "message/")):
        raise UnsupportedEncoding(expected="a part that holds no other parts", found="another type")
    if set(parameters) - {"charset"} or parameters.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise UnsupportedEncoding(expected="charset UTF-8", found="another parameter")
    return mime


def _disposition(value: str) -> tuple[str, tuple[str, ...]]:
    kind, parameters = parse_parameters(value)
    name = parameters.pop("name", "")
    if kind != "form-data" or not name:
        raise MalformedRequest(expected="a form-data part with a name", found="something else")
    plain = parameters.pop("filename", None)
    extended = parameters.pop("filename*", None)
    if parameters:
        raise MalformedRequest(expected="name and filename", found="another parameter")
    names = [plain] if plain is not None else []
    if extended is not None:
        names.append(_extended(extended))
    return name, tuple(names)


def _extended(value: str) -> str:
    match = _EXTENDED.fullmatch(value)
    if match is None:
        raise MalformedRequest(expected="a file name in UTF-8", found="something else")
    try:
        return check_text(unquote_to_bytes(match.group(1)).decode("utf-8"))
    except UnicodeDecodeError:
        raise MalformedRequest(expected="a file name in UTF-8", found="bytes that are not UTF-8") from None
