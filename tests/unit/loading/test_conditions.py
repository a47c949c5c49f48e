"""`when` and `unless` become conditions; messages are in tests/golden."""

from __future__ import annotations

import pytest

from proxy.core.model import Lexicon, LexiconTerm
from proxy.core.policy.facts import MatcherSpec, Within
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.near import NearSpec
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Condition, Group, GroupKind
from proxy.loading.conditions import ConditionReader
from proxy.loading.described import Vocabulary
from proxy.loading.strict_yaml import Node, parse
from proxy.loading.validation import Report

VOCABULARY = Vocabulary(
    entities=frozenset({"IBAN_CODE", "PERSON"}),
    planned=frozenset(),
    lexicons=frozenset({"relation"}),
    patterns=frozenset({"de-plate"}),
    allow_lists=frozenset({"own"}),
)
IBAN = "{finding: {type: IBAN_CODE}}"


def _node(text: str) -> Node:
    node, _ = parse(text.encode(), "a.yaml")
    assert node is not None
    return node


def _reader() -> ConditionReader:
    return ConditionReader(report=Report(file="a.yaml"), vocabulary=VOCABULARY, rule="bank/rule")


def _when(text: str) -> tuple[Condition | None, list[str]]:
    reader = _reader()
    return reader.when(_node(text)), [problem.code for problem in reader.report.problems]


def _unless(text: str) -> tuple[tuple[MatcherSpec, ...], list[str]]:
    reader = _reader()
    return reader.unless(_node(text)), [problem.code for problem in reader.report.problems]


def test_a_single_matcher_needs_no_group() -> None:
    """It stands for itself."""
    assert _when(IBAN) == (FindingSpec(entities=("IBAN_CODE",)), [])


def test_a_group_takes_over_how_close_its_conditions_stand() -> None:
    """Also from an inner `any`, not from an inner `all`."""
    text = "{all: [{finding: {type: PERSON}}, {any: [{words: {list: relation, within: sentence}}]}]}"

    condition, codes = _when(text)

    assert codes == []
    assert isinstance(condition, Group)
    assert (condition.kind, condition.within) == (GroupKind.ALL, Within.SENTENCE)
    inner, _ = _when("{all: [{finding: {type: PERSON}}, {all: [{words: {list: relation, within: part}}]}]}")
    assert isinstance(inner, Group)
    assert inner.within is Within.POST


def test_terms_of_a_rule_are_numbered() -> None:
    """Each gets a list of its own under the rule's name."""
    condition, _ = _when(f"{{any: [{IBAN}, {{words: {{terms: [a]}}}}, {{words: {{terms: [b], forms: stem}}}}]}}")

    assert isinstance(condition, Group)
    lists = [one.inline for one in condition.conditions if isinstance(one, WordsSpec)]
    assert lists == [
        Lexicon(id="bank/rule#2", language="any", terms=(LexiconTerm(text="a"),)),
        Lexicon(id="bank/rule#3", language="any", terms=(LexiconTerm(text="b", forms="stem"),)),
    ]


def test_terms_inside_near_are_numbered_too() -> None:
    """Each of the two has a list of its own."""
    condition, _ = _when("{near: {a: {words: {terms: [a]}}, b: {words: {terms: [b]}}, distance: 3}}")

    assert isinstance(condition, NearSpec)
    assert [one.id for one in condition.lexicons()] == ["bank/rule#1", "bank/rule#2"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"{{any: [{{all: [{{any: [{IBAN}]}}]}}]}}", []),
        (f"{{any: [{{all: [{{any: [{{all: [{IBAN}]}}]}}]}}]}}", ["groups-too-deep"]),
        ("{any: []}", ["empty-list"]),
        ("{any: {}}", ["wrong-kind"]),
        (f"{{none: [{IBAN}]}}", ["weakening-none"]),
        (f"{{all: [{IBAN}, {{none: [{{any: [{IBAN}]}}]}}]}}", ["weakening-none"]),
        ("{}", ["one-condition"]),
        ("[a]", ["wrong-kind"]),
        ("{regex: x}", ["unknown-matcher"]),
        ("{allowed: {list: own}}", ["only-in-unless"]),
        ("{finding: IBAN_CODE}", ["wrong-kind"]),
        ("{finding: {type: IBAN_CODE, count: {from: 1, to: 2}}}", ["count-upper-bound"]),
        (
            "{all: [{finding: {type: PERSON, within: post}}, {words: {list: relation, within: part}}]}",
            ["mixed-within"],
        ),
        ("{any: [{finding: {type: PERSON, within: post}}, {words: {list: relation, within: part}}]}", []),
        ("{register: {match: customer, attributes: {from: 2}, confidence: medium, within: sentence}}", []),
        ("{register: {match: restricted-list}}", []),
        ("{register: {attributes: {from: 1}}}", ["missing-key"]),
        ("{register: {match: staff}}", ["bad-choice"]),
        ("{register: {match: name, attributes: {from: 3}}}", ["out-of-range"]),
        ("{register: {match: name, attributes: {to: 2}}}", ["count-upper-bound"]),
        ("{register: {match: identifier, attributes: {from: 2}}}", ["attributes-without-name"]),
        ("{none: [{register: {match: customer}}]}", ["weakening-none"]),
        ("{length: {characters: {from: 500}}}", []),
        ("{length: {characters: {from: 5, to: 4}}}", ["empty-range"]),
        ("{length: {}}", ["missing-key"]),
        ("{media: {present: true, alt_text: missing}}", []),
        ("{media: {}}", ["present-or-alt-text"]),
        ("{media: {present: yes}}", ["wrong-kind"]),
        ("{visibility: {is: [public, unlisted]}}", []),
        ("{visibility: {is: direct}}", []),
        ("{visibility: {is: [friends]}}", ["bad-choice"]),
        (f"{{near: {{a: {IBAN}, b: {{words: {{list: relation}}}}, distance: 3}}}}", []),
        (f"{{near: {{a: {IBAN}, b: {{pattern: {{name: de-plate}}}}, distance: sentence}}}}", []),
        (f"{{near: {{a: {IBAN}, b: {IBAN}}}}}", ["missing-key"]),
        (f"{{near: {{a: {IBAN}, b: {{missing: {{list: relation}}}}, distance: 3}}}}", ["unknown-matcher"]),
        (f"{{near: {{a: {IBAN}, b: relation, distance: part}}}}", ["wrong-kind", "wrong-kind"]),
        (f"{{near: {{a: {IBAN}, b: {{finding: {{type: IBAN}}}}, distance: 51}}}}", ["unknown-type", "out-of-range"]),
        (f"{{none: [{{near: {{a: {IBAN}, b: {IBAN}, distance: 3}}}}]}}", ["weakening-none"]),
    ],
)
def test_conditions_that_are_not_fully_understood_are_refused(text: str, codes: list[str]) -> None:
    """A mistake gives no condition at all."""
    condition, found = _when(text)

    assert found == codes
    assert (condition is None) is bool(codes)


def test_exceptions_are_listed_one_by_one() -> None:
    """Absent means none."""
    assert _unless("[{allowed: {list: own}}, {allowed: {list: [own]}}]") == (
        (AllowedSpec(lists=("own",)), AllowedSpec(lists=("own",))),
        [],
    )
    assert _reader().unless(None) == ()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"[{IBAN}]", ["not-in-unless"]),
        ("[{any: [{allowed: {list: own}}]}]", ["group-in-unless"]),
        ("[{allow: {list: own}}]", ["unknown-matcher"]),
        ("[allowed]", ["wrong-kind"]),
        ("{allowed: {list: own}}", ["wrong-kind"]),
        ("[{allowed: {list: x}}]", ["unknown-allow-list"]),
    ],
)
def test_what_is_no_exception_is_refused(text: str, codes: list[str]) -> None:
    """A finding as an exception would turn a rule off."""
    assert _unless(text) == ((), codes)
