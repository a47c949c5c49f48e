"""
What may follow a listed word and leave it the same word: endings and gender forms.

Endings are folded like texts are. Deliberately generous: `Kundes` is no German, and nobody writes it by accident.
Vowel changes (`Schaden`, `Schäden`) are written out in the lists.
"""

from __future__ import annotations

__all__ = ["endings_after", "endings_for_last_e"]

_GERMAN = ("e", "n", "en", "er", "ern", "em", "es", "s", "r", "m", "ns", "ens", "se", "sen", "nen", "in", "innen")
_ENGLISH = ("s", "es", "'s", "s'", "ed", "d", "ing")
_GENDER_SIGNS = ("*", ":", "_", "/", "/-", "·", "•", "-")
_GENDER_ENDINGS = ("in", "innen", "n", "r", "s", "e", "en", "er", "m", "nen")
_GENDER_FORMS = (
    *(sign + ending for sign in _GENDER_SIGNS for ending in _GENDER_ENDINGS),
    *(f"({ending})" for ending in _GENDER_ENDINGS),
    *(f"({sign}{ending})" for sign in "-/" for ending in _GENDER_ENDINGS),
    "(inn)en",
)


def endings_after(language: str) -> frozenset[str]:
    """Return what may follow a whole word of a language, the empty ending included."""
    german = {"", *_GERMAN}
    gendered = {ending + form for ending in german for form in _GENDER_FORMS}
    match language:
        case "de":
            return frozenset(german | gendered)
        case "en":
            return frozenset({"", *_ENGLISH})
        case "any":
            return frozenset(german | gendered | {*_ENGLISH})
        case _:
            raise ValueError(f"a word list is in de, en or any, not in {language!r}")


def endings_for_last_e(language: str) -> frozenset[str]:
    """Return what may stand in the place of a word's last `e`: `Kund*innen`, `Kundin`."""
    return frozenset() if language == "en" else frozenset({"in", "innen", *_GENDER_FORMS})
