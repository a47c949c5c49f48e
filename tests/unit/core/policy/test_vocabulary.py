"""The words for entities."""

from __future__ import annotations

from proxy.core.policy.matchers.allowed import NEVER_COVERED
from proxy.core.policy.vocabulary import COMBINED, DETECTED, IMPERSONAL, PLANNED
from tests.house.files import REPOSITORY


def test_an_entity_is_found_or_planned() -> None:
    """No entity is both, and word hits have a matcher of their own."""
    assert DETECTED.isdisjoint(PLANNED)
    assert "WORDS" not in DETECTED | PLANNED


def test_what_no_list_may_cover_is_known() -> None:
    """A typing mistake in that set would open a hole."""
    assert NEVER_COVERED - {"WORDS"} <= DETECTED | PLANNED


def test_what_detection_combines_is_known() -> None:
    """Every entity and every word list that its code names; a comparison of policies proves nothing about these."""
    folder = REPOSITORY / "proxy" / "core" / "detection"
    paths = [*sorted((folder / "combining").glob("*.py")), folder / "combination.py"]
    source = "".join(path.read_text(encoding="utf-8") for path in paths)
    lists = {path.stem for path in (REPOSITORY / "rules" / "lexicons").glob("*.yaml")}

    assert {name for name in DETECTED | PLANNED | lists if f'"{name}"' in source} == COMBINED


def test_what_says_nothing_of_persons_is_known() -> None:
    """All else counts as personal, so that a new entity is flagged until somebody has thought about it."""
    assert IMPERSONAL - {"WORDS"} <= DETECTED | PLANNED
