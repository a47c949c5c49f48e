"""
Values that rules decide about by themselves, taken out of a text before somebody judges how it sounds.

An account number proves itself by its check digits, an e-mail address, the name of an account and a free line by their
form. Whether one may stand in a post is for the rules and the lists of the house: its donation account is no secret,
and whoever judges the tone does not know these lists. Everything around stays, and so does what is written otherwise.
"""

from __future__ import annotations

import re
from typing import Final

from proxy.core.detection.checks import iban
from proxy.core.detection.impersonal import LEFT_OUT

__all__ = ["without_ruled"]

_ACCOUNT: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}(?![A-Za-z0-9])")
_ADDRESS: Final = re.compile(
    r"(?<![\w.+@-])(?:[A-Za-z0-9][\w.+-]{0,63}@|@[A-Za-z0-9_]{1,30}@)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}(?![\w@])"
)
"""An e-mail address, or an account of another server."""
_FREE_LINE: Final = re.compile(r"(?<![\w+])(?:(?:\+|00)49[ -]?|0)(?:800|180)(?:[ /-]?[0-9]){6,9}(?![0-9])")


def without_ruled(text: str) -> str:
    """Return a text with a sign in place of each value that has rules of its own."""
    text = _ACCOUNT.sub(_without_account, text)
    return _FREE_LINE.sub(LEFT_OUT, _ADDRESS.sub(LEFT_OUT, text))


def _without_account(found: re.Match[str]) -> str:
    """Return what stands behind an account number in a run of groups, all of it where there is none."""
    written = found[0]
    places = [place for place, character in enumerate(written) if character.isalnum()]
    whole = places[: len(iban.structure(written[:2]) or "")]
    if not whole or not iban.valid("".join(written[place] for place in whole)):
        return written
    return LEFT_OUT + written[whole[-1] + 1 :]
