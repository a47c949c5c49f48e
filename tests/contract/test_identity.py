"""
What every token look-up promises: a valid token of this door, or nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import UnknownToken
from proxy.core.model import Account
from proxy.gate.work import (
    Change,
    RemoveAccount,
    RevokeToken,
)
from proxy.identity.tokens import draw
from tests.logins import issue, noted
from tests.works import ACCOUNT, AUTHOR

if TYPE_CHECKING:
    from tests.stores import Ports


async def test_a_valid_token_gives_principal_and_account(ports: Ports) -> None:
    """The pseudonym, its kind, the scopes and the one account of the token."""
    token = await issue(ports)

    grant = await ports.identity.authenticate(token, door="presse")

    assert (grant.principal.ref, grant.principal.kind) == (AUTHOR.ref, "employee")
    assert (grant.principal.scopes, grant.principal.token_prefix) == (frozenset({"post"}), token[:8])
    assert grant.account == Account(id=ACCOUNT, platform="mastodon", door="presse")


@pytest.mark.parametrize(
    "presented",
    [None, "", "pgt_", "platform-token", pytest.param(draw(), id="never issued"), "pgt_" + "é" * 36],
)
async def test_what_is_no_token_of_ours_is_unknown(ports: Ports, presented: str | None) -> None:
    """Missing, of another shape, or well formed and unknown."""
    await issue(ports)

    with pytest.raises(UnknownToken):
        await ports.identity.authenticate(presented, door="presse")


async def test_a_changed_character_is_unknown(ports: Ports) -> None:
    """A mistyped token is no token."""
    token = await issue(ports)

    with pytest.raises(UnknownToken):
        await ports.identity.authenticate(token[:-1] + ("0" if token[-1] != "0" else "1"), door="presse")


async def test_a_token_belongs_to_its_door(ports: Ports) -> None:
    """At another door it is unknown."""
    token = await issue(ports)

    with pytest.raises(UnknownToken):
        await ports.identity.authenticate(token, door="karriere")


async def test_a_token_expires(ports: Ports) -> None:
    """At its expiry it is dead."""
    token = await issue(ports)
    ports.clock.advance(86_400)

    with pytest.raises(UnknownToken):
        await ports.identity.authenticate(token, door="presse")


async def test_a_token_without_the_scope_is_unknown(ports: Ports) -> None:
    """A token for something else does not post."""
    token = await issue(ports, scopes=("metrics",))

    with pytest.raises(UnknownToken):
        await ports.identity.authenticate(token, door="presse")


@pytest.mark.parametrize("how", ["token", "account"])
async def test_a_revocation_counts_on_the_next_request(ports: Ports, how: str) -> None:
    """Revoked, or its account removed: dead at once."""
    token = await issue(ports)
    await ports.identity.authenticate(token, door="presse")
    now = ports.clock.now()
    change: Change = RevokeToken(id="t1", at=now) if how == "token" else RemoveAccount(id=ACCOUNT, at=now)
    await ports.audit.commit(noted(ports, change))

    with pytest.raises(UnknownToken):
        await ports.identity.authenticate(token, door="presse")
