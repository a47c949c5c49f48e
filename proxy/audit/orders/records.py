"""
Records of orders: opened, confirmed, and what was destroyed by them. No name, no text, only pseudonyms and numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.audit.openings import CLOSED, OPENED
from proxy.audit.orders.model import CASE_OPEN, MOST_POSTS, Kind
from proxy.gate.work import Actor, AuditRecord, Subject
from proxy.storage.columns import instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from proxy.audit.openings import Opening
    from proxy.audit.orders.model import Confirmation, Order
    from proxy.audit.orders.rows import KeptKey
    from proxy.gate.ports import Ids

PERSON = "employee"
_OPENED = ("PG-515", "order.opened")
_REQUESTED = ("PG-505", "erasure.requested")
_CONFIRMED = {
    Kind.HOLD: ("PG-507", "hold.placed"),
    Kind.RELEASE: ("PG-508", "hold.released"),
    Kind.CASE: ("PG-514", "case.decided"),
}


def opened(order: Order, *, record: str) -> AuditRecord:
    """PG-505 or PG-515: one person asks for something that needs two."""
    code, name = _REQUESTED if order.kind is Kind.ERASE else _OPENED
    data: dict[str, object] = {**_about(order), "role": order.opened_role, "expires_at": instant(order.expires_at)}
    if order.kind is not Kind.ERASE:
        data["kind"] = order.kind.value
    return _record(order, record=record, code=code, name=name, at=order.opened_at, by=order.opened_by, data=data)


def confirmed(order: Order, said: Confirmation, *, record: str) -> AuditRecord:
    """PG-507, PG-508 or PG-514: another person agreed, so it counts."""
    code, name = _CONFIRMED[order.kind]
    data: dict[str, object] = {**_about(order), "second": order.opened_by, "role": said.role}
    if order.kind is Kind.CASE:
        data |= {"verdict": "approved", "valid_until": instant(said.confirmed_at + CASE_OPEN)}
    return _record(order, record=record, code=code, name=name, at=said.confirmed_at, by=said.person, data=data)


def log_closed(order: Order, said: Confirmation, *, record: str, following: str) -> AuditRecord:
    """PG-502: the last record of a log; `following` is the origin of the next one."""
    return _of_logs(order, said, record=record, code=CLOSED, name="log.closed", data={"next": following})


def log_opened(order: Order, said: Confirmation, opening: Opening, *, record: str) -> AuditRecord:
    """PG-501: the first record of a log."""
    return _of_logs(order, said, record=record, code=OPENED, name="log.opened", data=opening.data())


def _of_logs(
    order: Order, said: Confirmation, *, record: str, code: str, name: str, data: dict[str, object]
) -> AuditRecord:
    data |= {
        "order": order.id,
        "case": order.case_number,
        "reason": order.basis,
        "role": said.role,
        "second": order.opened_by,
    }
    return _record(order, record=record, code=code, name=name, at=said.confirmed_at, by=said.person, data=data)


def erased(order: Order, said: Confirmation, keys: Sequence[KeptKey], *, ids: Ids) -> Iterator[AuditRecord]:
    """PG-506, as many as it takes to name every decision whose content is gone in `refs`."""
    chunks = [keys[start : start + MOST_POSTS] for start in range(0, len(keys), MOST_POSTS)] or [()]
    for part, chunk in enumerate(chunks, start=1):
        data: dict[str, object] = {
            **_about(order),
            "second": order.opened_by,
            "role": said.role,
            "keys": len(chunk),
            "part": part,
            "parts": len(chunks),
        }
        yield _record(
            order,
            record=ids(),
            code="PG-506",
            name="erasure.done",
            at=said.confirmed_at,
            by=said.person,
            data=data,
            refs=tuple(key.record for key in chunk),
        )


def purged(keys: Sequence[KeptKey], retention: str, *, record: str, at: datetime, by: Actor) -> AuditRecord:
    """PG-509: the time of contents of one class is over; their decisions stand in `refs`."""
    ends = [key.expires_at for key in keys if key.expires_at is not None]
    return AuditRecord(
        id=record,
        code="PG-509",
        type="retention.purged",
        at=at,
        actor=by,
        refs=tuple(key.record for key in keys),
        data={"class": retention, "keys": len(keys), "up_to": instant(max(ends))},
    )


def _about(order: Order) -> dict[str, object]:
    target = order.target
    return {
        "order": order.id,
        "case": order.case_number,
        "basis": order.basis,
        "hold": order.hold,
        "posts": list(target.posts) or None,
        "since": None if target.since is None else instant(target.since),
        "until": None if target.until is None else instant(target.until),
    }


def _record(
    order: Order,
    *,
    record: str,
    code: str,
    name: str,
    at: datetime,
    by: str,
    data: dict[str, object],
    refs: tuple[str, ...] = (),
) -> AuditRecord:
    return AuditRecord(
        id=record,
        code=code,
        type=name,
        at=at,
        actor=Actor(kind=PERSON, ref=by),
        subject=Subject(account=order.target.account),
        on_behalf_of=order.target.actor,
        refs=refs,
        data={key: value for key, value in data.items() if value is not None},
    )
