"""
How the fields of a change become the columns of a row.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeAlias

Columns: TypeAlias = dict[str, Callable[[Any], object]]
"""Column or bound parameter, and what reads it from a change."""


def same(*names: str) -> Columns:
    """Return columns that are called like the field they come from."""
    return {name: attrgetter(name) for name in names}


def taken(**fields: str) -> Columns:
    """Return columns and the fields they come from."""
    return {name: attrgetter(attribute) for name, attribute in fields.items()}
