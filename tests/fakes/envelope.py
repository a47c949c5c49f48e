"""
Twin of the envelope: readable "ciphertext", the same refusals. Protects nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from proxy.core.errors import SealBroken
from proxy.gate.ports import DataKey
from proxy.gate.work import SealedContent, StoreKey

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.retention import Retention

KEK = "twin"


class PlainEnvelope:
    """Twin of `EnvelopeSealer`."""

    def __init__(self) -> None:
        self._drawn = 0

    def new_key(self, *, key_id: str, post: str, retention: Retention, now: datetime) -> tuple[DataKey, StoreKey]:
        """Draw a data key."""
        self._drawn += 1
        secret = hashlib.sha256(f"{self._drawn} {key_id}".encode()).digest()
        wrapped = f"wrapped {key_id} ".encode() + secret
        store = StoreKey(
            id=key_id,
            post=post,
            wrapped=wrapped,
            kek_id=KEK,
            retention=retention.name,
            created_at=now,
            expires_at=now + retention.keep,
        )
        return DataKey(id=key_id, secret=secret), store

    def mac(self, key: DataKey, canonical: bytes) -> str:
        """Return a code of the canonical post."""
        return hashlib.sha256(key.secret + canonical).hexdigest()

    def seal_content(self, key: DataKey, *, record: str, plain: bytes, mac: str, retention: str) -> SealedContent:
        """Mark the content of one record."""
        nonce, ciphertext = self.seal(key, place=f"record:{record}", plain=plain)
        return SealedContent(
            key=key.id,
            nonce=nonce,
            ciphertext=ciphertext,
            mac=mac,
            dek_sha256=hashlib.sha256(key.secret).hexdigest(),
            retention=retention,
        )

    def seal(self, key: DataKey, *, place: str, plain: bytes) -> tuple[bytes, bytes]:
        """Mark bytes with their place."""
        self._drawn += 1
        nonce = self._drawn.to_bytes(12, "big")
        return nonce, _mark(key.secret, nonce, place, plain) + plain

    def unwrap(self, *, key_id: str, wrapped: bytes, kek_id: str) -> DataKey:
        """Return a wrapped data key."""
        head = f"wrapped {key_id} ".encode()
        if kek_id != KEK or not wrapped.startswith(head) or len(wrapped) != len(head) + 32:
            raise SealBroken(found="another key")
        return DataKey(id=key_id, secret=wrapped.removeprefix(head))

    def open_content(self, key: DataKey, *, record: str, nonce: bytes, ciphertext: bytes) -> bytes:
        """Return marked content, if the mark is right."""
        plain = ciphertext[32:]
        if ciphertext[:32] != _mark(key.secret, nonce, f"record:{record}", plain):
            raise SealBroken(found="another mark")
        return plain

    def open(self, *, key_id: str, wrapped: bytes, kek_id: str, place: str, nonce: bytes, ciphertext: bytes) -> bytes:
        """Return marked bytes, if the mark is right."""
        head = f"wrapped {key_id} ".encode()
        secret, plain = wrapped.removeprefix(head), ciphertext[32:]
        if kek_id != KEK or not wrapped.startswith(head) or ciphertext[:32] != _mark(secret, nonce, place, plain):
            raise SealBroken(found="another mark")
        return plain

    def digest(self, purpose: str, value: bytes) -> str:
        """Return a digest, separated by purpose."""
        return hashlib.sha256(purpose.encode() + b"\0" + value).hexdigest()


def _mark(secret: bytes, nonce: bytes, place: str, plain: bytes) -> bytes:
    return hashlib.sha256(b"\0".join((secret, nonce, place.encode(), plain))).digest()
