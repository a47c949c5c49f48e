"""
Reads the log page by page, as far as records of some codes matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from proxy.gate.notices import Place
from proxy.storage.tables import audit_head, audit_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.engine import Connection

Leaf = dict[str, Any]
_NEWEST = sa.select(audit_head.c.log_id, audit_head.c.size).order_by(audit_head.c.log_id.desc()).limit(1)


def newest(connection: Connection) -> Place:
    """Return the last place of the log."""
    head = connection.execute(_NEWEST).one()
    return Place(log=head.log_id, seq=head.size - 1)


class Pages:
    """Pages of the log, with the leaves of some codes."""

    def __init__(self, codes: Iterable[str]) -> None:
        place = audit_records.c.log_id, audit_records.c.seq
        wanted = audit_records.c.code.in_(sorted(codes))
        self._query = (
            sa.select(*place, sa.case((wanted, audit_records.c.leaf)).label("leaf"))
            .where(
                sa.tuple_(*place)
                > sa.tuple_(sa.bindparam("b_log", type_=sa.BigInteger()), sa.bindparam("b_seq", type_=sa.BigInteger()))
            )
            .order_by(*place)
            .limit(sa.bindparam("b_limit"))
        )

    def after(self, connection: Connection, place: Place, *, limit: int) -> tuple[dict[Place, Leaf], Place]:
        """Return the leaves among the next records, by place, and the last place looked at."""
        values = {"b_log": place.log, "b_seq": place.seq, "b_limit": limit}
        rows = connection.execute(self._query, values).all()
        leaves = {Place(log=row.log_id, seq=row.seq): orjson.loads(row.leaf) for row in rows if row.leaf is not None}
        return leaves, Place(log=rows[-1].log_id, seq=rows[-1].seq) if rows else place


def rows_of(
    connection: Connection, query: sa.Select[Any], name: str, values: Iterable[str]
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """Return the rows of a query for some ids; none for none."""
    wanted = sorted(values)
    return connection.execute(query, {name: wanted}).all() if wanted else []
