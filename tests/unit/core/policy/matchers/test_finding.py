"""`finding`: entity, confidence, count, closeness and view."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Confidence, Span, View
from proxy.core.policy.facts import Facts, Within, look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.finding import FindingSpec, build, complain, match
from tests.factories import make_finding, make_part, make_post, make_scan

SENTENCES = ((Span(start=0, end=20), Span(start=20, end=40)), (Span(start=0, end=40),))


def _facts() -> Facts:
    findings = (
        make_finding(start=0, end=5),
        make_finding(start=6, end=9, confidence=Confidence.LOW),
        replace(make_finding(start=25, end=30), view=View.DEOBFUSCATED),
        make_finding("PERSON", part=1),
        make_finding(start=0, end=5),
    )
    post = make_post(parts=(make_part("x" * 40), make_part("y" * 40)))
    return look(post, replace(make_scan(*findings), sentences=SENTENCES), {})


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (FindingSpec(entities=("IBAN_CODE",)), {0, 1, 2, 4}),
        (FindingSpec(entities=("IBAN_CODE", "PERSON")), {0, 1, 2, 3, 4}),
        (FindingSpec(entities=("EMAIL_ADDRESS",)), set()),
        (FindingSpec(entities=("IBAN_CODE",), confidence=Confidence.MEDIUM), {0, 2, 4}),
        (FindingSpec(entities=("IBAN_CODE",), view=View.PLAIN), {0, 1, 4}),
        (FindingSpec(entities=("IBAN_CODE",), view=View.DEOBFUSCATED), {2}),
        (FindingSpec(entities=("IBAN_CODE",), at_least=3), {0, 1, 2, 4}),
        (FindingSpec(entities=("IBAN_CODE",), at_least=4), set()),
        (FindingSpec(entities=("IBAN_CODE",), at_least=2, within=Within.SENTENCE), {0, 1, 4}),
        (FindingSpec(entities=("IBAN_CODE",), at_least=3, within=Within.SENTENCE), set()),
        (FindingSpec(entities=("IBAN_CODE",), at_least=3, within=Within.PART), {0, 1, 2, 4}),
    ],
)
def test_the_fitting_findings_are_returned(spec: FindingSpec, found: set[int]) -> None:
    """The same place seen twice counts once."""
    facts = _facts()

    answer = match(spec, facts, facts.everything)

    assert (answer.held, set(answer.findings)) == (bool(found), found)


@pytest.mark.parametrize(
    ("own", "earlier", "at_least", "found"),
    [(1, 2, 3, {0, 1, 2}), (1, 1, 3, set()), (0, 3, 3, set()), (1, 0, 1, {0}), (0, 1, 1, set())],
)
def test_with_thread_earlier_posts_count_together_with_this_one(
    own: int, earlier: int, at_least: int, found: set[int]
) -> None:
    """At least one has to be in the post itself."""
    ones = [make_finding(start=start, end=start + 1) for start in range(3)]
    facts = look(make_post(), replace(make_scan(*ones[:own]), earlier=tuple(ones[:earlier])), {})
    spec = FindingSpec(entities=("IBAN_CODE",), at_least=at_least, within=Within.THREAD)

    answer = match(spec, facts, facts.everything)

    assert (answer.held, set(answer.findings)) == (bool(found), found)


def test_only_visible_findings_count() -> None:
    """A group shows a matcher one sentence only."""
    assert match(FindingSpec(entities=("IBAN_CODE",)), _facts(), frozenset({1, 3})).findings == {1}


def test_an_upper_bound_is_refused() -> None:
    """One more finding would turn the rule off."""
    (complaint,) = complain(Written(place="a/b#1", values={"count": (1, 3)}))

    assert (complaint.code, complaint.field) == ("count-upper-bound", "count")
    assert complain(Written(place="a/b#1", values={"count": (1, None)})) == ()
    assert complain(Written(place="a/b#1", values={})) == ()


def test_a_spec_is_built_of_what_is_written() -> None:
    """Absent fields take the weakest demand: any confidence, one place, both views."""
    assert build(Written(place="a/b#1", values={"type": ("PERSON",)})) == FindingSpec(entities=("PERSON",))
    full = {"type": ("PERSON",), "confidence": "high", "count": (2, None), "within": "part", "view": "plain"}
    assert build(Written(place="a/b#1", values=full)) == FindingSpec(
        entities=("PERSON",),
        confidence=Confidence.HIGH,
        at_least=2,
        within=Within.PART,
        view=View.PLAIN,
    )


def test_where_nothing_is_visible_nothing_holds() -> None:
    """A sentence without findings, for example."""
    facts = look(make_post(), make_scan(), {})

    assert not match(FindingSpec(entities=("PERSON",)), facts, frozenset()).held
