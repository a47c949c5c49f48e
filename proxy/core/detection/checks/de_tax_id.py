"""
The German tax id of persons (section 139b AO): distribution of the digits and ISO 7064 MOD 11,10.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from proxy.core.detection.compact import compact

__all__ = ["NAME", "valid"]

NAME: Final = "de-tax-id"


def valid(text: str) -> bool:
    """
    Return whether eleven digits are a tax id.

    Of the first ten, one digit stands there twice, or since 2016 three times but not in a row, and all others at most
    once. Ids of test persons begin with 0 and are none.
    """
    digits = compact(text)
    if len(digits) != 11 or not digits.isdecimal() or digits[0] == "0":
        return False
    repeated = [(digit, count) for digit, count in Counter(digits[:10]).items() if count > 1]
    if len(repeated) != 1 or repeated[0][1] > 3 or repeated[0][0] * 3 in digits[:10]:
        return False
    product = 10
    for digit in digits[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[10])
