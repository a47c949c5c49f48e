"""
What findings say together that none says alone. Signals only raise or add; they never take anything away.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import Confidence, Finding, View

if TYPE_CHECKING:
    from collections.abc import Sequence

OBFUSCATION_RULE = "surfaces/obfuscation"


def agreed(findings: Sequence[Finding]) -> list[Finding]:
    """Raise a person to `medium` where another detector sees a person in the same place."""
    people = [finding for finding in findings if finding.entity == "PERSON"]
    return [
        replace(finding, confidence=Confidence.MEDIUM)
        if finding.entity == "PERSON" and finding.confidence is Confidence.LOW and _seconded(finding, people)
        else finding
        for finding in findings
    ]


def _seconded(finding: Finding, people: Sequence[Finding]) -> bool:
    return any(
        other.detector != finding.detector and other.part == finding.part and other.span.overlaps(finding.span)
        for other in people
    )


def obfuscations(findings: Sequence[Finding]) -> list[Finding]:
    """
    Return one OBFUSCATION for each place where something had to be dug out.

    A `low` finding is no reason: form alone under decoration is mostly decoration. Nor is a word of a list: what it is
    part of shows as a finding of its own.
    """
    places: dict[tuple[int, int, int], Finding] = {}
    for finding in findings:
        if finding.view is View.DEOBFUSCATED and finding.confidence is not Confidence.LOW and finding.entity != "WORDS":
            places.setdefault((finding.part, finding.span.start, finding.span.end), finding)
    return [
        Finding(
            rule=OBFUSCATION_RULE,
            entity="OBFUSCATION",
            confidence=Confidence.HIGH,
            part=finding.part,
            span=finding.span,
            view=finding.view,
            transforms=finding.transforms,
            detector="surfaces",
        )
        for finding in places.values()
    ]
