"""
Where the sentences of a post are, in the author's own characters.

Made for rules that ask whether two things stand in one sentence, not for grammar: a dot of an abbreviation, an initial
or an ordinal ends nothing; `! ? …`, line ends and emoji do. When in doubt two sentences stay one, so that such a rule
sees more, not less.
"""

from __future__ import annotations

import re

from proxy.core.model import Span
from proxy.core.text.characters import INVISIBLE, LINE_BREAKS, is_emoji

__all__ = ["sentences"]

_BREAKS = frozenset("\n\r") | LINE_BREAKS
_STOPS = frozenset(".!?…‼⁇⁈⁉。！？")
_CLOSING = frozenset("\"'”“’‘»«›‹)]}")
_MARK = re.compile(f"[{re.escape(''.join(sorted(_BREAKS | _STOPS)))}\u2300-\U0010ffff]")
"""Where a sentence may end: at a break, a stop, or a character from where emoji begin. `_step` looks closer."""
_LONGEST_ABBREVIATION = 12
_LONGEST_ORDINAL = 2


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ABBREVIATIONS = _listed(
    """
    abs abt adr akad allg anm art aufl aug ausg az bd bez bgm bhf bsp bspw bzgl bzw ca chr co corp dez dgl dipl dir do
    dr eig einschl engl etc evtl exkl fam feb ff fr frl gem geb gest gez ggf ggü hbf hr hrn hrsg ing inkl insb jan jap
    jhd jr jul jun kd kfm kfz kto lfd lt ltd max mi min mind mio mo mr mrd mrs ms mt mwst nov nr nrn okt par phil pol
    prof pp rd ref rel resp sa sen sept sog sr st std stdn str tel telef tgl tsd usf usw univ urspr verf vers versnr vgl
    vers-nr kd-nr kunden-nr konto-nr kto-nr vertrags-nr policen-nr schaden-nr depot-nr tel-nr hr-nr steuer-nr
    vorm vors vs wg ziff zz zzgl zzt
    apr approx apt assn ave blvd capt cf col dec dept dist ed est ext fig gen gov hon inc jan jr lt messrs mgr no nos
    oct orig phd pl pres rep rev sec sep sgt sq sr univ vol vs
    """,
)


def sentences(text: str) -> tuple[Span, ...]:
    """Return the spans of the sentences, in order and without overlap; together they cover all that is not space."""
    found: list[Span] = []
    start = position = 0
    while (mark := _MARK.search(text, position)) is not None:
        position, ends = _step(text, mark.start())
        if ends:
            _add(found, text, start, position)
            start = position
    _add(found, text, start, len(text))
    return tuple(found)


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append(Span(start=start, end=end))


def _step(text: str, position: int) -> tuple[int, bool]:
    """Return where to go on reading, and whether a sentence ends there."""
    character = text[position]
    if character in _BREAKS:
        return position + 1, True
    if character in _STOPS:
        return _after_stop(text, position)
    if is_emoji(character):
        return _after_emoji(text, position), True
    return position + 1, False


def _after_emoji(text: str, position: int) -> int:
    while position < len(text) and (is_emoji(text[position]) or text[position] in INVISIBLE):
        position += 1
    return position


def _after_stop(text: str, position: int) -> tuple[int, bool]:
    end = position
    while end < len(text) and text[end] in _STOPS:
        end += 1
    if text[position] == "." and end == position + 1 and _goes_on(text, position):
        return end, False
    while end < len(text) and text[end] in _CLOSING:
        end += 1
    if end == len(text) or text[end].isspace() or is_emoji(text[end]):
        return end, True
    return end, text[position] != "." and text[end].isupper()


def _goes_on(text: str, dot: int) -> bool:
    """Return whether a single dot belongs to the word before it: an abbreviation, an initial, an ordinal."""
    first = dot
    while first > 0 and dot - first <= _LONGEST_ABBREVIATION and _in_word(text[first - 1]):
        first -= 1
    word = text[first:dot].casefold().strip(".-")
    if word.isdecimal():
        return len(word) <= _LONGEST_ORDINAL
    last = word.rsplit(".", 1)[-1]
    return (len(last) == 1 and last.isalpha()) or word.replace(".", "") in _ABBREVIATIONS or last in _ABBREVIATIONS


def _in_word(character: str) -> bool:
    return character.isalnum() or character in ".-"
