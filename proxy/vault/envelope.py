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
from proxy.vault.keys import name_of

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


def _key_place(key_id: str) -> bytes:
    return bound_to("postgate/dek/v1", key_id)


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


class Ring:
    """
    The installation's wrapping keys, derived for one purpose and found by their name.

    Only the current one wraps; those of before open what they wrapped until it is wrapped anew.
    """

    def __init__(self, keys: Keys, purpose: str, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self.current = keys.kek_id()
        self._wrapping = {name_of(kek): derive(kek, purpose) for kek in (*keys.earlier, keys.kek)}
        self._random = random

    def wrap(self, secret: bytes, place: bytes) -> bytes:
        """Wrap a key with the current wrapping key, bound to a place."""
        nonce = self._random(NONCE_BYTES)
        return nonce + encrypt(self._wrapping[self.current], nonce, secret, place)

    def unwrap(self, wrapped: bytes, place: bytes, *, kek_id: str) -> bytes:
        """
        Return a key that was wrapped for this place.

        Raises:
            SealBroken: wrapped by a key that is not here, for another place, or changed.
        """
        wrapping = self._wrapping.get(kek_id)
        if wrapping is None:
            raise SealBroken(expected="a wrapping key of this installation", found="another wrapping key")
        return decrypt(wrapping, wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], place)


class EnvelopeSealer:
    """Implements `gate.ports.Envelope`."""

    def __init__(self, keys: Keys, *, origin: str, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._ring = Ring(keys, "postgate/kek/content/v1", random=random)
        self._pepper = keys.pepper
        self._origin = origin
        self._random = random

    def new_key(self, *, key_id: str, post: str, retention: Retention, now: datetime) -> tuple[DataKey, StoreKey]:
        """Draw a data key; the second value is the change that keeps it, wrapped."""
        secret = self._random(KEY_BYTES)
        store = StoreKey(
            id=key_id,
            post=post,
            wrapped=self._ring.wrap(secret, _key_place(key_id)),
            kek_id=self._ring.current,
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
            SealBroken: wrapped by a key that is not here, for another id, or changed.
        """
        return DataKey(id=key_id, secret=self._ring.unwrap(wrapped, _key_place(key_id), kek_id=kek_id))

    def rewrap(self, *, key_id: str, wrapped: bytes, kek_id: str) -> bytes:
        """
        Return a data key of before, wrapped with the current wrapping key.

        Raises:
            SealBroken: as for `unwrap`.
        """
        place = _key_place(key_id)
        return self._ring.wrap(self._ring.unwrap(wrapped, place, kek_id=kek_id), place)

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
