"""
The tables of the register of consents: what was added, under which names, who approved it and who took it back.
"""

from __future__ import annotations

import sqlalchemy as sa

from proxy.storage.columns import WORDS, Instant
from proxy.storage.tables import TIME, metadata

__all__ = ["consent_approvals", "consent_names", "consent_revocations", "consents", "metadata"]


def _times(table: str, *columns: str) -> tuple[sa.CheckConstraint, ...]:
    """Return conditions that a time looks like one; nothing else may be compared with the time of now."""
    return tuple(sa.CheckConstraint(f"{name} LIKE '{TIME}'", name=f"ck_{table}_{name}") for name in columns)


consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", WORDS, primary_key=True),
    sa.Column("evidence", WORDS, nullable=False),
    sa.Column("owner", WORDS, nullable=False),
    sa.Column("topics", WORDS, nullable=False),
    sa.Column("platforms", WORDS, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("person", WORDS, sa.ForeignKey("actors.ref"), nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("mac", WORDS, nullable=False),
    *_times("consents", "since", "until", "added_at", "expires_at"),
    sqlite_strict=True,
)
"""Customers who agreed to be named; topics and platforms stand between spaces."""

consent_names = sa.Table(
    "consent_names",
    metadata,
    sa.Column("consent_id", WORDS, sa.ForeignKey("consents.id"), primary_key=True),
    sa.Column("name", WORDS, primary_key=True, index=True),
    sqlite_strict=True,
)
"""The spellings of their names as keyed fingerprints, whose key is not in the database."""

consent_approvals = sa.Table(
    "consent_approvals",
    metadata,
    sa.Column("consent_id", WORDS, sa.ForeignKey("consents.id"), primary_key=True),
    sa.Column("person", WORDS, sa.ForeignKey("actors.ref"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("mac", WORDS, nullable=False),
    *_times("consent_approvals", "at"),
    sqlite_strict=True,
)
"""Another person's word for a consent. Triggers want it to be another one, and in time."""

consent_revocations = sa.Table(
    "consent_revocations",
    metadata,
    sa.Column("consent_id", WORDS, sa.ForeignKey("consents.id"), primary_key=True),
    sa.Column("person", WORDS, sa.ForeignKey("actors.ref"), nullable=False),
    sa.Column("reason", WORDS, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.CheckConstraint("reason IN ('withdrawn', 'ended', 'mistake')", name="ck_consent_revocations_reason"),
    *_times("consent_revocations", "at"),
    sqlite_strict=True,
)
"""Consents that count no more, and why."""
