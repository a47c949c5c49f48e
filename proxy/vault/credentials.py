"""
Credentials of platform accounts and names of people, each under a data key of its own.

Wrapped by a key derived from the installation's wrapping key for this purpose alone, so that nothing of the audit log's
keys opens a credential.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.errors import SealBroken
from proxy.vault.envelope import KEY_BYTES, NONCE_BYTES, bound_to, decrypt, derive, encrypt
from proxy.vault.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.vault.keys import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed value with its wrapped key, as the columns of a row hold it."""

    nonce: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)
    key: bytes = field(repr=False)
    kek_id: str


class Vault:
    """Seals and opens single values bound to a place."""

    def __init__(self, keys: Keys, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._wrapping = derive(keys.kek, "postgate/kek/vault/v1")
        self._kek_id = keys.kek_id()
        self._random = random

    def seal_credential(self, credential: Secret, *, account: str, platform: str) -> Sealed:
        """Seal a platform credential, bound to its account and platform."""
        return self._seal(credential.reveal().encode(), bound_to("postgate/vault/v1", account, platform, "credential"))

    def open_credential(self, sealed: Sealed, *, account: str, platform: str) -> Secret:
        """
        Open a platform credential.

        Raises:
            SealBroken: sealed by another key or for another account.
        """
        return Secret(self._open(sealed, bound_to("postgate/vault/v1", account, platform, "credential")).decode())

    def seal_name(self, name: str, *, ref: str) -> Sealed:
        """Seal the name of a person or service, bound to its pseudonym."""
        return self._seal(name.encode(), bound_to("postgate/actor/v1", ref, "name"))

    def open_name(self, sealed: Sealed, *, ref: str) -> str:
        """
        Open the name behind a pseudonym.

        Raises:
            SealBroken: sealed by another key or for another pseudonym.
        """
        return self._open(sealed, bound_to("postgate/actor/v1", ref, "name")).decode()

    def seal_bundle(self, package: bytes, *, digest: str) -> Sealed:
        """Seal the files of a bundle of policies, bound to its digest."""
        return self._seal(package, bound_to("postgate/policies/v1", digest))

    def open_bundle(self, sealed: Sealed, *, digest: str) -> bytes:
        """
        Open the files of a bundle of policies.

        Raises:
            SealBroken: sealed by another key or for another bundle.
        """
        return self._open(sealed, bound_to("postgate/policies/v1", digest))

    def _seal(self, plain: bytes, place: bytes) -> Sealed:
        key, nonce, wrap_nonce = self._random(KEY_BYTES), self._random(NONCE_BYTES), self._random(NONCE_BYTES)
        return Sealed(
            nonce=nonce,
            ciphertext=encrypt(key, nonce, plain, place),
            key=wrap_nonce + encrypt(self._wrapping, wrap_nonce, key, place),
            kek_id=self._kek_id,
        )

    def _open(self, sealed: Sealed, place: bytes) -> bytes:
        if sealed.kek_id != self._kek_id:
            raise SealBroken(expected="a value of this installation's wrapping key", found="another wrapping key")
        key = decrypt(self._wrapping, sealed.key[:NONCE_BYTES], sealed.key[NONCE_BYTES:], place)
        return decrypt(key, sealed.nonce, sealed.ciphertext, place)
