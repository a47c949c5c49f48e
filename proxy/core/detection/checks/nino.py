"""
The British National Insurance number: which prefixes and suffixes are issued.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "nino"
_NEVER_FIRST = frozenset("DFIQUV")
_NEVER_SECOND = frozenset("DFIOQUV")
_NEVER = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})


def valid(text: str) -> bool:
    """Return whether two letters, six digits and a letter A to D could have been issued; `QQ` of leaflets never is."""
    number = compact(text)
    if len(number) != 9 or not number[:2].isalpha() or not number[2:8].isdecimal() or number[8] not in "ABCD":
        return False
    return number[0] not in _NEVER_FIRST and number[1] not in _NEVER_SECOND and number[:2] not in _NEVER
