"""
A quick guess whether a sentence is German, by counting short words that only one of the two languages has.

Only good enough to keep an English model off German sentences, most of whose capitalised nouns it takes for names.
"""

from __future__ import annotations

import re

_WORDS = re.compile(r"[^\W\d_]+")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_GERMAN = _listed(
    """
    aber alle allem allen als auch auf aus bei beim bin bis bist damit dann das dass dein deine dem den denn der
    des dich dir doch du durch ein eine einem einen einer eines er es euch euer eure für gegen haben hat heute
    hier ich ihm ihn ihnen ihr ihre ihren ihrer im ist ja jetzt kann kein keine mehr mein meine mich mir mit
    nach nicht noch nur ob oder ohne schon sehr sein seine sich sie sind sondern über um und uns unser unsere
    unserem unseren unserer unter viel viele vom von vor wenn wer werden wie wieder wir wird wurde zu zum zur
    zwischen
    """,
)
_ENGLISH = _listed(
    """
    a about after all and any are at be because been before but by can could did do does for from get had has
    have he her his how i if into is it its just like me more my no not of on one or our out over she should
    some than that the their them then there these they this those to today up us very we were what when where
    which who will with would yesterday you your
    """,
)


def is_german(sentence: str) -> bool:
    """Return whether German words outnumber English ones; a draw, or no word that tells, is unclear."""
    words = [word.casefold() for word in _WORDS.findall(sentence)]
    german = sum(word in _GERMAN for word in words)
    english = sum(word in _ENGLISH for word in words)
    return german > english
