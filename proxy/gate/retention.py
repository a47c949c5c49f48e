"""
How long the contents of posts are kept. A record stays for ever, its content only as long as there is a reason for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from proxy.core.model import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """A retention class: how long contents that were sealed under it are kept."""

    name: str
    """Stands in the leaf, such as `blocked-30d`."""
    keep: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionTerms:
    """Which class a content belongs to: what was stopped is kept for a short time only (GDPR Art. 5 (1) c, e)."""

    stopped: Retention = Retention(name="blocked-30d", keep=timedelta(days=30))
    published: Retention = Retention(name="published-3y", keep=timedelta(days=1096))

    def of(self, verdict: Verdict) -> Retention:
        """Return the class for a verdict; the original of a redacted post was stopped."""
        return self.stopped if verdict in {Verdict.BLOCK, Verdict.REDACT} else self.published
