"""
Cyrillic and Greek letters as Latin ones, as German and as English readers write names in them.

German: Duden, transcription of Russian; English: BGN/PCGN 1947 without its exceptions. Greek: ISO 843, type 2, without
its rules for pairs of letters.
"""

from __future__ import annotations

__all__ = ["ENGLISH", "GERMAN"]

_SHARED = {
    **dict(zip("абвгдеиклмнопрстуфыэ", "abvgdeiklmnoprstufye", strict=True)),
    "ё": "e",
    "ц": "ts",
    "ъ": "",
    "ь": "",
    "і": "i",
    "ї": "i",
    "є": "e",
    "ґ": "g",
    "ј": "j",
    "љ": "lj",
    "њ": "nj",
    "ћ": "c",
    "ђ": "d",
    "џ": "dz",
    **dict(zip("αβγδεζικλμνξοπρστυφω", "avgdeziklmnxoprstyfo", strict=True)),
    "η": "i",
    "θ": "th",
    "ς": "s",
    "χ": "ch",
    "ψ": "ps",
    "ά": "a",
    "έ": "e",
    "ή": "i",
    "ί": "i",
    "ό": "o",
    "ύ": "y",
    "ώ": "o",
}
_GERMAN = {
    "ж": "sch",
    "ч": "tsch",
    "ш": "sch",
    "щ": "schtsch",
    "х": "ch",
    "ю": "ju",
    "я": "ja",
    "й": "j",
    "в": "w",
    "з": "s",
}
_ENGLISH = {"ж": "zh", "ч": "ch", "ш": "sh", "щ": "shch", "х": "kh", "ю": "yu", "я": "ya", "й": "y", "в": "v", "з": "z"}

GERMAN = str.maketrans({**_SHARED, **_GERMAN})
ENGLISH = str.maketrans({**_SHARED, **_ENGLISH})
"""Both by small letter."""
