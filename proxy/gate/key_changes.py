"""
Changes of an exchange of the wrapping key: the key of a row is wrapped anew, what it seals stays as it is.

Each re-wrap counts only while the row lives and still is of the wrapping key it was read with; otherwise it loses with
`Conflict("rewrap")`, and the row is looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rewrap:
    id: str
    """Of the row."""
    wrapped: bytes = field(repr=False)
    source: str
    """Name of the wrapping key that the row was read with."""
    target: str
    """Name of the one that it is wrapped with now."""


class RewrapDataKey(_Rewrap):
    """Wrap the data key of a post anew."""

    __slots__ = ()


class RewrapCredential(_Rewrap):
    """Wrap the key of a platform credential anew."""

    __slots__ = ()


class RewrapName(_Rewrap):
    """Wrap the key of a name anew."""

    __slots__ = ()


class RewrapBundle(_Rewrap):
    """Wrap the key of a bundle of policies anew."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWrappingKey:
    """Note that an exchange goes to this wrapping key, or away from it; once more changes nothing."""

    id: str
    at: datetime
    left_at: datetime | None
    """When rows begin to be wrapped away from it; None for the key that they are wrapped with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireWrappingKey:
    """
    Let nothing more be wrapped by a key that was left. Loses with `Conflict("wrapping-key")`.

    It loses while something that lives is wrapped by it, and when it is retired already.
    """

    id: str
    at: datetime
