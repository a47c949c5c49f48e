"""What a policy says to an action is a frozen value."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from proxy.core.model import Verdict
from proxy.core.policy.options import ActionSpec


def test_a_spec_cannot_be_changed() -> None:
    """A bundle in force stays as it was loaded."""
    spec = ActionSpec(verdict=Verdict.BLOCK)

    with pytest.raises(FrozenInstanceError):
        spec.verdict = Verdict.ALLOW  # type: ignore[misc]
