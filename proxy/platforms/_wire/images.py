"""
Take everything but the picture out of an image, without decoding a pixel.

The type is found by looking at the bytes. Only what is needed to show the picture is copied; comments, EXIF, XMP, IPTC
and private data stay behind; what people wrote there is told, so that somebody looks at it. An image that ends too
early or goes on after its end is refused, because another reader might see another file in it. Colour profiles of JPEG
and WebP are kept.

How many pixels it unfolds to is read from its headers: a small file can fill the memory of whoever shows it.
"""

from __future__ import annotations

import re
import struct
import zlib
from itertools import chain
from typing import TYPE_CHECKING

from proxy.core.errors import UnreadableField
from proxy.gate.wire import Upload
from proxy.platforms._wire.metadata import comment_texts, exif_texts, iptc_texts, png_texts, tidy, xmp_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_PIECES = 100_000
"""Chunks, segments or blocks of one image: far more than a picture needs, few enough to look at each."""
MOST_READ = 32
"""Pieces of metadata of one image whose text is read; the others are taken out unread."""
MOST_READ_BYTES = 1024 * 1024
"""After so many bytes of metadata no more of it is read."""
MAX_SIDE = 16_384
MAX_PIXELS = 50_000_000
"""Of one picture; larger than any camera's."""
MAX_ALL_PIXELS = 500_000_000
"""Of all pictures of an animation."""
_EXIF, _XMP, _IPTC, _TEXT, _PREVIEW, _OTHER = "exif", "xmp", "iptc", "text", "preview", "other"
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
    | {b"acTL", b"fcTL", b"fdAT"}
)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"})
_WEBP_FRAME_KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
_PNG_REMOVED = {b"eXIf": _EXIF, b"tEXt": _TEXT, b"zTXt": _TEXT, b"iTXt": _TEXT}
_WEBP_REMOVED = {b"EXIF": _EXIF, b"XMP ": _XMP}
_JPEG_REMOVED = (
    (0xE1, b"Exif\x00", _EXIF),
    (0xE1, b"http://ns.adobe.com/xap/", _XMP),
    (0xE1, b"http://ns.adobe.com/xmp/", _XMP),
    (0xED, b"", _IPTC),
    (0xFE, b"", _TEXT),
)
_WEBP_METADATA_FLAGS = 0x08 | 0x04
_GIF_LOOP = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0"})
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_KEPT = _JPEG_FRAMES | {0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD}
_JPEG_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _text_of(data: bytes) -> Iterator[str]:
    """Yield what a PNG text chunk says, by its type, or a comment."""
    return png_texts(data[:4], data[4:]) if data[:4] in _PNG_REMOVED else comment_texts(data)


_READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    _EXIF: lambda data: exif_texts(data.removeprefix(b"eXIf")),
    _XMP: lambda data: xmp_texts(data[data.find(b"<") :] if b"<" in data else data),
    _IPTC: iptc_texts,
    _TEXT: _text_of,
}


class _Broken(Exception):
    """The bytes are not the image they begin as."""


class _TooLarge(Exception):
    """The image unfolds to more pixels than anybody needs."""


class _Notes:
    """What is learned of an image on the way."""

    def __init__(self) -> None:
        self.removed: set[str] = set()
        self.texts: list[Iterator[str]] = []
        self._read = 0
        self._pixels = 0

    def remove(self, name: str, data: bytes = b"") -> None:
        """Note what is taken out, and what is written in it."""
        self.removed.add(name)
        if name in _READERS and len(self.texts) < MOST_READ and self._read < MOST_READ_BYTES:
            self._read += len(data)
            self.texts.append(_READERS[name](data))

    def picture(self, width: int, height: int) -> None:
        """Count a picture of this size."""
        if not width or not height:
            raise _Broken
        self._pixels += width * height
        if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS or self._pixels > MAX_ALL_PIXELS:
            raise _TooLarge


def clean_image(data: bytes, slot: str) -> Upload:
    """
    Return the image without metadata, its type told by its bytes.

    Raises:
        UnreadableField: no png, jpeg, gif or webp, a broken one, or one with too many pixels.
    """
    for magic, mime, clean in (
        (_PNG, "image/png", _clean_png),
        (b"\xff\xd8\xff", "image/jpeg", _clean_jpeg),
        (b"GIF87a", "image/gif", _clean_gif),
        (b"GIF89a", "image/gif", _clean_gif),
        (b"RIFF", "image/webp", _clean_webp),
    ):
        if data.startswith(magic):
            notes = _Notes()
            try:
                return Upload(
                    slot=slot,
                    mime=mime,
                    data=clean(data, notes),
                    removed=tuple(sorted(notes.removed)),
                    texts=tidy(chain.from_iterable(notes.texts)),
                )
            except _TooLarge:
                expected = f"{slot}: at most {MAX_SIDE} pixels a side and {MAX_PIXELS // 1_000_000} million in all"
                raise UnreadableField(expected=expected, found="a larger image") from None
            except (_Broken, struct.error, IndexError):
                raise UnreadableField(expected=f"{slot}: a whole image", found=f"a broken {mime}") from None
    raise UnreadableField(expected=f"{slot}: png, jpeg, gif or webp", found="another file")


def _take(data: bytes, start: int, length: int) -> bytes:
    piece = data[start : start + length]
    if len(piece) != length:
        raise _Broken
    return piece


def _limit(pieces: int) -> None:
    if pieces > MAX_PIECES:
        raise _Broken


def _clean_png(data: bytes, notes: _Notes) -> bytes:
    out = [_PNG]
    position = len(_PNG)
    kinds: list[bytes] = []
    while not kinds or kinds[-1] != b"IEND":
        length, kind = struct.unpack(">I4s", _take(data, position, 8))
        chunk = _take(data, position, length + 12)
        if zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise _Broken
        critical = not kind[0] & 0x20
        if (critical and kind not in _PNG_KEPT) or (kind == b"IHDR") != (not kinds):
            raise _Broken
        if kind in {b"IHDR", b"fcTL"}:
            notes.picture(*struct.unpack(">II", _take(chunk, 8 if kind == b"IHDR" else 12, 8)))
        if kind in _PNG_KEPT:
            out.append(chunk)
        else:
            notes.remove(_PNG_REMOVED.get(kind, _OTHER), chunk[4:-4])
        kinds.append(kind)
        position += len(chunk)
        _limit(len(kinds))
    if position != len(data) or b"IDAT" not in kinds or length:
        raise _Broken
    return b"".join(out)


def _clean_jpeg(data: bytes, notes: _Notes) -> bytes:
    out = [b"\xff\xd8"]
    position = 2
    seen: set[int] = set()
    segments = 0
    while True:
        marker, position = _jpeg_marker(data, position)
        if marker == 0xD9:
            break
        length: int = struct.unpack(">H", _take(data, position, 2))[0]
        if length < 2:
            raise _Broken
        payload = _take(data, position + 2, length - 2)
        position += length
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", _take(payload, 1, 4))
            notes.picture(width, height)
        kept = _jpeg_payload(marker, payload)
        if kept != payload:
            notes.remove(_jpeg_removed(marker, payload), payload)
        if kept is not None:
            out.append(struct.pack(">BBH", 0xFF, marker, len(kept) + 2) + kept)
        seen.add(marker)
        segments += 1
        _limit(segments)
        if marker == 0xDA:
            following = _JPEG_NEXT_MARKER.search(data, position)
            if following is None:
                raise _Broken
            out.append(data[position : following.start()])
            position = following.start()
    if position != len(data) or 0xDA not in seen or not seen & _JPEG_FRAMES:
        raise _Broken
    return b"".join((*out, b"\xff\xd9"))


def _jpeg_marker(data: bytes, position: int) -> tuple[int, int]:
    """Return the marker at a position and where its segment goes on; fill bytes are allowed."""
    if data[position] != 0xFF:
        raise _Broken
    while data[position] == 0xFF:
        position += 1
    return data[position], position + 1


def _jpeg_payload(marker: int, payload: bytes) -> bytes | None:
    """Return what is kept of a segment, or None."""
    if marker in _JPEG_KEPT:
        return payload
    if marker == 0xE0 and payload.startswith(b"JFIF\x00") and len(payload) >= 14:
        return payload[:12] + b"\x00\x00"  # without the thumbnail
    if marker == 0xE2 and payload.startswith(b"ICC_PROFILE\x00"):
        return payload
    if marker == 0xEE and payload.startswith(b"Adobe") and len(payload) >= 12:
        return payload[:12]
    if 0xE0 <= marker <= 0xEF or marker == 0xFE:
        return None
    raise _Broken


def _jpeg_removed(marker: int, payload: bytes) -> str:
    """Return what a segment was that was not kept whole."""
    if marker in {0xE0, 0xEE}:
        return _PREVIEW
    return next((name for at, begin, name in _JPEG_REMOVED if at == marker and payload.startswith(begin)), _OTHER)


def _clean_gif(data: bytes, notes: _Notes) -> bytes:
    position = 13 + _gif_colours(_take(data, 10, 1)[0])
    out = [_take(data, 0, position)]
    notes.picture(*struct.unpack("<HH", _take(data, 6, 4)))
    pictures = 0
    pieces = 0
    while (kind := data[position]) != 0x3B:
        if kind == 0x2C:
            head = 11 + _gif_colours(_take(data, position + 9, 1)[0])
            notes.picture(*struct.unpack("<HH", _take(data, position + 5, 4)))
            end = _gif_blocks(data, position + head)
            out.append(data[position:end])
            pictures += 1
        elif kind == 0x21:
            end = _gif_blocks(data, position + 2)
            if _gif_extension_kept(data[position:end]):
                out.append(data[position:end])
            else:
                notes.remove(*_gif_removed(data[position:end]))
        else:
            raise _Broken
        position = end
        pieces += 1
        _limit(pieces)
    if position != len(data) - 1 or not pictures:
        raise _Broken
    return b"".join((*out, b"\x3b"))


def _gif_colours(packed: int) -> int:
    return 3 << ((packed & 0x07) + 1) if packed & 0x80 else 0


def _gif_blocks(data: bytes, position: int) -> int:
    """Return where a row of sub-blocks ends."""
    pieces = 0
    while size := data[position]:
        position += size + 1
        pieces += 1
        _limit(pieces)
    return position + 1


def _gif_removed(extension: bytes) -> tuple[str, bytes]:
    """Return what an extension was that was not kept, and what it holds; XMP lies there without lengths of its own."""
    if extension[1] == 0xFF and extension[3:14] == b"XMP DataXMP":
        return _XMP, extension[14:]
    return _TEXT if extension[1] in {0x01, 0xFE} else _OTHER, _gif_content(extension[2:])


def _gif_content(blocks: bytes) -> bytes:
    """Return what a row of sub-blocks holds."""
    content = bytearray()
    position = 0
    while size := blocks[position]:
        content += blocks[position + 1 : position + 1 + size]
        position += size + 1
    return bytes(content)


def _gif_extension_kept(extension: bytes) -> bool:
    if extension[1] == 0xF9:
        return len(extension) == 8
    loop = extension[1] == 0xFF and extension[2] == 11 and extension[3:14] in _GIF_LOOP
    return loop and len(extension) == 19 and extension[14:16] == b"\x03\x01"


def _clean_webp(data: bytes, notes: _Notes) -> bytes:
    size, form = struct.unpack("<I4s", _take(data, 4, 8))
    if form != b"WEBP" or size + 8 != len(data):
        raise _Broken
    kinds, body = _webp_chunks(data[12:], _WEBP_KEPT, notes)
    if not kinds & {b"VP8 ", b"VP8L", b"ANMF"}:
        raise _Broken
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _webp_chunks(data: bytes, kept: frozenset[bytes], notes: _Notes) -> tuple[set[bytes], bytes]:
    out: list[bytes] = []
    kinds: set[bytes] = set()
    position = 0
    pieces = 0
    while position < len(data):
        pieces += 1
        _limit(pieces)
        kind, length = struct.unpack("<4sI", _take(data, position, 8))
        payload = _take(data, position + 8, length)
        _take(data, position + 8 + length, length % 2)
        position += 8 + length + length % 2
        if kind not in kept:
            notes.remove(_WEBP_REMOVED.get(kind, _OTHER), payload)
            continue
        _note_webp(kind, payload, notes)
        if kind == b"VP8X":
            payload = bytes((payload[0] & ~_WEBP_METADATA_FLAGS,)) + payload[1:]
        elif kind == b"ANMF":
            payload = _take(payload, 0, 16) + _webp_chunks(payload[16:], _WEBP_FRAME_KEPT, notes)[1]
        kinds.add(kind)
        out.append(struct.pack("<4sI", kind, len(payload)) + payload + b"\x00" * (len(payload) % 2))
    return kinds, b"".join(out)


def _note_webp(kind: bytes, payload: bytes, notes: _Notes) -> None:
    """Count what a chunk says of a picture's size (RFC 9649; RFC 6386, 9.1)."""
    if kind == b"VP8X":
        _take(payload, 0, 10)
        notes.picture(*(1 + int.from_bytes(payload[at : at + 3], "little") for at in (4, 7)))
    elif kind == b"VP8 ":
        notes.picture(*(size & 0x3FFF for size in struct.unpack("<HH", _take(payload, 6, 4))))
    elif kind == b"VP8L":
        sizes = int.from_bytes(_take(payload, 1, 4), "little")
        notes.picture(1 + (sizes & 0x3FFF), 1 + (sizes >> 14 & 0x3FFF))
