"""A change is a value."""

from __future__ import annotations

from proxy.core.policy.change import Change, ChangeKind, Direction, Subject


def test_a_change_says_nothing_that_nobody_said() -> None:
    """Without more it is about a whole thing, no hard rule and nothing personal."""
    change = Change(subject=Subject.RULE, name="a/b", kind=ChangeKind.ADDED, direction=Direction.STRICTER)

    assert (change.field, change.before, change.after, change.hard, change.personal) == (None, None, None, False, ())
