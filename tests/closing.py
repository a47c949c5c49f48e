"""Closing a log in tests without orders: the records are as two people would leave them. All values are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.leaf import build
from proxy.audit.ledger import Closing, Entry
from proxy.audit.logs import origin_of
from proxy.audit.openings import CLOSED, OPENED, End, Opening
from proxy.gate.work import Actor, AuditRecord
from tests.fakes.clock import START
from tests.stores import ORIGIN
from tests.works import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from proxy.audit.checkpointing import Checkpointing
    from proxy.audit.head import Head
    from proxy.audit.leaf import Leaf

_ORDERED = {"order": "o1", "case": "IT-1", "reason": "yearly", "role": "audit", "second": "a_one"}


def _leaf(code: str, name: str, data: dict[str, object]) -> Leaf:
    actor = Actor(kind="employee", ref="a_two")
    return build(AuditRecord(id=new_id(), code=code, type=name, at=START, actor=actor, data=data | _ORDERED), node="n1")


def closing(checkpoints: Checkpointing, log: int) -> Closing:
    """Return how a log of this number ends, and the next one begins."""
    last = _leaf(CLOSED, "log.closed", {"next": origin_of(ORIGIN, log + 1)})

    def opening(connection: Connection, end: Head) -> Sequence[Leaf]:
        assert end.log == log
        signed = checkpoints.seal(connection, end)
        head = signed.checkpoint.head
        previous = End(origin=signed.checkpoint.origin, size=head.size, root=head.root.hex())
        return [_leaf(OPENED, "log.opened", Opening(previous=previous, note=signed.note.data().decode()).data())]

    return Closing(entry=Entry(leaves=(last,), steps=(), post=None, mac=""), last=(last,), opening=opening, at=START)
