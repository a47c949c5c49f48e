"""
What language models found in an earlier scan of the same post, as if they had been asked again.

Only models: they take most of the time of a scan, and nothing that a policy says changes what they find. Everything
else is looked for again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proxy.core.model import Confidence
from proxy.detectors.config import CLASSIFIER, detector_name
from proxy.detectors.messages import Answer, Completed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from proxy.core.model import DetectorId, Finding
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.detectors.config import Stage
    from proxy.gate.backtest import Known

__all__ = ["remembered", "remembers"]

_NO_RULES = ""
_MODELS = "ner"
"""What the rules of models that name things begin with: `ner/postgate`."""


def remembers(known: Known, stages: Iterable[Stage]) -> bool:
    """Return whether all these detectors completed then, in the versions that are expected now."""
    return frozenset(_ids(stages)) <= known.completed


def remembered(known: Known, stages: Sequence[Stage], bundles: Sequence[PolicyBundle]) -> Answer:
    """Return the answer that these detectors gave then."""
    names = {stage.name for stage in stages}
    own = {one.id for bundle in bundles for one in bundle.recognizers}
    return Answer(
        post=0,
        completed=tuple(Completed(detector=one, micros=0) for one in _ids(stages)),
        faults=(),
        findings=tuple(_attributed(one, names) for one in known.findings if _counts(one, names, own)),
        sentences=(),
    )


def _ids(stages: Iterable[Stage]) -> list[DetectorId]:
    return [stage.id_under(_NO_RULES) for stage in stages]


def _counts(finding: Finding, names: set[str], own: set[str]) -> bool:
    """
    Return whether a finding came from one of the detectors, or would not be what it is without them.

    Of what several detectors saw in one place the best was kept: a person whom a model confirmed may stand there under
    the rule of another detector.
    """
    if _detector(finding) in names:
        return True
    agreed = finding.entity == "PERSON" and finding.confidence is not Confidence.LOW
    return agreed and finding.rule not in own


def _attributed(finding: Finding, names: set[str]) -> Finding:
    detector = _detector(finding)
    return replace(finding, detector=detector if detector in names else next(iter(sorted(names))))


def _detector(finding: Finding) -> str:
    """Return the detector that a rule belongs to, if it is a language model."""
    group, _, model = finding.rule.partition("/")
    if group == _MODELS:
        return detector_name(model)
    return CLASSIFIER if group == CLASSIFIER else ""
