"""
What people wrote into the metadata of an image: read before it is taken out, so that it can be looked at.

It never goes on, so this need not be complete: what no person writes (times, serial numbers, versions, identifiers of
programs) is left out, for it is full of digits that look like something else, and what is broken has no text. Reading
ends after `MOST_TEXTS` texts and `MOST_CHARACTERS` characters of an image, and after `MOST_LOOKED` characters in all,
blank and repeated ones with them.
"""

from __future__ import annotations

import re
import struct
import zlib
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_TEXTS = 100
MOST_CHARACTERS = 10_000
MOST_LOOKED = 2 * 1024 * 1024
_MOST_ENTRIES = 500
_MOST_BYTES = 256 * 1024
"""Of one text, packed or not."""
_DEEPEST = 40
"""Elements within elements."""

_ASCII, _BYTES, _UNDEFINED = 2, 1, 7
_USER_COMMENT = 0x9286
_WINDOWS = frozenset(range(0x9C9B, 0x9CA0))
"""Title, comment, author, keywords and subject, as Windows writes them: UTF-16."""
_MORE = frozenset({0x8769, 0x014A})
"""Where a directory names another one."""
_MACHINE_TAGS = frozenset(
    {0x010F, 0x0110, 0x0131, 0x0132, 0x013C, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292}
    | {0xA420, 0xA431, 0xA433, 0xA434, 0xA435, 0xC614, 0xC615, 0xC62F}
)
_CHARSETS = {b"ASCII\x00\x00\x00": "ascii", b"JIS\x00\x00\x00\x00\x00": "iso2022_jp"}

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[\w.:-]{1,100}+)(?P<attributes>[^<>]*+)>|<[?!][^<>]*+>")
_ATTRIBUTE = re.compile(
    r"(?<![\w.:-])(?P<name>[\w.:-]{1,100}+)\s{0,10}+=\s{0,10}+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)')"
)
"""Both look at each sign once, whatever stands there: a packed text of a kilobyte unfolds to 256."""
_MACHINE_SPACES = re.compile(
    "xmlns|xml|x|rdf|xmpMM|xapMM|stRef|stEvt|stMfs|stDim|stVer|crs|crss|crd|aux|exif|exifEX|tiff|xmpG|xmpDM|GPano|"
    "GCamera|GDepth|drone-dji|MicrosoftPhoto|digiKam|lr|pdf|illustrator"
)
_WRITTEN = frozenset(
    {"exif:UserComment", "tiff:ImageDescription", "tiff:Artist", "tiff:Copyright", "lr:hierarchicalSubject"}
    | {"digiKam:TagsList", "MicrosoftPhoto:LastKeywordXMP", "pdf:Keywords"}
)
_MACHINE_NAMES = frozenset(
    {"dc:format", "dc:identifier", "xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate", "xmp:CreatorTool"}
    | {"xmp:Rating", "xmp:Identifier", "photoshop:DateCreated", "photoshop:ColorMode", "photoshop:ICCProfile"}
    | {"photoshop:DocumentAncestors", "photoshop:LegacyIPTCDigest", "xmp:Thumbnails", "plus:Version"}
)
_MACHINE_DATASETS = frozenset({0, 55, 60, 62, 63, 65, 70})
_MACHINE_KEYWORDS = re.compile(rb"Software|Creation Time|date:|Raw profile type ")
_PACKET = b"XML:com.adobe.xmp"


def tidy(texts: Iterator[str]) -> tuple[str, ...]:
    """Return texts without blanks around them, each once, as many as are looked at."""
    found: dict[str, None] = {}
    left, looked = MOST_CHARACTERS, 0
    for text in texts:
        looked += len(text) + 1
        plain = text.replace("\x00", " ").strip()[:left]
        if plain and plain not in found:
            found[plain] = None
            left -= len(plain)
        if not left or len(found) == MOST_TEXTS or looked >= MOST_LOOKED:
            break
    return tuple(found)


def exif_texts(data: bytes) -> Iterator[str]:
    """Yield texts of EXIF data."""
    data = data.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(data[:4])
    if order is None:
        return
    waiting, seen = [_number(data, 4, f"{order}I")], {0}
    entries = 0
    while waiting and entries < _MOST_ENTRIES:
        start = waiting.pop()
        if start in seen:
            continue
        seen.add(start)
        count = _number(data, start, f"{order}H")
        for number in range(min(count, _MOST_ENTRIES)):
            entries += 1
            at = start + 2 + 12 * number
            tag, kind = _number(data, at, f"{order}H"), _number(data, at + 2, f"{order}H")
            if tag in _MORE:
                waiting.append(_number(data, at + 8, f"{order}I"))
            elif tag not in _MACHINE_TAGS:
                yield from _exif_text(tag, kind, _value(data, at, order, kind), order)
        waiting.append(_number(data, start + 2 + 12 * count, f"{order}I"))


def _exif_text(tag: int, kind: int, value: bytes, order: str) -> Iterator[str]:
    if tag == _USER_COMMENT:
        wide = "utf-16-le" if order == "<" else "utf-16-be"
        charset = wide if value[:8] == b"UNICODE\x00" else _CHARSETS.get(value[:8], "utf-8")
        yield value[8:].decode(charset, errors="replace")
    elif tag in _WINDOWS and kind == _BYTES:
        yield value.decode("utf-16-le", errors="replace")
    elif kind == _ASCII:
        yield _decoded(value)


def _value(data: bytes, at: int, order: str, kind: int) -> bytes:
    """Return the bytes of an entry of one-byte values."""
    if kind not in {_ASCII, _BYTES, _UNDEFINED}:
        return b""
    count = _number(data, at + 4, f"{order}I")
    start = at + 8 if count <= 4 else _number(data, at + 8, f"{order}I")
    return data[start : start + min(count, _MOST_BYTES)]


def _number(data: bytes, at: int, form: str) -> int:
    """Return a number, or 0 where there is none: an offset of 0 leads nowhere."""
    piece = data[at : at + struct.calcsize(form)]
    return int(struct.unpack(form, piece)[0]) if len(piece) == struct.calcsize(form) else 0


def xmp_texts(data: bytes) -> Iterator[str]:
    """Yield texts of an XMP packet, in elements and attributes."""
    wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    text = data[:_MOST_BYTES].decode("utf-16", errors="replace") if wide else _decoded(data)
    inside: list[str] = []
    position = 0
    for match in _TAG.finditer(text):
        if _by_people(inside):
            yield unescape(text[position : match.start()])
        position = match.end()
        for attribute in _ATTRIBUTE.finditer(match["attributes"] or ""):
            if _by_people([attribute["name"]]):
                yield unescape(attribute["double"] or attribute["single"] or "")
        _go(inside, match)
        if len(inside) > _DEEPEST:
            return
    if _by_people(inside):
        yield unescape(text[position:])


def _go(inside: list[str], tag: re.Match[str]) -> None:
    """Go into an element, or out of it and of those in it that were not closed."""
    if tag["name"] is None:
        return
    if tag["end"]:
        while inside and inside.pop() != tag["name"]:
            pass
    elif not tag["attributes"].endswith("/"):
        inside.append(tag["name"])


def _by_people(names: list[str]) -> bool:
    """Return whether people write what stands in these elements; lists of RDF are of the element around them."""
    name = next((one for one in reversed(names) if not one.startswith("rdf:")), "")
    if name in _WRITTEN:
        return True
    return name not in _MACHINE_NAMES and _MACHINE_SPACES.fullmatch(name.partition(":")[0]) is None


def iptc_texts(data: bytes) -> Iterator[str]:
    """Yield texts of IPTC data sets (IIM, record 2), wherever in the data they begin."""
    position = 0
    while (position := data.find(b"\x1c\x02", position)) >= 0:
        dataset, length = _number(data, position + 2, ">B"), _number(data, position + 3, ">H")
        if length >= 0x8000 or position + 5 + length > len(data):
            position += 2
            continue
        if dataset not in _MACHINE_DATASETS and dataset < 200:
            yield _decoded(data[position + 5 : position + 5 + length])
        position += 5 + length


def png_texts(kind: bytes, data: bytes) -> Iterator[str]:
    """Yield texts of a PNG chunk `tEXt`, `zTXt` or `iTXt`."""
    keyword, _, rest = data.partition(b"\x00")
    if kind == b"zTXt":
        rest = _inflated(rest[1:])
    elif kind == b"iTXt":
        compressed = rest[:1] == b"\x01"
        rest = rest[2:].partition(b"\x00")[2].partition(b"\x00")[2]
        rest = _inflated(rest) if compressed else rest
    if keyword == _PACKET:
        yield from xmp_texts(rest)
    elif not _MACHINE_KEYWORDS.match(keyword):
        yield _decoded(rest)


def comment_texts(data: bytes) -> Iterator[str]:
    """Yield a comment."""
    yield _decoded(data)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MOST_BYTES)
    except zlib.error:
        return b""


def _decoded(data: bytes) -> str:
    data = data[:_MOST_BYTES]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = len(data) == _MOST_BYTES and error.start > _MOST_BYTES - 4
        return data.decode("utf-8", errors="ignore") if cut else data.decode("latin-1")
