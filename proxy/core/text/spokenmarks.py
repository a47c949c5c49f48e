"""
T11: words for what stands between the groups of a number: `5297 strich 6672`, `0174 (dot) 909`.

Only between digits, and only where a group of two digits or more follows: `drei Punkt zwei` is a version.
"""

from __future__ import annotations

import re

from proxy.core.text.mapped import Edit

__all__ = ["spoken_marks"]

_MARKS = "bindestrich|schrägstrich|querstrich|unterstrich|gedankenstrich|leerzeichen|leertaste|strich|punkt|minus|"
_MORE = "underscore|hyphen|dash|slash|stroke|space|blank|point|dot"
_BETWEEN = re.compile(
    rf"(?<=[0-9])[ ]{{0,2}}[(\[<{{]?[ ]?(?:{_MARKS}{_MORE})[ ]?[)\]>}}]?[ ]{{0,2}}(?=[0-9]{{2}})", re.IGNORECASE
)
_PREFILTER = re.compile(r"[0-9] ?[ (\[<{] ?[A-Za-zä]{3,14} ?[ )\]>}] ?[0-9]")


def spoken_marks(text: str) -> list[Edit]:
    """T11: words for separators between groups of digits to a space."""
    if _PREFILTER.search(text) is None:
        return []
    return [Edit(*found.span(), " ", evasive=True) for found in _BETWEEN.finditer(text)]
