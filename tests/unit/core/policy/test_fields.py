"""Descriptions of fields are plain values."""

from __future__ import annotations

import pytest

from proxy.core.policy.fields import FieldKind, Written
from proxy.core.policy.registry import ACTIONS, MATCHERS


def test_what_a_policy_says_is_not_shown() -> None:
    """Terms of a policy may be code names; they stay out of representations."""
    assert "Polarfuchs" not in repr(Written(place="a/b#1", values={"terms": ("Polarfuchs",)}))


@pytest.mark.parametrize("module", [*MATCHERS, *ACTIONS], ids=lambda module: module.NAME)
def test_every_description_can_be_satisfied(module: object) -> None:
    """A choice has choices, and bounds leave something between them."""
    for field in getattr(module, "FIELDS"):  # noqa: B009 - matchers and actions share no protocol
        assert field.kind is not FieldKind.CHOICE or field.choices
        assert field.low <= field.high
