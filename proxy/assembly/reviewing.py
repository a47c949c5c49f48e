"""
Wires what people review with: for the API of a node, and for commands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.delegating import Delegating
from proxy.gate.review_looking import Looking, LookingPorts
from proxy.gate.reviewing import Reviewing, ReviewingPorts
from proxy.observability.system import random_id
from proxy.storage.post_views import SqlPostViews

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.assembly.store import Store
    from proxy.gate.ports import Clock
    from proxy.settings.model import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTools:
    """What people review with."""

    reviewing: Reviewing
    looking: Looking
    delegating: Delegating


def _nothing() -> None:
    """Wake nobody: a node looks by itself, twice a second."""


def _ignore(_point: str) -> None:
    """Let the work go on."""


def review_tools(
    store: Store,
    settings: Settings,
    clock: Clock,
    *,
    wake: Callable[[], None] = _nothing,
    faults: Callable[[str], None] = _ignore,
) -> ReviewTools:
    """Return them; `wake` is told when a post may have become due."""
    reviews = store.reviews()
    reviewing = Reviewing(
        ReviewingPorts(
            reviews=reviews,
            posts=store.waiting_posts(),
            colleagues=store.identity,
            audit=store.audit,
            envelope=store.envelope,
            clock=clock,
            ids=random_id,
            delivery_ends=timedelta(hours=settings.delivery.expires_hours),
            wake=wake,
            faults=faults,
        )
    )
    looking = Looking(
        LookingPorts(
            reviews=reviews,
            posts=store.posts,
            views=SqlPostViews(store.reads),
            spool=store.spool,
            colleagues=store.identity,
            audit=store.audit,
            envelope=store.envelope,
            clock=clock,
            ids=random_id,
        )
    )
    delegating = Delegating(reviews=reviews, colleagues=store.identity, audit=store.audit, clock=clock, ids=random_id)
    return ReviewTools(reviewing=reviewing, looking=looking, delegating=delegating)
