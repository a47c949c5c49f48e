"""
A value of a source that is no text yet, as text: one a line where there are several.
"""

from __future__ import annotations

from datetime import date, datetime

__all__ = ["text_of"]


def text_of(value: object) -> str | None:
    """Return a text, a whole number, a date, or a list of them as text; None for anything else."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = [text_of(item) for item in value]
        return None if None in parts else "\n".join(filter(None, parts))
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
