"""Whatever stands in a file: a bundle, or mistakes that can be read in both languages. Loading never raises."""

from __future__ import annotations

import copy
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.core.errors import ConfigurationError
from proxy.loading.policies import load
from proxy.loading.policy_tests import collect
from tests.policy_files import KEY, ORGANISATION, policy_text, write_policies

TESTS = """
schema: 1
policy: sample
now: 2026-03-02T09:00:00+01:00
fixtures:
  posts: {weekend: {text: Wochenende, parts: [{kind: alt_text, text: Bild}]}}
  principals: {anna: {kind: employee}}
  organisation: {samples: ["4111 1111 1111 1111"]}
matrix: [{posts: weekend, principals: anna, expect: allow, rules: []}]
"""
FILES = {
    "sample": yaml.safe_load(policy_text().replace("action: block", "action: block\n    hold: {queue: a, due: 2h}")),
    "sample_test": yaml.load(TESTS, Loader=yaml.BaseLoader),
    "organisation": yaml.load(ORGANISATION, Loader=yaml.BaseLoader),
}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=10),
    st.sampled_from(["all", "none", "any", "finding", "words", "allowed", "IBAN_CODE", "hold", "{x}", "2h", "media"]),
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["any", "all", "none", "finding", "words", "terms", "list", "type", "count", "from", "de", "x"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def _places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    return [path, *(place for key in keys for place in _places(tree[key], (*path, key)))]


def _with(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(tree)
    target = changed
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return changed


@settings(max_examples=200)
@given(st.data(), st.sampled_from(sorted(FILES)), values)
def test_a_wrong_value_anywhere_never_raises(data: st.DataObject, name: str, value: Any) -> None:
    """One value of a good file is replaced by any other."""
    place = data.draw(st.sampled_from(_places(FILES[name])))
    with tempfile.TemporaryDirectory() as scratch:
        sources = write_policies(Path(scratch))
        for file, tree in {**FILES, name: _with(FILES[name], place, value)}.items():
            text = yaml.safe_dump(tree, allow_unicode=True)
            (sources.directory / f"{file}.yaml").write_text(text, encoding="utf-8")

        loaded = load(sources, date(2026, 11, 23))
        _, problems = collect(loaded, sources.directory, KEY)

    found = ConfigurationError((*loaded.problems, *problems))
    assert (loaded.bundle is None) is bool(loaded.errors)
    assert all(found.render(language).count("\n") == len(found.problems) - 1 for language in ("de", "en")) or (
        not found.problems
    )
