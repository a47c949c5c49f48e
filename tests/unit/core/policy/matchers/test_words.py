"""`words`: hits of named lists and of terms in the policy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.core.model import Lexicon, LexiconTerm
from proxy.core.policy.facts import Within, look
from proxy.core.policy.fields import Written
from proxy.core.policy.matchers.words import WordsSpec, build, complain, match
from tests.factories import make_finding, make_post, make_scan


def _written(**values: object) -> Written:
    return Written(place="bank/rule#1", values=values)


def test_hits_of_the_named_lists_count() -> None:
    """Other lists and other entities do not."""
    scan = make_scan(
        make_finding("WORDS", rule="relation"),
        make_finding("WORDS", rule="health"),
        make_finding("PERSON", rule="relation"),
    )
    facts = look(make_post(), scan, {})

    assert match(WordsSpec(lists=("relation",)), facts, facts.everything).findings == {0}
    assert match(WordsSpec(lists=("relation", "health")), facts, facts.everything).findings == {0, 1}
    assert not match(WordsSpec(lists=("relation",)), facts, frozenset({1, 2})).held


def test_terms_in_the_policy_become_a_list_of_their_own() -> None:
    """Its id names the rule, so that the scan knows it."""
    spec = build(_written(terms=("Polarfuchs",), forms="stem", within="sentence"))

    assert spec.lists == ("bank/rule#1",)
    assert spec.within is Within.SENTENCE
    assert spec.lexicons() == (
        Lexicon(id="bank/rule#1", language="any", terms=(LexiconTerm(text="Polarfuchs", forms="stem"),)),
    )


def test_a_named_list_brings_no_list() -> None:
    """It is loaded from its own file."""
    spec = build(_written(list=("relation",)))

    assert (spec.lists, spec.within, spec.lexicons()) == (("relation",), None, ())


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({}, ["list-or-terms"]),
        ({"list": ("a",), "terms": ("b",)}, ["list-or-terms"]),
        ({"list": ("a",), "forms": "stem"}, ["forms-without-terms"]),
        ({"list": ("a",)}, []),
        ({"terms": ("b",), "forms": "stem"}, []),
    ],
)
def test_exactly_one_of_list_and_terms(values: dict[str, object], codes: list[str]) -> None:
    """`forms` goes with terms only."""
    assert [complaint.code for complaint in complain(_written(**values))] == codes


def test_denied_words_count_unless_the_policy_says_otherwise() -> None:
    """Relations are secret even when denied; claims are not made when denied."""
    denied = replace(make_finding("WORDS", rule="guarantee"), negated=True)
    facts = look(make_post(), make_scan(denied, make_finding("WORDS", rule="other")), {})

    assert match(build(_written(list=("guarantee",))), facts, facts.everything).held
    assert match(build(_written(list=("guarantee",), negated="include")), facts, facts.everything).held
    assert not match(build(_written(list=("guarantee",), negated="exclude")), facts, facts.everything).held
    assert not build(_written(terms=("garantiert",), negated="exclude")).denied


def test_where_nothing_is_visible_nothing_holds() -> None:
    """A sentence without findings, for example."""
    facts = look(make_post(), make_scan(), {})

    assert not match(WordsSpec(lists=("relation",)), facts, frozenset()).held
