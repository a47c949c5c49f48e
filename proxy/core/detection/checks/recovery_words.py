"""
The words that open a wallet: twelve or more in a row, and none of those that make sentences.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["NAME", "valid"]

NAME: Final = "recovery-words"
_FEWEST = 12
_WORD = re.compile(r"[^\W\d_]+")
_OF_SENTENCES = frozenset(
    "aber alle als also am an auch auf aus bei beim bin bis das dass dem den denn der des die dir doch du ein eine "
    "einem einen einer eines er es euch euer für ganz gar hab habe haben hat hatte ich ihm ihn ihr ihre im in ist ja "
    "jede jeder jetzt kann kein keine man mehr mein meine mich mir mit nach nicht nichts noch nur oder ohne schon sehr "
    "sein seine sich sie sind so um und uns unser vom von vor war was weil wenn wer wie wir wird wo zu zum zur über "
    "a and are as at be been but by can do does for from had has have he her his how i if in into is it its just me my "
    "no not of on or our out she so that the their them then there they this to too was we were what when which who "
    "will with would you your".split()
)


def valid(text: str) -> bool:
    """Return whether twelve words in a row make no sentence."""
    row = 0
    for word in _WORD.findall(text):
        row = 0 if word.lower() in _OF_SENTENCES else row + 1
        if row >= _FEWEST:
            return True
    return False
