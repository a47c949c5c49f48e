"""Logins on the database: how long they last, and what the log says of them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from proxy.core.errors import AuditUnavailable, ExpiredSession, UnknownToken
from proxy.gate.work import RevokeToken
from proxy.identity.session_tokens import read
from proxy.identity.sessions import ACCESS_LIFE
from proxy.storage.engines import create_engine
from proxy.storage.tables import audit_records, sessions
from tests.logins import issue, noted
from tests.stores import migrated, sql_ports
from tests.works import ACCOUNT, AUTHOR

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.stores import Ports

DOOR, SUBJECT = "presse", "did:plc:erfundenerfundenerfunden"


@pytest.fixture
async def logins(tmp_path: Path) -> AsyncIterator[Ports]:
    """Return the ports on a database that is up to date."""
    async with sql_ports(await asyncio.to_thread(migrated, f"sqlite:///{tmp_path}/logins.db")) as ports:
        yield ports


def _rows(ports: Ports, query: sa.Select[*tuple[object, ...]]) -> list[tuple[object, ...]]:
    assert ports.url is not None
    engine = create_engine(ports.url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]
    finally:
        engine.dispose()


async def test_access_is_what_the_gateway_token_gives(logins: Ports) -> None:
    """The same principal and account, for more than a quarter of an hour: clients renew that long before the end."""
    given = await logins.sessions.open(await issue(logins), door=DOOR, subject=SUBJECT)
    grant = await logins.identity.authenticate(given.access, door=DOOR)

    assert (grant.principal.ref, grant.account.id) == (AUTHOR.ref, ACCOUNT)
    claims = read(given.access, logins.envelope.digest)
    assert claims.subject == SUBJECT
    assert timedelta(minutes=15) < timedelta(seconds=claims.expires_at - claims.issued_at) <= ACCESS_LIFE


async def test_access_ends_and_the_client_is_told_to_renew(logins: Ports) -> None:
    """Not that its token is unknown: it would throw the login away."""
    given = await logins.sessions.open(await issue(logins), door=DOOR, subject=SUBJECT)
    logins.clock.advance(ACCESS_LIFE.total_seconds())
    with pytest.raises(ExpiredSession):
        await logins.identity.authenticate(given.access, door=DOOR)

    renewed = await logins.sessions.renew(given.renewal, door=DOOR)
    await logins.identity.authenticate(renewed.access, door=DOOR)


async def test_what_renews_gives_no_access(logins: Ports) -> None:
    """And at another door nothing does."""
    given = await logins.sessions.open(await issue(logins), door=DOOR, subject=SUBJECT)
    for token, door in ((given.renewal, DOOR), (given.access, "andere")):
        with pytest.raises(UnknownToken):
            await logins.identity.authenticate(token, door=door)


async def test_access_dies_with_its_token_and_with_its_login(logins: Ports) -> None:
    """Nothing is cached: on the next request."""
    token = await issue(logins)
    one = await logins.sessions.open(token, door=DOOR, subject=SUBJECT)
    other = await logins.sessions.open(token, door=DOOR, subject=SUBJECT)
    await logins.sessions.end(one.renewal, door=DOOR)
    with pytest.raises(UnknownToken):
        await logins.identity.authenticate(one.access, door=DOOR)

    await logins.audit.commit(noted(logins, RevokeToken(id="t1", at=logins.clock.now())))
    with pytest.raises(UnknownToken):
        await logins.identity.authenticate(other.access, door=DOOR)


async def test_every_step_is_on_record(logins: Ports) -> None:
    """Who, with which token, how; nothing that opens anything."""
    given = await logins.sessions.open(await issue(logins), door=DOOR, subject=SUBJECT)
    renewed = await logins.sessions.renew(given.renewal, door=DOOR)
    with pytest.raises(ExpiredSession):
        await logins.sessions.renew(given.renewal, door=DOOR)

    columns = (audit_records.c.code, audit_records.c.actor_ref, audit_records.c.leaf)
    rows = await asyncio.to_thread(_rows, logins, sa.select(*columns).order_by(audit_records.c.seq))
    told = [(code, actor, str(leaf)) for code, actor, leaf in rows if code in {"PG-401", "PG-406"}]
    assert [(code, actor) for code, actor, _ in told] == [
        ("PG-401", AUTHOR.ref),
        ("PG-401", AUTHOR.ref),
        ("PG-406", AUTHOR.ref),
    ]
    for word, (_, _, leaf) in zip(("password", "renewal", "reuse"), told, strict=True):
        assert word in leaf
        assert not any(token in leaf for token in (given.access, given.renewal, renewed.access, renewed.renewal))


async def test_a_row_opens_nothing(logins: Ports) -> None:
    """Whoever reads the database finds no token in it."""
    given = await logins.sessions.open(await issue(logins), door=DOOR, subject=SUBJECT)
    rows = await asyncio.to_thread(_rows, logins, sa.select(sessions))

    assert len(rows) == 1
    assert not any(str(value) in {given.access, given.renewal} for value in rows[0])


async def test_logins_whose_time_is_over_go(logins: Ports) -> None:
    """The next login of the same token takes them along."""
    token = await issue(logins)
    await logins.sessions.open(token, door=DOOR, subject=SUBJECT)
    logins.clock.advance(timedelta(hours=23).total_seconds())
    await logins.sessions.open(token, door=DOOR, subject=SUBJECT)

    assert len(await asyncio.to_thread(_rows, logins, sa.select(sessions))) == 2


async def test_without_a_record_nobody_is_logged_in(logins: Ports) -> None:
    """The log is down: no tokens."""
    token = await issue(logins)
    await logins.audit.stop()  # type: ignore[attr-defined]  # the real writer
    with pytest.raises(AuditUnavailable):
        await logins.sessions.open(token, door=DOOR, subject=SUBJECT)
