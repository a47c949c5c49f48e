"""
German telephone numbers as they are dialled inland: mobile numbers, and area codes with a subscriber behind them.

No check digit: the first digits and the length say that letters among them may be digits, `O4O 669 69 5I8`.
"""

from __future__ import annotations

import re
from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "phone-number"
_MOBILE = re.compile(r"01(?:5[0-9]{9}|6[023][0-9]{7,8}|7[0-9]{8,9})")
_FIXED = re.compile(r"0(?:[2-9]0[0-9]{6,9}|[2-9][1-9][0-9]{6,9})")


def valid(text: str) -> bool:
    """Return whether the digits can be dialled."""
    digits = compact(text)
    return _MOBILE.fullmatch(digits) is not None or _FIXED.fullmatch(digits) is not None
