"""
Percent signs of links, as bytes.
"""

from __future__ import annotations

import re

__all__ = ["from_percent"]

_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")


def from_percent(text: str) -> bytes:
    """Return the bytes behind a text: `%xx` as the byte it names, everything else as UTF-8."""
    return _ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode("ascii")), text.encode("utf-8", "replace"))
