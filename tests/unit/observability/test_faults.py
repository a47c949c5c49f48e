"""
Fault points do nothing unless a test passes a hook.
"""

from __future__ import annotations

import pytest

from proxy.observability.faults import NAMES, FaultPoints


def test_without_a_hook_nothing_happens() -> None:
    """Every name can be reached."""
    faults = FaultPoints()
    for name in NAMES:
        faults(name)


def test_a_hook_gets_the_names_in_order() -> None:
    """The hook sees what was reached."""
    reached: list[str] = []
    faults = FaultPoints(reached.append)
    faults("received")
    faults("scanned")
    assert reached == ["received", "scanned"]


@pytest.mark.parametrize("hook", [None, print])
def test_an_unknown_name_is_an_error(hook: object) -> None:
    """A misspelt place shows in every test that comes by, not only where a hook is."""
    faults = FaultPoints(hook)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown fault point"):
        faults("reveived")


def test_names_are_unique() -> None:
    """One name is one place in a post's life."""
    assert len(set(NAMES)) == len(NAMES)
