"""
When a post that certainly was not published is tried again, and when it is not.
"""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.gate.outcome import OutcomeKind

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.gate.outcome import Outcome

PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
"""Before the second, the third, and every later attempt."""
LONGEST_S = 3600
"""What a platform may ask for; more is taken for a mistake."""
RATE_LIMITED = "rate_limited"
_HOPELESS = frozenset({"refused"})
"""Why a post was not sent that cannot be built: another attempt would end the same."""
_JITTER = 0.2
"""Share of a pause by which attempts of many posts come apart."""


def again_at(outcome: Outcome, *, attempt: str, tries: int, now: datetime, expires_at: datetime) -> datetime | None:
    """
    Return when a post is tried again; None: not at all.

    Only what certainly was not published is tried again, and only in its time.

    Args:
        outcome: of the attempt.
        attempt: its id, which sets the jitter.
        tries: attempts so far, with this one.
        now: wall time, UTC.
        expires_at: when the post is not sent any more.
    """
    hopeless = outcome.reason in _HOPELESS
    limited = outcome.kind is OutcomeKind.REJECTED and outcome.reason == RATE_LIMITED
    if hopeless or (outcome.kind is not OutcomeKind.NOT_SENT and not limited):
        return None
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    pause += pause * _JITTER * (zlib.crc32(attempt.encode()) % 1000 / 1000)
    if limited and outcome.retry_after is not None:
        pause = timedelta(seconds=min(max(outcome.retry_after, 1), LONGEST_S))
    return now + pause if now + pause < expires_at else None
