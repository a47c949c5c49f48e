"""
The smallest writer of HTML and SVG that cannot be talked into markup: every text that is not made here is escaped.

Characters that nobody sees, or that turn the direction of what follows, are shown as their numbers, so that a name
looks like what it is.
"""

from __future__ import annotations

import re
from html import escape

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_EMPTY = {"meta", "line", "rect"}


class Markup(str):
    """Text that is markup already; only `element` and `together` make it."""

    __slots__ = ()


def element(name: str, /, *inside: str, **attributes: object) -> Markup:
    """
    Return an element.

    Args:
        name: of the element, ours.
        inside: what is no `Markup` is escaped.
        attributes: names are ours, a trailing `_` is dropped and `_` becomes `-`; values are escaped.
    """
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{escaped(str(one))}"' for key, one in attributes.items())
    if name in _EMPTY and not inside:
        return Markup(f"<{name}{said}>" if name == "meta" else f"<{name}{said}/>")
    return Markup(f"<{name}{said}>{together(*inside)}</{name}>")


def together(*parts: str) -> Markup:
    """Return parts one after the other; what is no `Markup` is escaped."""
    return Markup("".join(one if isinstance(one, Markup) else escaped(one) for one in parts))


def escaped(text: str) -> str:
    """Return text that is neither markup nor invisible."""
    return escape(_UNSEEN.sub(_number, text), quote=True)


def _number(found: re.Match[str]) -> str:
    return f"\\u{{{ord(found[0]):x}}}"
