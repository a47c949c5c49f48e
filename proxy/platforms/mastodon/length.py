"""
Count a text as Mastodon does.

Mastodon counts grapheme clusters, each link as a fixed number, and of an address in the fediverse only the local part.
"""

from __future__ import annotations

import re

from proxy.platforms._wire.graphemes import count_graphemes

_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_REMOTE = re.compile(r"(@[0-9A-Za-z_]{1,64})@[0-9A-Za-z.-]{1,253}")


def count(text: str, *, per_link: int) -> int:
    """Return what Mastodon counts."""
    return count_graphemes(_REMOTE.sub(r"\1", _LINK.sub("x" * per_link, text)))
