"""
The one spelling that stands for all spellings of a name, on both sides: in the register and in a post.

Case, umlauts (`ä`, `ae` and `a` are one), accents, `ß`/`ss`, apostrophes and other alphabets make no difference. That
some different names fall together this way costs little: a name alone proves nothing.
"""

from __future__ import annotations

import re
import unicodedata

from proxy.core.detection.tables.transliteration import ENGLISH, GERMAN

__all__ = ["PARTICLES", "TITLES", "fold", "forms", "name_parts", "words"]

_LETTERS = re.compile(r"[^\W\d_]+(?:['’`´][^\W\d_]+)*")
_TO_ASCII = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th"}
)
_GERMAN_IN_RUSSIAN = str.maketrans({"ю": "u", "ё": "o", "г": "h", "й": "i"})
_SPREAD = re.compile(r"([aou])e")
"""An umlaut written as two letters; `Michael` and `Manuel` lose a letter too, on both sides."""
_NOT_ASCII_LETTER = re.compile(r"[^a-z]+")
PARTICLES = frozenset(
    [
        "af",
        "al",
        "bin",
        "da",
        "dal",
        "de",
        "del",
        "della",
        "den",
        "der",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "ibn",
        "la",
        "le",
        "ten",
        "ter",
        "van",
        "vom",
        "von",
        "zu",
        "zum",
        "zur",
        "und",
        "y",
        "e",
    ]
)
TITLES = frozenset(
    [
        "dipl",
        "dr",
        "drs",
        "frau",
        "herr",
        "herrn",
        "ing",
        "jur",
        "kfm",
        "mag",
        "med",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mister",
        "nat",
        "phil",
        "prof",
        "professor",
        "rer",
        "sir",
        "dame",
        "freiherr",
        "freifrau",
        "graf",
        "gräfin",
        "baron",
        "baronin",
        "junior",
        "jr",
        "sen",
        "senior",
        "jun",
    ]
)
_COMPANY_FORMS = frozenset(
    [
        "ag",
        "gmbh",
        "mbh",
        "kg",
        "kgaa",
        "ohg",
        "gbr",
        "ug",
        "se",
        "eg",
        "ev",
        "partg",
        "llp",
        "llc",
        "ltd",
        "limited",
        "inc",
        "plc",
        "corp",
        "sa",
        "sarl",
        "srl",
        "bv",
        "nv",
        "oy",
        "ab",
        "as",
        "co",
        "cie",
        "haftungsbeschränkt",
        "gesellschaft",
    ]
)


def fold(word: str) -> str:
    """Return a word in the one spelling, ASCII letters alone; empty when it has none that an alphabet here knows."""
    lowered = word.lower()
    if not lowered.isascii():
        lowered = lowered.casefold().translate(GERMAN).translate(_TO_ASCII)
        if not lowered.isascii():
            lowered = unicodedata.normalize("NFKD", lowered)
    return _NOT_ASCII_LETTER.sub("", _SPREAD.sub(r"\1", lowered))


def forms(word: str) -> tuple[str, ...]:
    """
    Return the spellings that may stand for a word in a post: as it is, without a genitive `s`, and in another alphabet.

    Cyrillic has one spelling for German readers, one for English ones, and one that undoes how German names are written
    in Russian: `Мюллер` is `Müller`, `Ганс` may be `Hans`.
    """
    folded = [fold(word)]
    if not word.isascii():
        folded += [fold(word.lower().translate(ENGLISH)), fold(word.lower().translate(_GERMAN_IN_RUSSIAN))]
    folded += [one[:-1] for one in folded if len(one) > _SHORTEST_GENITIVE and one.endswith("s")]
    return tuple(dict.fromkeys(filter(None, folded)))


_SHORTEST_GENITIVE = 3


def words(text: str) -> list[str]:
    """Return the words of a text, letters alone; an apostrophe inside a word belongs to it."""
    return _LETTERS.findall(text)


def name_parts(name: str, *, company: bool = False) -> tuple[str, ...]:
    """
    Return the folded words of a name without titles, particles and, for companies, legal forms.

    A name of nothing else keeps all its words.
    """
    dropped = _COMPANY_FORMS | PARTICLES if company else TITLES | PARTICLES
    every = words(name)
    kept = [word for word in every if word.casefold() not in dropped] or every
    return tuple(filter(None, map(fold, kept)))
