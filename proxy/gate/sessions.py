"""
Logins of a platform's clients: answered by the gateway, with tokens of its own; no credential of the platform is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proxy.core.errors import EndpointDenied, UnknownToken

if TYPE_CHECKING:
    from proxy.gate.ports import DoorPlatform, Grant, Identity
    from proxy.gate.session_ports import Profile, Profiles, SessionOffice, SessionPlatform
    from proxy.gate.wire import Endpoint, WireAnswer, WireRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPorts:
    """What logins at one door need."""

    identity: Identity
    office: SessionOffice
    profiles: Profiles
    platform: SessionPlatform
    door: str


class Sessions:
    """Opens, renews, ends and shows the logins of one door."""

    def __init__(self, ports: SessionPorts) -> None:
        self._ports = ports

    async def __call__(self, endpoint: Endpoint, request: WireRequest) -> WireAnswer:
        """
        Answer a login, its renewal or its end.

        Raises:
            UnknownToken: the token is of no use here, or it belongs to another account than the one named.
            ExpiredSession: the login is over.
            GateUnavailable: the platform does not say who the account is, or nothing can be recorded.
        """
        match endpoint.name:
            case "session.open":
                return await self._open(request)
            case "session.renew":
                return await self._renew(request)
            case "session.end":
                await self._ports.office.end(self._ports.platform.renewal(request), door=self._ports.door)
                return self._ports.platform.session(None, None)
            case _:
                raise EndpointDenied(found=endpoint.name)

    async def show(self, endpoint: Endpoint, grant: Grant, platform: DoorPlatform) -> WireAnswer:  # noqa: ARG002
        """
        Return who is logged in.

        Raises:
            EndpointDenied: the gateway has no answer of its own here.
            GateUnavailable: the platform does not say.
        """
        if endpoint.name != "session.show":
            raise EndpointDenied(found=endpoint.name)
        return self._ports.platform.session(await self._ports.profiles.profile(grant.account), None)

    async def _open(self, request: WireRequest) -> WireAnswer:
        ports = self._ports
        name, token = ports.platform.login(request)
        grant = await ports.identity.authenticate(token, door=ports.door)
        profile = await ports.profiles.profile(grant.account)
        if not _is_called(profile, name):
            raise UnknownToken(expected="a token of the account that is named", found="another account's")
        return ports.platform.session(profile, await ports.office.open(token, door=ports.door, subject=profile.subject))

    async def _renew(self, request: WireRequest) -> WireAnswer:
        ports = self._ports
        token = ports.platform.renewal(request)
        grant = await ports.office.holder(token, door=ports.door)
        profile = await ports.profiles.profile(grant.account)  # first: what renews a login counts once
        return ports.platform.session(profile, await ports.office.renew(token, door=ports.door))


def _is_called(profile: Profile, name: str) -> bool:
    """Return whether an account is known by a name: its id, its handle with or without @, or its address."""
    given = name.strip().removeprefix("@").casefold()
    return given in {
        profile.subject.casefold(),
        profile.handle.casefold(),
        (profile.email or profile.handle).casefold(),
    }
