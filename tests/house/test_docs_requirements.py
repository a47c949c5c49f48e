"""Requirement ids mean something: whoever names one finds it, and what counts as built is tested."""

from __future__ import annotations

import re

import yaml

from tests.house.files import below, committed, text_of
from tests.house.requirements import PAGE, markers, requirements

ID = re.compile(r"(REG|JOB|FEAT|PACK|TARGET|PAIN|TRAP)(-[A-Z0-9]+)+")
_REQUIRED = {"id", "title", "stage", "status"}


def test_every_requirement_is_written_out() -> None:
    """An id, a title, a known stage, a known status; no id stands there twice."""
    rows = yaml.safe_load(text_of(PAGE))["requirements"]

    assert [row for row in rows if not row.keys() >= _REQUIRED or not ID.fullmatch(row["id"]) or not row["title"]] == []
    assert len(rows) == len(requirements())
    assert {one.stage for one in requirements().values()} <= {"first", "pack", "later", "dropped"}
    assert {one.status for one in requirements().values()} <= {"planned", "built"}
    assert {one.wording for one in requirements().values()} <= {"checked", "not checked"}


def test_every_marker_names_a_requirement() -> None:
    """A test that proves something proves something we know of."""
    assert {name: files for name, files in markers().items() if name not in requirements()} == {}


def test_every_norm_of_a_policy_is_a_requirement() -> None:
    """A policy that names a norm can be looked up."""
    unknown = [
        f"{below(path)}: {norm}"
        for path in committed()
        if below(path).startswith("policies/") and path.suffix == ".yaml"
        for norm in yaml.safe_load(text_of(path)).get("norms", ())
        if norm not in requirements()
    ]

    assert unknown == []


def test_what_is_built_has_a_test() -> None:
    """Built means proven: at least one test carries the id."""
    built = [one.id for one in requirements().values() if one.status == "built"]

    assert [name for name in built if name not in markers()] == []
