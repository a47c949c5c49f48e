"""
Changes of a rotation of the wrapping key: the key of a row is wrapped anew, what it seals stays as it is.

Each counts only while the row lives and still is of the wrapping key it was read with; otherwise it loses with
`Conflict("rewrap")`, and the row is looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass, field


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
