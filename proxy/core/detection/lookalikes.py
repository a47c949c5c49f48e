"""
T10: letters that are read as digits, `O` for 0 and `l` for 1.

Only in numbers, where most characters are digits; only rules with a check search what comes out of it, because a check
digit tells whether the guess was right.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from proxy.core.model import Surface

__all__ = ["letters_as_digits", "with_digits"]

TRANSFORM = "T10"
_LETTERS = "OoQlI|SsBZzОоЗзЧчбІЅВ"
_DIGITS = str.maketrans(_LETTERS, "00011155822003344 6158".replace(" ", ""))
_FOREIGN = frozenset("ЗзЧчбІЅВ")
"""Nobody means these as letters inside a number."""
_MIXED = re.compile(rf"[0-9][{_LETTERS}]|[{_LETTERS}][0-9]")
_NUMBER = re.compile(rf"[0-9{_LETTERS}]{{5,}}")
_FEWEST_DIGITS = 0.5


def letters_as_digits(text: str, apart: Callable[[int], bool] = lambda _: False) -> str:
    """
    Return a text of the same length in which letters inside numbers are the digits they look like.

    Args:
        text: any.
        apart: whether the author left a gap before a place, where a view has joined what stood apart.
    """
    return _NUMBER.sub(lambda match: _number(match, apart), text)


def with_digits(surface: Surface) -> Surface | None:
    """Return a view in which letters inside numbers are digits, `None` where there are none."""
    if _MIXED.search(surface.text) is None:
        return None
    text = letters_as_digits(surface.text, _gaps(surface))
    if text == surface.text:
        return None
    changed = [
        surface.origin(place, place + 1)
        for place, (new, old) in enumerate(zip(text, surface.text, strict=True))
        if new != old
    ]
    return replace(
        surface,
        text=text,
        evasive=_united((*surface.evasive, *changed)),
        transforms=tuple(dict.fromkeys((*surface.transforms, TRANSFORM))),
    )


def _gaps(surface: Surface) -> Callable[[int], bool]:
    starts, ends = surface.starts, surface.ends
    if starts is None or ends is None:
        return lambda _: False
    return lambda place: starts[place] > ends[place - 1]


def _number(match: re.Match[str], apart: Callable[[int], bool]) -> str:
    run = match.group()
    # Where words and numbers stand together, the last letter of a word is not the first digit of a number.
    start = match.start()
    begin = 0
    if start and match.string[start - 1].isalpha() and not apart(start):
        while begin < len(run) and not run[begin].isdecimal() and not (begin and apart(start + begin)):
            begin += 1
    end = len(run)
    if match.string[match.end() : match.end() + 1].isalpha() and not apart(match.end()):
        while end > begin and not run[end - 1].isdecimal() and not (end < len(run) and apart(start + end)):
            end -= 1
    inner = run[begin:end]
    digits = sum(character.isdecimal() or character in _FOREIGN for character in inner)
    if not inner or digits < _FEWEST_DIGITS * len(inner):
        return run
    return run[:begin] + inner.translate(_DIGITS) + run[end:]


def _united(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same places, sorted and disjoint."""
    united: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if united and span.start <= united[-1].end:
            united[-1] = Span(start=united[-1].start, end=max(united[-1].end, span.end))
        else:
            united.append(span)
    return tuple(united)
