"""
Numbers without what people write between their groups.
"""

from __future__ import annotations

__all__ = ["compact"]


def compact(text: str) -> str:
    """Return the ASCII letters and digits in capitals; nothing at all when letters or digits of others remain."""
    kept = "".join(character for character in text if character.isalnum())
    return kept.upper() if kept.isascii() else ""
