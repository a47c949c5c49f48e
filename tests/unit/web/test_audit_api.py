"""The endpoints of the log over a book that a test wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import NotFound
from proxy.core.model import Principal
from proxy.web.api_table import Asked
from proxy.web.audit_api import AuditApi
from proxy.web.audit_endpoints import AUDIT_ENDPOINTS, AuditAct

if TYPE_CHECKING:
    from collections.abc import Mapping

BY = Principal(ref="a_x", kind="employee", scopes=frozenset({"audit"}), token_prefix="pgt_0000")


class OnePage:
    """A log of one record, or of none."""

    def __init__(self, *, empty: bool = False) -> None:
        self.empty = empty
        self.asked: list[object] = []

    async def records(self, parameters: Mapping[str, str], by: Principal) -> dict[str, object]:
        self.asked.append((dict(parameters), by))
        return {"records": []}

    async def record(self, name: str, by: Principal) -> dict[str, object] | None:
        self.asked.append((name, by))
        return None if self.empty else {"seq": 7}

    async def proof(self, name: str, by: Principal) -> bytes | None:
        self.asked.append((name, by))
        return None if self.empty else b"proof"

    async def cases(self, by: Principal) -> dict[str, object]:
        self.asked.append(("cases", by))
        return {"cases": []}

    async def holds(self, by: Principal) -> dict[str, object]:
        self.asked.append(("holds", by))
        return {"holds": []}

    async def checkpoint(self, log: str | None = None) -> bytes | None:
        self.asked.append(log)
        return None if self.empty else b"note"

    async def key(self, log: str | None = None) -> str | None:
        self.asked.append(log)
        return None if self.empty else "log+key"

    async def tile(self, path: str, by: Principal, log: str | None = None) -> bytes | None:
        self.asked.append((path, by, log))
        return None if self.empty else b"\0\1"


def _asked(act: AuditAct) -> Asked:
    endpoint = next(one for one in AUDIT_ENDPOINTS if one.act is act)
    return Asked(endpoint=endpoint, by=BY, proposal="7", parameters={"from": "1", "to": "2"})


@pytest.mark.parametrize(
    ("act", "body"),
    [
        (AuditAct.PROOF, b"proof"),
        (AuditAct.CHECKPOINT, b"note"),
        (AuditAct.KEY, b"log+key\n"),
        (AuditAct.TILE, b"\0\1"),
        (AuditAct.RECORD, json.dumps({"seq": 7}, separators=(",", ":")).encode()),
        (AuditAct.CASES, b'{"cases":[]}'),
        (AuditAct.HOLDS, b'{"holds":[]}'),
        (AuditAct.RECORDS, json.dumps({"records": []}, separators=(",", ":")).encode()),
    ],
)
async def test_what_the_book_says_is_answered(act: AuditAct, body: bytes) -> None:
    """Byte for byte, with who asked."""
    book = OnePage()
    answer = await AuditApi(book)(_asked(act))

    assert (answer.status, answer.body) == (200, body)
    assert all(asked[1] is BY for asked in book.asked if isinstance(asked, tuple))


@pytest.mark.parametrize("act", sorted(set(AuditAct) - {AuditAct.RECORDS, AuditAct.CASES, AuditAct.HOLDS}))
async def test_what_is_not_there_is_not_found(act: AuditAct) -> None:
    """A record, a proof, a tile beyond the log, a checkpoint before the first one."""
    with pytest.raises(NotFound):
        await AuditApi(OnePage(empty=True))(_asked(act))
