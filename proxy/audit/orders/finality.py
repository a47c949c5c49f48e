"""
Whether an erasure is final: whether the key that was destroyed can be had from a copy of the database.

A backup, a write-ahead log or a replica of before still has what was erased, with its key as some wrapping key wrapped
it. It is dead once every wrapping key that ever wrapped that key is destroyed. The database knows which these are: the
one that wrapped it last, by its row; and those that rows were wrapped away from while it was there. It takes nothing
more from them once they are retired; that their holders destroy them as well, no program can see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.storage.tables import actors, audit_records, data_keys
from proxy.storage.wrapping_keys import noted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

_CHUNK = 500
_SKEW = timedelta(minutes=5)
"""By how much clocks of nodes may differ, and more: one key too many only lets people wait, one too few is a lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finality:
    """Which wrapping keys open what was erased, in a copy of before."""

    retired: tuple[str, ...]
    """Those that nothing needs any more: copies are dead where these are destroyed."""
    used: tuple[str, ...]
    """Those that still wrap something: until they are retired, no erasure by this order is final."""
    since: datetime | None
    """When the last of them was retired; None while one is used."""

    @property
    def final(self) -> bool:
        """Return whether nothing needs any of the keys any more."""
        return self.since is not None


def finality_of(connection: Connection, *, decisions: Sequence[str], person: str | None, at: datetime) -> Finality:
    """Return whether the erasure of these contents, and of the name of a person, at a moment is final."""
    notes, rows = noted(connection), _rows(connection, decisions, person)
    wrapped = {name for name, _ in rows}
    oldest, newest = min((made for _, made in rows), default=at) - _SKEW, at + _SKEW
    for name, note in notes.items():
        if note.left_at is None or note.left_at > newest:
            continue
        if note.retired_at is None or note.retired_at >= oldest:
            wrapped.add(name)
    retired = {name: note.retired_at for name, note in notes.items() if note.retired_at is not None}
    used = wrapped - retired.keys()
    since = None if used else max((retired[name] for name in wrapped), default=None)
    return Finality(retired=tuple(sorted(wrapped - used)), used=tuple(sorted(used)), since=since)


def _rows(connection: Connection, decisions: Sequence[str], person: str | None) -> list[tuple[str, datetime]]:
    """Return by which keys what was destroyed was wrapped last, and when it was made."""
    of_post = sa.func.coalesce(audit_records.c.post_id, audit_records.c.id)
    keys = sa.select(data_keys.c.kek_id, data_keys.c.created_at).join(audit_records, data_keys.c.post_id == of_post)
    queries = [
        keys.where(audit_records.c.id.in_(decisions[start : start + _CHUNK]), data_keys.c.destroyed_at.is_not(None))
        for start in range(0, len(decisions), _CHUNK)
    ]
    if person is not None:
        queries.append(sa.select(actors.c.kek_id, actors.c.created_at).where(actors.c.ref == person))
    return [(row.kek_id, row.created_at) for query in queries for row in connection.execute(query)]
