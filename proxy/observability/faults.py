"""
Named places where a test may kill the process or fail a call.

In the product nothing ever installs a hook: no setting and no environment variable can. Only the launcher in
`tests/e2e` passes one to the constructor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = (
    "received",
    "scanned",
    "decided",
    "claim",
    "release_checked",
    "before_commit",
    "after_commit",
    "after_intent",
    "before_first_byte",
    "after_request",
    "after_status",
    "after_body",
    "before_outcome",
    "after_outcome",
    "lease_expired",
    "reconcile_found",
    "reconcile_absent",
    "review_committed",
    "recall_sent",
    "policy_swapped",
    "drain_started",
)
"""Every fault point there is, in the order of a post's life."""


class FaultPoints:
    """Passes the names of reached places to a hook, if there is one."""

    def __init__(self, hook: Callable[[str], None] | None = None) -> None:
        self._hook = hook

    def __call__(self, name: str) -> None:
        """
        Reach a place.

        Raises:
            ValueError: the name is not in `NAMES`.
        """
        if name not in NAMES:
            message = f"unknown fault point {name!r}"
            raise ValueError(message)
        if self._hook is not None:
            self._hook(name)
