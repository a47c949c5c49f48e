"""
What tests turn to see a node fail fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.canary import RED_S, ROUND_S
from proxy.gate.canary_door import ROUND_S as DOORS_S
from proxy.gate.unclear import SETTLE
from proxy.identity.sessions import ACCESS_LIFE

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Times of a node. Production uses the defaults; no setting reaches these."""

    faults: Callable[[str], None] | None = None
    lease: timedelta = timedelta(seconds=60)
    reaper_interval_s: float = 5.0
    access_life: timedelta = ACCESS_LIFE
    settle: timedelta = SETTLE
    canary_round_s: float = ROUND_S
    canary_red_s: float = RED_S
    canary_doors_s: float = DOORS_S
