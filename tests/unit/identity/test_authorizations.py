"""Codes and the logins made from them, on the real databases: once, soon, by the same program, with a living token."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import AuditUnavailable, UnknownToken
from proxy.gate.oauth_ports import AppKeys, Asked, LoginRefused, Shown
from proxy.gate.work import RevokeToken
from proxy.identity.authorizations import CODE_LIFE
from tests.logins import issue, noted
from tests.stores import migrated, sql_ports, url_for
from tests.works import ACCOUNT, AUTHOR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from proxy.gate.oauth_ports import Authorizations, Login
    from tests.stores import Ports

DOOR = "presse"
ASKED = Asked(client_id="c1", redirect="http://127.0.0.1/back", scopes="read write")
KEYS = AppKeys(client_id="c1", client_secret="s")


@pytest.fixture(params=["sqlite", "postgresql"])
async def ports(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ports]:
    """Return the ports on each database in turn."""
    async with sql_ports(await asyncio.to_thread(migrated, url_for(request.param, request, tmp_path))) as opened:
        yield opened


def _office(ports: Ports) -> Authorizations:
    assert ports.authorizations is not None
    return ports.authorizations


def _shown(code: str, asked: Asked = ASKED) -> Shown:
    return Shown(keys=KEYS, code=code, binding=asked.binding)


async def _redeem(ports: Ports, code: str, asked: Asked = ASKED, *, door: str = DOOR) -> Login:
    return await _office(ports).redeem(_shown(code, asked), door=door)


async def test_a_login_gives_what_the_gateway_token_gives(ports: Ports) -> None:
    """The same person and account, until the gateway token ends; the gateway token is not in it."""
    token = await issue(ports)
    code = await _office(ports).code(token, ASKED, door=DOOR)
    login = await _redeem(ports, code)

    grant = await ports.identity.authenticate(login.access, door=DOOR)
    assert (grant.principal.ref, grant.account.id) == (AUTHOR.ref, ACCOUNT)
    assert login.scopes == ASKED.scopes
    assert token not in code + login.access
    with pytest.raises(UnknownToken):  # a login opens no other one
        await _office(ports).code(login.access, ASKED, door=DOOR)
    ports.clock.advance((login.expires_at - login.created_at).total_seconds())
    with pytest.raises(UnknownToken):
        await ports.identity.authenticate(login.access, door=DOOR)


async def test_a_code_counts_once_and_shown_again_it_ends_the_login(ports: Ports) -> None:
    """Whoever shows it first: two hold what one should have."""
    code = await _office(ports).code(await issue(ports), ASKED, door=DOOR)
    login = await _redeem(ports, code)
    with pytest.raises(LoginRefused) as refused:
        await _redeem(ports, code)

    assert refused.value.word == "invalid_grant"
    with pytest.raises(UnknownToken):
        await ports.identity.authenticate(login.access, door=DOOR)


async def test_a_code_of_two_at_once_leaves_nobody_or_one_logged_in(ports: Ports) -> None:
    """However the race ends, one of the two gets nothing, and the other does not stay."""
    code = await _office(ports).code(await issue(ports), ASKED, door=DOOR)
    results = await asyncio.gather(*(_redeem(ports, code) for _ in range(4)), return_exceptions=True)
    logins = [result for result in results if not isinstance(result, BaseException)]

    assert len(logins) == 1
    assert all(isinstance(result, LoginRefused) for result in results if result is not logins[0])
    with pytest.raises(UnknownToken):
        await ports.identity.authenticate(logins[0].access, door=DOOR)


@pytest.mark.parametrize("what", ["old", "forged", "client", "redirect", "verifier", "door", "revoked", "none"])
async def test_a_code_is_bound(ports: Ports, what: str) -> None:
    """To time, gateway, program, address, verifier, door and to a token that is still valid."""
    token = await issue(ports)
    asked = replace(ASKED, challenge="x" * 43) if what == "verifier" else ASKED
    code = await _office(ports).code(token, asked, door=DOOR)
    shown = {
        "client": replace(ASKED, client_id="c2"),
        "redirect": replace(ASKED, redirect="http://127.0.0.1/else"),
    }.get(what, ASKED)
    if what == "old":
        ports.clock.advance(CODE_LIFE.total_seconds())
    if what == "revoked":
        await ports.audit.commit(noted(ports, RevokeToken(id="t1", at=ports.clock.now())))
    code = {"forged": code[:-1] + ("0" if code[-1] != "0" else "1"), "none": "x"}.get(what, code)
    with pytest.raises(LoginRefused) as refused:
        await _redeem(ports, code, shown, door="andere" if what == "door" else DOOR)
    assert refused.value.word == "invalid_grant"


@pytest.mark.parametrize("what", ["unknown", "none", "another door"])
async def test_only_a_gateway_token_of_the_door_gets_a_code(ports: Ports, what: str) -> None:
    """Nothing else opens anything."""
    token = await issue(ports)
    with pytest.raises(UnknownToken):
        await _office(ports).code(
            {"unknown": "pgt_x", "none": None}.get(what, token), ASKED, door="andere" if "door" in what else DOOR
        )


async def test_a_login_ends_for_good_and_alone(ports: Ports) -> None:
    """Twice is once; the gateway token and other logins go on; a gateway token is not a program's to end."""
    token = await issue(ports)
    first, second = [await _redeem(ports, await _office(ports).code(token, ASKED, door=DOOR)) for _ in range(2)]
    for _ in range(2):
        await _office(ports).end(first.access, door=DOOR)
    await _office(ports).end(second.access, door="andere")
    await _office(ports).end("nobody's", door=DOOR)

    with pytest.raises(UnknownToken):
        await ports.identity.authenticate(first.access, door=DOOR)
    for living in (second.access, token):
        await ports.identity.authenticate(living, door=DOOR)
    with pytest.raises(LoginRefused) as refused:
        await _office(ports).end(token, door=DOOR)
    assert refused.value.word == "unsupported_token_type"


async def test_a_login_dies_with_its_gateway_token(ports: Ports) -> None:
    """On the next request."""
    login = await _redeem(ports, await _office(ports).code(await issue(ports), ASKED, door=DOOR))
    await ports.audit.commit(noted(ports, RevokeToken(id="t1", at=ports.clock.now())))
    with pytest.raises(UnknownToken):
        await ports.identity.authenticate(login.access, door=DOOR)


async def test_nobody_is_logged_in_without_a_record(ports: Ports) -> None:
    """A log that takes nothing gives nothing out, and the code is not used up."""
    code = await _office(ports).code(await issue(ports), ASKED, door=DOOR)
    await ports.audit.stop()  # type: ignore[attr-defined]  # only the real writer stops
    with pytest.raises(AuditUnavailable):
        await _redeem(ports, code)
