"""Remembers what the gate reported to operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proxy.core.model import Post, Scan, Verdict
    from proxy.gate.outcome import Outcome


class RecordingObserver:
    """Twin of the metrics; keeps names and counts in order."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.verdicts: list[str] = []
        self.outcomes: list[str] = []
        self.broken = False
        """Whether outcomes cannot be counted."""
        self.limits: list[str] = []

    def stage(self, name: str, seconds: float) -> None:
        """Remember that a stage ended."""
        assert seconds >= 0
        self.stages.append(name)

    def decided(self, post: Post, scan: Scan, verdict: Verdict) -> None:
        """Remember a verdict."""
        assert len({finding.part for finding in scan.findings}) <= len(post.parts)
        self.verdicts.append(verdict.value)

    def outcome(self, platform: str, outcome: Outcome) -> None:
        """Remember an outcome."""
        assert platform
        if self.broken:
            message = "metrics are broken"
            raise ValueError(message)
        self.outcomes.append(outcome.kind.value)

    def limit(self, name: str) -> None:
        """Remember a reached limit."""
        self.limits.append(name)
