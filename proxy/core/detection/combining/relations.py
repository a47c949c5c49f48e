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
_CUSTOMERS = (
    r"(?:kund(?:en|innen)|kund[*:_]innen|mandant(?:en|innen)|klient(?:en|innen)|kreditnehmer(?:n|innen)?|"
    r"darlehensnehmer(?:n|innen)?|versicherungsnehmer(?:n|innen)?|versicherten?|anleger(?:n|innen)?|sparer(?:n|innen)?)"
    r"|customers|clients|policyholders|borrowers|savers"
)
_CUSTOMERS_SAID = re.compile(_CUSTOMERS, re.IGNORECASE)
_NAMES_BEFORE = (
    r"(?:[A-ZÀ-Ž][\w.'’-]*(?:\s[A-ZÀ-Ž][\w.'’-]*){0,4}"
    r"\s{0,2}(?:,|;|/|&|(?:,\s?)?(?:und|and|sowie|wie auch|as well as)(?!\w))\s{0,2})"
)
_LISTED = re.compile(
    rf"(?<!\w)(?i:(?:unser|mein|eur|ihr)\w{{0,3}}|die|den|der|beiden?|zwei|drei|vier|our|my|the|two|three|four)\s"
    rf"(?:[\w-]{{1,30}}\s){{0,3}}[\w-]{{0,30}}(?i:{_CUSTOMERS})\s{{0,2}}[:,–-]?\s{{0,2}}"
    rf"{_NAMES_BEFORE}{{0,9}}(?:(?i:die|der|das|the|firmen?|familien?|eheleute|ehepaar|herrn?|frau|mrs?|ms|dr|prof)\.?\s){{0,3}}$"
)
"""Before a name: several customers of whom it is one, named in a row, as in `our clients Jane Doe and`."""
_LONGEST_LIST = 300
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


def said(texts: Sequence[str]) -> bool:
    """Return whether a post speaks of customers in the plural, who may be named beside."""
    return any(_CUSTOMERS_SAID.search(text) is not None for text in texts)


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
    if someone.standing is Standing.PUBLIC and not _listed(scene, someone):
        return here is Evidence.STRONG and not _only_spoke(scene.sentences[someone.sentence])
    if here is Evidence.STRONG or _listed(scene, someone):
        return True
    near = together(scene, someone.sentence)
    if someone.company:
        return near is Evidence.STRONG or {ACT, OURS} <= scene.sentences[someone.sentence].signals
    if someone.full:
        return near is not Evidence.NONE or _in_one_breath(scene.sentences[someone.sentence])
    return near is Evidence.STRONG or (
        here is Evidence.WEAK and bool(scene.sentences[someone.sentence].signals & {OURS, PRONOUN})
    )


def _listed(scene: Scene, someone: Someone) -> bool:
    """Return whether somebody is one of several customers who are named in a row."""
    begin = max(scene.sentences[someone.sentence].span.start, someone.span.start - _LONGEST_LIST)
    return _LISTED.search(scene.texts[someone.part][begin : someone.span.start]) is not None


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
    said = weigh(scene.sentences[someone.sentence]) is Evidence.STRONG or _listed(scene, someone)
    return Confidence.MEDIUM if said or together(scene, someone.sentence) is Evidence.STRONG else scene.weak
