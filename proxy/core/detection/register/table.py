r"""
The file of a register: what it says of itself, and whether a digest is in it.

| bytes | what |
|---|---|
| 16 | `postgate-reg-01\n` |
| 4 | length of the header, little-endian |
| n | the header, canonical JSON |
| 64 | Ed25519 signature (RFC 8032) over `postgate/register/v1`, a zero byte and the header |
| | zeros up to a multiple of 4,096 |
| 4 * (2**index_bits + 1) | index: the first key whose leading bits are at least these |
| zeros | up to a multiple of 8 |
| 8 * keys | the keys, ascending; the last two bits of each say how many customers share it |
| 16 * keys | only in restricted lists: first and last minute since 1970 of each, both ends included |

A digest stands once among the keys of customers, and once for each window among those of restricted lists. All numbers
are little-endian. The header holds SHA-256 of everything behind the zeros: a register is known by its
header alone.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from dataclasses import asdict, dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from proxy.core.detection.register.digests import SHARED_BITS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ALIGNMENT",
    "FOREVER",
    "MAGIC",
    "MOST_KEYS",
    "SIGNATURE_BYTES",
    "BrokenRegister",
    "Contents",
    "Header",
    "Shared",
    "Table",
    "body_start",
    "head_of",
    "index_bits",
    "read_header",
    "signed_bytes",
    "write_header",
]

MAGIC = b"postgate-reg-01\n"
SIGNATURE_BYTES = 64
ALIGNMENT = 4_096
FOREVER = (0, 2**62)
"""First and last minute of an entry without a window."""
_FORMAT = 2
_LENGTH_BYTES = 4
_LITTLE_ENDIAN = memoryview(b"\x01\x00").cast("H")[0] == 1
"""How this machine counts bytes."""
_CONTEXT = b"postgate/register/v1\x00"
_KEYS_A_BUCKET = 8
_FEWEST_BITS, _MOST_BITS = 8, 28
_DIGEST_BITS = 64
_LONGEST_HEADER = 65_536
MOST_KEYS = 2**32 - 1


class BrokenRegister(Exception):
    """A file is no register that can be used. Says what is wrong, never what is in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        """
        `not-a-register`, `cut`, `altered`, `unsorted`, `format`, `other-key`, `signature`, `too-old`, `not-yet`,
        `unreadable` or `other`.
        """


class Contents(StrEnum):
    """What a register holds."""

    CUSTOMERS = "customers"
    RESTRICTED = "restricted"


class Shared(IntEnum):
    """How many customers share a value."""

    ONE = 0
    FEW = 1
    """2 to 9."""
    TENS = 2
    """10 to 99."""
    MANY = 3
    """100 or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a register says of itself."""

    contents: Contents
    key_id: str
    built_at: str
    """RFC 3339, UTC."""
    records: int
    """Customers, or entries of lists."""
    keys: int
    index_bits: int
    body_sha256: str
    counts: Mapping[str, int]
    """Digests by kind, before equal ones fell together."""
    number_lengths: tuple[int, ...] = ()
    """Lengths of the identifiers in it, ascending: only these are looked for inside longer runs of digits."""
    predecessor: str | None = None
    """Version of the register that this one was built to replace."""

    @property
    def version(self) -> str:
        """Return the version of the register, 16 hexadecimal digits."""
        return hashlib.sha256(write_header(self)).hexdigest()[:16]


def write_header(header: Header) -> bytes:
    """Return a header as it stands in a file."""
    return json.dumps(
        {"format": _FORMAT, **asdict(header)}, ensure_ascii=True, sort_keys=True, separators=(",", ":")
    ).encode("ascii")


def signed_bytes(header: bytes) -> bytes:
    """Return what is signed for a header."""
    return _CONTEXT + header


def body_start(header_length: int) -> int:
    """Return the offset of the index in a file whose header has so many bytes."""
    end = len(MAGIC) + _LENGTH_BYTES + header_length + SIGNATURE_BYTES
    return -(-end // ALIGNMENT) * ALIGNMENT


def head_of(header: bytes, signature: bytes) -> bytes:
    """Return everything of a file that stands before the index."""
    head = MAGIC + len(header).to_bytes(_LENGTH_BYTES, "little") + header + signature
    return head.ljust(body_start(len(header)), b"\x00")


def index_bits(keys: int) -> int:
    """Return how many leading bits the index of so many keys is over: about eight keys share an entry."""
    return min(_MOST_BITS, max(_FEWEST_BITS, (max(keys, 1) // _KEYS_A_BUCKET).bit_length()))


def read_header(buffer: memoryview) -> tuple[Header, bytes, bytes]:
    """
    Return the header of a file, its bytes, and the signature over them, which nobody has checked.

    Raises:
        BrokenRegister: the file is none, has another format or is shorter or longer than it says.
    """
    start = len(MAGIC) + _LENGTH_BYTES
    if len(buffer) < start or bytes(buffer[: len(MAGIC)]) != MAGIC:
        raise BrokenRegister("not-a-register")
    length = int.from_bytes(buffer[len(MAGIC) : start], "little")
    if length > _LONGEST_HEADER or len(buffer) < body_start(length):
        raise BrokenRegister("cut")
    raw = bytes(buffer[start : start + length])
    header = _parsed(raw)
    if len(buffer) != _size(header, length):
        raise BrokenRegister("cut")
    return header, raw, bytes(buffer[start + length : start + length + SIGNATURE_BYTES])


def _parsed(raw: bytes) -> Header:
    try:
        fields = json.loads(raw)
        if fields.pop("format") != _FORMAT:
            raise BrokenRegister("format")
        fields["contents"] = Contents(fields["contents"])
        fields["number_lengths"] = tuple(fields["number_lengths"])
        header = Header(**fields)
        sound = write_header(header) == raw and _sound(header)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BrokenRegister("altered") from None
    if not sound:
        raise BrokenRegister("altered")
    return header


def _sound(header: Header) -> bool:
    """Return whether everything is of its kind: nobody has checked the signature yet."""
    texts = (header.key_id, header.built_at, header.body_sha256, header.predecessor or "")
    numbers = (header.records, header.keys, header.index_bits, *header.number_lengths, *header.counts.values())
    return (
        all(type(text) is str for text in texts)
        and all(type(number) is int and number >= 0 for number in numbers)
        and header.keys <= MOST_KEYS
        and _FEWEST_BITS <= header.index_bits <= _MOST_BITS
    )


def _size(header: Header, header_length: int) -> int:
    keys = _keys_start(header, header_length) + 8 * header.keys
    return keys + (16 * header.keys if header.contents is Contents.RESTRICTED else 0)


def _keys_start(header: Header, header_length: int) -> int:
    return body_start(header_length) + -(-4 * ((1 << header.index_bits) + 1) // 8) * 8


class Table:
    """
    The keys of a file in memory; reads nothing but what it is asked for.

    Raises:
        BrokenRegister: as `read_header`, or this machine counts bytes the other way round.
    """

    def __init__(self, buffer: memoryview) -> None:
        if not _LITTLE_ENDIAN:
            raise BrokenRegister("format")
        self.header, raw, _ = read_header(buffer)
        start, keys = body_start(len(raw)), _keys_start(self.header, len(raw))
        end = keys + 8 * self.header.keys
        self._index = buffer[start : start + 4 * ((1 << self.header.index_bits) + 1)].cast("I")
        self._keys = buffer[keys:end].cast("Q")
        self._windows = buffer[end:].cast("q")
        self._shift = _DIGEST_BITS - self.header.index_bits

    def find(self, digest: int) -> Shared | None:
        """Return how many customers share the value of a digest; None where it is not here."""
        bucket = digest >> self._shift
        place = bisect_left(self._keys, digest, self._index[bucket], self._index[bucket + 1])
        if place == self.header.keys:
            return None
        key = self._keys[place]
        return _SHARED[key & SHARED_BITS] if key | SHARED_BITS == digest | SHARED_BITS else None

    def open_at(self, digest: int, minute: int) -> bool:
        """Return whether an entry of a restricted list is here and counts in a minute since 1970."""
        bucket = digest >> self._shift
        end = self._index[bucket + 1]
        place = bisect_left(self._keys, digest, self._index[bucket], end)
        while place < end and self._keys[place] | SHARED_BITS == digest | SHARED_BITS:
            if self._windows[2 * place] <= minute <= self._windows[2 * place + 1]:
                return True
            place += 1
        return False


_SHARED = tuple(Shared)
