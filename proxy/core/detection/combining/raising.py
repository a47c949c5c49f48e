"""
Signals beside a finding that make it surer. They only raise: nothing here lowers or removes.

An address or a telephone number is `medium` by itself: it may be that of a museum. It is somebody's, `high`, where
the post speaks of somebody, reads as if it gave something away, or has a mobile number; and where a museum is
mentioned, but not right before it. That all of them have to stand there keeps this a raise: no word more excuses.

A day beside somebody may be any day: it is one of birth where the post reads as if it gave something away.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from proxy.core.detection.combining.cues import OURS
from proxy.core.detection.combining.evidence import ACT
from proxy.core.model import Confidence

if TYPE_CHECKING:
    from proxy.core.detection.combining.scene import Scene
    from proxy.core.model import Finding


class _Raise(NamedTuple):
    entity: str
    at_least: Confidence
    """As sure as this already."""
    beside: frozenset[str]
    """Any of these in the same sentence."""
    to: Confidence | None
    """None for as sure as the post as a whole makes weak evidence."""


_LOW, _MEDIUM, _HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
_CUSTOMER = frozenset({"customer-relation", "CUSTOMER_NUMBER", "CUSTOMER_RECORD"})
_PERSON = frozenset({"PERSON"})
_RAISES = (
    _Raise("PHONE_NUMBER", _MEDIUM, _PERSON, _HIGH),
    _Raise("ADDRESS", _MEDIUM, _PERSON, _HIGH),
    _Raise("DATE_OF_BIRTH", _LOW, _CUSTOMER, _MEDIUM),
    _Raise("DATE_OF_BIRTH", _LOW, _PERSON, None),
    _Raise("OTHER_IDENTIFIER", _LOW, _CUSTOMER, _MEDIUM),
    _Raise("DE_KFZ", _LOW, _CUSTOMER | {"claim-event"}, _MEDIUM),
    _Raise("CUSTOMER_RECORD", _LOW, frozenset({"customer-relation"}), _MEDIUM),
)
_OF: dict[str, tuple[_Raise, ...]] = {
    entity: tuple(one for one in _RAISES if one.entity == entity) for entity in {one.entity for one in _RAISES}
}

_SOMEBODYS = frozenset({"ADDRESS", "PHONE_NUMBER"})
"""What belongs to a house or to somebody."""
_SPOKEN_OF = frozenset({"private-person", "customer-relation", "financial-distress"})
_MOBILE = re.compile(
    r"(?:(?:\+|00)?490?|0)1[5-7]|(?:\+|00)430?6|(?:\+|00)410?7[4-9]|(?:\+|00)440?7|0(?:650|66[04]|676|68[018]|7[5-9])"
)
"""How numbers begin that people carry with them, in digits and `+` alone."""

_OPEN_TO_ALL = {"ADDRESS": "public-place", "PHONE_NUMBER": "public-line"}
_AND_THEN = re.compile(
    r"(?:[ ,(]+(?:[A-ZÄÖÜ][\w.-]*|sitzt|liegt|ist|steht|jetzt|nun|in|im|am|an|auf|at|on|is|the|der|die|das|dem|"
    r"den|des|of)(?![\w.-]))*"
    r"[ ,(\n]+"
)
"""What may stand between a house and its address: its name, and where it is."""
_LONGEST_WAY = 120
"""Code points between what is open to all and its address or number."""

RAISED = frozenset(_OF)
"""Entities that other findings make surer."""


def raised(scene: Scene) -> list[Finding]:
    """Return all findings, those with a second signal in their sentence raised."""
    return [_raised(scene, finding) for finding in scene.findings]


def _raised(scene: Scene, finding: Finding) -> Finding:
    number = scene.number(finding.part, finding.span.start)
    if number is None:
        return finding
    confidence = finding.confidence
    for one in _OF.get(finding.entity, ()):
        if finding.confidence.rank >= one.at_least.rank and one.beside & scene.sentences[number].found:
            confidence = max(confidence, one.to or scene.weak, key=lambda each: each.rank)
    if finding.entity in _SOMEBODYS and confidence is _MEDIUM and _is_somebodys(scene, finding, number):
        confidence = _HIGH
    return finding if confidence is finding.confidence else replace(finding, confidence=confidence)


def _is_somebodys(scene: Scene, finding: Finding, number: int) -> bool:
    """Return whether a post speaks of somebody near an address or a number, or tells it by itself."""
    if scene.telling or any(_SPOKEN_OF & sentence.found for sentence in scene.around(number)):
        return True
    if not all(_leads_to(scene, word, finding, number) for word in scene.words(_OPEN_TO_ALL[finding.entity])):
        return True
    written = re.sub(r"[^0-9+]", "", scene.texts[finding.part][finding.span.start : finding.span.end])
    return finding.entity == "PHONE_NUMBER" and _MOBILE.match(written) is not None


def _leads_to(scene: Scene, word: Finding, finding: Finding, number: int) -> bool:
    """Return whether a word for what is open to all stands right before an address, or says whose number it is."""
    if word.part != finding.part or not 0 <= finding.span.start - word.span.end <= _LONGEST_WAY:
        return False
    between = scene.texts[finding.part][word.span.end : finding.span.start]
    if finding.entity == "ADDRESS":
        return _AND_THEN.fullmatch(between) is not None
    same = scene.number(word.part, word.span.start) == number
    return same and not scene.sentences[number].signals & {OURS, ACT}
