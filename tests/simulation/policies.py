"""
Policies of the simulation, and a second opinion on them.

A text is words. Which of them stop it is written down once, in `TERMS`: the bundles are made from it, and what may be
sent is told by it, without a scanner and without `decide`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import Confidence, DetectorId, Finding, PostKind, Scan, Span, Verdict
from proxy.core.policy.actions.hold import HoldSpec
from proxy.core.policy.actions.redact import RedactSpec
from proxy.core.policy.matchers.finding import FindingSpec
from tests.policies import ACTIONS, make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proxy.core.model import Part
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.core.policy.options import ActionSpec

SUN, MARKET, PERSON, CUSTOMER, LEAK = "Sonne", "Markt", "Mensch", "Kunde", "IBAN"
ENTITIES = {MARKET: "ORGANIZATION", PERSON: "PERSON", CUSTOMER: "LOCATION", LEAK: "IBAN_CODE"}
MARK = "Wolkenbruch"
"""Stands in every text, and may stand nowhere but in what is sealed."""
TERMS: Mapping[str, Mapping[str, tuple[Verdict, int]]] = {
    "mild": {PERSON: (Verdict.HOLD, 1), CUSTOMER: (Verdict.REDACT, 1), LEAK: (Verdict.BLOCK, 0)},
    "strict": {
        MARKET: (Verdict.HOLD, 1),
        PERSON: (Verdict.HOLD, 2),
        CUSTOMER: (Verdict.REDACT, 1),
        LEAK: (Verdict.BLOCK, 0),
    },
    "harsh": {
        MARKET: (Verdict.BLOCK, 0),
        PERSON: (Verdict.BLOCK, 0),
        CUSTOMER: (Verdict.HOLD, 2),
        LEAK: (Verdict.BLOCK, 0),
    },
}
"""What each bundle does about each word, and how many people must approve it then."""
_ORDER = (Verdict.ALLOW, Verdict.REDACT, Verdict.HOLD, Verdict.BLOCK)
DETECTORS = ("identifiers", "names")


def _action(verdict: Verdict, stages: int) -> ActionSpec:
    if verdict is Verdict.HOLD:
        return HoldSpec(queue="legal", stages=stages)
    return RedactSpec() if verdict is Verdict.REDACT else ACTIONS[verdict]


def _bundle(name: str) -> PolicyBundle:
    rules = [
        make_rule(word.lower(), when=FindingSpec(entities=(ENTITIES[word],)), action=_action(*terms))
        for word, terms in TERMS[name].items()
    ]
    bundle = make_bundle(make_policy(*rules, kinds=frozenset(PostKind)))
    return replace(bundle, digest=(name * 64)[:64])


BUNDLES: Mapping[str, PolicyBundle] = {name: _bundle(name) for name in TERMS}


def verdict_on(text: str, bundle: str) -> Verdict:
    """Return what a bundle says of a text."""
    found = [terms[0] for word, terms in TERMS[bundle].items() if word in text]
    return max(found, key=_ORDER.index, default=Verdict.ALLOW)


def approvals_for(text: str, bundle: str) -> int:
    """Return how many people must approve a text that a bundle holds, or would redact."""
    return max(terms[1] for word, terms in TERMS[bundle].items() if word in text)


class WordScanner:
    """Twin of the scanner that only looks for the words."""

    def __init__(self) -> None:
        self.missing: frozenset[str] = frozenset()

    def expected(self, bundle: PolicyBundle) -> frozenset[DetectorId]:
        """Return the detectors."""
        return frozenset({DetectorId(name=name, version="1") for name in (*DETECTORS, bundle.rules_digest[:8])})

    def look(self, parts: Sequence[Part], bundle: PolicyBundle) -> Scan:
        """Find every word; detectors in `missing` do not complete."""
        expected = self.expected(bundle)
        return Scan(
            findings=tuple(finding for number, part in enumerate(parts) for finding in _found(number, part.text)),
            expected=expected,
            completed=frozenset(one for one in expected if one.name not in self.missing),
            sentences=tuple((Span(start=0, end=len(part.text)),) if part.text else () for part in parts),
        )


def _found(part: int, text: str) -> list[Finding]:
    found = []
    for word, entity in ENTITIES.items():
        at = text.find(word)
        while at >= 0:
            span = Span(start=at, end=at + len(word))
            found.append(
                Finding(
                    rule=f"words/{word.lower()}",
                    entity=entity,
                    confidence=Confidence.HIGH,
                    part=part,
                    span=span,
                    detector=DETECTORS[0],
                )
            )
            at = text.find(word, at + 1)
    return found
