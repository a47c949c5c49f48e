"""
T6: letters of other scripts that stand for ASCII letters, undone.

Only where something speaks for a disguise: in a word that mixes scripts or holds digits; and, where the text is mainly
Latin, in a word made of nothing but look-alikes. Words of other languages stay as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.text.characters import is_latin, is_mark
from proxy.core.text.mapped import Edit
from proxy.core.text.tables.lookalikes import LOOKALIKES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["lookalikes"]

_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_ON_PLATES = {chr(first + index): letter for first in (0x1F150, 0x1F170) for index, letter in enumerate(_CAPITALS)}
"""White letters on black circles and squares; NFKC leaves them alone."""
_IOTAS = dict.fromkeys("ΙІӀ", "I")
"""The table says `l`, which looks the same and reads worse."""
_ALWAYS: Mapping[str, str] = {
    **{chr(int(code, 16)): letter for letter, codes in LOOKALIKES.items() for code in codes.split()},
    **_IOTAS,
    **_SMALL_CAPITALS,
    **_ON_PLATES,
}
_IN_MIXED_WORDS: Mapping[str, str] = {
    **_ALWAYS,
    **dict(zip("квмнтбκτνηεω", "kbmhtbktvnew", strict=True)),
}
"""Beside them letters that only a Latin word around them makes look Latin."""
_KNOWN = frozenset(_IN_MIXED_WORDS)
_WORD = re.compile(f"[\\w{''.join(_ON_PLATES)}]+")


def lookalikes(text: str) -> list[Edit]:
    """T6: look-alikes to the ASCII letters they stand for, in words that only make sense that way."""
    if text.isascii() or _KNOWN.isdisjoint(text):
        return []
    latin = _mainly_latin(text)
    edits: list[Edit] = []
    for word in _WORD.finditer(text):
        table = _table(word[0], latin=latin)
        edits += [
            Edit(position, position + 1, table[text[position]], evasive=True)
            for position in range(word.start(), word.end())
            # A letter with a mark of its script is spelled, not disguised.
            if text[position] in table and not is_mark(text[position + 1 : position + 2])
        ]
    return edits


def _mainly_latin(text: str) -> bool:
    """Return whether most letters are Latin, those not counted that may be Latin in disguise."""
    letters = [character for character in text if character.isalpha() and character not in _ALWAYS]
    return 2 * sum(map(is_latin, letters)) >= len(letters)


def _table(word: str, *, latin: bool) -> Mapping[str, str]:
    if word.isascii() or _KNOWN.isdisjoint(word):
        return {}
    if any("a" <= character <= "z" or "A" <= character <= "Z" for character in word):
        return _IN_MIXED_WORDS
    if any("0" <= character <= "9" for character in word):
        return _ALWAYS
    # Nothing but look-alikes: each letter could be Latin, so in a Latin text it is meant to be.
    return _ALWAYS if latin and all(character in _ALWAYS or is_latin(character) for character in word) else {}
