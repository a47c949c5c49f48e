"""What language models found in an earlier scan."""

from __future__ import annotations

from dataclasses import replace

from proxy.core.model import Confidence, DetectorId, Finding, Recognizer, RuleConfidence
from proxy.detectors.config import Stage
from proxy.detectors.messages import Completed
from proxy.detectors.remembered import remembered, remembers
from proxy.gate.backtest import Known
from tests.factories import make_finding
from tests.policies import make_bundle

MODEL = Stage(name="ner:postgate", version="1", deadline_ms=100)
JUDGE = Stage(name="classifier", version="2", deadline_ms=100)
IDS = (DetectorId(name="ner:postgate", version="1"), DetectorId(name="classifier", version="2"))
NAMED = make_finding("PERSON", rule="ner/postgate", confidence=Confidence.LOW)
JUDGED = make_finding("DISCLOSURE", rule="classifier/reads-like-one")
AGREED = make_finding("PERSON", rule="names/title", confidence=Confidence.MEDIUM)
HOUSE = Recognizer(id="house/person", entity="PERSON", pattern="x", confidence=RuleConfidence())
BUNDLE = replace(make_bundle(), recognizers=(HOUSE,))


def _known(*findings: Finding, completed: frozenset[DetectorId] = frozenset(IDS)) -> Known:
    return Known(findings=findings, completed=completed)


def test_detectors_are_remembered_in_the_version_that_is_expected() -> None:
    """All of them, or none: one pool answers for all."""
    assert remembers(_known(), (MODEL, JUDGE))
    assert not remembers(_known(completed=frozenset(IDS[:1])), (MODEL, JUDGE))
    assert not remembers(_known(), (replace(MODEL, version="3"), JUDGE))


def test_findings_of_the_models_come_back() -> None:
    """With the names of their detectors, as completed."""
    answer = remembered(_known(NAMED, JUDGED), (MODEL, JUDGE), (BUNDLE,))

    assert [(one.rule, one.detector) for one in answer.findings] == [
        ("ner/postgate", "ner:postgate"),
        ("classifier/reads-like-one", "classifier"),
    ]
    assert answer.completed == tuple(Completed(detector=one, micros=0) for one in IDS)
    assert (answer.faults, answer.sentences) == ((), ())


def test_what_others_found_is_looked_for_again() -> None:
    """But for a person whom a model confirmed, under whatever rule of ours."""
    others = (make_finding(), replace(AGREED, confidence=Confidence.LOW), replace(AGREED, rule="house/person"))
    spoken = make_finding("PERSON", rule="ner/other")

    answer = remembered(_known(*others, AGREED, replace(spoken, confidence=Confidence.LOW)), (MODEL,), (BUNDLE,))

    assert [(one.rule, one.detector) for one in answer.findings] == [("names/title", "ner:postgate")]
    assert answer.completed[0].detector == IDS[0]
