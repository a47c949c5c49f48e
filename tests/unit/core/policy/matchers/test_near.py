"""`near`: two matchers close together, by sentence or by words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Lexicon, LexiconTerm, Span
from proxy.core.policy.facts import Facts, Within, look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.near import MOST_WORDS, NearSpec, build, complain, match
from proxy.core.policy.matchers.pattern import PatternSpec
from proxy.core.policy.matchers.words import WordsSpec
from tests.factories import make_finding, make_part, make_post, make_scan
from tests.policies import make_rule

TEXT = "Frau Abel kam. Sie ist, wie man weiß, schon lange eine gute Kundin."
PERSON = FindingSpec(entities=("PERSON",))
RELATION = WordsSpec(lists=("relation",))


def _facts(*, person: int = 0, relation: int = 0) -> Facts:
    """Return a post of two parts with a person (code points 0 to 9) and a word (60 to 66)."""
    findings = (
        make_finding("PERSON", part=person, start=0, end=9),
        make_finding("WORDS", part=relation, start=60, end=66, rule="relation"),
    )
    sentences = ((Span(start=0, end=14), Span(start=15, end=67)), (Span(start=0, end=67),))
    post = make_post(parts=(make_part(TEXT), make_part(TEXT)))
    return look(post, replace(make_scan(*findings), sentences=sentences), {})


def _held(facts: Facts, words: int | None) -> bool:
    return match(NearSpec(a=PERSON, b=RELATION, distance=words), facts, facts.everything).held


def test_words_between_are_counted() -> None:
    """Ten words stand between the two: `kam. Sie ist, wie man weiß, schon lange eine gute`."""
    assert not _held(_facts(), 9)
    assert _held(_facts(), 10)
    assert match(NearSpec(a=RELATION, b=PERSON, distance=10), _facts(), frozenset({0, 1})).findings == {0, 1}


def test_one_sentence_is_asked_for() -> None:
    """In the first part they stand in two sentences, in the second in one."""
    assert not _held(_facts(), None)
    assert _held(_facts(person=1, relation=1), None)


def test_different_parts_are_not_near() -> None:
    """Whatever the distance: between them are a button and a picture."""
    assert not _held(_facts(relation=1), MOST_WORDS)
    assert not _held(_facts(relation=1), None)


def test_a_place_that_is_not_known_is_near() -> None:
    """Not knowing makes a rule stricter."""
    assert _held(_facts(relation=7), 0)
    assert _held(_facts(relation=7), None)


def test_places_that_overlap_have_no_words_between() -> None:
    """A name inside a relation, for example."""
    findings = (make_finding("PERSON", start=0, end=9), make_finding("WORDS", start=5, end=14, rule="relation"))

    assert _held(look(make_post(TEXT), make_scan(*findings), {}), 0)


def test_far_apart_is_not_counted_word_by_word() -> None:
    """Ten thousand letters without a space are no neighbours."""
    findings = (
        make_finding("PERSON", start=0, end=9),
        make_finding("WORDS", start=10_000, end=10_005, rule="relation"),
    )

    assert not _held(look(make_post("x" * 10_005), make_scan(*findings), {}), MOST_WORDS)


def test_a_finding_is_not_near_itself() -> None:
    """Two people are asked for, one is there."""
    facts = _facts()

    assert not match(NearSpec(a=PERSON, b=PERSON, distance=0), facts, facts.everything).held


def test_only_visible_findings_count() -> None:
    """A group shows a matcher one sentence only."""
    assert not match(NearSpec(a=PERSON, b=RELATION, distance=MOST_WORDS), _facts(), frozenset({0})).held


@pytest.mark.parametrize("when", [NearSpec(a=PatternSpec(rules=("de-plate",)), b=PERSON, distance=3)])
def test_a_rule_is_asked_where_the_first_was_found(when: NearSpec) -> None:
    """What a policy rule needs is among the signals of a post."""
    seen = look(make_post(), make_scan(make_finding("DE_KFZ", rule="de-plate")), {})

    assert make_rule("plate", when=when).may_match(seen.signals)
    assert not make_rule("plate", when=when).may_match(look(make_post(), make_scan(), {}).signals)


def test_word_lists_of_both_are_searched() -> None:
    """Terms written inside are found only when the scan knows them."""
    lists = [Lexicon(id=f"a/b#{one}", language="any", terms=(LexiconTerm(text="Bau"),)) for one in (1, 2)]
    first, second = (WordsSpec(lists=(one.id,), inline=one) for one in lists)

    assert NearSpec(a=first, b=second, distance=1).lexicons() == tuple(lists)


@pytest.mark.parametrize(("distance", "words"), [("sentence", None), (4, 4), (0, 0)])
def test_a_spec_is_built_of_what_is_written(distance: str | int, words: int | None) -> None:
    """A number counts words, the word asks for one sentence."""
    written = Written(place="a/b#1", values={"a": PERSON, "b": RELATION, "distance": distance})

    assert build(written) == NearSpec(a=PERSON, b=RELATION, distance=words)
    assert complain(written) == ()


@pytest.mark.parametrize("distance", [None, 50])
def test_what_stands_in_an_earlier_post_stands_close_to_nothing_here(distance: int | None) -> None:
    """Not even where the two are asked for in the thread."""
    person = FindingSpec(entities=("PERSON",), within=Within.THREAD)
    spec = NearSpec(a=FindingSpec(entities=("IBAN_CODE",)), b=person, distance=distance)
    facts = look(make_post(), replace(make_scan(make_finding()), earlier=(make_finding("PERSON"),)), {})

    assert not match(spec, facts, facts.everything | facts.earlier).held
    assert not match(replace(spec, a=person, b=person), facts, facts.everything).held
