r"""
The dialect in which rules are written: RE2 without what RE2 reads as ASCII only, and masks.

`\b`, `\w`, `\d` and `\s` know neither umlauts nor the spaces of a PDF, so a rule that uses them would miss quietly.
Word boundaries are a setting of the rule instead.
"""

from __future__ import annotations

import re

import re2

__all__ = ["GAP", "bad_pattern", "compiled", "mask_pattern", "refused"]

_REFUSED_ESCAPES = frozenset("bBwWdDsS123456789")
_GROUPS = ("(?:", "(?i)", "(?i:", "(?s)", "(?is)", "(?P<value>")
_REPETITION = re.compile(r"\{([0-9]+)(?:,([0-9]*))?\}")
_MOST_REPEATED = 200
_MASK_PLACES = {"#": "[0-9]", "A": "[A-Za-z]"}
GAP = r"[ ./_:-]{0,3}"
_LARGEST_PROGRAM = 8 << 20


def compiled(pattern: str) -> re2._Regexp:
    """
    Return a pattern ready to search UTF-8 bytes for its leftmost and longest match.

    Raises:
        ValueError: RE2 cannot read it.
    """
    options = re2.Options()
    options.log_errors = False
    options.longest_match = True
    options.max_mem = _LARGEST_PROGRAM
    try:
        return re2.compile(pattern, options)
    except re2.error:
        raise ValueError("RE2 cannot read this pattern") from None


def bad_pattern(pattern: str) -> bool:
    """Return whether RE2 does not take a pattern, or it matches the empty text."""
    try:
        return compiled(pattern).search(b"") is not None
    except ValueError:
        return True


def refused(pattern: str) -> str | None:
    """Return the piece of a pattern that the dialect leaves out, `None` if there is none."""
    position = 0
    while position < len(pattern):
        if pattern[position] == "\\":
            if pattern[position + 1 : position + 2] in _REFUSED_ESCAPES:
                return pattern[position : position + 2]
            position += 2
            continue
        if pattern.startswith("(?", position) and not pattern.startswith(_GROUPS, position):
            return pattern[position : position + 4]
        position += 1
    for repetition in _REPETITION.finditer(pattern):
        if any(count and int(count[:9]) > _MOST_REPEATED for count in repetition.groups()):
            return repetition.group()
    return None


def mask_pattern(mask: str, *, grouped: bool) -> str:
    r"""
    Return the pattern of a mask: `#` is a digit, `A` a letter, `\` takes the next character as it is.

    Everything else stands for itself, in either case. Up to three separators may stand where the mask has some; in
    views whose groups have been joined there are none.
    """
    pieces: list[str] = []
    literal = False
    for character in mask:
        if character == "\\" and not literal:
            literal = True
            continue
        if not literal and character in _MASK_PLACES:
            pieces.append(_MASK_PLACES[character])
        elif character.isalnum():
            pieces.append(re2.escape(character))
        elif not grouped and pieces[-1:] != [GAP]:
            pieces.append(GAP)
        literal = False
    return "(?i)" + "".join(pieces)
