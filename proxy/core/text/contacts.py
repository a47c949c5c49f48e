"""
T11: e-mail addresses written around the `@`: `max (at) firma (punkt) de`.

An address needs a name, a host and a known ending. A bare `at` is English and a bare `punkt` German, so one of them
alone proves nothing: the ending has to be spelled the same way.
"""

from __future__ import annotations

import re

from proxy.core.text.mapped import Edit

__all__ = ["contact_words"]

_ENDINGS = (
    "de|at|ch|li|lu|eu|com|org|net|info|biz|uk|us|fr|nl|be|it|es|pl|cz|dk|se|no|fi|ie|io|ai|app|dev|co|me|tv|cloud|"
    "online|shop|email|bank|gmbh|versicherung|insurance|berlin|hamburg|bayern|koeln|wien|tirol|swiss|ruhr|nrw|saarland|"
    "example|test|invalid"
)
_AT = re.compile(
    r"\s{0,2}[(\[{<]\s?(?:at|ät|klammeraffe|@)\s?[)\]}>]\s{0,2}"  # strong
    r"|\s{1,2}(?:klammeraffe|ät|@)\s{1,2}|(?<=[\w])@\s{1,2}(?=\w)"
    r"|(?P<weak>[ _-]at[ _-])",
    re.IGNORECASE,
)
_SPELLED_DOT = r"\s{0,2}[(\[{<]\s?(?:dot|punkt|\.)\s?[)\]}>]\s{0,2}|[ _-](?:dot|punkt)[ _-]"
_DOT = re.compile(rf"(?P<spelled>{_SPELLED_DOT})|(?P<apart> \. )|\.", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9äöüß][a-z0-9äöüß-]{0,62}", re.IGNORECASE)
_ENDING = re.compile(rf"(?:{_ENDINGS})(?![\w])", re.IGNORECASE)
_NAME = re.compile(r"[\w.+-]{1,64}")
_DOT_BEFORE = re.compile(rf"(?:{_SPELLED_DOT})\Z", re.IGNORECASE)
_MOST_LABELS = 6
_LONGEST_DOT = 11
_NEAR_SIGN = ("@ ", "@\n", "(@", "[@", "{@", "<@")
"""Not a space before it alone: that is how every mention stands."""
_BRACKETED = re.compile(r"[(\[{<]\s?(?:at|ät|klam|@)")


def _may_hold(text: str) -> bool:
    """Return whether a word for `@` may be in the text; a bare `at` counts only with a word for the dot."""
    if "@" in text and any(sign in text for sign in _NEAR_SIGN):
        return True
    lowered = text.lower()
    if _BRACKETED.search(lowered) is not None or "klammeraffe" in lowered or " ät " in lowered:
        return True
    return ("dot" in lowered or "punkt" in lowered) and "at" in lowered


def contact_words(text: str) -> list[Edit]:
    """T11: words for `@` and `.` in e-mail addresses to the characters, spaces around them out."""
    if not _may_hold(text):
        return []
    edits: list[Edit] = []
    for at in _AT.finditer(text):
        dots = _host(text, at.end(), weak=at["weak"] is not None)
        if dots is not None and at.start() > 0 and _is_name(text[at.start() - 1]):
            before = _name_dots(text, at.start())
            edits += [edit for edit in (*before, Edit(*at.span(), "@", evasive=True), *dots) if _fits(edit, edits)]
    return edits


def _fits(edit: Edit, edits: list[Edit]) -> bool:
    return not edits or edits[-1].end <= edit.start


def _is_name(character: str) -> bool:
    return character.isalnum() or character in "_-+"


def _host(text: str, position: int, *, weak: bool) -> list[Edit] | None:
    """Return the edits of the dots in a host name that begins here; None if none does."""
    edits: list[Edit] = []
    found: list[Edit] | None = None
    for count in range(_MOST_LABELS):
        if count and _ENDING.match(text, position) and (edits or not weak):
            found = list(edits)
        label = _LABEL.match(text, position)
        dot = label and _DOT.match(text, label.end())
        if not dot:
            break
        if dot["spelled"] or dot["apart"]:
            edits.append(Edit(*dot.span(), ".", evasive=True))
        position = dot.end()
    return found


def _name_dots(text: str, end: int) -> list[Edit]:
    """Return the edits of spelled dots in the name before `end`: `max punkt muster`."""
    edits: list[Edit] = []
    for _ in range(_MOST_LABELS):
        start = end
        while start > 0 and end - start < 64 and _is_name(text[start - 1]):
            start -= 1
        dot = _DOT_BEFORE.search(text, max(0, start - _LONGEST_DOT), start)
        if dot is None or dot.start() == 0 or not text[dot.start() - 1].isalnum():
            break
        edits.append(Edit(*dot.span(), ".", evasive=True))
        end = dot.start()
    return edits[::-1]
