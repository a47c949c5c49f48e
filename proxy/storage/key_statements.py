"""
The statements of an exchange of the wrapping key, each with the condition under which it may change a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.storage.wrapping_keys import WRAPPED, Kind, lives, wrapping_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.sql.dml import UpdateBase

_REWRAPPED = {
    "rewrap_data_key": Kind.POST,
    "rewrap_credential": Kind.CREDENTIAL,
    "rewrap_name": Kind.NAME,
    "rewrap_bundle": Kind.BUNDLE,
}
"""Statements that wrap a key anew, and whose."""


def key_statements() -> Iterator[tuple[str, UpdateBase, str | None]]:
    """Yield name, statement and what is lost when no row was changed, in the order in which they run."""
    for name, kind in _REWRAPPED.items():
        yield name, _rewrap(WRAPPED[kind]), "rewrap"
    yield "leave_wrapping_key", _leave(), None
    yield "retire_wrapping_key", _retire(), "wrapping-key"


def _rewrap(wrapped: sa.Column[bytes]) -> UpdateBase:
    (row,) = wrapped.table.primary_key
    kek_id = wrapped.table.c.kek_id
    return (
        sa.update(wrapped.table)
        .where(row == sa.bindparam("b_id"), kek_id == sa.bindparam("b_source"), lives(wrapped))
        .values({wrapped: sa.bindparam("b_wrapped"), kek_id: sa.bindparam("b_target")})
    )


def _leave() -> UpdateBase:
    keys = wrapping_keys
    return (
        sa.update(keys)
        .where(keys.c.kek_id == sa.bindparam("b_id"), keys.c.left_at.is_(None))
        .values(left_at=sa.bindparam("b_left_at"))
    )


def _retire() -> UpdateBase:
    # The same conditions as in the trigger: whoever lacks them learns it as a conflict.
    keys = wrapping_keys.c
    used = [
        sa.exists().where(wrapped.table.c.kek_id == sa.bindparam("b_id"), lives(wrapped))
        for wrapped in WRAPPED.values()
    ]
    return (
        sa.update(wrapping_keys)
        .where(keys.kek_id == sa.bindparam("b_id"), keys.left_at.is_not(None), keys.retired_at.is_(None))
        .where(*(~one for one in used))
        .values(retired_at=sa.bindparam("b_at"))
    )
