from __future__ import annotations

import pytest
from pydantic import ValidationError

from proxy.settings.waiting import Delivery, Review


def test_a_held_post_is_due_before_it_ends() -> None:
    """By the defaults, so that somebody else can still be asked."""
    assert Review().due_minutes < Review().expires_hours * 60


@pytest.mark.parametrize("kind", [Review, Delivery])
@pytest.mark.parametrize("hours", [0, -1, 10**6, "1", True])
def test_a_wait_has_bounds(kind: type[Review | Delivery], hours: object) -> None:
    """Nothing waits for ever, and nothing ends at once."""
    with pytest.raises(ValidationError):
        kind(expires_hours=hours)  # type: ignore[arg-type]
