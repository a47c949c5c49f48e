"""
How changes of the register of consents become rows, and the statements that write them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.gate import consent_changes as changes
from proxy.storage.consent_tables import consent_approvals, consent_names, consent_revocations, consents
from proxy.storage.rows import same, taken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.sql.dml import UpdateBase
    from sqlalchemy.sql.elements import ColumnElement

    from proxy.storage.rows import Columns

CONSENT_ROWS: dict[type, tuple[tuple[str, Columns], ...]] = {
    changes.AddConsent: (
        (
            "add_consent",
            same("id", "evidence", "owner", "topics", "platforms", "since", "until", "person", "added_at")
            | same("expires_at", "mac"),
        ),
    ),
    changes.NameConsent: (("name_consent", same("name") | taken(consent_id="consent")),),
    changes.ApproveConsent: (("approve_consent", same("person", "at", "mac") | taken(consent_id="consent")),),
    changes.RevokeConsent: (("revoke_consent", same("person", "reason", "at") | taken(consent_id="consent")),),
}


def consent_statements() -> Iterator[tuple[str, UpdateBase, str | None]]:
    """Yield name, statement and what is lost when no row was changed, in the order in which they run."""
    yield "add_consent", sa.insert(consents), "record"
    yield "name_consent", sa.insert(consent_names), "record"
    yield "approve_consent", _approve(), "consent"
    yield "revoke_consent", _revoke(), "consent"


def _approve() -> UpdateBase:
    # The same conditions as in the trigger: whoever lacks them learns it as a conflict.
    consent, person, at = (_value(consent_approvals, name) for name in ("consent_id", "person", "at"))
    waiting = sa.exists().where(
        consents.c.id == consent, consents.c.person != person, consents.c.added_at <= at, at < consents.c.expires_at
    )
    return _insert_where(consent_approvals, waiting, ~_there(consent_approvals), ~_there(consent_revocations))


def _revoke() -> UpdateBase:
    return _insert_where(consent_revocations, ~_there(consent_revocations))


def _there(table: sa.Table) -> ColumnElement[bool]:
    """Return whether a table has a row for this consent already."""
    there = table.alias("there")
    return sa.exists().where(there.c.consent_id == _value(table, "consent_id"))


def _value(table: sa.Table, name: str) -> sa.BindParameter[object]:
    return sa.bindparam(name, type_=table.c[name].type)


def _insert_where(table: sa.Table, *conditions: ColumnElement[bool]) -> UpdateBase:
    names = [column.name for column in table.c]
    values = [_value(table, name) for name in names]
    return sa.insert(table).from_select(names, sa.select(*values).where(*conditions))
