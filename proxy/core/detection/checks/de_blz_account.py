"""
A German bank code and an account number side by side: the bank code must exist.
"""

from __future__ import annotations

from typing import Final

from proxy.core.detection.tables.bank_codes import is_bank_code

__all__ = ["NAME", "valid"]

NAME: Final = "de-blz-account"
_CODE = 8
_LONGEST = 10


def valid(text: str) -> bool:
    """
    Return whether the digits are a known bank code and an account number of at most ten digits, in either order.

    Words between the two, such as `Blz`, do not count. Two bank codes in a list are no account.
    """
    digits = "".join(character for character in text if "0" <= character <= "9")
    if not _CODE < len(digits) <= _CODE + _LONGEST:
        return False
    pairs = ((digits[:_CODE], digits[_CODE:]), (digits[-_CODE:], digits[:-_CODE]))
    return any(is_bank_code(code) and int(account) > 0 and not is_bank_code(account) for code, account in pairs)
