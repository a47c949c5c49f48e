"""
What a record's `data` may hold: fields with their kinds and meanings, from which checks, schemas and pages are made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from proxy.core.errors import Localised

MOST_FINDINGS = 200
"""Rows of findings in one leaf; one more may say how many are left out."""
LARGEST = 2**53 - 1
"""No number of a leaf is larger, none smaller than its negative: everybody's JSON reads it exactly."""
_TEXT = frozenset({str})


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """What an object may have; nothing else."""

    fields: Mapping[str, Field]
    needed: frozenset[str] = frozenset()
    """Those that are there and not null."""
    there: frozenset[str] = frozenset()
    """Those that are there, and may be null. All others may be missing or null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an object."""

    kind: type
    """`str`, `int`, `bool`, `list` or `dict`; a list of which nothing more is known is one of texts."""
    says: str
    """What it means, in one sentence."""
    inside: Members | None = None
    """Of the object, or of each row of the list."""
    most: int | None = None
    """Most rows."""
    only: str | int | None = None
    """The only value, if there is just one."""
    like: re.Pattern[str] | None = None
    """How the whole text looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """One kind of record."""

    name: str
    """The record's `type`, such as `post.decided`."""
    says: Localised
    """When it is written, for people who read the log."""
    data: Members


def record(name: str, says: Localised, required: str, **fields: Field) -> RecordType:
    """Return a kind of record; the required fields stand between spaces."""
    return RecordType(name=name, says=says, data=Members(fields=fields, needed=_words(required)))


def text(says: str, *, only: str | None = None, like: re.Pattern[str] | None = None) -> Field:
    """Return a field that holds text."""
    return Field(kind=str, says=says, only=only, like=like)


def number(says: str, *, only: int | None = None) -> Field:
    """Return a field that holds a whole number."""
    return Field(kind=int, says=says, only=only)


def flag(says: str) -> Field:
    """Return a field that holds true or false."""
    return Field(kind=bool, says=says)


def texts(says: str) -> Field:
    """Return a field that holds a list of texts."""
    return Field(kind=list, says=says)


def rows(says: str, needed: str, *, most: int | None = None, **members: Field) -> Field:
    """Return a field that holds a list of objects; the members that each needs stand between spaces."""
    return Field(kind=list, says=says, inside=Members(fields=members, needed=_words(needed)), most=most)


def entry(says: str, needed: str, there: str = "", /, **members: Field) -> Field:
    """Return a field that holds one object; the members that it needs, or that are there, stand between spaces."""
    return Field(kind=dict, says=says, inside=Members(fields=members, needed=_words(needed), there=_words(there)))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def flaw(members: Members, values: Mapping[str, object]) -> str | None:
    """Return what is wrong with the values of an object, in our words only; None when nothing is."""
    missing = (members.needed | members.there) - values.keys()
    if missing:
        return f"without {min(missing)}"
    for name, value in values.items():
        field = members.fields.get(name)
        if field is None:
            return "with another field"
        if value is None and name not in members.needed:
            continue
        wrong = _misfit(field, name, value)
        if wrong is not None:
            return wrong
    return None


def _misfit(field: Field, name: str, value: object) -> str | None:
    if not isinstance(value, field.kind) or (field.kind is int and isinstance(value, bool)):
        return f"with a wrong kind of value in {name}"
    if isinstance(value, list):
        return _flaw_of_list(field, name, value)
    if isinstance(value, dict):
        return None if field.inside is None else _flaw_inside(field.inside, name, value)
    if isinstance(value, int) and not -LARGEST <= value <= LARGEST:
        return f"with a larger number in {name}"
    same = field.only is None or value == field.only
    return None if same and _alike(field, value) else f"with another {name}"


def _alike(field: Field, value: object) -> bool:
    return field.like is None or field.like.fullmatch(str(value)) is not None


def _flaw_of_list(field: Field, name: str, value: list[object]) -> str | None:
    if field.most is not None and len(value) > field.most:
        return f"with more than {field.most - 1} rows of {name}"
    if not all(isinstance(one, str if field.inside is None else dict) for one in value):
        return f"with a wrong kind of value in {name}"
    if field.inside is None:
        return None
    return next((wrong for row in value if (wrong := _flaw_inside(field.inside, name, row)) is not None), None)


def _flaw_inside(members: Members, name: str, values: Any) -> str | None:  # noqa: ANN401  its kind was looked at
    wrong = flaw(members, values)
    return None if wrong is None else f"{wrong}, inside {name}"
