"""
Wires what a node looks at again and again: whether leaks are still stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.canary import Canary, CanaryPorts
from proxy.web.node import Background

if TYPE_CHECKING:
    from proxy.assembly.tuning import Tuning
    from proxy.assembly.watchers import Watchers
    from proxy.gate.examine import Ports
    from proxy.settings.model import Settings


class Rounds:
    """Everything that goes its rounds on one node."""

    def __init__(self, settings: Settings, ports: Ports, watchers: Watchers, tuning: Tuning) -> None:
        self.canary = Canary(
            CanaryPorts(
                scanner=ports.scanner, policies=ports.policies, audit=ports.audit, clock=ports.clock, ids=ports.ids
            ),
            leaks=settings.canary.leaks,
            platforms=tuple(dict.fromkeys(door.platform for door in settings.doors)),
            watch=watchers.metrics,
            round_s=tuning.canary_round_s,
            red_s=tuning.canary_red_s,
        )

    def background(self) -> list[Background]:
        """Return the tasks that run as long as the doors are open."""
        return [Background(name="canary", run=self.canary.run)]
