"""The tree and the JSON of `postgate policy explain`."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING, cast

import pytest
from rich.console import Console

from proxy.cli.policy_explain import as_row, as_tree, described
from proxy.core.model import Confidence, Language, Verdict
from proxy.core.policy.decide import decide
from proxy.core.policy.explain import Answer, explain
from proxy.core.policy.facts import Within
from proxy.core.policy.matchers.allowed import AllowedSpec
from proxy.core.policy.matchers.finding import FindingSpec
from proxy.core.policy.matchers.language import LanguageSpec
from proxy.core.policy.matchers.length import LengthSpec
from proxy.core.policy.matchers.link import LinkSpec
from proxy.core.policy.matchers.missing import MissingSpec
from proxy.core.policy.matchers.near import NearSpec
from proxy.core.policy.matchers.visibility import VisibilitySpec
from proxy.core.policy.matchers.words import WordsSpec
from proxy.core.policy.policy import Condition, Group, GroupKind, Mode
from tests.factories import LOOKED, make_finding, make_post, make_scan
from tests.policies import BrokenSpec, make_bundle, make_policy, make_rule

if TYPE_CHECKING:
    from proxy.core.policy.bundle import PolicyBundle

IBAN = FindingSpec(entities=("IBAN_CODE",), confidence=Confidence.MEDIUM)
SAID = WordsSpec(lists=("relation",))
INLINE = ("a/b#1",)
RELATION = "words: list relation"
NO_WARNING = MissingSpec(lists=("risk-warning",))
TEXT = "geheimes Wort DE02 1203 0000 0000 2020 51"


def _bundle() -> PolicyBundle:
    both = Group(kind=GroupKind.ALL, conditions=(SAID, NO_WARNING))
    return make_bundle(
        make_policy(
            make_rule("iban", when=IBAN, unless=(AllowedSpec(lists=("own",)),)),
            make_rule("relation", when=both, action=Verdict.HOLD),
            make_rule("watched", when=IBAN, mode=Mode.MONITOR),
            make_rule("broken", when=BrokenSpec(), action=Verdict.HOLD),
            make_rule("several", when=replace(IBAN, at_least=2), action=Verdict.HOLD),
            make_rule("other", when=FindingSpec(entities=("PERSON",))),
        )
    )


def _shown(language: str) -> list[str]:
    post, bundle = make_post(TEXT), _bundle()
    scan = make_scan(make_finding(start=14, end=41), make_finding("WORDS", rule="relation", start=0, end=8))
    decision = decide(post, scan, bundle, running=frozenset(), expected=LOOKED)
    console = Console(width=200, file=StringIO())
    with console.capture() as shown:
        console.print(as_tree(decision, scan, explain(post, scan, bundle, running=frozenset()), language))
    return [line.strip(" │├└─") for line in shown.get().splitlines()]


def test_the_tree_says_why_and_what_to_do() -> None:
    """Rules that matched, conditions with places, the rule that almost did, and what would let the post pass."""
    assert _shown("en") == [
        "block",
        "sample/iban: rule iban",
        "sample/iban: matches -> block",
        "finding: type IBAN_CODE, confidence medium: yes - part 1, characters 15 to 41 (IBAN_CODE, high)",
        "sample/watched: matches -> block (only watched)",
        "finding: type IBAN_CODE, confidence medium: yes - part 1, characters 15 to 41 (IBAN_CODE, high)",
        "sample/broken: matches -> hold",
        "BrokenSpec: : could not be evaluated, counts as yes",
        "sample/relation: matches -> hold",
        "all (within post): yes",
        "words: list relation: yes - part 1, characters 1 to 8 (relation, high)",
        "missing: list risk-warning: yes",
        "sample/several: almost -> hold",
        "finding: type IBAN_CODE, confidence medium, count from 2: no",
        "1 other rules see nothing of it",
        "For the post to pass",
        "sample/iban: remove what stands here: part 1, characters 15 to 41 (IBAN_CODE, high)",
        "sample/iban: or have it put into the house's profile (own)",
        "sample/broken: its condition does not hang on a place of the text",
        "sample/relation: remove what stands here: part 1, characters 1 to 8 (relation, high)",
        "sample/relation: or add a text of risk-warning",
    ]


def test_the_tree_speaks_german_and_never_shows_the_text() -> None:
    """Places only."""
    lines = _shown("de")

    assert "Damit der Beitrag hinausgeht" in lines
    assert "sample/iban: trifft zu -> block" in lines
    assert not [line for line in lines if "geheim" in line or "1203" in line]


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Group(kind=GroupKind.ANY, conditions=(IBAN,), within=Within.SENTENCE), "any (within sentence)"),
        (NearSpec(a=SAID, b=SAID, distance=3), f"near: a ({RELATION}), b ({RELATION}), distance 3"),
        (NearSpec(a=SAID, b=SAID, distance=None), f"near: a ({RELATION}), b ({RELATION}), distance sentence"),
        (LengthSpec(low=5, high=9), "length: from 5, to 9"),
        (LanguageSpec(languages=(Language.OTHER, Language.UNKNOWN)), "language: is other | unknown"),
        (
            LinkSpec(not_domains=("bank.example",), parameters=("ids",), shorteners=True),
            "link: not_domains bank.example, parameters ids, shorteners true",
        ),
        (VisibilitySpec(words=("public", "unlisted")), "visibility: is public | unlisted"),
        (WordsSpec(lists=INLINE, denied=False), "words: list a/b#1, also negated false"),
    ],
)
def test_conditions_are_told_in_the_words_of_a_policy(condition: Condition, text: str) -> None:
    """What has its usual value is left out."""
    assert described(Answer(condition=condition, held=True, raised=False, findings=())) == text


def test_the_row_has_the_same_as_values() -> None:
    """Findings are numbers of those in the list."""
    post, bundle = make_post(TEXT), make_bundle(make_policy(make_rule(when=IBAN)))
    scan = make_scan(make_finding(start=14, end=41))

    row = as_row(
        decide(post, scan, bundle, running=frozenset(), expected=LOOKED),
        scan,
        explain(post, scan, bundle, running=frozenset()),
    )

    assert row == {
        "decision": "block",
        "reasons": ["sample/iban"],
        "missing": [],
        "findings": [
            {"start": 14, "end": 41, "type": "IBAN_CODE", "rule": "presidio/iban", "confidence": "high", "part": 0}
        ],
        "rules": [
            {
                "rule": "sample/iban",
                "mode": "enforce",
                "rollout": None,
                "retain": None,
                "action": "block",
                "outcome": "matched",
                "when": {
                    "condition": "finding: type IBAN_CODE, confidence medium",
                    "held": True,
                    "raised": False,
                    "findings": [0],
                    "inner": [],
                },
                "missing_lists": [],
            }
        ],
    }


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "de",
            "sample/iban: trifft zu -> block (wird ausgerollt: gilt für 2.5% der Beiträge, hier gezeigt wie für diese)",
        ),
        (
            "en",
            "sample/iban: matches -> block (being rolled out: counts for 2.5% of the posts, shown here as for those)",
        ),
    ],
)
def test_a_rule_that_is_being_rolled_out_says_so(language: str, said: str) -> None:
    """With its share, as a policy file has it."""
    bundle = make_bundle(make_policy(make_rule(when=IBAN, rollout=25)), rollout_key=None)
    post, scan = make_post(TEXT), make_scan(make_finding(start=14, end=41))
    decision, rules = (
        decide(post, scan, bundle, running=frozenset(), expected=LOOKED),
        explain(post, scan, bundle, running=frozenset()),
    )
    console = Console(width=200, file=StringIO())
    with console.capture() as shown:
        console.print(as_tree(decision, scan, rules, language))

    assert said in shown.get()
    assert [one["rollout"] for one in cast("list[dict[str, object]]", as_row(decision, scan, rules)["rules"])] == [
        "2.5%"
    ]
