"""
INSIDER_TOPIC: what moves a price, that it is not public yet, and whose shares it moves. Two of three are `medium`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.core.detection.combining.cues import ISSUER, KNOWN
from proxy.core.model import Confidence, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.detection.combining.scene import Scene, Sentence

RULE = "combination/insider-topic"
TOPIC, SECRET = "insider", "not-public-yet"
_ISSUERS = frozenset({ISSUER, "RESTRICTED_NAME", "INSTRUMENT"})


def topics(scene: Scene) -> Iterator[Finding]:
    """Yield one finding for each topic that is said to be secret, or that names whose shares it moves."""
    for finding in scene.words(TOPIC):
        number = scene.number(finding.part, finding.span.start)
        if number is None:
            continue
        near = tuple(scene.around(number))
        secret = any(SECRET in sentence.signals for sentence in near)
        issuer = any(sentence.signals & _ISSUERS for sentence in near)
        if _is_known(near) and not (secret and issuer):
            continue
        if secret or (issuer and not _is_known(near)):
            yield Finding(
                rule=RULE,
                entity="INSIDER_TOPIC",
                confidence=Confidence.HIGH if secret and issuer else Confidence.MEDIUM,
                part=finding.part,
                span=finding.span,
                view=finding.view,
                transforms=finding.transforms,
                detector="combination",
            )


def _is_known(sentences: tuple[Sentence, ...]) -> bool:
    return any(KNOWN in sentence.signals for sentence in sentences)
