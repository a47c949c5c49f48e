"""
How strongly sentences say that somebody is a customer of this house.

`STRONG`: a phrase that says it, or a contract, claim or illness together with `bei uns`. `WEAK`: a contract, claim,
illness or amount together with what is done with contracts, or with the author's own doing.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from proxy.core.detection.combining.cues import GENERIC, MONEY, OURS
from proxy.core.detection.combining.scene import TOPICS

if TYPE_CHECKING:
    from proxy.core.detection.combining.scene import Scene, Sentence

RELATION, HOUSE, ACT = "customer-relation", "house-context", "case-act"


class Evidence(IntEnum):
    """How much a sentence says."""

    NONE = 0
    WEAK = 1
    STRONG = 2


def states(sentence: Sentence) -> bool:
    """Return whether a sentence says by itself that somebody is a customer; no cue has to be looked for."""
    found = sentence.found
    return RELATION in found or (HOUSE in found and any(topic in found for topic in TOPICS))


def weigh(sentence: Sentence) -> Evidence:
    """Return what one sentence says by itself."""
    if states(sentence):
        return Evidence.STRONG
    signals = sentence.signals
    topics = [topic for topic in TOPICS if topic in signals]
    if not topics and MONEY not in signals:
        return Evidence.NONE
    if len(topics) > 1 or ACT in signals or HOUSE in signals or MONEY in signals:
        return Evidence.WEAK
    return Evidence.WEAK if OURS in sentence.signals else Evidence.NONE


def together(scene: Scene, number: int) -> Evidence:
    """Return what the sentences around one say together."""
    near = [sentence for sentence in scene.around(number) if not generic(sentence)]
    best = max((weigh(sentence) for sentence in near), default=Evidence.NONE)
    if best is not Evidence.NONE:
        return best
    signals = frozenset().union(*(sentence.signals for sentence in near))
    topics = [topic for topic in TOPICS if topic in signals]
    spoken = ACT in signals or HOUSE in signals or len(topics) > 1 or OURS in signals
    return Evidence.WEAK if topics and spoken else Evidence.NONE


def topical(scene: Scene, number: int) -> bool:
    """Return whether a contract, claim, illness, debt or amount is spoken of near a sentence."""
    return any(
        MONEY in sentence.signals or any(topic in sentence.signals for topic in TOPICS)
        for sentence in scene.around(number)
    )


def generic(sentence: Sentence) -> bool:
    """Return whether a sentence explains or asks in general."""
    return GENERIC in sentence.signals and RELATION not in sentence.signals
