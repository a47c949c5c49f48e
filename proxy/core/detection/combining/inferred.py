"""
INFERRED_CUSTOMER: nobody is named, yet a role with a place, an age or another mark leaves one person only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.detection.combining.cues import MARKED, PLACED, STAGE
from proxy.core.detection.combining.evidence import RELATION, Evidence, generic, states, together, weigh
from proxy.core.detection.combining.scene import TOPICS
from proxy.core.model import Confidence, Finding, Span, View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.detection.combining.scene import Scene, Sentence

RULE = "combination/inferred-customer"
_ARTICLE = re.compile(
    r"(?<!\w)(?:der|die|das|den|dem|des|'s|ein\w{0,2}|unser\w{0,2}|dieser|diese|jener|gewisser|the|a|an|this|that|"
    r"our|certain|"
    r"only|local|da|dat|oana|someone|vom|beim|ist|war|is|was)\W+(?:[\w'’-]+\W+){0,3}$"
)
_NOT_ONE = re.compile(
    r"(?<!\w)(?:als|wie|jede[rsmn]?|kein\w*|mein\w{0,2}|my|every|any|no|if|wenn|falls|zum|as|meets?|"
    r"like)\W+(?:[\w-]+\W+)?$"
)
_PLACE = re.compile(
    r"(?<!\w)(?:(?:aus|von|vom|ecke|hinterm|gegenüber|of|from)\s(?:der|dem|den|the|st\.?|bad|sankt|little|great)?|"
    r"(?:in|bei|near|at)\s(?:bad|st\.?|sankt|little|great)?)\s?[„\"]?"
)
_BIG = re.compile(r"[A-ZÄÖÜ][\wäöüß.-]{2,}")
_AGE = re.compile(
    r"(?<!\w)(?:[1-9][0-9][- ]?jährig\w*|[1-9][0-9]-year-old|aged [1-9][0-9]|(?:mitte|anfang|ende) [3-9]0)"
    r"|[,(] ?[1-9][0-9](?=[,.;)\s]|$)"
)
_RELATIVES = (
    r"witwe\w?|tochter|sohn|sohns|frau|mann|bruder|schwester|mutter|vater|enkel\w*|nichte|neffe|ex-frau|ex-mann|"
    r"widow|widower|wife|husband|son|daughter|brother|sister|mother|father|ex-wife|ex-husband"
)
_KIN = re.compile(rf"s (?:{_RELATIVES})(?!\w)|(?<!\w)(?:{_RELATIVES}) (?:vom|von|des|der|of) ")
_STRANGER = re.compile(
    r"(?<!\w)(?i:mann|frau|dame|typ|kerl|kunde|kundin|paar|pärchen|junge|mädchen|versicherte[rn]?|[1-9][0-9]-jährige[rn]?|"
    r"man|woman|lady|gentleman|guy|couple|client|customer|policyholder|[1-9][0-9]-year-old|someone|somebody|jemand)(?!\w)"
)
_REACH, _CLOSE = 90, 50


def inferred(scene: Scene) -> Iterator[Finding]:
    """Yield one finding for each role that leaves one person only and is a customer."""
    for finding in (*scene.words("quasi-identifier"),):
        number = scene.number(finding.part, finding.span.start)
        if number is not None and _one_person(scene, finding, number) and _customer(scene, number):
            yield _found(scene, finding, number)
    yield from _strangers(scene)


def _strangers(scene: Scene) -> Iterator[Finding]:
    """Yield a finding where somebody without a role has two marks, in a sentence that says the relation."""
    for sentence in scene.sentences:
        if not states(sentence) or STAGE in sentence.signals:
            continue
        for match in _STRANGER.finditer(sentence.text):
            around = sentence.text[max(match.start() - _REACH, 0) : match.end() + _REACH]
            marks = (
                _placed(around),
                _AGE.search(around.lower()),
                MARKED in sentence.signals,
                _KIN.search(around.lower()),
            )
            if sum(map(bool, marks)) > 1:
                start = sentence.span.start + match.start()
                yield Finding(
                    rule=RULE,
                    entity="INFERRED_CUSTOMER",
                    confidence=scene.weak,
                    part=sentence.part,
                    span=Span(start=start, end=start + len(match.group())),
                    detector="combination",
                )
                break


def _one_person(scene: Scene, finding: Finding, number: int) -> bool:
    if finding.view is View.DEOBFUSCATED:
        # Who hides a role means somebody, and the words around it are hidden too.
        return True
    sentence = scene.sentences[number]
    text = scene.texts[finding.part]
    before = text[max(sentence.span.start, finding.span.start - _REACH) : finding.span.start]
    after = text[finding.span.end : finding.span.end + _REACH]
    near = before[-_CLOSE:].lower()
    if _NOT_ONE.search(near):
        return False
    if _ARTICLE.search(near) is None and _AGE.match(after.lower()) is None and before.strip(" :–-"):
        return False
    return _placed(before) or _placed(after) or _marked(scene, sentence, before + after)


def _placed(text: str) -> bool:
    """Return whether a place is named."""
    return any(_BIG.match(text, place.end()) for place in _PLACE.finditer(text.lower()))


def _marked(scene: Scene, sentence: Sentence, around: str) -> bool:
    if _AGE.search(around.lower()) or "ADDRESS" in sentence.signals or {"LOCATION", PLACED} <= sentence.signals:
        return True
    if _KIN.search(around.lower()):
        return True
    return any(MARKED in near.signals for near in scene.around(sentence.number, back=1, ahead=1))


def _customer(scene: Scene, number: int) -> bool:
    if STAGE in scene.sentences[number].signals:
        return weigh(scene.sentences[number]) is Evidence.STRONG
    return (
        any(
            any(topic in sentence.signals for topic in TOPICS) and not generic(sentence)
            for sentence in scene.around(number)
        )
        or together(scene, number) is Evidence.STRONG
    )


def _found(scene: Scene, finding: Finding, number: int) -> Finding:
    signals = frozenset().union(*(sentence.signals for sentence in scene.around(number)))
    sure = bool(signals & {"health", "claim-event"}) and RELATION in signals
    return Finding(
        rule=RULE,
        entity="INFERRED_CUSTOMER",
        confidence=Confidence.HIGH if sure else scene.weak,
        part=finding.part,
        span=finding.span,
        view=finding.view,
        transforms=finding.transforms,
        detector="combination",
    )
