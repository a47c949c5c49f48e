"""
What differs between two bundles, as values: one change each, and whether it makes decisions stricter or weaker.

No value of the house is in a change: of its lists and confidential terms only how many entries came or went.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from proxy.core.policy.facts import MatcherSpec
from proxy.core.policy.policy import Condition

__all__ = ["Change", "ChangeKind", "Direction", "Subject", "Value"]

Value = str | int | tuple[str, ...] | Condition | tuple[MatcherSpec, ...] | None
"""What a field said or says; None where there was nothing."""


class Subject(StrEnum):
    """What a change is about."""

    POLICY = "policy"
    RULE = "rule"
    WORD_LIST = "word_list"
    DETECTION_RULE = "detection_rule"
    ALLOW_LIST = "allow_list"
    CALENDAR = "calendar"
    CONFIDENTIAL_TERMS = "confidential_terms"
    SETTING = "setting"
    """Something that is said of the whole bundle."""


class ChangeKind(StrEnum):
    """What happened to it, or to its entries."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Direction(StrEnum):
    """What a change does to verdicts."""

    STRICTER = "stricter"
    """Proven: no post gets a weaker verdict by it."""
    WEAKER = "weaker"
    """There may be posts that get a weaker verdict by it."""
    NEUTRAL = "neutral"
    """Proven: no verdict depends on it."""
    UNCLEAR = "unclear"
    """Neither is proven. It counts as weaker where that matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that differs."""

    subject: Subject
    name: str
    """Id of a policy, `policy/rule`, id of a list or of a detection rule, name of a setting."""
    kind: ChangeKind
    direction: Direction
    field: str | None = None
    """What of it differs, in the words of a policy file; None when the whole of it came or went."""
    before: Value = None
    """For entries of a list that went: how many."""
    after: Value = None
    """For entries of a list that came: how many."""
    hard: bool = False
    """A rule that stands for a legal duty may be weakened by it, or is no longer marked as such."""
    personal: tuple[str, ...] = ()
    """Entities that say something of a person and that no rule looked at before: of interest to a works council."""
