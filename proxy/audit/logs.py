"""
The names of the logs of an installation, and of the records in them.

    log 1        audit.origin, as the settings have it
    log n        the same with n as its last part: in the place of a last part `1`, or behind it

A record is named by its id, or by its place: a number in log 1, and `n:number` in log n. So what was written down of a
record names the same record for ever.
"""

from __future__ import annotations

import re

_LATER = re.compile(r"(.+)/([2-9]|[1-9][0-9]{1,8})", re.ASCII | re.DOTALL)
_PLACE = re.compile(r"(?:([1-9][0-9]{0,8}):)?([0-9]{1,18})", re.ASCII)
"""Numbers as long as any column takes; no log has as many records."""


def origin_of(name: str, log: int) -> str:
    """Return the origin of a log of the installation of this name."""
    return name if log == 1 else f"{name.removesuffix('/1')}/{log}"


def log_of(name: str, origin: str) -> int | None:
    """Return which log of the installation of this name an origin is; None: of none."""
    if origin == name:
        return 1
    later = _LATER.fullmatch(origin)
    log = None if later is None else int(later[2])
    return log if log is not None and origin_of(name, log) == origin else None


def related(one: str, other: str) -> bool:
    """Return whether two origins may be those of two logs of one installation."""
    return not _stems(one).isdisjoint(_stems(other))


def place_of(log: int, seq: int) -> str:
    """Return the name of a record by its place."""
    return str(seq) if log == 1 else f"{log}:{seq}"


def read_place(text: str) -> tuple[int, int] | None:
    """Return log and number of a place; None: it is none."""
    place = _PLACE.fullmatch(text)
    return None if place is None else (int(place[1] or 1), int(place[2]))


def _stems(origin: str) -> set[str]:
    later = _LATER.fullmatch(origin)
    return {origin.removesuffix("/1")} | (set() if later is None else {later[1]})
