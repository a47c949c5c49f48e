"""
Names and keys that sign notes: Ed25519 only (c2sp.org/signed-note, signature type 0x01).

    key id         first 4 bytes of SHA-256(name || 0x0A || 0x01 || public key)
    verifier key   name + "+" + key id in hex + "+" + base64(0x01 || public key)

The key id says which key to try; it protects nothing. Who verifies has the verifier key from somewhere else than the
log.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from proxy.audit.tlog.spelling import Place, read_base64, write_base64

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32
_ED25519 = b"\x01"
_KEY = Place(reason="key_malformed", where="a verifier key")
_FIELD_PRIME = 2**255 - 19
_ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_ORDER = frozenset({0, 1, _FIELD_PRIME - 1, _ORDER_8, _FIELD_PRIME - _ORDER_8})
"""The y of the eight points under which a signature fits more than one text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """
    A name with its public key.

    Raises:
        EvidenceRefused: `key_malformed`: no name, or bytes that are no key anybody should trust.
    """

    name: str
    public: bytes
    """32 bytes, as in RFC 8032."""

    def __post_init__(self) -> None:
        check_name(self.name, _KEY)
        if len(self.public) != PUBLIC_KEY_BYTES:
            raise _KEY.refuse(f"a public key of {PUBLIC_KEY_BYTES} bytes", f"{len(self.public)} bytes")
        y = int.from_bytes(self.public, "little") & ~(1 << 255)
        if y >= _FIELD_PRIME or y in _SMALL_ORDER:
            raise _KEY.refuse("a public key of full order in its one spelling", "another point")

    def key_id(self) -> bytes:
        """Return the 4 bytes that stand before this key's signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:KEY_ID_BYTES]

    def named(self, name: str) -> VerifierKey:
        """Return the same public key under another name, and so with another key id."""
        return VerifierKey(name=name, public=self.public)

    def text(self) -> str:
        """Return the verifier key in one line, as auditors get it."""
        return f"{self.name}+{self.key_id().hex()}+{write_base64(_ED25519 + self.public)}"

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Return whether the signature is one of this key over exactly these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSigner:
    """A name with its private key. Ed25519 draws no random number: one text, one signature."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    def key(self) -> VerifierKey:
        """Return what verifies the signatures."""
        return VerifierKey(name=self.name, public=self.private.public_key().public_bytes_raw())

    def named(self, name: str) -> NoteSigner:
        """Return the same private key under another name."""
        return NoteSigner(name=name, private=self.private)

    def sign(self, message: bytes) -> bytes:
        """Return the signature over these bytes: 64 bytes."""
        return self.private.sign(message)


def read_verifier_key(text: str) -> VerifierKey:
    """
    Return the key from its line, without line feed.

    Raises:
        EvidenceRefused: `key_malformed`: another form, a key id of another key, another kind of key.
    """
    parts = text.split("+", 2)  # base64 has plus signs too
    if len(parts) != 3:
        raise _KEY.refuse("name+id+key", f"{len(parts)} parts")
    name, _, encoded = parts
    data = read_base64(encoded, _KEY)
    if data[:1] != _ED25519:
        raise _KEY.refuse("an Ed25519 key (signature type 01)", f"signature type {data[:1].hex() or 'missing'}")
    key = VerifierKey(name=name, public=data[1:])
    if key.text() != text:
        raise _KEY.refuse(f"the key id {key.key_id().hex()}, in lowercase hex", "another one")
    return key


def check_name(name: str, place: Place) -> None:
    """
    Check the name of a key.

    Raises:
        EvidenceRefused: none, or one with white space, control characters, a plus sign or half a character.
    """
    if not name:
        raise place.refuse("a key name", "none")
    if any(one.isspace() or one < " " or one == "+" or "\ud800" <= one <= "\udfff" for one in name):
        raise place.refuse("a key name without white space and plus signs", "another character")
