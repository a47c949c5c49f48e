"""
The bank identifier code BIC (ISO 9362): its shape and country. There is no check digit.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.compact import compact
from proxy.core.detection.tables.countries import COUNTRIES

__all__ = ["NAME", "valid"]

NAME: Final = "bic"


def valid(text: str) -> bool:
    """Return whether eight or eleven characters hold four letters and a country at the places a BIC has them."""
    code = compact(text)
    if len(code) not in {8, 11} or not code[:4].isalpha() or code[4:6] not in COUNTRIES | {"XK"}:
        return False
    # A location code never begins with 0 or 1; O as its second character would be a passive participant's 0.
    return code[6] not in "01" and code[7] != "O"
