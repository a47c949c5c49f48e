"""
Ways to disguise a value: the inverses of the transforms that the detection undoes, each drawn with a seed.

Written from the Unicode charts and from what people do, not from the code that undoes it: the two must not share a
mistake. A disguise returns None when there is nothing in the value that it could change.
"""

from __future__ import annotations

import base64
import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random


_INVISIBLE = (
    "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u034f\u061c\u115f\u1160\u17b4\u180b\u200e\u200f\u206a"
    "\u2800\u3164\uffa0\ufe00\ufe0f\U000e0041\U000e0100"
)
_SPACES = "\u00a0\u202f\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u205f\u3000\u1680"
_MARKS = "\u0335\u0336\u0332\u0333\u0489\u20dd\u20de"
"""Combining marks that compose with no letter or digit."""
_LOOKALIKES = {
    **dict(zip("aceopxyijs", "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0458\u0455", strict=True)),
    **dict(
        zip("ABCEHIJKMOPSTX", "\u0410\u0412\u0421\u0415\u041d\u0406\u0408\u041a\u041c\u041e\u0420\u0405\u0422\u0425",
            strict=True)
    ),
    **dict(zip("NYZv", "\u039d\u03a5\u0396\u03bd", strict=True)),
}  # fmt: skip
"""Latin letters to Cyrillic and Greek ones that look the same."""
_ALPHABETS = (0x1D400, 0x1D434, 0x1D5A0, 0x1D5D4, 0x1D608, 0x1D63C, 0x1D670)
"""First capital of mathematical alphabets without holes but the italic h; small letters follow after 26."""
_MATH_DIGITS = (0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6)
_DIGITS = (
    "⓪①②③④⑤⑥⑦⑧⑨",
    "⓿❶❷❸❹❺❻❼❽❾",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "₀₁₂₃₄₅₆₇₈₉",
    "٠١٢٣٤٥٦٧٨٩",
    "۰۱۲۳۴۵۶۷۸۹",
    "०१२३४५६७८९",
    "๐๑๒๓๔๕๖๗๘๙",
    "".join(chr(0x1FBF0 + digit) for digit in range(10)),
)
_NUMBER_WORDS = {
    "de": ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
_LETTERS_FOR_DIGITS = {"0": "Oo", "1": "lI", "5": "S", "8": "B"}
_AT = (" (at) ", " [at] ", " {at} ", "(at)", "[at]", " at ")
_DOT = (" (dot) ", " [dot] ", " (punkt) ", " [punkt] ", " punkt ", " dot ")
_SHORTEST_FRAGMENT = 16
_FEWEST_DIGITS = 6
"""A shorter number says little once it is taken apart."""


def _digits(text: str) -> int:
    return sum(sign in "0123456789" for sign in text)


def entities(text: str, draw: Random) -> str | None:
    """T1: character references or a pair of tags."""
    kind = draw.randrange(3)
    if kind == 0:
        return "".join(f"&#{ord(sign)};" for sign in text)
    if kind == 1:
        letters = any(sign.isalnum() for sign in text)
        return "".join(f"&#x{ord(sign):x};" if sign.isalnum() or not letters else sign for sign in text)
    cut = draw.randrange(1, len(text)) if len(text) > 1 else 1
    return f"<b>{text[:cut]}</b>{text[cut:]}"


def invisible(text: str, draw: Random) -> str | None:
    """T2: characters that nobody sees between those that everybody reads."""
    if len(text) < 2:
        return None
    places = {draw.randrange(1, len(text)) for _ in range(max(2, len(text) // 3))}
    return "".join((draw.choice(_INVISIBLE) if index in places else "") + sign for index, sign in enumerate(text))


def spaces(text: str, draw: Random) -> str | None:
    """T3: spaces that look like spaces."""
    return None if " " not in text else "".join(draw.choice(_SPACES) if sign == " " else sign for sign in text)


def compatibility(text: str, draw: Random) -> str | None:
    """T4: full-width or mathematical letters and digits."""
    alphabet, digit = draw.choice((0, *_ALPHABETS)), draw.choice(_MATH_DIGITS)

    def drawn(sign: str) -> str:
        if not sign.isascii() or not sign.isalnum():
            return sign
        if not alphabet:
            return chr(ord(sign) + 0xFEE0)
        if sign.isdigit():
            return chr(digit + int(sign))
        if sign == "h" and alphabet == 0x1D434:
            return "\u210e"
        return chr(alphabet + (ord(sign) - 65 if sign.isupper() else ord(sign) - 97 + 26))

    return _changed(text, "".join(map(drawn, text)))


def marks(text: str, draw: Random) -> str | None:
    """T5: struck through, underlined, encircled."""
    mark = draw.choice(_MARKS)
    return _changed(text, "".join(sign + mark if sign.isalnum() else sign for sign in text))


def lookalikes(text: str, draw: Random) -> str | None:
    """T6: letters of other scripts, one to all that have a double."""
    places = [index for index, sign in enumerate(text) if sign in _LOOKALIKES]
    if not places:
        return None
    chosen = set(draw.sample(places, draw.randint(1, len(places))))
    return "".join(_LOOKALIKES[sign] if index in chosen else sign for index, sign in enumerate(text))


def digit_families(text: str, draw: Random) -> str | None:
    """T7: digits of other scripts, in circles, raised, on keys."""
    if not _digits(text):
        return None
    family = draw.choice((None, *_DIGITS))
    return "".join(
        sign if sign not in "0123456789" else f"{sign}\ufe0f\u20e3" if family is None else family[int(sign)]
        for sign in text
    )


def case(text: str, draw: Random) -> str | None:
    """T8: all small or all capital letters."""
    return _changed(text, text.lower() if draw.randrange(2) else text.upper().replace("ẞ", "ß"))


def number_words(text: str, draw: Random) -> str | None:
    """T9: every digit as a word."""
    if _digits(text) < _FEWEST_DIGITS:
        return None
    words = _NUMBER_WORDS[draw.choice(("de", "en"))]
    spelled = (f" {words[int(sign)]} " if sign in "0123456789" else sign for sign in text if sign != " ")
    return " ".join("".join(spelled).split())


def letters_for_digits(text: str, draw: Random) -> str | None:
    """T10: O for zero and the like, in at most three of ten characters."""
    places = [index for index, sign in enumerate(text) if sign in _LETTERS_FOR_DIGITS]
    most = 3 * _digits(text) // 10
    if not places or not most:
        return None
    chosen = set(draw.sample(places, min(most, len(places))))
    return "".join(
        draw.choice(_LETTERS_FOR_DIGITS[sign]) if index in chosen else sign for index, sign in enumerate(text)
    )


def contact_words(text: str, draw: Random) -> str | None:
    """T11: (at) and (punkt)."""
    if "@" not in text:
        return None
    local, _, host = text.rpartition("@")
    return f"{local}{draw.choice(_AT)}{host.replace('.', draw.choice(_DOT))}"


def backwards(text: str, draw: Random) -> str | None:
    """T12: written backwards, with or without the sign that shows it the right way round."""
    turned = text[::-1]
    return _changed(text, f"\u202e{turned}\u202c" if draw.randrange(2) else turned)


def encoded(text: str, draw: Random) -> str | None:
    """T13: base64, hexadecimal, percent and backslash escapes."""
    raw = text.encode()
    forms: tuple[Callable[[], str], ...] = (
        lambda: base64.b64encode(raw).decode(),
        lambda: base64.urlsafe_b64encode(raw).decode().rstrip("="),
        raw.hex,
        lambda: "".join(f"%{byte:02X}" for byte in raw),
        lambda: "".join(f"\\x{byte:02x}" for byte in raw),
        lambda: "".join(f"\\u{unit:04x}" for unit in _units(text)),
    )
    hidden = draw.choice(forms)()
    return hidden if len(hidden) >= _SHORTEST_FRAGMENT else None


def _units(text: str) -> Iterator[int]:
    """Return the code units of UTF-16, which is what this escape holds."""
    raw = text.encode("utf-16-be")
    return (int.from_bytes(raw[place : place + 2], "big") for place in range(0, len(raw), 2))


def rotated(text: str, draw: Random) -> str | None:  # noqa: ARG001 - one signature for all
    """T13: ROT13."""
    return _changed(text, codecs.encode(text, "rot13"))


def lines(text: str, draw: Random) -> str | None:
    """T14: over two or three lines, as they are or as a list."""
    if _digits(text) < _FEWEST_DIGITS:
        return None
    cuts = sorted({draw.randrange(2, len(text) - 1) for _ in range(draw.randint(1, 2))})
    pieces = [text[start:end].strip() for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    return draw.choice(("\n", "\n- ", "\n• ", "\n\n")).join(piece for piece in pieces if piece)


def _changed(before: str, after: str) -> str | None:
    return after if after != before else None
