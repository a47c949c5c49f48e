"""
Wires what looks after posts that wait: for people, for a time, for their platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.assembly.store import retention_terms
from proxy.delivery.dispatcher import Dispatcher
from proxy.delivery.traffic import Roads
from proxy.gate.deliver import Deliver
from proxy.gate.filing import Filing, Terms
from proxy.gate.refiling import Refiling
from proxy.gate.withdraw import Withdraw, Withdrawing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from proxy.assembly.store import Store
    from proxy.delivery.traffic import Road
    from proxy.gate.examine import Ports
    from proxy.gate.ports import Publisher
    from proxy.gate.shield import Shield
    from proxy.settings.model import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What of a node these are made from."""

    store: Store
    ports: Ports
    publishers: Mapping[str, Publisher]
    shield: Shield
    lease: timedelta
    roads: Mapping[str, Road]
    """By door name."""
    broken: Callable[[str, bool], None]
    """Told a platform that failed and is left alone, or that answers again."""
    failed: Callable[[str], None]
    """Told the code of an error by which a look at a waiting post ended."""


class Waiting:
    """Everything that waiting posts need on one node."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        ports, node = parts.ports, settings.node
        self.traffic = Roads(
            parts.roads,
            monotonic=ports.clock.monotonic,
            changed=parts.broken,
            failures=settings.delivery.breaker_failures,
            pace_s=settings.delivery.pace_seconds,
        )
        self.posts = parts.store.waiting_posts()
        self.filing = Filing(
            envelope=ports.envelope, clock=ports.clock, ids=ports.ids, node=node, terms=_terms(settings, parts.lease)
        )
        self.refiling = Refiling(self.filing, clock=ports.clock, ids=ports.ids, node=node)
        self.withdraw = Withdraw(
            Withdrawing(
                posts=self.posts,
                refiling=self.refiling,
                audit=ports.audit,
                envelope=ports.envelope,
                clock=ports.clock,
            )
        )
        deliver = Deliver(
            ports,
            filing=self.filing,
            refiling=self.refiling,
            publishers=parts.publishers,
            posts=self.posts,
            standing=parts.store.identity,
            traffic=self.traffic,
            shield=parts.shield,
        )
        self.dispatcher = Dispatcher(self.posts, deliver, clock=ports.clock, node=node, failed=parts.failed)


def _terms(settings: Settings, lease: timedelta) -> Terms:
    return Terms(
        lease=lease,
        review_due=timedelta(minutes=settings.review.due_minutes),
        review_ends=timedelta(hours=settings.review.expires_hours),
        delivery_ends=timedelta(hours=settings.delivery.expires_hours),
        retention=retention_terms(settings),
    )
