"""
Base of what a policy says to an action.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proxy.core.model import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec:
    """What a rule does when it matches; each action has its own."""

    verdict: Verdict
