"""
Put a label in the place of what redact rules found. The result is a new post that is scanned and decided again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.model import Decision, Localised, Part, Post, Scan, Verdict

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

    A span that does not fit its part removes the whole text of the part. A place that rules with different labels name
    gets the label of the gate.
    """
    language = _language(part.text for part in post.parts)
    labels = _labels(decision)
    places: dict[int, list[_Place]] = {}
    for matched in decision.matched:
        if matched.verdict is Verdict.REDACT:
            label = labels.get(matched.rule, LABEL).pick(language)
            for index in matched.findings:
                finding = scan.findings[index]
                places.setdefault(finding.part, []).append(_Place(finding.span.start, finding.span.end, label))
    return tuple(
        replace(part, text=_labelled(part.text, places[index], LABEL.pick(language))) if index in places else part
        for index, part in enumerate(post.parts)
    )


class _Place(NamedTuple):
    start: int
    end: int
    label: str


def _labels(decision: Decision) -> dict[str, Localised]:
    """Return the labels that rules have of their own, by rule."""
    asked = [dict(one.arguments) for one in decision.obligations if one.name == "replace"]
    return {
        str(one["rule"]): Localised(de=str(one["label_de"]), en=str(one["label_en"]))
        for one in asked
        if "label_de" in one and "label_en" in one
    }


def _labelled(text: str, places: list[_Place], shared: str) -> str:
    if any(not 0 <= place.start < place.end <= len(text) for place in places):
        return shared
    pieces: list[str] = []
    done = 0
    for place in _merged(places, shared):
        pieces += [text[done : place.start], place.label]
        done = place.end
    return "".join([*pieces, text[done:]])


def _merged(places: list[_Place], shared: str) -> list[_Place]:
    """Join places that overlap or touch, so that no character between labels is left of a value."""
    joined: list[_Place] = []
    for place in sorted(places):
        last = joined[-1] if joined else None
        if last is not None and place.start <= last.end:
            label = last.label if last.label == place.label else shared
            joined[-1] = _Place(last.start, max(last.end, place.end), label)
        else:
            joined.append(place)
    return joined


def _language(texts: Iterable[str]) -> str:
    """Return `en` when English function words prevail, else `de`, the language of the house."""
    words = [word.casefold() for text in texts for word in _WORD.findall(text)]
    german = sum(word in _GERMAN or any(letter in "äöüß" for letter in word) for word in words)
    english = sum(word in _ENGLISH for word in words)
    return "en" if english > german else "de"
