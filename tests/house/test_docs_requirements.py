"""Requirement ids mean something: whoever names one finds it, and what counts as built is tested."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache

import yaml

from tests.house.files import REPOSITORY, below, committed, text_of

PAGE = REPOSITORY / "docs" / "reference" / "requirements.yaml"
ID = re.compile(r"(REG|JOB|FEAT|PACK|TARGET|PAIN|TRAP)(-[A-Z0-9]+)+")
_REQUIRED = {"id", "title", "stage", "status"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One row of the page."""

    id: str
    title: str
    stage: str
    status: str
    wording: str = "checked"


@cache
def _requirements() -> dict[str, Requirement]:
    page = yaml.safe_load(text_of(PAGE))
    return {row["id"]: Requirement(**row) for row in page["requirements"]}


@cache
def _markers() -> dict[str, list[str]]:
    """Return the ids that tests name, each with the files that name it."""
    found: dict[str, list[str]] = {}
    for path in committed():
        if path.suffix != ".py" or not below(path).startswith("tests/"):
            continue
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "req":
                for argument in node.args:
                    assert isinstance(argument, ast.Constant), below(path)
                    found.setdefault(str(argument.value), []).append(below(path))
    return found


def test_every_requirement_is_written_out() -> None:
    """An id, a title, a known stage, a known status; no id stands there twice."""
    rows = yaml.safe_load(text_of(PAGE))["requirements"]

    assert [row for row in rows if not row.keys() >= _REQUIRED or not ID.fullmatch(row["id"]) or not row["title"]] == []
    assert len(rows) == len(_requirements())
    assert {one.stage for one in _requirements().values()} <= {"first", "pack", "later", "dropped"}
    assert {one.status for one in _requirements().values()} <= {"planned", "built"}
    assert {one.wording for one in _requirements().values()} <= {"checked", "not checked"}


def test_every_marker_names_a_requirement() -> None:
    """A test that proves something proves something we know of."""
    assert {name: files for name, files in _markers().items() if name not in _requirements()} == {}


def test_every_norm_of_a_policy_is_a_requirement() -> None:
    """A policy that names a norm can be looked up."""
    unknown = [
        f"{below(path)}: {norm}"
        for path in committed()
        if below(path).startswith("policies/") and path.suffix == ".yaml"
        for norm in yaml.safe_load(text_of(path)).get("norms", ())
        if norm not in _requirements()
    ]

    assert unknown == []


def test_what_is_built_has_a_test() -> None:
    """Built means proven: at least one test carries the id."""
    built = [one.id for one in _requirements().values() if one.status == "built"]

    assert [name for name in built if name not in _markers()] == []
