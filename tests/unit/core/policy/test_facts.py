"""Findings are sorted into sentences, parts and the post; what cannot be placed belongs everywhere."""

from __future__ import annotations

from dataclasses import replace

from proxy.core.model import Finding, Scan, Span
from proxy.core.policy.facts import Facts, MatcherSpec, Within, look, often_enough, seen, units
from tests.factories import make_finding, make_part, make_post, make_scan


def _facts(*findings: Finding, sentences: tuple[tuple[Span, ...], ...] = ()) -> Facts:
    scan: Scan = replace(make_scan(*findings), sentences=sentences)
    return look(make_post(parts=(make_part("a" * 40), make_part("b" * 40))), scan, {})


def _sets(facts: Facts, within: Within) -> list[set[int]]:
    return [set(unit) for unit in units(facts, within, facts.everything)]


def test_findings_are_indexed_by_entity() -> None:
    """Matchers look up entities without going through all findings."""
    facts = _facts(make_finding("PERSON"), make_finding(), make_finding("PERSON"))

    assert dict(facts.by_entity) == {"PERSON": (0, 2), "IBAN_CODE": (1,)}
    assert facts.everything == {0, 1, 2}


def test_the_post_is_one_unit() -> None:
    """Findings of all parts come together."""
    assert _sets(_facts(make_finding(), make_finding(part=1)), Within.POST) == [{0, 1}]


def test_earlier_posts_belong_to_the_thread_only() -> None:
    """Their findings come last; in no part, sentence or post of this one they stand, whatever is shown."""
    scan = replace(make_scan(make_finding()), earlier=(make_finding("PERSON"), make_finding("PERSON", part=1)))
    facts = look(make_post(parts=(make_part("a" * 40),)), scan, {})
    whole = facts.everything | facts.earlier

    assert [finding.entity for finding in facts.findings] == ["IBAN_CODE", "PERSON", "PERSON"]
    assert (set(facts.everything), set(facts.earlier)) == ({0}, {1, 2})
    assert facts.signals >= {"IBAN_CODE", "PERSON"}
    assert units(facts, Within.THREAD, whole) == (whole,)
    assert [units(facts, within, whole) for within in Within if within is not Within.THREAD] == [
        (facts.everything,)
    ] * 3
    assert seen(facts, facts.everything, Within.THREAD) == whole
    assert seen(facts, facts.everything, Within.POST) == seen(facts, facts.everything, None) == facts.everything


def test_places_of_different_posts_are_different() -> None:
    """The same offsets in an earlier post are another place."""
    scan = replace(make_scan(make_finding()), earlier=(make_finding(), make_finding()))
    facts = look(make_post(), scan, {})
    whole = facts.everything | facts.earlier

    assert often_enough(facts, whole, 2, Within.THREAD) == whole
    assert often_enough(facts, whole, 3, Within.THREAD) == frozenset()
    assert often_enough(facts, facts.everything, 2, None) == frozenset()


def test_each_part_is_a_unit() -> None:
    """Findings of different parts stay apart."""
    assert _sets(_facts(make_finding(), make_finding(part=1)), Within.PART) == [{0}, {1}]


def test_each_sentence_is_a_unit() -> None:
    """A finding belongs to every sentence it touches."""
    sentences = ((Span(start=0, end=10), Span(start=10, end=40)), (Span(start=0, end=40),))
    facts = _facts(
        make_finding(start=0, end=4),
        make_finding(start=8, end=12),
        make_finding(part=1),
        sentences=sentences,
    )

    assert _sets(facts, Within.SENTENCE) == [{0, 1}, {1}, {2}]


def test_a_finding_between_sentences_belongs_to_all_of_its_part() -> None:
    """Not knowing where it stands makes a rule stricter."""
    sentences = ((Span(start=0, end=10), Span(start=20, end=40)),)
    facts = _facts(make_finding(start=0, end=4), make_finding(start=12, end=14), sentences=sentences)

    assert _sets(facts, Within.SENTENCE) == [{0, 1}, {1}]


def test_without_sentences_the_part_is_one() -> None:
    """When the stage that finds sentences is missing, everything in a part is close together."""
    assert _sets(_facts(make_finding(), make_finding(start=30, end=35)), Within.SENTENCE) == [{0, 1}]


def test_a_finding_in_no_known_part_belongs_to_every_unit() -> None:
    """A wrong part index makes a rule stricter, too."""
    assert _sets(_facts(make_finding(), make_finding(part=7), make_finding(part=1)), Within.PART) == [{0, 1}, {1, 2}]
    assert _sets(_facts(make_finding(part=7)), Within.PART) == [{0}]


def test_a_spec_has_no_word_lists_of_its_own() -> None:
    """Only matchers with words in the policy have."""
    assert MatcherSpec().lexicons() == ()
