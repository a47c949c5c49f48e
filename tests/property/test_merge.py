"""Merging: order never matters, and adding a finding never weakens what was known about a place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proxy.core.detection.merge import merge
from proxy.core.model import Confidence, Finding, Span, View

findings = st.builds(
    lambda entity, rule, confidence, part, start, length, view: Finding(
        entity=entity,
        rule=rule,
        confidence=confidence,
        part=part,
        span=Span(start=start, end=start + length),
        view=view,
    ),
    st.sampled_from(["PERSON", "WORDS", "IBAN_CODE"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(Confidence),
    st.integers(0, 1),
    st.integers(0, 12),
    st.integers(1, 8),
    st.sampled_from(View),
)
many = st.lists(findings, max_size=12)


def _kind(finding: Finding) -> tuple[int, str, str]:
    return finding.part, finding.entity, finding.rule if finding.entity == "WORDS" else ""


def _nested(one: Finding, other: Finding) -> bool:
    return one.span.covers(other.span) or other.span.covers(one.span)


@given(many, st.randoms(use_true_random=False))
def test_order_never_matters(found: list[Finding], random: object) -> None:
    """The same findings in another order give the same result, and merging again changes nothing."""
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge(shuffled) == merge(found) == merge(merge(found))


@given(many)
def test_whoever_goes_leaves_an_equal_or_surer_one_of_its_kind(found: list[Finding]) -> None:
    """The highest confidence for an entity in a place stays."""
    kept = merge(found)
    for finding in found:
        assert any(
            _kind(other) == _kind(finding)
            and _nested(other, finding)
            and other.confidence.rank >= finding.confidence.rank
            for other in kept
        )


@given(many)
def test_what_stays_is_not_nested(found: list[Finding]) -> None:
    """One finding per thing."""
    kept = merge(found)
    for index, finding in enumerate(kept):
        assert not any(_kind(other) == _kind(finding) and _nested(other, finding) for other in kept[index + 1 :])


@given(many, findings)
def test_adding_a_finding_touches_no_other_kind(found: list[Finding], added: Finding) -> None:
    """Findings of another entity, part or word list are exactly as before."""
    before = {finding for finding in merge(found) if _kind(finding) != _kind(added)}
    after = {finding for finding in merge([*found, added]) if _kind(finding) != _kind(added)}
    assert before == after


@given(st.lists(findings, max_size=12))
def test_merging_again_changes_nothing(found: list[Finding]) -> None:
    """What was merged needs no merging while nothing is added."""
    assert merge(merge(found)) == merge(found)
