"""
Put a label in the place of what redact rules found. The result is a new post that is scanned and decided again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import Decision, Localised, Part, Post, Scan, Span, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

LABEL = Localised(de="[entfernt]", en="[removed]")

_WORD = re.compile(r"[^\W\d_]+")
_GERMAN_WORDS = (
    "aber als am auch auf aus bei bitte das dem den der des die ein eine einen er es für haben hat heute ich ihr im "
    "ist kein keine man mein meine mit nach nicht noch nur oder sehr sich sie sind und uns unser von vor war was wenn "
    "wie wir wird zu zum zur über"
)
_ENGLISH_WORDS = (
    "a about all am an and are as at be been but by can do for from has have he her his i in is it its me my no not "
    "of on or our please she so that the their they this to today was we were what when will with you your"
)
_GERMAN = frozenset(_GERMAN_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split())


def redact(post: Post, scan: Scan, decision: Decision) -> tuple[Part, ...]:
    """
    Return the parts with a label instead of every finding that a matched redact rule names.

    A span that does not fit its part removes the whole text of the part.
    """
    spans: dict[int, list[Span]] = {}
    for matched in decision.matched:
        if matched.verdict is Verdict.REDACT:
            for index in matched.findings:
                finding = scan.findings[index]
                spans.setdefault(finding.part, []).append(finding.span)
    label = LABEL.pick(_language(part.text for part in post.parts))
    return tuple(
        replace(part, text=_labelled(part.text, spans[index], label)) if index in spans else part
        for index, part in enumerate(post.parts)
    )


def _labelled(text: str, spans: list[Span], label: str) -> str:
    if any(not 0 <= span.start < span.end <= len(text) for span in spans):
        return label
    pieces: list[str] = []
    done = 0
    for start, end in _merged(spans):
        pieces += [text[done:start], label]
        done = end
    return "".join([*pieces, text[done:]])


def _merged(spans: list[Span]) -> list[tuple[int, int]]:
    """Join spans that overlap or touch, so that no character between labels is left of a value."""
    joined: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if joined and span.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], span.end))
        else:
            joined.append((span.start, span.end))
    return joined


def _language(texts: Iterable[str]) -> str:
    """Return `en` when English function words prevail, else `de`, the language of the house."""
    words = [word.casefold() for text in texts for word in _WORD.findall(text)]
    german = sum(word in _GERMAN or any(letter in "äöüß" for letter in word) for word in words)
    english = sum(word in _ENGLISH for word in words)
    return "en" if english > german else "de"
