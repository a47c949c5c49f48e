"""
T1: HTML, markdown and links as a reader sees them.

Tags go (those of blocks break the line), entities become characters, marks around emphasised words go, link targets
lose their percent signs and punycode. A broken tag is text, and so is an element that HTML does not have. What stood
inside a tag, such as the address behind a link, is not lost: `hidden_values` has it.
"""

from __future__ import annotations

import html
import re
from itertools import pairwise

from proxy.core.text.escapes import from_percent
from proxy.core.text.mapped import Edit, Mapped, rewrite

__all__ = ["hidden_values", "render"]


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _listed(
    """
    address article aside blockquote br dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
    h5 h6 header hr li main nav ol option p pre section summary table tbody td tfoot th thead title tr ul
    """
)
_INLINE = _listed(
    """
    a abbr acronym b bdi bdo big button center cite code data del dfn em font i img input ins kbd label mark
    meta q rp rt ruby s samp script small span strike strong style sub sup svg time tt u var wbr
    """
)
_TAGS = _BLOCKS | _INLINE
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,10})((?:[\s/][^<>]{0,2000})?)>")
_COMMENT = re.compile(r"<!--[^<>]{0,2000}-->|<!doctype[^<>]{0,200}>", re.IGNORECASE)
_VALUE = re.compile(r"=\s{0,8}(?:\"([^\"]+)\"|'([^']+)'|([^\s\"'<>]+))")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,30};)")
_LINK = re.compile(r"(?:https?://|www\.|mailto:)[^\s<>\"]{1,2000}", re.IGNORECASE)
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_PUNYCODE = re.compile(r"xn--([A-Za-z0-9-]{1,59})", re.IGNORECASE)
_MARKS = (
    re.compile(r"(\*\*|__|~~|``?)(?=[^\s*_~`])[^*_~`\n]{0,300}[^\s*_~`](\1)"),
    re.compile(r"(?<![\w*])([*_])(?=[^\s*_])[^*_\n]{0,300}[^\s*_](\1)(?![\w*])"),
    re.compile(r"(?<![\w*])([*_])[^\s*_](\1)(?![\w*])"),
)
_TARGET = re.compile(r"!?(\[)[^\[\]\n]{1,300}(\]\()[^\s()\[\]]{1,1000}(\))")
_TRIGGERS = ("<", "&", "*", "_", "`", "~~", "](", "%", "xn--", "XN--")


def render(mapped: Mapped) -> Mapped:
    """Undo one layer of markup; a text without any comes back as it is."""
    text = mapped.text
    if not any(trigger in text for trigger in _TRIGGERS):
        return mapped
    for step in (_tags, _marks, _entities, _links):
        mapped = rewrite(mapped, "T1", step(mapped.text))
    return mapped


def hidden_values(text: str) -> Mapped | None:
    """
    Return the values of all attributes, a line each: what tags say without showing it; None if there are none.

    Also of tags that somebody shows as text, `&lt;input value=...`.
    """
    if "=" not in text or ("<" not in text and "&lt;" not in text):
        return None
    mapped = Mapped(text=text)
    if "&lt;" in text:
        mapped = rewrite(mapped, "T1", _entities(text))
        text = mapped.text
    values = [
        value.span(value.lastindex or 0)
        for tag in _TAG.finditer(text)
        if tag[1].lower() in _TAGS
        for value in _VALUE.finditer(text, tag.start(2), tag.end(2))
    ]
    if not values:
        return None
    gaps = [Edit(end, start, "\n", evasive=False) for (_, end), (start, _) in pairwise(values)]
    begins = [Edit(0, values[0][0], "", evasive=False)]
    rest = [Edit(values[-1][1], len(text), "", evasive=False)]
    return rewrite(mapped, "T1", [*begins, *gaps, *rest])


def _tags(text: str) -> list[Edit]:
    if "<" not in text:
        return []
    edits = [Edit(*comment.span(), "", evasive=True) for comment in _COMMENT.finditer(text)]
    for tag in _TAG.finditer(text):
        name = tag[1].lower()
        if name in _BLOCKS:
            edits.append(Edit(*tag.span(), "\n", evasive=False))
        elif name in _INLINE:
            edits.append(Edit(*tag.span(), "", evasive=False))
    return sorted(edits)


def _marks(text: str) -> list[Edit]:
    if not any(mark in text for mark in "*_~`["):
        return []
    edits: dict[int, Edit] = {}
    for link in _TARGET.finditer(text):
        for group, replacement in ((1, ""), (2, " "), (3, "")):
            edits[link.start(group)] = Edit(*link.span(group), replacement, evasive=False)
    for pattern in _MARKS:
        for marked in pattern.finditer(text):
            for group in (1, 2):
                edits.setdefault(marked.start(group), Edit(*marked.span(group), "", evasive=False))
    return sorted(edits.values())


def _entities(text: str) -> list[Edit]:
    if "&" not in text:
        return []
    edits = []
    for entity in _ENTITY.finditer(text):
        value = html.unescape(entity[0])
        if value != entity[0] and "\ufffd" not in value:
            # No editor writes letters and digits this way.
            edits.append(Edit(*entity.span(), value, evasive=value.isascii() and value.isalnum()))
    return edits


def _links(text: str) -> list[Edit]:
    if "%" not in text and "xn--" not in text.lower():
        return []
    edits: list[Edit] = []
    for link in _LINK.finditer(text):
        for escapes in _ESCAPES.finditer(text, *link.span()):
            value = from_percent(escapes[0]).decode("utf-8", "replace")
            if "\ufffd" not in value and value.isprintable():
                edits.append(Edit(*escapes.span(), value, evasive=False))
        for label in _PUNYCODE.finditer(text, *link.span()):
            value = _from_punycode(label[1])
            if value:
                edits.append(Edit(*label.span(), value, evasive=False))
    return sorted(edits)


def _from_punycode(label: str) -> str:
    try:
        value = label.encode("ascii").decode("punycode")
    except ValueError:
        return ""
    return value if value.isprintable() and not any("\ud800" <= character <= "\udfff" for character in value) else ""
