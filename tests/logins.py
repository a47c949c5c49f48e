"""
A gateway token for contract suites over stores: an account, a pseudonym and a token, all invented.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.work import AuditRecord, Change, StoreAccount, StoreActor, StoreToken, Subject, Work
from proxy.identity.tokens import draw
from tests.works import ACCOUNT, AUTHOR, SYSTEM, new_id

if TYPE_CHECKING:
    from tests.stores import Ports


def noted(ports: Ports, *changes: Change) -> Work:
    """Return a unit of work with these changes."""
    record = AuditRecord(
        id=new_id(),
        code="PG-407",
        type="account.added",
        at=ports.clock.now(),
        actor=SYSTEM,
        subject=Subject(account=ACCOUNT),
        data={"account": ACCOUNT},
    )
    return Work(records=(record,), changes=changes)


async def issue(ports: Ports, *, scopes: tuple[str, ...] = ("post",)) -> str:
    """Issue the token `t1` for one day at the door `presse` and return it."""
    now, token = ports.clock.now(), draw()
    account = StoreAccount(
        id=ACCOUNT,
        platform="mastodon",
        door="presse",
        credential_nonce=b"n",
        credential=b"c",
        credential_key=b"k",
        kek_id="kek",
        created_at=now,
    )
    actor = StoreActor(
        ref=AUTHOR.ref,
        kind="employee",
        name_digest="d",
        name_nonce=b"n",
        name=b"x",
        name_key=b"k",
        kek_id="kek",
        created_at=now,
    )
    kept = StoreToken(
        id="t1",
        digest=ports.envelope.digest("gateway-token", token.encode()),
        prefix=token[:8],
        principal=AUTHOR.ref,
        account=ACCOUNT,
        scopes=scopes,
        created_at=now,
        expires_at=now + timedelta(days=1),
    )
    await ports.audit.commit(noted(ports, account, actor))
    await ports.audit.commit(noted(ports, kept))
    return token
