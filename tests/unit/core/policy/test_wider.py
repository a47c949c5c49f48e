"""Which conditions provably hold for more posts, and which exceptions provably excuse fewer."""

from __future__ import annotations

import pytest

from proxy.core.model import Confidence, Lexicon, LexiconTerm, View
from proxy.core.policy.facts import MatcherSpec, Within
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.consent import ConsentSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.length import LengthSpec
from proxy.core.policy.matchers.near import NearSpec
from proxy.core.policy.matchers.pattern import PatternSpec
from proxy.core.policy.matchers.register import RegisterSpec, Sought
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Condition, Group, GroupKind
from proxy.core.policy.wider import fewer_excuses, found_only, uses, wider, without_inline

ANY, ALL, NONE = GroupKind.ANY, GroupKind.ALL, GroupKind.NONE
IBAN = FindingSpec(entities=("IBAN_CODE",), confidence=Confidence.MEDIUM, at_least=2)
NAME = FindingSpec(entities=("PERSON",))
MANY = FindingSpec(entities=("IBAN_CODE", "PERSON"))
WORDS = WordsSpec(lists=("one",), denied=False)
MORE_WORDS = WordsSpec(lists=("two", "one"))
PATTERN = PatternSpec(rules=("a",), at_least=2)
MORE_PATTERNS = PatternSpec(rules=("b", "a"))
CUSTOMER = RegisterSpec(sought=Sought.CUSTOMER)
LONG = LengthSpec(low=1)


def _group(kind: GroupKind, *conditions: Condition, within: Within = Within.POST) -> Group:
    return Group(kind=kind, conditions=conditions, within=within)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (MANY, IBAN),
        (FindingSpec(entities=("IBAN_CODE",), at_least=2), IBAN),
        (NAME, FindingSpec(entities=("PERSON",), view=View.DEOBFUSCATED)),
        (MORE_PATTERNS, PATTERN),
        (MORE_WORDS, WORDS),
        (CUSTOMER, RegisterSpec(sought=Sought.NAME, attributes=2)),
        (CUSTOMER, RegisterSpec(sought=Sought.CUSTOMER, confidence=Confidence.HIGH)),
        (NearSpec(a=MANY, b=MORE_WORDS, distance=3), NearSpec(a=NAME, b=WORDS, distance=3)),
        (_group(ANY, LONG, MANY), IBAN),
        (_group(ANY, LONG, IBAN, NAME), _group(ANY, NAME, LONG)),
        (MANY, _group(ANY, IBAN, NAME)),
        (_group(ALL, MANY, LONG), _group(ALL, NAME, LONG)),
        (_group(ANY, _group(ALL, MANY, LONG), WORDS), _group(ALL, NAME, LONG)),
    ],
)
def test_some_conditions_are_proven_to_be_wider(new: Condition, old: Condition) -> None:
    """Every condition is at least as wide as itself, and none of these the other way round."""
    assert wider(new, old)
    assert wider(old, old)
    assert not wider(old, new)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (NAME, IBAN),
        (FindingSpec(entities=("PERSON",), view=View.PLAIN), NAME),
        (
            FindingSpec(entities=("PERSON",), at_least=2, within=Within.POST),
            FindingSpec(entities=("PERSON",), at_least=2),
        ),
        (FindingSpec(entities=("PERSON",), confidence=Confidence.HIGH), NAME),
        (FindingSpec(entities=("PERSON",), within=Within.PART), NAME),
        (WordsSpec(lists=("one",), within=Within.PART), WordsSpec(lists=("one",))),
        (PATTERN, MORE_PATTERNS),
        (WORDS, MORE_WORDS),
        (RegisterSpec(sought=Sought.RESTRICTED_LIST), CUSTOMER),
        (RegisterSpec(sought=Sought.NAME), RegisterSpec(sought=Sought.IDENTIFIER)),
        (NearSpec(a=NAME, b=WORDS, distance=9), NearSpec(a=NAME, b=WORDS, distance=3)),
        (LengthSpec(low=0), LONG),
        (WORDS, NAME),
        (_group(ALL, NAME), _group(ALL, NAME, LONG)),
        (_group(ALL, NAME, within=Within.PART), _group(ALL, NAME)),
        (_group(ALL, NAME), NAME),
        (_group(NONE, LONG), _group(NONE, LONG, NAME)),
        (NAME, _group(ALL, NAME, LONG)),
        (_group(ANY, IBAN), _group(NONE, LONG)),
    ],
)
def test_everything_else_is_not_proven(new: Condition, old: Condition) -> None:
    """Some of these are wider in truth; that nobody has proven it is enough."""
    assert not wider(new, old)


@pytest.mark.parametrize(
    ("new", "old", "fewer"),
    [
        ((), (AllowedSpec(lists=("a",)),), True),
        ((AllowedSpec(lists=("a",)),), (AllowedSpec(lists=("b", "a")),), True),
        ((AllowedSpec(lists=("b", "a")),), (AllowedSpec(lists=("a",)),), False),
        ((AllowedSpec(lists=("a",)),), (), False),
        ((LONG,), (LONG,), True),
        ((ConsentSpec(covers=("name", "platform")),), (ConsentSpec(covers=("platform", "name", "topic")),), True),
        ((ConsentSpec(covers=("name", "platform", "topic")),), (ConsentSpec(covers=("name", "platform")),), False),
        ((ConsentSpec(covers=("name", "platform")),), (AllowedSpec(lists=("a",)),), False),
        ((LONG,), (AllowedSpec(lists=("a",)),), False),
    ],
)
def test_fewer_exceptions_and_fewer_lists_excuse_less(
    new: tuple[MatcherSpec, ...], old: tuple[MatcherSpec, ...], *, fewer: bool
) -> None:
    """An exception that is not known from before excuses more."""
    assert fewer_excuses(new, old) is fewer


@pytest.mark.parametrize(
    ("condition", "only"),
    [
        (NAME, True),
        (LONG, False),
        (_group(ANY, NAME, WORDS, PATTERN), True),
        (_group(ANY, NAME, LONG), False),
        (_group(NONE, NAME), False),
        (NearSpec(a=NAME, b=WORDS, distance=3), True),
    ],
)
def test_what_can_only_hold_because_of_findings_is_known(condition: Condition, *, only: bool) -> None:
    """Where nothing has to be found, a finding may bring an excuse with it."""
    assert found_only(condition) is only


def test_where_a_finding_stands_matters_beside_others() -> None:
    """In `near`, in `none` and in an `all` of one sentence or part, whatever lies in them."""
    sentence = _group(ALL, NAME, _group(ANY, WORDS), within=Within.SENTENCE)
    condition = _group(ALL, IBAN, sentence, NearSpec(a=MANY, b=PATTERN, distance=3), _group(NONE, LONG))

    assert list(uses(condition)) == [
        (IBAN, True),
        (NAME, False),
        (WORDS, False),
        (MANY, False),
        (PATTERN, False),
        (LONG, False),
    ]


def test_words_in_a_rule_are_left_out_everywhere() -> None:
    """Their list is compared with all other lists."""
    inline = WordsSpec(lists=("p/r#1",), inline=Lexicon(id="p/r#1", language="any", terms=(LexiconTerm(text="x"),)))
    bare = WordsSpec(lists=("p/r#1",))

    assert without_inline(_group(ANY, inline, LONG)) == _group(ANY, bare, LONG)
    assert without_inline(NearSpec(a=inline, b=NAME, distance=3)) == NearSpec(a=bare, b=NAME, distance=3)
