"""
Tokens of a login: JSON Web Tokens (RFC 7519) that only this gateway makes and reads, signed with HMAC-SHA-256.

Clients look into them for the time at which they expire. What they allow is looked up anew with every request: the
token of a login opens nothing that the gateway token behind it would not open at that moment.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proxy.core.errors import UnknownToken

if TYPE_CHECKING:
    from collections.abc import Callable

PURPOSE = "session-token"
"""Separates these signatures from other digests under the same pepper."""
ACCESS = "com.atproto.access"
RENEWAL = "com.atproto.refresh"
_SHAPE = re.compile(r"([0-9A-Za-z_-]{1,128}\.[0-9A-Za-z_-]{1,800})\.([0-9A-Za-z_-]{43})", re.ASCII)
_HEADER = {"alg": "HS256", "typ": "at+jwt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a token of a login says."""

    scope: str
    subject: str
    """The account's name on the platform."""
    door: str
    issued_at: int
    """Unix time, seconds."""
    expires_at: int
    id: str
    session: str


def looks_like_one(token: str) -> bool:
    """Return whether a text has the shape of such a token."""
    return _SHAPE.fullmatch(token) is not None


def write(claims: Claims, digest: Callable[[str, bytes], str]) -> str:
    """Return the token with these claims; `digest` is HMAC-SHA-256 in hexadecimal."""
    payload = {
        "scope": claims.scope,
        "sub": claims.subject,
        "aud": claims.door,
        "iat": claims.issued_at,
        "exp": claims.expires_at,
        "jti": claims.id,
        "sid": claims.session,
    }
    signed = f"{_encoded(_HEADER)}.{_encoded(payload)}"
    return f"{signed}.{_signature(signed, digest)}"


def read(token: str | None, digest: Callable[[str, bytes], str]) -> Claims:
    """
    Return the claims of a token that this gateway signed, whether or not its time is over.

    Raises:
        UnknownToken: it is no such token, or somebody else made it.
    """
    match = _SHAPE.fullmatch(token or "")
    if match is None or not hmac.compare_digest(match[2], _signature(match[1], digest)):
        raise UnknownToken(expected="a token of a login at this gateway", found="another one")
    payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(match[1].partition(".")[2] + "=="))
    return Claims(
        scope=payload["scope"],
        subject=payload["sub"],
        door=payload["aud"],
        issued_at=payload["iat"],
        expires_at=payload["exp"],
        id=payload["jti"],
        session=payload["sid"],
    )


def _encoded(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode("ascii"))


def _signature(signed: str, digest: Callable[[str, bytes], str]) -> str:
    return _base64(binascii.unhexlify(digest(PURPOSE, signed.encode("ascii"))))


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode("ascii").rstrip("=")
