"""
The proof of an erasure: which contents are gone, by whose order, and where the log says so.

It can be made again at any time: everything in it stands in the log. It names a content by the hash of what was sealed,
which says nothing about the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from proxy.audit.logs import place_of
from proxy.audit.orders.finality import finality_of
from proxy.audit.orders.refusals import OrderRefused
from proxy.audit.stored_logs import head
from proxy.storage.tables import audit_records

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from proxy.audit.orders.finality import Finality

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """One content that is gone."""

    record: str
    """The decision it belonged to."""
    ct_sha256: str
    """SHA-256 of what was sealed, as the decision's leaf has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureProof:
    """What the log says of one order."""

    origin: str
    order: str
    case_number: str
    basis: str
    at: str
    opened_by: str
    confirmed_by: str
    person: str | None
    """Pseudonym whose name was erased, too."""
    records: tuple[tuple[str, str], ...]
    """Places and ids of the records of the erasure."""
    contents: tuple[Erased, ...]
    finality: Finality
    """Whether copies of the database are dead as well."""


def erasure_proof(connection: Connection, order: str) -> ErasureProof:
    """
    Return the proof of the erasure by an order.

    Raises:
        OrderRefused: nothing was erased by this order.
        AuditBroken: there is no log yet.
    """
    columns = audit_records.c
    query = sa.select(columns.log_id, columns.seq, columns.id, columns.leaf).where(columns.code == "PG-506")
    leaves = [((row.log_id, row.seq), row.id, orjson.loads(bytes(row.leaf))) for row in connection.execute(query)]
    mine = sorted((one for one in leaves if one[2]["data"]["order"] == order), key=lambda one: one[0])
    if not mine:
        raise OrderRefused(why="nothing-found")
    first = mine[0][2]
    decisions = [ref for _, _, leaf in mine for ref in leaf["refs"]]
    person = first["on_behalf_of"]
    return ErasureProof(
        origin=head(connection, mine[0][0][0]).origin,
        order=order,
        case_number=first["data"]["case"],
        basis=first["data"]["basis"],
        at=first["at"],
        opened_by=first["data"]["second"],
        confirmed_by=first["actor"]["ref"],
        person=person,
        records=tuple((place_of(*place), record) for place, record, _ in mine),
        contents=tuple(_erased(connection, decisions)),
        finality=finality_of(connection, decisions=decisions, person=person, at=datetime.fromisoformat(first["at"])),
    )


def _erased(connection: Connection, decisions: list[str]) -> list[Erased]:
    found: list[Erased] = []
    for start in range(0, len(decisions), _CHUNK):
        chunk = decisions[start : start + _CHUNK]
        query = sa.select(audit_records.c.id, audit_records.c.leaf).where(audit_records.c.id.in_(chunk))
        by_id = {row.id: orjson.loads(bytes(row.leaf)) for row in connection.execute(query)}
        found += [Erased(record=one, ct_sha256=by_id[one]["content"]["ct_sha256"]) for one in chunk if one in by_id]
    return found
