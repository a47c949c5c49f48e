"""
Names of blobs: the content identifier that the platform computes from an image's bytes, too.

CIDv1, codec `raw`, SHA-256, in base32 without padding (https://github.com/multiformats/cid).
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proxy.platforms._wire.strict_json import JsonValue

_VERSION, _RAW, _SHA256, _LENGTH = 0x01, 0x55, 0x12, 0x20


def cid_of(data: bytes) -> str:
    """Return the content identifier of bytes."""
    raw = bytes((_VERSION, _RAW, _SHA256, _LENGTH)) + hashlib.sha256(data).digest()
    return "b" + base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def blob_object(name: str, mime: JsonValue, size: JsonValue) -> dict[str, JsonValue]:
    """Return what a record says of an image."""
    return {"$type": "blob", "ref": {"$link": name}, "mimeType": mime, "size": size}
