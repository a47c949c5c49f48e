"""
Names of files as a reader sees them: `Antrag_Muster_Erika_geb_1979-03-30.pdf` is a row of words.

Where words need a space around them, an underscore hides what stands between two of them.
"""

from __future__ import annotations

import re

from proxy.core.text.mapped import Edit

__all__ = ["file_names"]

_NAME = re.compile(r"[\w.@+()-]+_[\w.@+()-]*\.[A-Za-z][A-Za-z0-9]{1,4}(?![\w.@-])")


def file_names(text: str) -> list[Edit]:
    """Turn underscores in names of files, and the dot before the ending, into spaces."""
    if "_" not in text:
        return []
    edits: list[Edit] = []
    for name in _NAME.finditer(text):
        dot = name.start() + name.group().rindex(".")
        places = (place for place in range(*name.span()) if text[place] == "_" or place == dot)
        edits.extend(Edit(place, place + 1, " ", evasive=False) for place in places)
    return edits
