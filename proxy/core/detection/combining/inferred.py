"""
INFERRED_CUSTOMER: nobody is named, yet a role with a place, an age or another mark leaves one person only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.detection.combining.cues import MARKED, PLACED
from proxy.core.detection.combining.evidence import ACT, HOUSE, RELATION, Evidence, together, weigh
from proxy.core.detection.combining.scene import TOPICS
from proxy.core.model import Confidence, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.detection.combining.scene import Scene, Sentence

RULE = "combination/inferred-customer"
_ARTICLE = re.compile(
    r"(?<!\w)(?:der|die|das|den|dem|des|'s|ein\w{0,2}|unser\w{0,2}|dieser|diese|jener|gewisser|the|a|an|this|that|our|certain|"
    r"only|local|da|dat|oana|someone)\W+(?:[\w'’-]+\W+){0,3}$"
)
_NOT_ONE = re.compile(
    r"(?<!\w)(?:als|wie|jede[rsmn]?|kein\w*|mein\w{0,2}|my|every|any|no|if|wenn|falls|zum|as|meets?|like)\W+(?:[\w-]+\W+)?$"
)
_PLACE = re.compile(
    r"(?<!\w)(?:aus|von|vom|in|im|am|an|auf|bei|beim|ecke|hinterm|neben|gegenüber|of|from|in|at|near|on)\s"
    r"(?:der|dem|den|des|the|st\.?|bad|unserem|unserer|our|sankt|little|great)?\s?[„\"]?"
)
_BIG = re.compile(r"[A-ZÄÖÜ][\wäöüß.-]{2,}")
_AGE = re.compile(
    r"(?<!\w)(?:[1-9][0-9][- ]?jährig\w*|[1-9][0-9]-year-old|aged [1-9][0-9]|, [1-9][0-9](?=[,.;)\s])|mitte [3-9]0|anfang [3-9]0|ende [3-9]0)",
)
_REACH = 90


def inferred(scene: Scene) -> Iterator[Finding]:
    """Yield one finding for each role that leaves one person only and is a customer."""
    for finding in (*scene.words("quasi-identifier"),):
        number = scene.number(finding.part, finding.span.start)
        if number is not None and _one_person(scene, finding, number) and _customer(scene, number):
            yield _found(scene, finding, number)


def _one_person(scene: Scene, finding: Finding, number: int) -> bool:
    sentence = scene.sentences[number]
    text = scene.texts[finding.part]
    before = text[max(sentence.span.start, finding.span.start - 50) : finding.span.start].lower()
    after = text[finding.span.end : finding.span.end + _REACH]
    if _NOT_ONE.search(before):
        return False
    alone = _ARTICLE.search(before) is not None or _AGE.match(after.lower()) is not None
    if not alone and not (before.strip(" :–-") == ""):
        return False
    return _marked(scene, sentence, before, after)


def _marked(scene: Scene, sentence: Sentence, before: str, after: str) -> bool:
    folded = after.lower()
    if any(_BIG.match(after, place.end()) or "LOCATION" in sentence.signals for place in _PLACE.finditer(folded)):
        return True
    if _AGE.search(before + folded) or "ADDRESS" in sentence.signals or {"LOCATION", PLACED} <= sentence.signals:
        return True
    return any(MARKED in near.signals for near in scene.around(sentence.number, back=1, ahead=1))


def _customer(scene: Scene, number: int) -> bool:
    here = weigh(scene.sentences[number])
    if here is Evidence.STRONG:
        return True
    near = together(scene, number)
    if near is Evidence.STRONG:
        return True
    signals = frozenset().union(*(sentence.signals for sentence in scene.around(number)))
    return (
        near is Evidence.WEAK
        and (ACT in signals or HOUSE in signals or "financial-distress" in signals)
        and (here is Evidence.WEAK or any(topic in signals for topic in TOPICS))
    )


def _found(scene: Scene, finding: Finding, number: int) -> Finding:
    signals = frozenset().union(*(sentence.signals for sentence in scene.around(number)))
    sure = bool(signals & {"health", "claim-event"}) and RELATION in signals
    return Finding(
        rule=RULE,
        entity="INFERRED_CUSTOMER",
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        part=finding.part,
        span=finding.span,
        view=finding.view,
        transforms=finding.transforms,
        detector="combination",
    )
