"""
The rows of `docs/reference/requirements.yaml`, and the tests that name them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache

import yaml

from tests.house.files import REPOSITORY, below, committed, text_of

PAGE = REPOSITORY / "docs" / "reference" / "requirements.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One row of the page."""

    id: str
    title: str
    stage: str
    status: str
    wording: str = "checked"


@cache
def requirements() -> dict[str, Requirement]:
    """Return the rows by id, in the order of the page."""
    page = yaml.safe_load(text_of(PAGE))
    return {row["id"]: Requirement(**row) for row in page["requirements"]}


@cache
def markers() -> dict[str, list[str]]:
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
