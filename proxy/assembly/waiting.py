"""
Wires what looks after posts that wait: for people, for a time, for their platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.assembly.store import retention_terms
from proxy.delivery.dispatcher import Dispatcher
from proxy.delivery.reconciler import INTERVAL_S, Reconciler
from proxy.delivery.traffic import Roads
from proxy.gate.deliver import Deliver
from proxy.gate.filing import Filing, Terms
from proxy.gate.reconcile import Patience, Reconcile
from proxy.gate.refiling import Refiling
from proxy.gate.room import Room
from proxy.gate.withdraw import Withdraw, Withdrawing
from proxy.platforms.bluesky.building import REPLAY_SAFE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.assembly.doors import Wired
    from proxy.assembly.store import Store
    from proxy.assembly.watchers import Watchers
    from proxy.gate.examine import Ports
    from proxy.gate.shield import Shield
    from proxy.settings.model import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What of a node these are made from."""

    store: Store
    ports: Ports
    doors: Sequence[Wired]
    shield: Shield
    watchers: Watchers
    lease: timedelta
    settle: timedelta
    """After the end of a lease, before anybody may say that a post is not there."""


class Waiting:
    """Everything that waiting posts need on one node."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        ports, node = parts.ports, settings.node
        self.publishers = {wired.door.name: wired.adapters.publisher for wired in parts.doors}
        self.reconciler = _reconciler(settings, parts)
        self.traffic = Roads(
            {wired.door.name: wired.road for wired in parts.doors},
            monotonic=ports.clock.monotonic,
            changed=parts.watchers.broken,
            failures=settings.delivery.breaker_failures,
            pace_s=settings.delivery.pace_seconds,
        )
        self.posts = parts.store.waiting_posts()
        self.room = Room(self.posts, waiting=settings.limits.waiting_posts, held=settings.limits.held_posts)
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
            publishers=self.publishers,
            posts=self.posts,
            standing=parts.store.identity,
            traffic=self.traffic,
            shield=parts.shield,
        )
        self.dispatcher = Dispatcher(
            self.posts, deliver, clock=ports.clock, node=node, failed=parts.watchers.delivery_failed
        )


def _reconciler(settings: Settings, parts: Parts) -> Reconciler:
    lookups = {wired.door.name: wired.adapters.lookup for wired in parts.doors if wired.adapters.lookup is not None}
    posts = parts.store.unclear_posts()
    patience = Patience(settle=parts.settle, resend=timedelta(hours=settings.delivery.expires_hours))

    async def standing() -> None:
        parts.watchers.unclear(*await posts.standing())

    return Reconciler(
        Reconcile(parts.ports, posts, lookups, patience),
        clear=parts.watchers.reconciled,
        standing=standing,
        interval_s=min(INTERVAL_S, parts.settle.total_seconds()),
    )


def _terms(settings: Settings, lease: timedelta) -> Terms:
    return Terms(
        lease=lease,
        review_due=timedelta(minutes=settings.review.due_minutes),
        review_ends=timedelta(hours=settings.review.expires_hours),
        delivery_ends=timedelta(hours=settings.delivery.expires_hours),
        retention=retention_terms(settings),
        replay_safe=frozenset(("bluesky", operation) for operation in REPLAY_SAFE),
    )
