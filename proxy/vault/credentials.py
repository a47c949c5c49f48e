"""
Credentials of platform accounts and names of people, each under a data key of its own.

Wrapped by a key derived from the installation's wrapping key for this purpose alone, so that nothing of the audit log's
keys opens a credential.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.vault.envelope import KEY_BYTES, NONCE_BYTES, Ring, bound_to, decrypt, encrypt
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


def credential_place(account: str, platform: str) -> bytes:
    """Return what a platform credential is bound to."""
    return bound_to("postgate/vault/v1", account, platform, "credential")


def name_place(ref: str) -> bytes:
    """Return what a name is bound to."""
    return bound_to("postgate/actor/v1", ref, "name")


def bundle_place(digest: str) -> bytes:
    """Return what a bundle of policies is bound to."""
    return bound_to("postgate/policies/v1", digest)


class Vault:
    """Seals and opens single values bound to a place."""

    def __init__(self, keys: Keys, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._ring = Ring(keys, "postgate/kek/vault/v1", random=random)
        self._random = random

    def seal_credential(self, credential: Secret, *, account: str, platform: str) -> Sealed:
        """Seal a platform credential, bound to its account and platform."""
        return self._seal(credential.reveal().encode(), credential_place(account, platform))

    def open_credential(self, sealed: Sealed, *, account: str, platform: str) -> Secret:
        """
        Open a platform credential.

        Raises:
            SealBroken: sealed by another key or for another account.
        """
        return Secret(self._open(sealed, credential_place(account, platform)).decode())

    def seal_name(self, name: str, *, ref: str) -> Sealed:
        """Seal the name of a person or service, bound to its pseudonym."""
        return self._seal(name.encode(), name_place(ref))

    def open_name(self, sealed: Sealed, *, ref: str) -> str:
        """
        Open the name behind a pseudonym.

        Raises:
            SealBroken: sealed by another key or for another pseudonym.
        """
        return self._open(sealed, name_place(ref)).decode()

    def seal_bundle(self, package: bytes, *, digest: str) -> Sealed:
        """Seal the files of a bundle of policies, bound to its digest."""
        return self._seal(package, bundle_place(digest))

    def open_bundle(self, sealed: Sealed, *, digest: str) -> bytes:
        """
        Open the files of a bundle of policies.

        Raises:
            SealBroken: sealed by another key or for another bundle.
        """
        return self._open(sealed, bundle_place(digest))

    def rewrap(self, key: bytes, place: bytes, *, kek_id: str) -> bytes:
        """
        Return the key of a sealed value, wrapped with the current wrapping key; the value stays as it is.

        Raises:
            SealBroken: wrapped by a key that is not here, for another place, or changed.
        """
        return self._ring.wrap(self._ring.unwrap(key, place, kek_id=kek_id), place)

    def _seal(self, plain: bytes, place: bytes) -> Sealed:
        key, nonce = self._random(KEY_BYTES), self._random(NONCE_BYTES)
        return Sealed(
            nonce=nonce,
            ciphertext=encrypt(key, nonce, plain, place),
            key=self._ring.wrap(key, place),
            kek_id=self._ring.current,
        )

    def _open(self, sealed: Sealed, place: bytes) -> bytes:
        key = self._ring.unwrap(sealed.key, place, kek_id=sealed.kek_id)
        return decrypt(key, sealed.nonce, sealed.ciphertext, place)
