"""
Column types that mean the same on SQLite and PostgreSQL.

Times are text: RFC 3339, UTC, six digits, as in the leaves of the audit log; text of this shape sorts by time. Text is
compared by code point on both databases, whatever the locale of the server.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text compared by code point."""
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A 64-bit integer; a STRICT table of SQLite knows it as INTEGER."""
BYTES = sa.LargeBinary()


def instant(moment: datetime) -> str:
    """
    Return RFC 3339 in UTC with six digits.

    Raises:
        ValueError: a time without zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without zone")
    return _spelled(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@lru_cache(maxsize=512)
def _spelled(moment: datetime) -> str:
    """Return a time of UTC as text; a unit of work asks for the same one several times."""
    return moment.isoformat(timespec="microseconds")[:26] + "Z"


class Instant(sa.TypeDecorator[datetime]):
    """A moment, kept as text."""

    impl = WORDS
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Write text."""
        del dialect
        return None if value is None else instant(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read a moment in UTC."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)
