"""
Wires what people look at: log and metrics, and the small functions by which the parts report to them.
"""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import TYPE_CHECKING

from proxy.detectors.config import detector_name
from proxy.gate.records import REGISTER
from proxy.loading.origins import DOUBTFUL
from proxy.observability.logs import Log, stderr_lines
from proxy.observability.metrics import FAILURES, Metrics
from proxy.settings.model import API
from proxy.web.readiness import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from proxy.audit.checkpointing import Start
    from proxy.audit.writer import CommitSample
    from proxy.gate.ports import Clock
    from proxy.gate.review_clock import OpenReviews
    from proxy.loading.reload import PolicySource
    from proxy.settings.model import Settings

VERSION = version("postgate")
DETECTORS = ("surfaces", "identifiers", "lexicons", "presidio")


class Watchers:
    """Log and metrics of one node."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._clock = clock
        self.metrics = Metrics(
            version=VERSION,
            doors=[*(door.name for door in settings.doors), *(() if settings.api is None else (API,))],
            platforms={door.platform for door in settings.doors},
            detectors=(
                *DETECTORS,
                *(() if settings.customer_register is None else (REGISTER,)),
                *(detector_name(name) for name in settings.detection.ner),
            ),
            checks=(*NAMES, "doors", "draining"),
            sinks=[sink.label for sink in settings.audit.sinks],
        )
        self._lines = stderr_lines(self.metrics.log_lines_dropped)
        self.log = Log(self._lines, node=settings.node)
        self._unfit = False
        self._unsigned: str | None = None
        self._sinks: dict[str, str | None] = {}
        self._silent: set[str] = set()
        """Channels whose last notice was not delivered."""
        self.on_reload: Callable[[bool], None] = lambda _succeeded: None
        """Where a policy reload is recorded and explained; set once everything is wired."""
        self.on_sink: Callable[[str, str | None], None] = lambda _sink, _problem: None
        """Where it is recorded that a sink began to fail, or works again; set once everything is wired."""

    async def stop(self) -> None:
        """Write the last log lines."""
        await asyncio.to_thread(self._lines.close)

    def committed(self, sample: CommitSample) -> None:
        """Note one batch of the audit writer."""
        self.metrics.committed(seconds=sample.seconds, records=sample.records)
        self.metrics.writer_queue(sample.queued)
        self.metrics.writer_failed(failed=sample.failed)
        if sample.failed and not self._unfit:
            self.log.error("audit.failed", code="audit_unavailable")
        elif self._unfit and not sample.failed:
            self.log.info("audit.recovered")
        self._unfit = sample.failed

    def begun(self, start: Start, unread: Mapping[str, str]) -> None:
        """Note what the log was compared with when the node began, and which sinks could not be looked at."""
        for sink, code in unread.items():
            self.metrics.sink_unread(sink)
            self.log.error("sink.unread", sink=sink, code=code)
        self.metrics.database_trusted(trusted=start.trusted_database)
        if start.trusted_database:
            self.log.warning("checkpoints.unanchored", size=start.size)

    def signing(self, problem: str | None, *, unsigned_s: float) -> None:
        """Note one round of signing; only what changed is news."""
        self.metrics.checkpoints_unsigned(unsigned_s)
        if problem is not None and problem != self._unsigned:
            self.log.error("checkpoints.failed", code=problem)
        elif problem is None and self._unsigned is not None:
            self.log.info("checkpoints.recovered")
        self._unsigned = problem

    def anchored(self, sink: str, *, age_s: float) -> None:
        """Note how long ago a sink got a checkpoint."""
        self.metrics.checkpoint_anchored(sink, age_s=age_s)

    def handed(self, sink: str, problem: str | None) -> None:
        """Note whether a sink took a checkpoint; only what changed is news."""
        if problem is not None and problem != self._sinks.get(sink):
            self.log.error("sink.failed", sink=sink, code=problem)
        elif problem is None and self._sinks.get(sink) is not None:
            self.log.info("sink.recovered", sink=sink)
        if (problem is None) != (self._sinks.get(sink) is None):
            self.on_sink(sink, problem)
        self._sinks[sink] = problem

    def detector(self, event: str, name: str, _seconds: float) -> None:
        """Note what a detector process failed at; a detector that looked to the end is no news."""
        if event in FAILURES:
            self.metrics.detector_failed(name, kind=event)
        elif event == "missing":
            self.log.warning("detector.missing", detector=name)
        elif event == "quarantined":
            self.log.warning("detector.quarantined", detector=name)

    def reloaded(self, succeeded: bool) -> None:  # noqa: FBT001  the callback's signature
        """Note that policy files were read."""
        self.metrics.policy_reloaded(succeeded=succeeded, at=self._clock.now().timestamp())
        self.on_reload(succeeded)

    def explained(self, policies: PolicySource) -> None:
        """Say which policies are in force now, or which lines of which files stop them."""
        for problem in policies.last_problems:
            if problem.code == DOUBTFUL:
                self.log.warning("policies.doubtful", code=problem.code)
            if not problem.warning:
                self.log.error(
                    "policies.broken", file=problem.file, line=problem.line, column=problem.column, code=problem.code
                )
        if not policies.broken:
            bundle = policies.current()
            self.metrics.policies(bundle.digest)
            self.log.info("policies.loaded", digest=bundle.digest, policies=len(bundle.policies))

    def reconciled(self, posts: int) -> None:
        """Note posts of which it became clear what became of them."""
        if posts:
            self.log.info("posts.reconciled", posts=posts)

    def delivery_failed(self, code: str) -> None:
        """Note that a waiting post could not be looked at."""
        self.log.warning("delivery.failed", code=code)

    def unclear(self, posts: int, oldest: datetime | None) -> None:
        """Note how many posts are unclear, and since when the oldest is."""
        self.metrics.unclear(posts, oldest_s=self._since(oldest))

    def reviews(self, open_reviews: OpenReviews) -> None:
        """Note how many posts wait for people, and for how long."""
        self.metrics.reviews(
            open_reviews.number,
            oldest_s=self._since(open_reviews.first_opened_at),
            overdue_s=self._since(open_reviews.first_due_at),
        )

    def _since(self, moment: datetime | None) -> float:
        """Return the seconds since a moment; 0 when it is still to come, or there is none."""
        return 0.0 if moment is None else max((self._clock.now() - moment).total_seconds(), 0.0)

    def broken(self, platform: str, broken: bool) -> None:  # noqa: FBT001  the callback's signature
        """Note that a platform that failed is left alone, or answers again."""
        self.metrics.breaker(platform, broken=broken)
        if broken:
            self.log.warning("platform.broken", platform=platform)
        else:
            self.log.info("platform.recovered", platform=platform)

    def notified(self, channel: str, result: str) -> None:
        """Note what became of a notice; only that a channel begins to fail, or works again, is logged."""
        self.metrics.notified(channel, result)
        if result != "sent" and channel not in self._silent:
            self._silent.add(channel)
            self.log.warning("notices.failed", channel=channel, result=result)
        elif result == "sent" and channel in self._silent:
            self._silent.discard(channel)
            self.log.info("notices.recovered", channel=channel)

    def forgetful(self, channel: str) -> None:
        """Note that a node may tell something twice after its next start."""
        self.log.warning("notices.forgetful", channel=channel)

    def round_failed(self, task: str, code: str) -> None:
        """Note that something that is looked at again and again could not be looked at."""
        self.log.warning("round.failed", task=task, code=code)

    def settled(self, attempts: int) -> None:
        """Note attempts whose sender died."""
        if attempts:
            self.log.warning("attempts.settled", attempts=attempts)
