"""
Reading the few things all formats are made of, each in one spelling only.

Python reads more than the standards allow: `int(" ٣_0")` is 30, and `b64decode("QR==")` equals `b64decode("QQ==")`.
A flipped bit could hide there. What is read here gives the same bytes when it is written again.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from proxy.audit.tlog.hashes import HASH_BYTES
from proxy.audit.tlog.refusal import EvidenceRefused

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is being read, for refusals."""

    reason: str
    """One of `EvidenceRefused.REASONS`."""
    where: str

    def refuse(self, expected: str, found: str) -> EvidenceRefused:
        """Return the refusal of what stands here."""
        return EvidenceRefused(self.reason, expected=expected, found=f"{found} in {self.where}")


def read_decimal(text: str, place: Place, *, most: int) -> int:
    """
    Return a whole number from 0 to `most`, written in ASCII digits without sign or leading zero.

    Raises:
        EvidenceRefused: another spelling, or a larger number.
    """
    if not _DECIMAL.fullmatch(text):
        raise place.refuse("a number in decimal digits without leading zeros", _kind(text))
    if int(text) > most:
        raise place.refuse(f"a number of at most {most}", "a larger number")
    return int(text)


def read_base64(text: str, place: Place) -> bytes:
    """
    Return the bytes of standard base64 (RFC 4648, section 4): padded, no white space, no stray bits.

    Raises:
        EvidenceRefused: another spelling.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # ValueError: letters outside ASCII
        raise place.refuse("standard base64 with padding", _kind(text)) from None
    if write_base64(data) != text:
        raise place.refuse("standard base64 in its one spelling", "another spelling of the same bytes")
    return data


def read_hash(text: str, place: Place) -> bytes:
    """
    Return a hash of 32 bytes from its base64.

    Raises:
        EvidenceRefused: another spelling or length.
    """
    data = read_base64(text, place)
    if len(data) != HASH_BYTES:
        raise place.refuse(f"a hash of {HASH_BYTES} bytes", f"{len(data)} bytes")
    return data


def read_text(data: bytes, place: Place, *, most: int) -> str:
    """
    Return text in UTF-8 whose only control character is the line feed, and which ends with one.

    Raises:
        EvidenceRefused: other bytes, or more than `most` of them.
    """
    if len(data) > most:
        raise place.refuse(f"at most {most} bytes", f"{len(data)} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise place.refuse("UTF-8", "other bytes") from None
    if _CONTROL.search(text):
        raise place.refuse("no control characters but line feeds", "another control character")
    if not text.endswith("\n"):
        raise place.refuse("a line feed at the end", "none" if text else "nothing")
    return text


def write_base64(data: bytes) -> str:
    """Return bytes as standard base64."""
    return base64.b64encode(data).decode("ascii")


def _kind(text: str) -> str:
    return f"another spelling of {len(text)} characters" if text else "nothing"
