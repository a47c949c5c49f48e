"""The words for entities."""

from __future__ import annotations

from proxy.core.policy.matchers.allowed import NEVER_COVERED
from proxy.core.policy.vocabulary import DETECTED, PLANNED


def test_an_entity_is_found_or_planned() -> None:
    """No entity is both, and word hits have a matcher of their own."""
    assert DETECTED.isdisjoint(PLANNED)
    assert "WORDS" not in DETECTED | PLANNED


def test_what_no_list_may_cover_is_known() -> None:
    """A typing mistake in that set would open a hole."""
    assert NEVER_COVERED - {"WORDS"} <= DETECTED | PLANNED
