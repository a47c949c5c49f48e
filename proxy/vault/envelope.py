"""
Envelope encryption: a random data key for each post, wrapped by the installation's key.

AES-256-GCM with a fresh random 96-bit nonce each time. What is sealed is bound to its place (additional data), so a
ciphertext moved to another record, post or account does not open. Keys for different purposes are derived (the expand
step of HKDF-SHA-256, the data key is uniformly random), so one purpose says nothing about another.

    postgate/content/v1   content of audit records, under the data key itself: handing it out discloses exactly that
    postgate/mac/v1       code of the canonical post
    postgate/place/v1     answers and images
    postgate/dek/v1       data keys, wrapped
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from proxy.core.errors import SealBroken
from proxy.gate.ports import DataKey
from proxy.gate.work import SealedContent, StoreKey

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.gate.retention import Retention
    from proxy.vault.keys import Keys

NONCE_BYTES = 12
KEY_BYTES = 32


def derive(key: bytes, purpose: str) -> bytes:
    """Return a key for one purpose: HKDF-Expand (RFC 5869) of one block under SHA-256."""
    return hmac.digest(key, purpose.encode() + b"\x01", "sha256")


def bound_to(*pieces: str) -> bytes:
    """Return additional data that names a place; the pieces cannot run into each other."""
    return b"\x00".join(piece.encode() for piece in pieces)


def encrypt(key: bytes, nonce: bytes, plain: bytes, place: bytes) -> bytes:
    """Return the ciphertext of AES-256-GCM."""
    return AESGCM(key).encrypt(nonce, plain, place)


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes, place: bytes) -> bytes:
    """
    Return the plain bytes.

    Raises:
        SealBroken: wrong key, wrong place, or changed bytes.
    """
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, place)
    except (InvalidTag, ValueError):
        raise SealBroken(expected="what was sealed for this place", found="something else") from None


class EnvelopeSealer:
    """Implements `gate.ports.Envelope`."""

    def __init__(self, keys: Keys, *, origin: str, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._wrapping = derive(keys.kek, "postgate/kek/content/v1")
        self._kek_id = keys.kek_id()
        self._pepper = keys.pepper
        self._origin = origin
        self._random = random

    def new_key(self, *, key_id: str, post: str, retention: Retention, now: datetime) -> tuple[DataKey, StoreKey]:
        """Draw a data key; the second value is the change that keeps it, wrapped."""
        secret = self._random(KEY_BYTES)
        nonce = self._random(NONCE_BYTES)
        wrapped = nonce + encrypt(self._wrapping, nonce, secret, bound_to("postgate/dek/v1", key_id))
        store = StoreKey(
            id=key_id,
            post=post,
            wrapped=wrapped,
            kek_id=self._kek_id,
            retention=retention.name,
            created_at=now,
            expires_at=now + retention.keep,
        )
        return DataKey(id=key_id, secret=secret), store

    def mac(self, key: DataKey, canonical: bytes) -> str:
        """Return HMAC-SHA-256 over the canonical post under a key derived from the data key, in hexadecimal."""
        return hmac.digest(derive(key.secret, "postgate/mac/v1"), canonical, "sha256").hex()

    def seal_content(self, key: DataKey, *, record: str, plain: bytes, mac: str, retention: str) -> SealedContent:
        """Encrypt the content of one record, bound to the log and to the record's id."""
        nonce = self._random(NONCE_BYTES)
        return SealedContent(
            key=key.id,
            nonce=nonce,
            ciphertext=encrypt(key.secret, nonce, plain, self._content_place(record)),
            mac=mac,
            dek_sha256=hashlib.sha256(key.secret).hexdigest(),
            retention=retention,
        )

    def open_content(self, key: DataKey, *, record: str, nonce: bytes, ciphertext: bytes) -> bytes:
        """
        Decrypt the content of one record.

        Raises:
            SealBroken: another key, another record, or changed bytes.
        """
        return decrypt(key.secret, nonce, ciphertext, self._content_place(record))

    def unwrap(self, *, key_id: str, wrapped: bytes, kek_id: str) -> DataKey:
        """
        Return a data key that `new_key` wrapped.

        Raises:
            SealBroken: wrapped by another key, for another id, or changed.
        """
        if kek_id != self._kek_id:
            raise SealBroken(expected="a data key of this installation's wrapping key", found="another wrapping key")
        place = bound_to("postgate/dek/v1", key_id)
        secret = decrypt(self._wrapping, wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], place)
        return DataKey(id=key_id, secret=secret)

    def seal(self, key: DataKey, *, place: str, plain: bytes) -> tuple[bytes, bytes]:
        """Encrypt bytes bound to a place such as `answer:POST`; return nonce and ciphertext."""
        nonce = self._random(NONCE_BYTES)
        ciphertext = encrypt(derive(key.secret, "postgate/place/v1"), nonce, plain, self._place(place))
        return nonce, ciphertext

    def open(self, *, key_id: str, wrapped: bytes, kek_id: str, place: str, nonce: bytes, ciphertext: bytes) -> bytes:
        """
        Decrypt what `seal` made.

        Raises:
            SealBroken: wrong key, wrong place, or changed bytes.
        """
        key = self.unwrap(key_id=key_id, wrapped=wrapped, kek_id=kek_id)
        return decrypt(derive(key.secret, "postgate/place/v1"), nonce, ciphertext, self._place(place))

    def digest(self, purpose: str, value: bytes) -> str:
        """Return HMAC-SHA-256 under the installation's pepper, separated by purpose, in hexadecimal."""
        return hmac.digest(self._pepper, bound_to("postgate/digest/v1", purpose) + b"\x00" + value, "sha256").hex()

    def _content_place(self, record: str) -> bytes:
        return bound_to("postgate/content/v1", self._origin, record)

    def _place(self, place: str) -> bytes:
        return bound_to("postgate/place/v1", self._origin, place)
