"""
A second reader of the log's formats, as somebody would write who has nothing but the standards.

It shares no code with `proxy`, and goes about everything differently: recursion over lists of leaves where `proxy` does
arithmetic on positions, the step-by-step rules of RFC 9162 for verifying, patterns for parsing, and Ed25519 from the
equations of RFC 8032 instead of a library. What both agree on is probably what the standards say.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
Point = tuple[int, int]


def sha256(*parts: bytes) -> bytes:
    """Return SHA-256 over the parts."""
    return hashlib.sha256(b"".join(parts)).digest()


# --------------------------------------------------------------------------------------------- RFC 6962, section 2.1


def mth(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash, by its recursive definition."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return sha256(b"\x00", leaves[0])
    k = _split(len(leaves))
    return sha256(b"\x01", mth(leaves[:k]), mth(leaves[k:]))


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the audit path of leaf `m`, by its recursive definition."""
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m: int, leaves: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """Return the consistency proof from the first `m` leaves to all, by its recursive definition (`SUBPROOF`)."""
    if m == len(leaves):
        return [] if known else [mth(leaves)]
    k = _split(len(leaves))
    if m <= k:
        return [*proof(m, leaves[:k], known=known), mth(leaves[k:])]
    return [*proof(m - k, leaves[k:], known=False), mth(leaves[:k])]


def _split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


# ----------------------------------------------------------------------- RFC 9162, sections 2.1.3.2 and 2.1.4.2


def included(leaf: bytes, index: int, size: int, audit_path: Sequence[bytes], root: bytes) -> bool:
    """Return whether the leaf hash is at the index, following the steps of the RFC."""
    if index >= size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in audit_path:
        if sn == 0:
            return False
        if fn % 2 or fn == sn:
            r = sha256(b"\x01", p, r)
            while fn % 2 == 0 and fn:
                fn, sn = fn // 2, sn // 2
        else:
            r = sha256(b"\x01", r, p)
        fn, sn = fn // 2, sn // 2
    return sn == 0 and r == root


def consistent(first: int, second: int, roots: tuple[bytes, bytes], consistency_path: Sequence[bytes]) -> bool:
    """Return whether the second tree continues the first, following the steps of the RFC; 0 < first < second."""
    steps = list(consistency_path)
    if not steps:
        return False
    if first.bit_count() == 1:
        steps.insert(0, roots[0])
    fn, sn = first - 1, second - 1
    while fn % 2:
        fn, sn = fn // 2, sn // 2
    fr = sr = steps[0]
    for c in steps[1:]:
        if sn == 0:
            return False
        if fn % 2 or fn == sn:
            fr, sr = sha256(b"\x01", c, fr), sha256(b"\x01", c, sr)
            while fn % 2 == 0 and fn:
                fn, sn = fn // 2, sn // 2
        else:
            sr = sha256(b"\x01", sr, c)
        fn, sn = fn // 2, sn // 2
    return (fr, sr, sn) == (*roots, 0)


# --------------------------------------------------------------------------------------------- RFC 8032, section 5.1


def add(a: Point, b: Point) -> Point:
    """Return the sum of two points of edwards25519."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x3 = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P
    return x3, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def times(n: int, a: Point) -> Point:
    """Return a multiple of a point."""
    if n == 0:
        return 0, 1
    half = times(n // 2, a)
    whole = add(half, half)
    return add(whole, a) if n % 2 else whole


def point(data: bytes) -> Point | None:
    """Return the point of its 32 bytes, or None."""
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return (x if x % 2 == sign else P - x), y


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the Ed25519 signature verifies."""
    a, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or BASE is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return times(s, BASE) == add(r, times(k, a))


# ------------------------------------------------------------------------------------------------------ c2sp.org


def opened(note: bytes, vkey: str) -> str | None:
    """Return the text of a note that the key signed (c2sp.org/signed-note), or None."""
    name, key_id, encoded = re.fullmatch(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)", vkey).groups()  # type: ignore[union-attr]  # a key that fails here ends the test
    key = b64decode(encoded)
    assert (key[0], sha256(name.encode(), b"\n", key)[:4].hex()) == (1, key_id)
    match = re.fullmatch(r"(?s)(.*\n)\n((?:— [^ +\n]+ [A-Za-z0-9+/]+=*\n)+)", note.decode())
    if match is None:
        return None
    for who, line in re.findall(r"— (\S+) (\S+)\n", match[2]):
        blob = b64decode(line)
        if (who, blob[:4].hex()) == (name, key_id):
            return match[1] if signed(key[1:], match[1].encode(), blob[4:]) else None
    return None


def checkpoint(note: bytes, vkey: str) -> tuple[str, int, bytes] | None:
    """Return origin, size and root of a signed checkpoint (c2sp.org/tlog-checkpoint), or None."""
    text = opened(note, vkey)
    match = re.fullmatch(r"(.+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n", text or "")
    return (match[1], int(match[2]), b64decode(match[3])) if match else None


def proven(file: bytes, leaf: bytes, vkey: str) -> bool:
    """Return whether a proof file shows the leaf under a checkpoint of the key (c2sp.org/tlog-proof)."""
    head, _, note = file.partition(b"\n\n")
    first, *lines = head.decode().split("\n")
    index, *hashes = lines[1:] if lines[0].startswith("extra ") else lines
    stated = checkpoint(note, vkey)
    if first != "c2sp.org/tlog-proof@v1" or not index.startswith("index ") or stated is None:
        return False
    _, size, root = stated
    return included(sha256(b"\x00", leaf), int(index.removeprefix("index ")), size, list(map(b64decode, hashes)), root)


def exported(files: Mapping[str, bytes], size: int, root: bytes) -> list[bytes] | None:
    """Return all leaves of an export, if every file of c2sp.org/tlog-tiles is there and follows from them."""
    leaves: list[bytes] = []
    for index, width in _row(size):
        rest = files[f"tile/entries/{_place(index, width)}"]
        for _ in range(width):
            length = rest[0] << 8 | rest[1]
            leaves.append(rest[2 : 2 + length])
            rest = rest[2 + length :]
        if rest:
            return None
    level, row = 0, [sha256(b"\x00", leaf) for leaf in leaves]
    while row:
        for index, width in _row(len(row)):
            if files[f"tile/{level}/{_place(index, width)}"] != b"".join(row[index * 256 : index * 256 + width]):
                return None
        row = [_tower(row[start : start + 256]) for start in range(0, len(row) - 255, 256)]
        level += 1
    return leaves if (len(leaves), mth(leaves)) == (size, root) else None


def _row(length: int) -> list[tuple[int, int]]:
    return [(start // 256, min(256, length - start)) for start in range(0, length, 256)]


def _place(index: int, width: int) -> str:
    end = f"{index % 1000:03d}" + ("" if width == 256 else f".p/{width}")
    while index := index // 1000:
        end = f"x{index % 1000:03d}/{end}"
    return end


def _tower(row: Sequence[bytes]) -> bytes:
    if len(row) == 1:
        return row[0]
    half = len(row) // 2
    return sha256(b"\x01", _tower(row[:half]), _tower(row[half:]))
