"""
Wires the limits against probing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.gate.canary_door import NAME
from proxy.gate.limits import LimitPorts, Limits, LimitTerms

if TYPE_CHECKING:
    from proxy.assembly.store import Store
    from proxy.gate.examine import Ports
    from proxy.settings.model import Settings


def limits_of(settings: Settings, store: Store, ports: Ports) -> Limits:
    """Return the limits of the settings, counted in the database; the canary at the doors is not counted."""
    terms = LimitTerms(
        checks_per_minute=settings.limits.checks_per_minute,
        stopped_per_hour=settings.limits.stopped_per_hour,
        register_hits_per_hour=settings.limits.register_hits_per_hour,
        account_register_hits_per_hour=settings.limits.account_register_hits_per_hour,
    )
    needed = LimitPorts(
        counts=store.counts(),
        audit=ports.audit,
        clock=ports.clock,
        ids=ports.ids,
        observer=ports.observer,
        digest=ports.envelope.digest,
    )
    return Limits(needed, terms, exempt=frozenset({NAME}))
