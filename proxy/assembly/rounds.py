"""
Wires what a node looks at again and again: leaks that must be stopped, late reviews, samples, news for people.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from proxy.assembly.canaries import canary_doors
from proxy.assembly.notices import notifying
from proxy.delivery.again import Again
from proxy.gate.canary import Canary, CanaryPorts
from proxy.gate.review_clock import ReviewClock
from proxy.gate.sampling import SampleTerms, Sampling
from proxy.storage.pending_reviews import SqlPendingReviews
from proxy.storage.published_posts import SqlPublishedPosts
from proxy.web.node import Background

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from proxy.assembly.store import Store
    from proxy.assembly.tuning import Tuning
    from proxy.assembly.watchers import Watchers
    from proxy.gate.examine import Ports
    from proxy.gate.limits import Limits
    from proxy.settings.model import Settings

REVIEWS_S = 15.0
SAMPLES_S = 30.0
NOTICES_S = 2.0
COUNTS_S = 45.0
"""Within the minute that counts may be older than they count."""


class Rounds:
    """Everything that goes its rounds on one node."""

    def __init__(
        self, settings: Settings, store: Store, ports: Ports, watchers: Watchers, tuning: Tuning, *, limits: Limits
    ) -> None:
        """
        Make everything.

        Raises:
            ConfigurationError: a file of a key, of credentials or of an authority is unfit.
        """
        looking = CanaryPorts(
            scanner=ports.scanner, policies=ports.policies, audit=ports.audit, clock=ports.clock, ids=ports.ids
        )
        self.doors = canary_doors(settings, looking)
        self._doors_s = tuning.canary_doors_s
        self.canary = Canary(
            looking,
            leaks=settings.canary.leaks,
            platforms=tuple(dict.fromkeys(door.platform for door in settings.doors)),
            watch=watchers.metrics,
            round_s=tuning.canary_round_s,
            red_s=tuning.canary_red_s,
        )
        pending = SqlPendingReviews(store.reads)
        reviews = ReviewClock(pending, audit=ports.audit, clock=ports.clock, ids=ports.ids)
        sampling = Sampling(
            SqlPublishedPosts(store.reads),
            SampleTerms(per_mille=settings.review.sample_per_mille, queue=settings.review.sample_queue),
            audit=ports.audit,
            clock=ports.clock,
            ids=ports.ids,
        )
        self._per_mille = settings.review.sample_per_mille
        looks: list[tuple[str, Callable[[], Awaitable[object]], float]] = [
            ("review-clock", reviews.once, REVIEWS_S),
            ("open-reviews", partial(_standing, pending, watchers), REVIEWS_S),
            ("sampling", sampling.once, SAMPLES_S),
            ("counts", limits.forget, COUNTS_S),
        ]
        looks += [
            (f"notices-{notify.channel}", notify.once, NOTICES_S)
            for notify in notifying(settings, store, watchers, ports.clock)
        ]
        self._looks = [
            Background(name=name, run=Again(look, failed=partial(watchers.round_failed, name), interval_s=seconds).run)
            for name, look, seconds in looks
        ]

    def state(self) -> dict[str, object]:
        """Return what the records of the node say of its rounds."""
        return {"canary": self.canary.state(), "sample_per_mille": self._per_mille}

    def background(self) -> list[Background]:
        """Return the tasks that run as long as the doors are open."""
        return [
            Background(name="canary", run=self.canary.run),
            Background(name="canary-doors", run=lambda: self.doors.run(self.canary, self._doors_s)),
            *self._looks,
        ]


async def _standing(reviews: SqlPendingReviews, watchers: Watchers) -> None:
    watchers.reviews(await reviews.standing())
