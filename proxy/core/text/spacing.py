"""
`respaced`: words whose letters stand apart, `M ü l l e r`, put together again.

Four single letters in a row are needed: `z. B.` and `u. a. m.` are abbreviations. A wider gap ends a word.
"""

from __future__ import annotations

import re

from proxy.core.text.mapped import Edit

__all__ = ["letters_apart"]

_BETWEEN = r"[ .\-_*·•|/,]"
_RUN = re.compile(rf"(?<![^\W_])[^\W\d_](?:{_BETWEEN} ?[^\W\d_](?![^\W_])|  +[^\W\d_](?![^\W_])){{3,}}")
_PREFILTER = re.compile(rf"{_BETWEEN}[^\W\d_]{_BETWEEN} ?[^\W\d_]{_BETWEEN}")
_GAP = re.compile(r"[^\w]+|_+")


def letters_apart(text: str) -> list[Edit]:
    """Take out what stands between single letters in a row; several spaces become one."""
    if _PREFILTER.search(text) is None:
        return []
    edits: list[Edit] = []
    for run in _RUN.finditer(text):
        for gap in _GAP.finditer(text, *run.span()):
            wide = len(gap[0]) > 1 and gap[0].isspace()
            edits.append(Edit(*gap.span(), " " if wide else "", evasive=True))
    return edits
