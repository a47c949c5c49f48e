from __future__ import annotations

from proxy.core.model import Confidence, Finding, Span, View
from proxy.detectors.signals import agreed, obfuscations

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH


def _finding(
    detector: str,
    start: int,
    end: int,
    *,
    entity: str = "PERSON",
    confidence: Confidence = LOW,
    view: View = View.PLAIN,
) -> Finding:
    return Finding(
        rule=f"{detector}/x",
        entity=entity,
        confidence=confidence,
        part=0,
        span=Span(start=start, end=end),
        view=view,
        detector=detector,
    )


def test_two_detectors_that_see_a_person_in_one_place_make_it_medium() -> None:
    """Independent signals raise; the same detector twice does not, nor does another place or entity."""
    both = [_finding("a", 0, 5), _finding("b", 3, 9)]
    same = [_finding("a", 0, 5), _finding("a", 3, 9)]
    apart = [_finding("a", 0, 5), _finding("b", 5, 9)]
    other = [_finding("a", 0, 5), _finding("b", 0, 5, entity="LOCATION")]

    assert [finding.confidence for finding in agreed(both)] == [MEDIUM, MEDIUM]
    for findings in (same, apart, other):
        assert [finding.confidence for finding in agreed(findings)] == [LOW, LOW]


def test_agreement_never_lowers() -> None:
    """A medium person stays medium beside a low one, and raises it."""
    findings = [_finding("a", 0, 5, confidence=HIGH), _finding("b", 0, 5)]

    assert [finding.confidence for finding in agreed(findings)] == [HIGH, MEDIUM]


def test_what_had_to_be_dug_out_is_obfuscation() -> None:
    """One per place, only where something at least medium was hidden."""
    hidden = _finding("a", 0, 5, entity="IBAN_CODE", confidence=HIGH, view=View.DEOBFUSCATED)
    twin = _finding("b", 0, 5, entity="ACCOUNT_NUMBER", confidence=HIGH, view=View.DEOBFUSCATED)
    weak = _finding("c", 7, 9, view=View.DEOBFUSCATED)
    plain = _finding("d", 11, 15, confidence=HIGH)

    (found,) = obfuscations([hidden, twin, weak, plain])

    assert (found.entity, found.confidence, found.span) == ("OBFUSCATION", HIGH, hidden.span)


def test_a_word_of_a_list_is_no_obfuscation() -> None:
    """What it is part of shows as a finding of its own."""
    hidden = _finding("lexicons", 0, 5, entity="WORDS", confidence=HIGH, view=View.DEOBFUSCATED)

    assert obfuscations([hidden]) == []
