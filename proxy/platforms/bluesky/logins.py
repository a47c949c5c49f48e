"""
The gateway's own logins at the platform: one a account, in memory only, renewed before it expires.

The account's credential is its DID and an app password, with a space between. What the platform says about itself in a
login, such as the address of a server, is not believed: there is one configured origin.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proxy.core.errors import GateUnavailable
from proxy.gate.session_ports import Profile
from proxy.platforms._wire.building import JSON
from proxy.platforms._wire.exchange import NoCredential, request_headers
from proxy.platforms._wire.upstream import Unclear, Unsent
from proxy.platforms._wire.values import dump_json, inside, read_object

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from proxy.core.model import Account
    from proxy.gate.ports import Accounts
    from proxy.platforms._wire.strict_json import JsonValue
    from proxy.platforms._wire.upstream import UpstreamClient

CREDENTIAL = re.compile(r"(did:(?:plc:[a-z2-7]{24}|web:[A-Za-z0-9._:%-]{1,253})) ([!-~]{4,256})", re.ASCII)
"""A DID, a space, an app password."""
_OPEN = "/xrpc/com.atproto.server.createSession"
_RENEW = "/xrpc/com.atproto.server.refreshSession"
_MARGIN_S = 300
"""Seconds of validity that a token must have left when it is used."""
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A login at the platform."""

    made_with: bytes = field(repr=False)
    """Digest of the credential; another one makes another login."""
    profile: Profile
    access: str = field(repr=False)
    renewal: str = field(repr=False)
    expires_at: float
    """Unix time, seconds."""


class Logins:
    """
    Logs in at one platform. Stands in for `gate.ports.Accounts`: what it gives out is the token of a login.
    """

    def __init__(self, client: UpstreamClient, *, accounts: Accounts, agent: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self._accounts = accounts
        self._agent = agent
        self._now = now
        self._kept: dict[str, Login] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def credential(self, account_id: str) -> str:
        """
        Return the token of a login that is valid for some minutes at least.

        Raises:
            NoCredential: the credential does not open, or the platform does not take it.
            PostgateError: the credential does not open.
            Unsent, Unclear: the platform cannot be reached.
        """
        return (await self.of(account_id)).access

    async def of(self, account_id: str) -> Login:
        """
        Return a login; one at a time is made for an account.

        Raises:
            NoCredential, PostgateError, Unsent, Unclear: as `credential`.
        """
        async with self._locks[account_id]:
            credential = await self._accounts.credential(account_id)
            kept = self._kept.get(account_id)
            if kept is not None and kept.made_with != _digest(credential):
                kept = None
            if kept is not None and self._lasts(kept):
                return kept
            renewed = None if kept is None else await self._renewed(kept)
            login = renewed or await self._opened(credential)
            self._kept[account_id] = login
            return login

    def drop(self, account_id: str) -> None:
        """Forget a login that the platform no longer takes."""
        self._kept.pop(account_id, None)

    async def profile(self, account: Account) -> Profile:
        """
        Return who an account is.

        Raises:
            GateUnavailable: the platform does not answer, or does not take the credential.
        """
        try:
            return (await self.of(account.id)).profile
        except (NoCredential, Unsent, Unclear):
            raise GateUnavailable(found="the platform does not let the gateway log in") from None

    def _lasts(self, login: Login) -> bool:
        return login.expires_at - self._now().timestamp() > _MARGIN_S

    async def _opened(self, credential: str) -> Login:
        match = CREDENTIAL.fullmatch(credential)
        if match is None:
            raise NoCredential
        body = dump_json({"identifier": match[1], "password": match[2]})
        login = await self._login(_OPEN, _digest(credential), token=None, body=body)
        if login is None or login.profile.subject != match[1]:
            raise NoCredential
        return login

    async def _renewed(self, login: Login) -> Login | None:
        """Return the login renewed, or None where the platform wants the password again."""
        renewed = await self._login(_RENEW, login.made_with, token=login.renewal, body=None)
        return renewed if renewed is not None and renewed.profile.subject == login.profile.subject else None

    async def _login(self, path: str, made_with: bytes, *, token: str | None, body: bytes | None) -> Login | None:
        content_type = None if body is None else JSON
        headers = request_headers(self._agent, token=token, content_type=content_type, key=None)
        reply = await self._client.send("POST", path, headers=headers, body=body)
        value = read_object(reply.body) if reply.status == _OK else None
        return None if value is None else _login_of(value, made_with)


def _digest(credential: str) -> bytes:
    return hashlib.sha256(credential.encode()).digest()


def _login_of(value: dict[str, JsonValue], made_with: bytes) -> Login | None:
    access, renewal, did, handle = (value.get(key) for key in ("accessJwt", "refreshJwt", "did", "handle"))
    if not (isinstance(access, str) and isinstance(renewal, str) and isinstance(did, str) and isinstance(handle, str)):
        return None
    email = value.get("email")
    return Login(
        made_with=made_with,
        profile=Profile(subject=did, handle=handle, email=email if isinstance(email, str) else None),
        access=access,
        renewal=renewal,
        expires_at=_expiry(access),
    )


def _expiry(token: str) -> float:
    """Return when a token expires; one that does not say so is used for nothing but this request."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims: JsonValue = json.loads(base64.urlsafe_b64decode(payload + "=="))
    except (ValueError, binascii.Error):
        return 0.0
    expires = inside(claims, "exp")
    return float(expires) if isinstance(expires, int) else 0.0
