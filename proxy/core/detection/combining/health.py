"""
HEALTH_CONDITION: illness alone is `low`, a person's illness `medium`, in a claim or contract `high`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.detection.combining.cues import OURS
from proxy.core.detection.combining.evidence import ACT, HOUSE, RELATION, generic
from proxy.core.detection.combining.people import Standing
from proxy.core.model import Confidence, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.detection.combining.people import Someone
    from proxy.core.detection.combining.scene import Scene

RULE = "combination/health"
_CASE = frozenset({"contract-topic", RELATION, HOUSE})
_OWN = frozenset({OURS, ACT})
"""An accident is in the papers, too: it is a case of the house where the author or work on cases is spoken of."""


def conditions(scene: Scene, people: Sequence[Someone]) -> Iterator[Finding]:
    """Yield one finding for each illness, as sure as the words around it make it."""
    named = {one.sentence: False for one in people if one.standing is Standing.PRIVATE and not one.company}
    private = named | {
        one.sentence: True for one in people if one.full and one.standing is Standing.PRIVATE and not one.company
    }
    for finding in scene.words("health"):
        number = scene.number(finding.part, finding.span.start)
        if number is None:
            continue
        yield Finding(
            rule=RULE,
            entity="HEALTH_CONDITION",
            confidence=_confidence(scene, number, private),
            part=finding.part,
            span=finding.span,
            view=finding.view,
            transforms=finding.transforms,
            detector="combination",
        )


def _confidence(scene: Scene, number: int, private: dict[int, bool]) -> Confidence:
    near = [sentence for sentence in scene.around(number) if not generic(sentence)]
    named = [private[sentence.number] for sentence in near if sentence.number in private]
    if not named:
        return Confidence.LOW
    signals = frozenset().union(*(sentence.signals for sentence in near))
    if any(named) and (signals & _CASE or ("claim-event" in signals and signals & _OWN)):
        return Confidence.HIGH
    return Confidence.MEDIUM if private.get(number) or (any(named) and scene.small) else Confidence.LOW
