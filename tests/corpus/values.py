"""
Check digits of the corpus, by python-stdnum and plain arithmetic: not by the code that is scored.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from stdnum import iban, luhn
from stdnum.at import vnr
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.gb import nhs

if TYPE_CHECKING:
    from collections.abc import Callable

_WEIGHTS = (7, 3, 1)


def compact(text: str) -> str:
    """Return letters and digits alone, upper case, compatibility forms and digit families resolved."""
    digits = "".join(str(unicodedata.digit(sign, sign)) for sign in text)
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", digits).upper())


def _digit_sum(number: int) -> int:
    return sum(map(int, str(number)))


def pension(value: str) -> bool:
    """Return whether a German pension insurance number has its check digit."""
    if not re.fullmatch(r"[0-9]{8}[A-Z][0-9]{3}", value):
        return False
    letter = f"{ord(value[8]) - 64:02d}"
    digits = value[:8] + letter + value[9:11]
    weights = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
    return sum(_digit_sum(int(digit) * weight) for digit, weight in zip(digits, weights, strict=True)) % 10 == int(
        value[11]
    )


def health(value: str) -> bool:
    """Return whether a German health insurance number has its check digit."""
    if not re.fullmatch(r"[A-Z][0-9]{9}", value):
        return False
    digits = f"{ord(value[0]) - 64:02d}" + value[1:9]
    return sum(_digit_sum(int(digit) * (1 + index % 2)) for index, digit in enumerate(digits)) % 10 == int(value[9])


CHECKS: dict[str, Callable[[str], bool]] = {
    "IBAN_CODE": iban.is_valid,
    "CREDIT_CARD": luhn.is_valid,
    "DE_TAX_ID": idnr.is_valid,
    "AT_SOCIAL_SECURITY": vnr.is_valid,
    "CH_SOCIAL_SECURITY": ahv.is_valid,
    "UK_NHS": nhs.is_valid,
    "DE_SOCIAL_SECURITY": pension,
    "DE_HEALTH_INSURANCE": health,
}
"""Entity to whether a compact value proves itself."""
