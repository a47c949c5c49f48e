"""
How many requests a platform still takes, as its answers say: only that it takes none for now, and for how long.

    X                     x-rate-limit-remaining, x-rate-limit-reset (seconds since 1970); the same for a day
    Bluesky               ratelimit-remaining, ratelimit-reset (seconds since 1970)
    Mastodon              x-ratelimit-remaining, x-ratelimit-reset (ISO 8601)
    Facebook, Instagram   x-app-usage, three shares of what an hour allows

Times are compared with the platform's own clock, the `date` of the same answer.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proxy.platforms._wire.upstream import Reply

LONGEST_S = 3600
"""More is taken for a mistake."""
USED_UP_S = 600
"""Where an hour's share is used up and nobody says when it grows again."""
_FAMILIES = (
    "x-rate-limit-",
    "x-app-limit-24hour-",
    "x-user-limit-24hour-",
    "x-ratelimit-",
    "ratelimit-",
)
_USAGE = "x-app-usage"
_ALL_USED = 100
_LONGEST_HEADER = 1000
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


def pause_of(reply: Reply) -> int | None:
    """Return seconds, at most an hour, for which the platform takes nothing; None: it does, or does not say."""
    pauses = [_until(reply, f"{family}reset") for family in _FAMILIES if reply.header(f"{family}remaining") == "0"]
    if _used_up(reply.header(_USAGE)):
        pauses.append(USED_UP_S)
    longest = max((pause for pause in pauses if pause is not None), default=0)
    return min(longest, LONGEST_S) if longest > 0 else None


def _until(reply: Reply, name: str) -> int | None:
    now, then = _moment(reply.header("date")), _moment(reply.header(name))
    return None if now is None or then is None else int((then - now).total_seconds())


def _moment(text: str | None) -> datetime | None:
    if text is None or len(text) > _LONGEST_HEADER:
        return None
    try:
        if _SECONDS.fullmatch(text):
            return datetime.fromtimestamp(int(text), UTC)
        read = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return read if read.utcoffset() is not None else None


def _used_up(text: str | None) -> bool:
    if text is None or len(text) > _LONGEST_HEADER:
        return False
    try:
        shares = json.loads(text)
    except ValueError:
        return False
    values = shares.values() if isinstance(shares, dict) else ()
    return any(isinstance(value, int | float) and value >= _ALL_USED for value in values)
