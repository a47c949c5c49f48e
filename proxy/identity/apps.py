"""
Programs that register for OAuth. Anybody may register, so nothing is kept: the id tells everything and is signed.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from typing import TYPE_CHECKING

from proxy.gate.oauth_ports import App, AppKeys, LoginRefused

if TYPE_CHECKING:
    from collections.abc import Callable

_ID = "oauth-app"
_SECRET = "oauth-app-secret"  # noqa: S105  separates digests under one pepper
_MOST = 4096
_SHAPE = re.compile(rf"([0-9A-Za-z_-]{{1,{_MOST}}})\.([0-9a-f]{{64}})", re.ASCII)


class SignedApps:
    """Implements `gate.oauth_ports.Apps`; `digest` is HMAC-SHA-256 in hexadecimal."""

    def __init__(self, digest: Callable[[str, bytes], str]) -> None:
        self._digest = digest

    def register(self, app: App, *, door: str) -> AppKeys:
        """
        Return what the program shows from now on.

        Raises:
            LoginRefused: `invalid_request`, it says more of itself than an id may hold.
        """
        told = json.dumps([door, app.name, app.scopes, *app.redirects], ensure_ascii=False, separators=(",", ":"))
        body = base64.urlsafe_b64encode(told.encode()).decode("ascii").rstrip("=")
        if len(body) > _MOST:
            raise LoginRefused("invalid_request", expected="a shorter name, fewer scopes or addresses", found="more")
        client_id = f"{body}.{self._digest(_ID, body.encode('ascii'))}"
        return AppKeys(client_id=client_id, client_secret=self._secret(client_id))

    def app(self, client_id: str, *, door: str) -> App:
        """
        Return a program.

        Raises:
            LoginRefused: `invalid_client`, it did not register at this door.
        """
        match = _SHAPE.fullmatch(client_id)
        if match is None or not hmac.compare_digest(match[2], self._digest(_ID, match[1].encode("ascii"))):
            raise LoginRefused("invalid_client", expected="a client_id of this gateway", found="another one")
        told: list[str] = json.loads(binascii.a2b_base64(match[1].translate(_STANDARD) + "=="))
        if told[0] != door:
            raise LoginRefused("invalid_client", expected="a client_id of this door", found="another door's")
        return App(name=told[1], scopes=told[2], redirects=tuple(told[3:]))

    def check(self, keys: AppKeys, *, door: str) -> None:
        """
        Check that a program is what it says.

        Raises:
            LoginRefused: `invalid_client`.
        """
        self.app(keys.client_id, door=door)
        if not hmac.compare_digest(keys.client_secret.encode(), self._secret(keys.client_id).encode()):
            raise LoginRefused("invalid_client", expected="the client_secret of this client_id", found="another one")

    def _secret(self, client_id: str) -> str:
        return self._digest(_SECRET, client_id.encode("ascii"))


_STANDARD = str.maketrans("-_", "+/")
