"""Logins of a platform's clients: who gets in, and what is asked in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import EndpointDenied, GateUnavailable, UnknownToken
from proxy.core.model import Account, Principal
from proxy.gate.ports import Grant
from proxy.gate.session_ports import Profile, SessionTokens
from proxy.gate.sessions import SessionPorts, Sessions
from proxy.gate.wire import Endpoint, EndpointClass, WireAnswer, WireRequest
from tests.fakes.door_platform import ScriptedDoorPlatform, ScriptedIdentity
from tests.fakes.sessions import ScriptedProfiles

if TYPE_CHECKING:
    from proxy.core.errors import PostgateError

REQUEST = WireRequest(method="POST", path="/login", query="", headers=(), body=b"x")
GRANT = Grant(
    principal=Principal(ref="a_erfunden", kind="employee", scopes=frozenset({"post"}), token_prefix="pgt_abcd"),
    account=Account(id="bluesky:presse", platform="bluesky", door="bluesky"),
)
PROFILE = Profile(subject="did:plc:x", handle="presse.bank.example", email="presse@bank.example")
TOKENS = SessionTokens(access="a", renewal="r")


@dataclass(slots=True)
class _Platform:
    """What a client sent, and what it is answered."""

    name: str = "presse.bank.example"
    token: str = "pgt_valid"
    answered: list[tuple[Profile | None, SessionTokens | None]] = field(default_factory=list)

    def login(self, request: WireRequest) -> tuple[str, str]:
        assert request is REQUEST
        return self.name, self.token

    def renewal(self, request: WireRequest) -> str | None:
        assert request is REQUEST
        return self.token

    def session(self, profile: Profile | None, tokens: SessionTokens | None) -> WireAnswer:
        self.answered.append((profile, tokens))
        return WireAnswer(status=200)


@dataclass(slots=True)
class _Office:
    """Remembers what it did."""

    done: list[tuple[str, str | None]] = field(default_factory=list)

    async def open(self, token: str | None, *, door: str, subject: str) -> SessionTokens:
        assert (door, subject) == ("bluesky", PROFILE.subject)
        self.done.append(("open", token))
        return TOKENS

    async def holder(self, token: str | None, *, door: str) -> Grant:
        assert (token, door) == ("pgt_valid", "bluesky")
        return GRANT

    async def renew(self, token: str | None, *, door: str) -> SessionTokens:
        assert door == "bluesky"
        self.done.append(("renew", token))
        return TOKENS

    async def end(self, token: str | None, *, door: str) -> None:
        assert door == "bluesky"
        self.done.append(("end", token))


class _House:
    """Logins of one door over twins."""

    def __init__(self, platform: _Platform | None = None, raising: PostgateError | None = None) -> None:
        self.platform = platform or _Platform()
        self.office = _Office()
        self.sessions = Sessions(
            SessionPorts(
                identity=ScriptedIdentity({"pgt_valid": GRANT}),
                office=self.office,
                profiles=ScriptedProfiles(answer=PROFILE, raising=raising),
                platform=self.platform,
                door="bluesky",
            )
        )

    async def ask(self, name: str) -> WireAnswer:
        return await self.sessions(Endpoint(name=name, cls=EndpointClass.SESSION), REQUEST)


@pytest.mark.parametrize("name", ["presse.bank.example", "@Presse.Bank.Example ", "did:plc:x", "presse@bank.example"])
async def test_whoever_names_the_account_and_has_its_token_gets_in(name: str) -> None:
    """By handle, id or address, as the platform's clients let people type it."""
    house = _House(_Platform(name=name))
    await house.ask("session.open")

    assert house.office.done == [("open", "pgt_valid")]
    assert house.platform.answered == [(PROFILE, TOKENS)]


@pytest.mark.parametrize(
    "platform", [_Platform(name="andere.bank.example"), _Platform(name=""), _Platform(token="pgt_other")]
)
async def test_nobody_else_does(platform: _Platform) -> None:
    """Another account's name, or a token of no use."""
    house = _House(platform)
    with pytest.raises(UnknownToken):
        await house.ask("session.open")

    assert (house.office.done, house.platform.answered) == ([], [])


async def test_a_renewal_is_used_up_only_when_it_can_be_answered() -> None:
    """It counts once: the platform is asked first."""
    house = _House(raising=GateUnavailable())
    with pytest.raises(GateUnavailable):
        await house.ask("session.renew")
    assert house.office.done == []

    house = _House()
    await house.ask("session.renew")
    assert (house.office.done, house.platform.answered) == ([("renew", "pgt_valid")], [(PROFILE, TOKENS)])


async def test_a_login_ends_without_asking_the_platform() -> None:
    """A platform that is down keeps nobody logged in."""
    house = _House(raising=GateUnavailable())
    await house.ask("session.end")

    assert (house.office.done, house.platform.answered) == ([("end", "pgt_valid")], [(None, None)])


async def test_who_is_logged_in_is_told_without_tokens() -> None:
    """The answer of the platform about itself never comes into it."""
    house = _House()
    await house.sessions.show(Endpoint(name="session.show", cls=EndpointClass.OWN), GRANT, ScriptedDoorPlatform())

    assert house.platform.answered == [(PROFILE, None)]


async def test_nothing_else_is_answered() -> None:
    """A table that lists more opens nothing."""
    house = _House()
    with pytest.raises(EndpointDenied):
        await house.ask("session.copy")
    with pytest.raises(EndpointDenied):
        await house.sessions.show(Endpoint(name="media.show", cls=EndpointClass.OWN), GRANT, ScriptedDoorPlatform())
