"""
Codes that say nothing about anybody, taken out of a text before somebody judges how it sounds.

Published samples, identifiers of legal entities, versions of code, checksums and numbers of parcels look like numbers
of customers and are none. Each is told by its value, its check digits, or its form together with the word before it;
what is not told for sure stays. Nothing else of the text is touched: a customer named beside such a code stays named.
"""

from __future__ import annotations

import re
from typing import Final

from proxy.core.detection.tables.samples import SAMPLE_CARDS, SAMPLE_DOCUMENTS, SAMPLE_IBANS

__all__ = ["LEFT_OUT", "without_impersonal"]

LEFT_OUT: Final = "…"
"""What stands for a code: that something was left out."""
_SAMPLE = re.compile(
    r"(?<![A-Za-z0-9])(?<![0-9][ -])(?:"
    + "|".join((*("[ -]?".join(number) for number in (*SAMPLE_IBANS, *SAMPLE_CARDS)), *SAMPLE_DOCUMENTS))
    + r")(?![A-Za-z0-9]|[ -][0-9])",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"(?<![A-Za-z0-9])(?=[0-9]*[A-Z])[0-9]{4}[0-9A-Z]{14}[0-9]{2}(?![A-Za-z0-9])")
"""The form of an LEI, ISO 17442. It begins with four digits, so that no IBAN has it."""
_HEX: Final = "(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]"
_COMMIT = re.compile(
    r"(?<!\w)(?i:commits?|reverts?|revision|cherry-pick|bisect|HEAD)(?!\w)[^\n.!?]{0,24}?(?<![0-9A-Za-z])"
    rf"(?P<code>{_HEX}{{7,40}})(?![0-9A-Za-z])"
)
_CHECKSUM = re.compile(
    r"(?<!\w)(?i:sha-?[0-9]{1,3}|md5|checksum|prüfsumme|digest|hash(?:wert)?)(?!\w)[^\n.!?]{0,24}?(?<![0-9A-Za-z])"
    rf"(?P<code>{_HEX}{{32}}(?:[0-9a-f]{{8}}|[0-9a-f]{{32}}|[0-9a-f]{{96}})?)(?![0-9A-Za-z])"
)
_PARCEL = re.compile(
    r"(?<!\w)(?i:sendung|paket|päckchen|lieferung|tracking|parcel|shipment|package)\w{0,20}[^\n.!?]{0,40}?(?<![0-9A-Za-z])"
    r"(?P<code>00[0-9]{18}|1Z[0-9A-Z]{16})(?![0-9A-Za-z])"
)
"""The number of a shipping unit begins with two zeros, which no IBAN without its country does; that of UPS with 1Z."""


def without_impersonal(text: str) -> str:
    """Return a text with a sign in place of each code that says nothing about anybody."""
    text = _SAMPLE.sub(LEFT_OUT, text)
    text = _ENTITY.sub(lambda found: LEFT_OUT if _is_entity(found[0]) else found[0], text)
    for pattern in (_COMMIT, _CHECKSUM, _PARCEL):
        text = pattern.sub(_left_out, text)
    return text


def _is_entity(code: str) -> bool:
    """Return whether the check digits of an LEI are right: ISO 7064 MOD 97-10, over the code as it stands."""
    return int("".join(str(int(character, 36)) for character in code)) % 97 == 1


def _left_out(found: re.Match[str]) -> str:
    return found[0][: found.start("code") - found.start()] + LEFT_OUT
