"""
How a matcher or action describes what may be written about it in a policy file, as data.

The loader reads YAML with it and reports every mistake with its place; a matcher stays one file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Mapping


class FieldKind(StrEnum):
    """What kind of value a field takes."""

    CHOICE = "choice"
    """One of `Field.choices`."""
    CHOICES = "choices"
    """One of `Field.choices` or a list of them."""
    ENTITIES = "entities"
    """One entity name or a list of them."""
    LEXICONS = "lexicons"
    """One name of a word list or a list of them."""
    ALLOW_LISTS = "allow_lists"
    """One name of an allow-list or a list of them."""
    CALENDARS = "calendars"
    """One name of a calendar of the house or a list of them."""
    PATTERNS = "patterns"
    """One id of a detection rule or a list of them."""
    TEXTS = "texts"
    """A list of texts."""
    LABEL = "label"
    """A short text in German and English, `{de: ..., en: ...}`, of at most 40 characters each."""
    NAME = "name"
    """A short lower-case name."""
    FLAG = "flag"
    """`true` or `false`."""
    INTEGER = "integer"
    """A whole number between `Field.low` and `Field.high`."""
    DURATION = "duration"
    """Whole minutes, hours or days, such as `30m`, `2h`, `1d`; the value is in seconds."""
    HOSTS = "hosts"
    """One host name or a list of them, such as `bank.example`; what lies below it counts too."""
    PARAMETERS = "parameters"
    """`ids`, the name of a query parameter, or a list of them."""
    MATCHER = "matcher"
    """One of the matchers of `Field.choices`, such as `finding: {type: PERSON}`."""
    DISTANCE = "distance"
    """`sentence`, or a whole number of words up to `Field.high`."""
    RANGE = "range"
    """A mapping with `from` and `to`; the value is a pair, None where absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of a matcher or an action."""

    name: str
    kind: FieldKind
    required: bool = False
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Something wrong between fields that are right one by one."""

    code: str
    field: str
    """Key to point at; empty for the whole."""
    message: Localised
    remedy: Localised


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a policy file says about one matcher, field by field; absent fields are absent."""

    place: str
    """`policy/rule#1`: the rule and the running number of the matcher in it."""
    values: Mapping[str, object] = field(repr=False)


def upper_bound(written: Written, key: str = "count") -> tuple[Complaint, ...]:
    """Complain of a number of things found with `to`: one more of them would turn the rule off."""
    low_high = cast("tuple[int | None, int | None] | None", written.values.get(key))
    if low_high is None or low_high[1] is None:
        return ()
    return (
        Complaint(
            code="count-upper-bound",
            field=key,
            message=Localised(
                de=f"»{key}« darf kein »to« haben: Ein weiterer Fund würde die Regel sonst abschalten.",
                en=f"`{key}` must not have `to`: one more finding would turn the rule off.",
            ),
            remedy=Localised(de="Nur »from« angeben.", en="Give `from` only."),
        ),
    )
