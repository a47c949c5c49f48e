"""The gateway's own logins at a PDS."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass

import pytest

from proxy.core.errors import GateUnavailable, NotFound
from proxy.core.model import Account
from proxy.platforms._wire.exchange import NoCredential
from proxy.platforms._wire.upstream import Unclear, Unsent
from proxy.platforms.bluesky.logins import CREDENTIAL as SHAPE
from proxy.platforms.bluesky.logins import Logins
from tests.fakes import fault_upstream as fault
from tests.fakes.bluesky import CREDENTIAL, DID, HANDLE, OTHER_DID, PASSWORD, client_of, jwt, login_answer, pds
from tests.fakes.clock import START, ManualClock
from tests.fakes.fault_upstream import FaultUpstream

ACCOUNT = "mastodon:presse"
SOON = int(START.timestamp()) + 60


async def test_one_login_serves_many_requests_at_once() -> None:
    """The platform limits logins; the password goes in the body of one request and nowhere else."""
    upstream = pds()
    async with upstream.running(), client_of(upstream.origin) as (_, logins):
        found = await asyncio.gather(*(logins.of(ACCOUNT) for _ in range(5)))
        token = await logins.credential(ACCOUNT)

    (seen,) = upstream.seen
    assert (seen.method, seen.path) == ("POST", "/xrpc/com.atproto.server.createSession")
    assert json.loads(seen.body) == {"identifier": DID, "password": PASSWORD}
    assert "authorization" not in seen.headers
    assert {login.access for login in found} == {token}
    assert (found[0].profile.subject, found[0].profile.handle) == (DID, HANDLE)
    assert not any(secret in repr(found[0]) for secret in (PASSWORD, token, HANDLE))
    assert PASSWORD not in str(asdict(found[0]))


async def test_a_login_that_expires_soon_is_renewed_before_it_is_used() -> None:
    """So that the platform does not refuse a post for it."""
    upstream = FaultUpstream(
        behaviours=[fault.answer(200, login_answer(expires=SOON)), fault.answer(200, login_answer())]
    )
    async with upstream.running(), client_of(upstream.origin) as (_, logins):
        first, second, third = [await logins.of(ACCOUNT) for _ in range(3)]

    assert [seen.path.rpartition(".")[2] for seen in upstream.seen] == ["createSession", "refreshSession"]
    assert upstream.seen[1].headers["authorization"] == f"Bearer {first.renewal}"
    assert upstream.seen[1].body == b""
    assert second is third is not first


async def test_where_a_renewal_is_refused_the_password_counts() -> None:
    """A login that was ended elsewhere is made anew."""
    upstream = FaultUpstream(
        behaviours=[
            fault.answer(200, login_answer(expires=SOON)),
            fault.answer(400, b'{"error":"ExpiredToken"}'),
            fault.answer(200, login_answer()),
        ]
    )
    async with upstream.running(), client_of(upstream.origin) as (_, logins):
        await logins.of(ACCOUNT)
        await logins.of(ACCOUNT)

    methods = [seen.path.rpartition(".")[2] for seen in upstream.seen]
    assert methods == ["createSession", "refreshSession", "createSession"]


@dataclass
class Exchanged:
    """One account whose credential is exchanged."""

    now: str

    async def credential(self, account_id: str) -> str:
        """Return the credential that it has now."""
        assert account_id == ACCOUNT
        return self.now


async def test_another_credential_makes_another_login() -> None:
    """Whoever puts a new app password in does not wait until the old one's login is over."""
    upstream = pds()
    async with upstream.running(), client_of(upstream.origin) as (client, _):
        accounts = Exchanged(CREDENTIAL)
        logins = Logins(client, accounts=accounts, agent="postgate/1", now=ManualClock().now)
        await logins.of(ACCOUNT)
        accounts.now = f"{DID} neue-neue-neue-neue"
        await logins.of(ACCOUNT)

    assert [json.loads(seen.body)["password"] for seen in upstream.seen] == [PASSWORD, "neue-neue-neue-neue"]


async def test_a_dropped_login_is_made_anew() -> None:
    """After the platform refused it."""
    upstream = pds()
    async with upstream.running(), client_of(upstream.origin) as (_, logins):
        await logins.of(ACCOUNT)
        logins.drop(ACCOUNT)
        await logins.of(ACCOUNT)

    assert len(upstream.seen) == 2


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b'{"error":"AuthenticationRequired"}'),
        (429, b"{}"),
        (500, b"{}"),
        (200, b""),
        (200, b"[]"),
        (200, b'{"did":"x"}'),
        (200, login_answer(OTHER_DID)),
        (302, login_answer()),
    ],
)
async def test_what_is_no_login_of_the_account_is_none(status: int, body: bytes) -> None:
    """Neither a refusal nor somebody else's login."""
    upstream = FaultUpstream(behaviours=[fault.answer(status, body)])
    async with upstream.running(), client_of(upstream.origin) as (_, logins):
        with pytest.raises(NoCredential):
            await logins.credential(ACCOUNT)
        with pytest.raises(GateUnavailable):
            await logins.profile(Account(id=ACCOUNT, platform="bluesky", door="bluesky"))


@pytest.mark.parametrize("access", ["opaque", "a.b.c", jwt(sub=DID), jwt(exp="soon")])
async def test_a_token_without_expiry_is_used_once(access: str) -> None:
    """Nobody knows how long it is valid."""
    answer = json.dumps({**json.loads(login_answer()), "accessJwt": access}).encode()
    upstream = FaultUpstream(behaviours=[fault.answer(200, answer)])
    async with upstream.running(), client_of(upstream.origin) as (_, logins):
        assert await logins.credential(ACCOUNT) == access
        await logins.credential(ACCOUNT)

    assert len(upstream.seen) == 2


@pytest.mark.parametrize("credential", ["", PASSWORD, f"presse.example {PASSWORD}", f"{DID}  {PASSWORD}", f"{DID} "])
async def test_a_credential_of_another_form_is_not_used(credential: str) -> None:
    """Nothing is sent."""
    upstream = pds()
    async with upstream.running(), client_of(upstream.origin, credential) as (_, logins):
        with pytest.raises(NoCredential):
            await logins.credential(ACCOUNT)

    assert upstream.seen == []
    assert SHAPE.fullmatch(credential) is None
    assert SHAPE.fullmatch(CREDENTIAL) is not None


async def test_an_account_without_credential_has_no_login() -> None:
    """It was removed."""
    upstream = pds()
    async with upstream.running(), client_of(upstream.origin) as (_, logins):
        with pytest.raises(NotFound):
            await logins.credential("mastodon:andere")


async def test_a_platform_that_is_away_is_told_apart() -> None:
    """Nothing of a post was sent, whether or not the login was."""
    async with client_of("http://127.0.0.1:1") as (_, logins):
        with pytest.raises(Unsent):
            await logins.credential(ACCOUNT)
    upstream = FaultUpstream(behaviours=[fault.close()])
    async with upstream.running(), client_of(upstream.origin) as (_, logins):
        with pytest.raises(Unclear):
            await logins.credential(ACCOUNT)
        with pytest.raises(GateUnavailable):
            await logins.profile(Account(id=ACCOUNT, platform="bluesky", door="bluesky"))
