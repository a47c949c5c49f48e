"""
What is planted, and whether bytes hold it in any writing that somebody could read.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from tests.fakes.every_door import CANARY, IBAN, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator

SPACED = " ".join(IBAN[at : at + 4] for at in range(0, len(IBAN), 4))
LEAKS = (
    IBAN,
    SPACED,
    CANARY,
    f"Kontoinhaber {CANARY}, {SPACED}",
    IBAN.lower(),
    "\u200b".join(IBAN),
    SPACED.replace(" ", "\u00a0"),
    quote(CANARY, safe="").replace("k", "%6B"),
    base64.b64encode(SPACED.encode()).decode(),
    "".join(f"&#{ord(letter)};" for letter in IBAN),
    f'{{"text":"{IBAN}"}}',
    f"https://bank.example/{IBAN}?k={CANARY}",
)
"""Texts; each holds the account number, the canary, or both."""
SHAPED = (
    f"at://did:plc:erfundenerfundenerfunden/app.bsky.feed.post/{CANARY}",
    f"at://did:plc:erfundenerfundenerfunden/{IBAN}.bank.example/self",
    f"did:web:{CANARY}.example",
    f"{IBAN.lower()}.example",
    f"urn:li:person:{CANARY}",
    f"urn:li:comment:(urn:li:activity:{IBAN},7)",
    f"2026-11-23T09:00:00.{IBAN}Z",
    f"card://{CANARY}",
    f"{CANARY}.png",
    f"https://images.bank.example/{IBAN}.jpg",
)
"""The same as an identifier, an address or a name that a platform would take."""
NUMBER, ANYTHING = (IBAN.casefold(),), (IBAN.casefold(), CANARY.casefold())
"""What to look for."""
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){12,}")


def holds_leak(data: bytes, wanted: tuple[str, ...] = ANYTHING) -> bool:
    """Return whether the planted texts can be read from bytes: as they are, or decoded twice in any usual way."""
    known = {data}
    fresh = {data}
    for _ in range(3):
        if any(_shows(one, wanted) for one in fresh):
            return True
        fresh = {decoded for one in fresh for decoded in _decoded(one)} - known
        known |= fresh
    return any(_shows(one, wanted) for one in fresh)


def _shows(data: bytes, wanted: tuple[str, ...]) -> bool:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be") if b"\0" in data else ("utf-8",):
        text = squeezed(data.decode(encoding, "ignore"))
        if any(word in text for word in wanted):
            return True
    return False


def _decoded(data: bytes) -> Iterator[bytes]:
    if b"%" in data or b"+" in data:
        yield unquote_to_bytes(data.replace(b"+", b" "))
    text = data.decode("latin-1")
    if "\\" in text:
        yield _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text).encode("utf-8", "surrogatepass")
    if "&" in text:
        yield html.unescape(text).encode("utf-8", "surrogatepass")
    for match in _HEX.finditer(text):
        yield bytes.fromhex(match[0])
    for match in _BASE64.finditer(text):
        yield from _unbase64(match[0])
    for start in (b"\x1f\x8b", b"\x78\x9c"):
        at = data.find(start)
        if at >= 0:
            yield from _inflated(data[at:], 31 if start == b"\x1f\x8b" else 15)


def _unbase64(text: str) -> Iterator[bytes]:
    plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        yield base64.b64decode(plain[: len(plain) // 4 * 4] if len(plain) % 4 == 1 else plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return


def _inflated(data: bytes, bits: int) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj(bits).decompress(data, 65_536)
    except zlib.error:
        return
