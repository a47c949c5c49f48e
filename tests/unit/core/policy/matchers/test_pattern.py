"""`pattern`: one detection rule, its confidence and count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Confidence, Span
from proxy.core.policy.facts import Facts, Within, look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.pattern import PatternSpec, build, complain, match
from proxy.core.policy.policy import Group, GroupKind
from tests.factories import make_finding, make_post, make_scan
from tests.policies import make_rule

PLATE, REFERENCE = ("de-plate",), ("de-plate", "de-case-reference")


def _facts() -> Facts:
    findings = (
        make_finding("DE_KFZ", rule="de-plate", start=0, end=5),
        make_finding("DE_KFZ", rule="de-plate", start=25, end=30, confidence=Confidence.LOW),
        make_finding("OTHER_IDENTIFIER", rule="de-case-reference", start=10, end=15),
        make_finding("DE_KFZ", rule="elsewhere/plate", start=0, end=5),
    )
    sentences = ((Span(start=0, end=20), Span(start=20, end=40)),)
    return look(make_post("x" * 40), replace(make_scan(*findings), sentences=sentences), {})


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (PatternSpec(rules=PLATE), {0, 1}),
        (PatternSpec(rules=REFERENCE), {0, 1, 2}),
        (PatternSpec(rules=("de-phone",)), set()),
        (PatternSpec(rules=PLATE, confidence=Confidence.MEDIUM), {0}),
        (PatternSpec(rules=PLATE, at_least=2), {0, 1}),
        (PatternSpec(rules=PLATE, at_least=3), set()),
        (PatternSpec(rules=REFERENCE, at_least=2, within=Within.SENTENCE), {0, 2}),
    ],
)
def test_findings_of_the_rule_are_returned(spec: PatternSpec, found: set[int]) -> None:
    """Another rule that finds the same entity does not count."""
    facts = _facts()

    answer = match(spec, facts, facts.everything)

    assert (answer.held, set(answer.findings)) == (bool(found), found)


def test_only_visible_findings_count() -> None:
    """A group shows a matcher one sentence only."""
    assert match(PatternSpec(rules=PLATE), _facts(), frozenset({1, 2})).findings == {1}


def test_a_rule_is_asked_where_the_pattern_was_found() -> None:
    """What a policy rule needs is among the signals of a post, alone and in a group."""
    for when in (PatternSpec(rules=PLATE), Group(kind=GroupKind.ALL, conditions=(PatternSpec(rules=PLATE),))):
        assert make_rule("plate", when=when).may_match(_facts().signals)
        assert not make_rule("plate", when=when).may_match(look(make_post(), make_scan(), {}).signals)


def test_an_upper_bound_is_refused() -> None:
    """One more finding would turn the rule off."""
    (complaint,) = complain(Written(place="a/b#1", values={"count": (1, 3)}))

    assert (complaint.code, complaint.field) == ("count-upper-bound", "count")
    assert complain(Written(place="a/b#1", values={"name": PLATE})) == ()


def test_a_spec_is_built_of_what_is_written() -> None:
    """Absent fields take the weakest demand."""
    assert build(Written(place="a/b#1", values={"name": PLATE})) == PatternSpec(rules=PLATE)
    full = {"name": PLATE, "confidence": "high", "count": (2, None), "within": "part"}
    assert build(Written(place="a/b#1", values=full)) == PatternSpec(
        rules=PLATE, confidence=Confidence.HIGH, at_least=2, within=Within.PART
    )


def test_with_thread_earlier_posts_count_together_with_this_one() -> None:
    """And never alone."""
    spec = PatternSpec(rules=("presidio/iban",), at_least=2, within=Within.THREAD)
    before = (make_finding(), make_finding(start=9, end=10))
    own = look(make_post(), replace(make_scan(make_finding()), earlier=before), {})
    none = look(make_post(), replace(make_scan(), earlier=before), {})

    assert match(spec, own, own.everything).held
    assert not match(spec, none, none.everything).held
