"""
What logins of a platform's clients need from the world.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from proxy.core.model import Account
    from proxy.gate.ports import Grant
    from proxy.gate.wire import WireAnswer, WireRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTokens:
    """What a login gives out: tokens of the gateway, in the form that the platform's clients read."""

    access: str = field(repr=False)
    renewal: str = field(repr=False)


class SessionOffice(Protocol):
    """Logins with a gateway token, where a platform's clients log in."""

    async def open(self, token: str | None, *, door: str, subject: str) -> SessionTokens:
        """
        Log in with a gateway token; `subject` is the account's name on the platform, which clients read in the tokens.

        Raises:
            UnknownToken: as `Identity.authenticate`.
            AuditUnavailable: it could not be recorded; nobody is logged in.
        """
        ...

    async def holder(self, token: str | None, *, door: str) -> Grant:
        """
        Return whose login a token renews.

        Raises:
            ExpiredSession: the login is over.
            UnknownToken: nothing that renews a login of this door, or its gateway token is no longer valid.
        """
        ...

    async def renew(self, token: str | None, *, door: str) -> SessionTokens:
        """
        Renew a login; what was used for that is used up, and using it again ends the login.

        Raises:
            ExpiredSession, UnknownToken: as `holder`.
            AuditUnavailable: it could not be recorded.
        """
        ...

    async def end(self, token: str | None, *, door: str) -> None:
        """
        End a login; one that has ended stays so.

        Raises:
            UnknownToken: nothing that renews a login of this door.
            AuditUnavailable: it could not be recorded; the login still works.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who an account is on its platform."""

    subject: str
    """The platform's own id of the account, such as a DID."""
    handle: str = field(repr=False)
    email: str | None = field(default=None, repr=False)


class Profiles(Protocol):
    """Who accounts are, as their platform says."""

    async def profile(self, account: Account) -> Profile:
        """
        Ask the platform, with the account's own credential.

        Raises:
            GateUnavailable: it does not answer, or does not take the credential.
        """
        ...


class SessionPlatform(Protocol):
    """The wire side of logins at a platform whose clients log in."""

    def login(self, request: WireRequest) -> tuple[str, str]:
        """
        Return who wants to log in, and the gateway token given as password.

        Raises:
            RefusedRequest: any of its family.
        """
        ...

    def renewal(self, request: WireRequest) -> str | None:
        """
        Return what a client presents to renew or end a login.

        Raises:
            RefusedRequest: the request has anything else in it.
        """
        ...

    def session(self, profile: Profile | None, tokens: SessionTokens | None) -> WireAnswer:
        """Return the platform's answer: of a login or renewal with tokens, of a question without, of an end empty."""
        ...
