"""
Times that authors choose.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proxy.core.errors import UnreadableField

if TYPE_CHECKING:
    from datetime import datetime

FURTHEST = timedelta(days=366)
"""As far ahead may a post be scheduled."""


def require_ahead(send_at: datetime, now: datetime) -> None:
    """
    Return if a post can be sent at that time.

    Raises:
        UnreadableField: it is over, or too far ahead.
    """
    if not now < send_at <= now + FURTHEST:
        raise UnreadableField(expected="a time to send at that is ahead, by a year at most", found="another time")
