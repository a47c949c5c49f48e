"""
CUSTOMER_RELATION: somebody is named, and the same breath says that they are a customer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from proxy.core.detection.combining.cues import MONEY, OURS, PRONOUN, STAGE
from proxy.core.detection.combining.evidence import ACT, RELATION, Evidence, generic, together, topical, weigh
from proxy.core.detection.combining.people import Standing, company_of_finance
from proxy.core.detection.combining.scene import TOPICS
from proxy.core.model import Confidence, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.detection.combining.people import Someone
    from proxy.core.detection.combining.scene import Scene, Sentence

RULE = "combination/customer-relation"
_REGISTER_NAME = "register/name"
"""What the rules of the register begin with that find names."""
_NO_NAME = (
    "der|die|das|dem|den|des|ein|eine|einen|einem|unser|unsere|unserem|mein|meine|meinem|guten|schönen|schönes|frohe|frohes|"
    "liebe|lieber|the|this|our|my|heute|gestern|morgen|und|aber|im|am|in|bei|mit|von|für|wir|ich|dear|good|happy|new|tag|teil"
)
_NAME = re.compile(
    rf"(?<![\w-])(?!(?i:{_NO_NAME})\W)[A-ZÀ-Ž][a-zß-ž]+(?:-[A-ZÀ-Ž][a-zß-ž]+)?"
    r" [A-ZÀ-Ž][a-zß-ž]+(?:-[A-ZÀ-Ž][a-zß-ž]+)?(?![\w-])"
)
_LONGEST_EARLIER = 500
_GUEST = re.compile(
    r"(?<!\w)(?:\w*referent|\w*redner|\w*autor|\w*forscher|\w*wissenschaftler|professor|historiker|\w*journalist|speaker|"
    r"author|historian|scientist)(?:in)?(?!\w).{0,80}?(?<!\w)(?:"
    r"(?:sprach|spricht|referierte?|las|liest|diskutierte?|vortrug)\s(?:\w+\s){0,2}bei uns"
    r"|(?:spoke|speaks|lectured|lectures|read)\s(?:\w+\s){0,2}(?:with|at|to) (?:us|our))(?!\w)"
)
"""Somebody whose work it is came to the house to speak: `bei uns` is where, not whose customer."""


def relations(scene: Scene, people: Sequence[Someone]) -> Iterator[Finding]:
    """Yield one finding for each name that stands beside the secret."""
    records = [finding for finding in scene.findings if finding.entity == "CUSTOMER_RECORD"]
    proven = frozenset(finding.part for finding in records if finding.confidence is Confidence.HIGH)
    named = frozenset(
        scene.number(finding.part, finding.span.start) for finding in records if finding.rule.startswith(_REGISTER_NAME)
    )
    for someone in people:
        if disclosed(scene, someone):
            yield Finding(
                rule=RULE,
                entity="CUSTOMER_RELATION",
                confidence=_confidence(scene, someone, registered=someone.part in proven or someone.sentence in named),
                part=someone.part,
                span=someone.span,
                view=someone.view,
                transforms=someone.transforms,
                fingerprint=someone.fingerprint,
                detector="combination",
            )


def continued(scene: Scene, thread: Sequence[str]) -> Iterator[Finding]:
    """Yield one finding for the sentence that says what became of somebody named in an earlier post of the thread."""
    if not any(_named(text) for text in thread):
        return
    for sentence in scene.sentences:
        topics = sum(topic in sentence.signals for topic in TOPICS)
        spoken = PRONOUN in sentence.signals or topics > 1
        if spoken and weigh(sentence) is not Evidence.NONE and not generic(sentence) and STAGE not in sentence.signals:
            yield Finding(
                rule=RULE,
                entity="CUSTOMER_RELATION",
                confidence=Confidence.MEDIUM if weigh(sentence) is Evidence.STRONG else scene.weak,
                part=sentence.part,
                span=sentence.span,
                detector="combination",
            )
            return


def _named(text: str) -> bool:
    return any(not company_of_finance(match.group()) for match in _NAME.finditer(text[-_LONGEST_EARLIER:]))


def disclosed(scene: Scene, someone: Someone) -> bool:
    """Return whether the text around somebody says that they are a customer."""
    if someone.standing is Standing.STAFF:
        return False
    here = weigh(scene.sentences[someone.sentence])
    if someone.standing is Standing.PUBLIC:
        return here is Evidence.STRONG and not _only_spoke(scene.sentences[someone.sentence])
    if here is Evidence.STRONG:
        return True
    near = together(scene, someone.sentence)
    if someone.company:
        return near is Evidence.STRONG or {ACT, OURS} <= scene.sentences[someone.sentence].signals
    if someone.full:
        return near is not Evidence.NONE or _in_one_breath(scene.sentences[someone.sentence])
    return near is Evidence.STRONG or (
        here is Evidence.WEAK and bool(scene.sentences[someone.sentence].signals & {OURS, PRONOUN})
    )


def _only_spoke(sentence: Sentence) -> bool:
    """Return whether a sentence says that somebody spoke at the house, and nothing that is theirs."""
    return not sentence.signals & {RELATION, ACT, MONEY, PRONOUN} and _GUEST.search(sentence.text.lower()) is not None


def _in_one_breath(sentence: Sentence) -> bool:
    """Return whether a sentence that names somebody in full speaks of a contract, a claim or a debt."""
    return any(topic in sentence.signals for topic in TOPICS) and not generic(sentence)


def _confidence(scene: Scene, someone: Someone, *, registered: bool) -> Confidence:
    """Return how sure it is; `registered` says whether a customer stands in the part, or their name in the sentence."""
    strong = weigh(scene.sentences[someone.sentence]) is Evidence.STRONG and someone.full
    if registered or (strong and someone.standing is Standing.PRIVATE and topical(scene, someone.sentence)):
        return Confidence.HIGH
    said = strong or weigh(scene.sentences[someone.sentence]) is Evidence.STRONG
    return Confidence.MEDIUM if said or together(scene, someone.sentence) is Evidence.STRONG else scene.weak
