"""A key that nobody knows never passes, in whatever mapping of whatever file it stands."""

from __future__ import annotations

import copy
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from proxy.loading.files import policy_files
from proxy.loading.lexicons import load_lexicons
from proxy.loading.organisation import read_organisation
from proxy.loading.policies import Loaded, Sources, load
from proxy.loading.policy_file import read_policy
from proxy.loading.recognizers import read_recognizer
from proxy.loading.strict_yaml import parse
from proxy.loading.test_files import read_tests
from proxy.loading.validation import Report
from proxy.loading.word_hits import word_search
from tests.house.files import REPOSITORY
from tests.policy_files import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proxy.core.errors import Problem

KEY_NOBODY_KNOWS = "nobody_knows_this"
TODAY = date(2026, 11, 23)
RULES = REPOSITORY / "rules"
_NAMED = {("fixtures", "posts"), ("fixtures", "principals")}
"""Mappings whose keys are names that their author chooses."""
_POLICIES, _TESTS, _ = policy_files(REPOSITORY / "policies" / "de-bank")
_FILES = [*_POLICIES, *_TESTS, REPOSITORY / "policies" / "organisation.yaml"]
_FILES += [RULES / "lexicons" / "deposit-protection.yaml", *sorted((RULES / "recognizers").rglob("*iban*.yaml"))]


@cache
def _loaded() -> Loaded:
    return load(
        Sources(
            directory=REPOSITORY / "policies",
            organisation=REPOSITORY / "policies" / "organisation.yaml",
            lexicons=RULES / "lexicons",
            recognizers=RULES / "recognizers",
            fingerprint_key=KEY,
        ),
        TODAY,
    )


def _mappings(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(tree, dict) and path not in _NAMED:
        yield path
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield from _mappings(tree[key], (*path, key))


def _with_key(tree: Any, path: tuple[Any, ...]) -> bytes:
    changed = copy.deepcopy(tree)
    target = changed
    for key in path:
        target = target[key]
    target[KEY_NOBODY_KNOWS] = "x"
    return yaml.safe_dump(changed, allow_unicode=True, sort_keys=False, width=10_000).encode()


def _problems(path: Path, data: bytes, scratch: Path) -> list[Problem]:
    """Read a file of its kind as the loader does, and return what is said about it."""
    if path.parent.name == "lexicons":
        (scratch / path.name).write_bytes(data)
        return load_lexicons(scratch, word_search)[1]
    node, problems = parse(data, path.name)
    assert node is not None
    report = Report(file=path.name, problems=problems)
    if path.name == "organisation.yaml":
        read_organisation(report, node, TODAY)
    elif path.is_relative_to(RULES):
        read_recognizer(report, node)
    elif path.name.endswith("_test.yaml"):
        read_tests(report, node, {parsed.policy.id: parsed for parsed in _loaded().policies}, ())
    else:
        read_policy(report, node, _loaded().vocabulary)
    return report.problems


def _lines(data: bytes) -> range:
    """Return the lines from the beginning of the mapping that has the key to the key itself."""
    lines = data.decode().splitlines()
    key = next(number for number, line in enumerate(lines, start=1) if KEY_NOBODY_KNOWS in line)
    column = len(lines[key - 1]) - len(lines[key - 1].lstrip(" -"))
    first = key
    while first > 1 and len(lines[first - 1]) - len(lines[first - 1].lstrip(" ")) >= column - 2:
        first -= 1
    return range(first, key + 1)


@pytest.mark.blocking
@pytest.mark.parametrize("path", _FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_key_that_nobody_knows_is_a_mistake_everywhere(path: Path, tmp_path: Path) -> None:
    """With file and line, in every mapping of the file."""
    tree = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    places = list(_mappings(tree))
    silent = []
    for place in places:
        data = _with_key(tree, place)
        wrong = [one for one in _problems(path, data, tmp_path) if not one.warning]
        if not any(one.line in _lines(data) and one.file.endswith(path.name) for one in wrong):
            silent.append(place)

    assert places
    assert silent == []
