"""The records of logins: which code, whose, and that a login ends once."""

from __future__ import annotations

import pytest

from proxy.core.errors import Conflict
from proxy.core.model import Account, Principal
from proxy.gate.ports import Grant
from proxy.gate.session_changes import EndSession, OpenSession
from proxy.identity.login_log import LoginLog
from tests.fakes.clock import ManualClock
from tests.fakes.log import MemoryAuditLog
from tests.works import new_id

GRANT = Grant(
    principal=Principal(ref="a_erfunden", kind="employee", scopes=frozenset({"post"}), token_prefix="pgt_abcd"),
    account=Account(id="mastodon:presse", platform="mastodon", door="presse"),
)


async def test_a_login_is_on_record_with_its_beginning_and_its_end() -> None:
    """Each with the change that it tells of; an end that came before is not recorded again."""
    log, clock = MemoryAuditLog(), ManualClock()
    logins = LoginLog(audit=log, clock=clock, ids=new_id)
    now = clock.now()
    await logins.began(
        "code",
        GRANT,
        OpenSession(id="s1", token_id="t1", renewal="r", created_at=now, expires_at=now.replace(year=2099)),
    )
    await logins.ended("s1", "logout", GRANT)
    await logins.ended("s1", "reuse", GRANT)

    assert [(record.code, record.data["method"]) for record in log.records] == [
        ("PG-401", "code"),
        ("PG-406", "logout"),
    ]
    assert {record.data["token_prefix"] for record in log.records} == {"pgt_abcd"}
    with pytest.raises(Conflict):
        await logins.began("code", GRANT, EndSession(id="s1", at=now))
