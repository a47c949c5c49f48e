"""
How long the contents of posts are kept. A record stays for ever, its content only as long as there is a reason for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.model import Verdict
from proxy.core.policy.obligations import RETAIN

if TYPE_CHECKING:
    from proxy.core.model import Decision


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

    classes: tuple[Retention, ...] = ()
    """Further ones, which rules may ask for."""

    def of(self, decision: Decision) -> Retention:
        """
        Return the longest class of those that the verdict and the rules ask for.

        The original of a redacted post was stopped. A class that no settings name any more is taken for the longest.
        """
        stopped = decision.verdict in {Verdict.BLOCK, Verdict.REDACT}
        known = {one.name: one for one in (self.stopped, self.published, *self.classes)}
        longest = max(known.values(), key=_length)
        asked = [dict(one.arguments)["class"] for one in decision.obligations if one.name == RETAIN]
        wanted = [self.stopped if stopped else self.published, *(known.get(str(name), longest) for name in asked)]
        return max(wanted, key=_length)


def _length(retention: Retention) -> timedelta:
    return retention.keep
