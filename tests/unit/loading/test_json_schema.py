"""The schema for editors takes what the loader takes, and refuses what is wrong in form."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from proxy.core.policy.vocabulary import DETECTED, PLANNED
from proxy.loading.described import Vocabulary
from proxy.loading.files import policy_files
from proxy.loading.house_lists import ALLOW_LISTS
from proxy.loading.json_schema import policy_schema
from proxy.loading.policy_file import read_policy
from proxy.loading.strict_yaml import parse
from proxy.loading.validation import Report
from tests.golden.bad_files import FOLDER
from tests.house.files import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY = Vocabulary(
    entities=DETECTED,
    planned=PLANNED,
    lexicons=frozenset({"customer-relation"}),
    patterns=frozenset({"de-plate"}),
    allow_lists=ALLOW_LISTS,
)
ONLY_THE_LOADER_SEES = {
    "count_to",
    "deep_groups",
    "duplicate_rule",
    "empty_link",
    "forms_without_terms",
    "impossible_expectation",
    "list_and_terms",
    "matches_everything",
    "mixed_within",
    "none_group",
    "none_link",
    "only_negative",
    "only_positive",
    "only_register",
    "remedy_without_effect",
    "rollout_in_monitor",
    "rollout_in_part",
    "stronger_rule",
    "undetected_type",
}
"""Mistakes between values that are right one by one, and in texts."""
POLICY = """
schema: 1
policy: sample
title: {de: Beispiel, en: Sample}
owner: compliance
norms: [REG-DE-BANK]
mode: enforce
rules:
  - id: iban
    title: {de: Beispiel, en: Sample}
    when: %s
    action: block
    message: {de: Nein., en: No.}
    tests: [{post: a, expect: block}, {post: {text: b, kind: reply}, expect: allow}]
default: allow
"""


@cache
def _validator() -> Any:
    schema = policy_schema(VOCABULARY)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(json.loads(json.dumps(schema)))


def _valid(text: str) -> bool:
    return bool(_validator().is_valid(yaml.safe_load(text)))


def _read(text: str) -> bool:
    node, _ = parse(text.encode(), "a.yaml")
    assert node is not None
    return read_policy(Report(file="a.yaml"), node, VOCABULARY) is not None


CONDITIONS = [
    "{finding: {type: PERSON}}",
    "{finding: {type: [PERSON, IBAN_CODE], confidence: low, count: {from: 2}, within: part, view: plain}}",
    "{finding: {type: NOBODY}}",
    "{finding: {confidence: low}}",
    "{finding: {type: PERSON, confidence: lower}}",
    "{finding: {type: PERSON, count: {}}}",
    "{words: {list: customer-relation, negated: exclude}}",
    "{words: {terms: [eins, 2]}}",
    "{words: {terms: []}}",
    "{words: {list: customers}}",
    "{pattern: {name: de-plate}}",
    "{pattern: {name: de-plates}}",
    "{near: {a: {finding: {type: PERSON}}, b: {words: {list: customer-relation}}, distance: 3}}",
    "{near: {a: {finding: {type: PERSON}}, b: {words: {list: customer-relation}}, distance: sentence}}",
    "{near: {a: {finding: {type: PERSON}}, b: {words: {list: customer-relation}}, distance: 51}}",
    "{near: {a: {finding: {type: PERSON}}, b: {missing: {list: customer-relation}}, distance: 3}}",
    "{length: {characters: {from: 10}}}",
    "{length: {characters: {from: ten}}}",
    "{media: {present: true}}",
    "{media: {present: sometimes}}",
    "{visibility: {is: [unlisted, direct]}}",
    "{visibility: {is: friends}}",
    "{all: [{finding: {type: PERSON}}, {missing: {list: customer-relation, place: start}}]}",
    "{any: []}",
    "{any: [{allowed: {list: samples}}]}",
    "{}",
    "{finding: {type: PERSON}, words: {list: customer-relation}}",
    "[]",
]


@pytest.mark.parametrize("when", CONDITIONS)
def test_conditions_are_judged_as_the_loader_does(when: str) -> None:
    """What it takes is taken, what is wrong in form is refused."""
    assert _valid(POLICY % when) is _read(POLICY % when)


@pytest.mark.parametrize(
    "path", policy_files(REPOSITORY / "policies")[0], ids=lambda path: path.parent.name + path.stem
)
@pytest.mark.req("FEAT-25")
def test_the_shipped_policies_are_valid(path: Path) -> None:
    """With the names of this installation."""
    committed = json.loads((REPOSITORY / "docs" / "reference" / "policy.schema.json").read_text(encoding="utf-8"))

    assert list(Draft202012Validator(committed).iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))) == []


def _broken_policies() -> list[Path]:
    """Return the broken policies of the golden files that are YAML at all."""
    others = ("organisation_", "lexicon_", "settings_")
    return [
        path
        for path in sorted(FOLDER.glob("*.yaml"))
        if not path.stem.startswith(others) and not path.stem.endswith("_test") and not parse(path.read_bytes(), "")[1]
    ]


def test_what_only_the_loader_sees_is_among_them() -> None:
    """No name is left behind."""
    assert {path.stem for path in _broken_policies()} >= ONLY_THE_LOADER_SEES


@pytest.mark.parametrize("path", _broken_policies(), ids=lambda path: path.stem)
def test_broken_policies_are_refused(path: Path) -> None:
    """All but those whose mistake only the loader sees."""
    refused = not _validator().is_valid(yaml.safe_load(path.read_bytes()))

    assert refused is (path.stem not in ONLY_THE_LOADER_SEES)
