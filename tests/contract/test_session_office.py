"""
What every office for logins promises: nobody is logged in longer, or for more, than a gateway token allows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import ExpiredSession, UnknownToken
from proxy.gate.work import RemoveAccount, RevokeToken
from proxy.identity.tokens import draw
from tests.logins import issue, noted
from tests.works import ACCOUNT, AUTHOR

if TYPE_CHECKING:
    from proxy.gate.session_ports import SessionTokens
    from tests.stores import Ports

DOOR = "presse"
SUBJECT = "did:plc:erfundenerfundenerfunden"


async def _open(ports: Ports) -> SessionTokens:
    return await ports.sessions.open(await issue(ports), door=DOOR, subject=SUBJECT)


async def test_a_login_can_be_renewed_again_and_again(ports: Ports) -> None:
    """Each renewal gives fresh tokens, and the grant is that of the gateway token."""
    given = await _open(ports)
    seen = {given.access, given.renewal}
    for _ in range(3):
        grant = await ports.sessions.holder(given.renewal, door=DOOR)
        given = await ports.sessions.renew(given.renewal, door=DOOR)
        assert (grant.principal.ref, grant.account.id) == (AUTHOR.ref, ACCOUNT)
        assert not seen & {given.access, given.renewal}
        seen |= {given.access, given.renewal}


async def test_what_was_used_up_ends_the_login(ports: Ports) -> None:
    """Two hold what one should have: neither of them goes on."""
    first = await _open(ports)
    second = await ports.sessions.renew(first.renewal, door=DOOR)
    for renewal in (first.renewal, second.renewal):
        with pytest.raises(ExpiredSession):
            await ports.sessions.renew(renewal, door=DOOR)


async def test_a_login_that_was_ended_is_over(ports: Ports) -> None:
    """Ending it twice is no mistake."""
    given = await _open(ports)
    await ports.sessions.end(given.renewal, door=DOOR)
    await ports.sessions.end(given.renewal, door=DOOR)
    with pytest.raises(ExpiredSession):
        await ports.sessions.holder(given.renewal, door=DOOR)


async def test_other_logins_of_the_same_token_go_on(ports: Ports) -> None:
    """A person with two programs logs out of one."""
    token = await issue(ports)
    one = await ports.sessions.open(token, door=DOOR, subject=SUBJECT)
    other = await ports.sessions.open(token, door=DOOR, subject=SUBJECT)
    await ports.sessions.end(one.renewal, door=DOOR)

    await ports.sessions.renew(other.renewal, door=DOOR)


@pytest.mark.parametrize(
    "token",
    [None, "", "pgt_nobody", draw(lambda digits: digits[7]), "a.b.c", "eyJhbGciOiJub25lIn0.e30."],
    ids=lambda token: repr(token)[:12],
)
async def test_only_a_valid_gateway_token_opens_a_login(ports: Ports, token: str | None) -> None:
    """Anything else is refused, and nobody is told why."""
    await issue(ports)
    with pytest.raises(UnknownToken):
        await ports.sessions.open(token, door=DOOR, subject=SUBJECT)
    with pytest.raises(UnknownToken):
        await ports.sessions.holder(token, door=DOOR)


async def test_tokens_of_a_login_have_one_purpose_each(ports: Ports) -> None:
    """What gives access renews nothing, what renews opens nothing, and neither is a gateway token."""
    token = await issue(ports)
    given = await ports.sessions.open(token, door=DOOR, subject=SUBJECT)
    for wrong in (token, given.access):
        with pytest.raises(UnknownToken):
            await ports.sessions.renew(wrong, door=DOOR)
        with pytest.raises(UnknownToken):
            await ports.sessions.end(wrong, door=DOOR)
    for wrong in (given.access, given.renewal):
        with pytest.raises(UnknownToken):
            await ports.sessions.open(wrong, door=DOOR, subject=SUBJECT)


async def test_a_login_belongs_to_its_door(ports: Ports) -> None:
    """At another door it is worth nothing."""
    given = await _open(ports)
    with pytest.raises(UnknownToken):
        await ports.sessions.renew(given.renewal, door="andere")


async def test_a_revoked_token_takes_its_logins_along(ports: Ports) -> None:
    """At once, whatever the login was good for."""
    given = await _open(ports)
    await ports.audit.commit(noted(ports, RevokeToken(id="t1", at=ports.clock.now())))
    with pytest.raises(UnknownToken):
        await ports.sessions.renew(given.renewal, door=DOOR)


async def test_a_removed_account_takes_its_logins_along(ports: Ports) -> None:
    """The credential is gone; so is everything that would use it."""
    given = await _open(ports)
    await ports.audit.commit(noted(ports, RemoveAccount(id=ACCOUNT, at=ports.clock.now())))
    with pytest.raises(UnknownToken):
        await ports.sessions.renew(given.renewal, door=DOOR)


async def test_a_login_ends_with_its_token(ports: Ports) -> None:
    """It is never valid longer than the token that opened it."""
    given = await _open(ports)
    ports.clock.advance(timedelta(days=1, seconds=1).total_seconds())
    with pytest.raises(UnknownToken):
        await ports.sessions.renew(given.renewal, door=DOOR)
