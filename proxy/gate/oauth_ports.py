"""
What logging in with OAuth 2.0 needs from the world (RFC 6749, 7009, 7636).

A program registers, a person enters a gateway token on a page of the gateway, and the program gets a token of its own
that opens what the gateway token opens. No credential of a platform is in any of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from proxy.core.errors import Localised, RefusedRequest

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.errors import PostgateError
    from proxy.gate.wire import WireAnswer, WireRequest

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect address of programs that have none: the person copies the code."""


class LoginRefused(RefusedRequest):
    """A program or a person cannot log in like this."""

    code = "login_refused"
    reason = "auth"
    text = Localised(
        de="So ist keine Anmeldung möglich.",
        en="Nobody can log in like this.",
    )

    def __init__(self, word: str = "invalid_request", *, expected: str = "", found: str = "", remedy: str = "") -> None:
        super().__init__(expected=expected, found=found, remedy=remedy)
        self.word = word
        """Of RFC 6749, 5.2, or RFC 7009, 2.2.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A program as it registered itself; nobody vouches for its name."""

    name: str = field(repr=False)
    redirects: tuple[str, ...] = field(repr=False)
    scopes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppKeys:
    """What a registered program shows."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a program asks a person for."""

    client_id: str
    redirect: str = field(repr=False)
    scopes: str
    state: str = field(default="", repr=False)
    """Given back as it came."""
    challenge: str = field(default="", repr=False)
    """Of PKCE, S256; empty without."""

    @property
    def binding(self) -> str:
        """Return what a code is bound to."""
        return f"{self.client_id}\0{self.redirect}\0{self.challenge}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A code, with what has to be shown along with it."""

    keys: AppKeys
    code: str = field(repr=False)
    binding: str = field(repr=False)
    """As `Asked.binding`, made from what the program shows now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A token of the gateway for one program."""

    access: str = field(repr=False)
    scopes: str
    created_at: datetime
    expires_at: datetime


class Apps(Protocol):
    """Programs that registered; nothing is kept of them, their id tells all and is signed."""

    def register(self, app: App, *, door: str) -> AppKeys:
        """
        Return what the program shows from now on.

        Raises:
            LoginRefused: `invalid_request`, it says more of itself than an id may hold.
        """
        ...

    def app(self, client_id: str, *, door: str) -> App:
        """
        Return a program.

        Raises:
            LoginRefused: `invalid_client`, it did not register at this door.
        """
        ...

    def check(self, keys: AppKeys, *, door: str) -> None:
        """
        Check that a program is what it says.

        Raises:
            LoginRefused: `invalid_client`.
        """
        ...


class Authorizations(Protocol):
    """Codes, and the logins made from them."""

    async def code(self, token: str | None, asked: Asked, *, door: str) -> str:
        """
        Return a code for whoever holds a gateway token; it counts once, for two minutes.

        Raises:
            UnknownToken: as `Identity.authenticate`, or the token is that of a login.
        """
        ...

    async def redeem(self, shown: Shown, *, door: str) -> Login:
        """
        Log a program in; a code that is shown a second time ends the login made from it.

        Raises:
            LoginRefused: `invalid_grant`, the code is no code of this door, of another program, used, or too old.
            AuditUnavailable: it could not be recorded; nobody is logged in.
        """
        ...

    async def end(self, access: str, *, door: str) -> None:
        """
        End a login; what is no token of one is none afterwards either.

        Raises:
            LoginRefused: `unsupported_token_type`, a gateway token, which a program cannot revoke.
            AuditUnavailable: it could not be recorded; the login still works.
        """
        ...


class OAuthPlatform(Protocol):
    """The wire side: how programs of a platform register and ask, and what they and people see."""

    def registration(self, request: WireRequest) -> App:
        """
        Return what a program says of itself.

        Raises:
            RefusedRequest: any of its family.
        """
        ...

    def asked(self, request: WireRequest) -> Asked:
        """
        Return what a program asks for, from the page's address or from its form.

        Raises:
            RefusedRequest: any of its family.
        """
        ...

    def entered(self, request: WireRequest) -> str:
        """
        Return the gateway token that a person entered on this gateway's own page.

        Raises:
            RefusedRequest: the form came from elsewhere.
        """
        ...

    def shown(self, request: WireRequest) -> Shown:
        """
        Return the code that a program shows.

        Raises:
            RefusedRequest: any of its family.
        """
        ...

    def revocation(self, request: WireRequest) -> tuple[AppKeys, str]:
        """
        Return who wants to end which login.

        Raises:
            RefusedRequest: any of its family.
        """
        ...

    def registered(self, app: App, keys: AppKeys) -> WireAnswer:
        """Return the answer to a registration."""
        ...

    def page(self, request: WireRequest, asked: Asked, app: App, error: PostgateError | None = None) -> WireAnswer:
        """Return the page on which a person enters a gateway token, after an error with what was wrong."""
        ...

    def failed(self, request: WireRequest, error: PostgateError) -> WireAnswer:
        """Return a page that says why there is nothing to enter, and leads nowhere."""
        ...

    def code(self, request: WireRequest, asked: Asked, app: App, code: str) -> WireAnswer:
        """Return a person to the program with the code, or show the code to be copied."""
        ...

    def login(self, login: Login) -> WireAnswer:
        """Return the answer to a code that was redeemed."""
        ...

    def ended(self) -> WireAnswer:
        """Return the answer to a login that was ended."""
        ...
