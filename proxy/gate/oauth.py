"""
Logging in with OAuth 2.0 at one door: registration, the page for the person, the code, the token, its end.

A redirect address has to be one of this machine's own, out of band, or listed in the settings: anybody can register a
program, so an address that the house does not know would be a way to talk people out of their login.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from proxy.core.errors import EndpointDenied, RefusedRequest
from proxy.gate.oauth_ports import OUT_OF_BAND, LoginRefused

if TYPE_CHECKING:
    from proxy.gate.oauth_ports import App, Apps, Asked, Authorizations, OAuthPlatform
    from proxy.gate.ports import Refusals
    from proxy.gate.wire import Endpoint, WireAnswer, WireRequest

_NEEDED = {"read", "write"}
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthPorts:
    """What OAuth at one door needs."""

    apps: Apps
    authorizations: Authorizations
    platform: OAuthPlatform
    refusals: Refusals
    door: str
    redirects: frozenset[str] = frozenset()
    """Addresses of programs that the house knows, beside those on a person's own machine."""


class OAuth:
    """Answers everything about logging in at one door."""

    def __init__(self, ports: OAuthPorts) -> None:
        self._ports = ports

    async def __call__(self, endpoint: Endpoint, request: WireRequest) -> WireAnswer:
        """
        Answer one request.

        Raises:
            LoginRefused: a program cannot log in like this.
            RefusedRequest: any of its family.
            GateUnavailable: nothing can be looked up or recorded.
        """
        platform, door = self._ports.platform, self._ports.door
        match endpoint.name:
            case "oauth.app":
                app = platform.registration(request)
                for redirect in app.redirects:
                    self._check_redirect(redirect)
                return platform.registered(app, self._ports.apps.register(app, door=door))
            case "oauth.page" | "oauth.authorize":
                return await self._page(request, entered=endpoint.name == "oauth.authorize")
            case "oauth.token":
                shown = platform.shown(request)
                self._ports.apps.check(shown.keys, door=door)
                return platform.login(await self._ports.authorizations.redeem(shown, door=door))
            case "oauth.revoke":
                keys, token = platform.revocation(request)
                self._ports.apps.check(keys, door=door)
                await self._ports.authorizations.end(token, door=door)
                return platform.ended()
            case _:
                raise EndpointDenied(found=endpoint.name)

    async def _page(self, request: WireRequest, *, entered: bool) -> WireAnswer:
        """Answer a browser: whatever is wrong is told on a page, and never by going to an unproven address."""
        platform = self._ports.platform
        try:
            asked = platform.asked(request)
            app = self._known(asked)
            token = platform.entered(request) if entered else None
        except RefusedRequest as error:
            self._note(error)
            return platform.failed(request, error)
        if token is None:
            return platform.page(request, asked, app)
        try:
            code = await self._ports.authorizations.code(token, asked, door=self._ports.door)
        except RefusedRequest as error:
            self._note(error)
            return platform.page(request, asked, app, error)
        return platform.code(request, asked, app, code)

    def _known(self, asked: Asked) -> App:
        """Return the program that asks, after a look at what it asks for."""
        app = self._ports.apps.app(asked.client_id, door=self._ports.door)
        if asked.redirect not in app.redirects:
            raise LoginRefused("invalid_request", expected="a redirect_uri that was registered", found="another one")
        self._check_redirect(asked.redirect)
        scopes = set(asked.scopes.split())
        if not scopes <= set(app.scopes.split()):
            raise LoginRefused("invalid_scope", expected="scopes that were registered", found="others")
        if not scopes >= _NEEDED:
            raise LoginRefused("invalid_scope", expected="read and write: a login can do both", found="fewer scopes")
        return app

    def _check_redirect(self, redirect: str) -> None:
        if redirect == OUT_OF_BAND or redirect in self._ports.redirects or _on_this_machine(redirect):
            return
        expected = f"{OUT_OF_BAND}, an address of this machine, or one of the door's setting redirects"
        raise LoginRefused("invalid_redirect_uri", expected=expected, found="another redirect_uri")

    def _note(self, error: RefusedRequest) -> None:
        self._ports.refusals.note(door=self._ports.door, reason=error.reason)


def _on_this_machine(redirect: str) -> bool:
    """Return whether an address leads to a program on the person's own machine (RFC 8252, 7.3)."""
    try:
        parts = urlsplit(redirect)
        port_readable = parts.port != 0
    except ValueError:
        return False
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return local and port_readable and "@" not in parts.netloc and not parts.fragment
