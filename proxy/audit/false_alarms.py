"""
Posts that reviewers called false alarms: their decisions, opened for those who write policies.

Each content that is opened is on record (PG-512) before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

from proxy.audit.contents import IN_ORDER, within
from proxy.audit.orders.refusals import OrderRefused
from proxy.core.errors import NotFound
from proxy.gate.policy_life import require_role
from proxy.gate.work import Actor
from proxy.storage.tables import audit_records

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.core.model import Principal
    from proxy.gate.recorded import Recorded
    from proxy.storage.reads import Reads

CONTENT = "content"
"""Scope of a token whose holder may open contents."""
PURPOSE = "false-alarm"
"""Why they are opened, for the record."""
MOST = 500
"""False alarms of one call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarms:
    """What was found."""

    found: tuple[Recorded, ...]
    """Decisions that held a post which should have passed, oldest first, each once."""
    gone: int
    """Those whose content was erased."""


class Openable(Protocol):
    """The part of `Contents` that is needed."""

    async def one(self, name: str, *, by: Actor, purpose: str) -> Recorded:
        """
        Return one decision with its content; that it is opened is on record before.

        Raises:
            NotFound: there is no such decision, or its content was erased.
        """
        ...


async def false_alarms(
    reads: Reads, contents: Openable, *, since: datetime, until: datetime, by: Principal, most: int = MOST
) -> FalseAlarms:
    """
    Open the decisions that were called false alarms in a time; `until` is the first moment too late.

    Raises:
        ProposalRefused: somebody who may not propose policies.
        OrderRefused: somebody who may not open contents.
        AuditUnavailable: that one is opened could not be recorded.
        GateUnavailable: the database does not answer.
    """
    require_role(by)
    if CONTENT not in by.scopes:
        raise OrderRefused(why="no-content")
    query = within(sa.select(audit_records.c.leaf), since, until).where(audit_records.c.code == "PG-202")
    leaves = await reads.run(lambda connection: connection.scalars(query.order_by(*IN_ORDER)).all())
    names: dict[str, None] = {}
    for leaf in map(json.loads, leaves):
        if leaf["data"].get("false_alarm") and leaf["refs"]:
            names[leaf["refs"][0]] = None
    found, gone = [], 0
    actor = Actor(kind=by.kind, ref=by.ref)
    for name in list(names)[:most]:
        try:
            found.append(await contents.one(name, by=actor, purpose=PURPOSE))
        except NotFound:
            gone += 1
    return FalseAlarms(found=tuple(found), gone=gone)
