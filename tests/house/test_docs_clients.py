"""The programs that a page tells people to use are those that the tests run, in their versions, with what is shown."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.house.clients import CLIENTS, DOORS, MATRIX, named_in
from tests.house.files import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [REPOSITORY / f"docs/how-to/employee/connect-a-client.{language}.md" for language in ("de", "en")]
ROW = re.compile(r"^\| (?P<name>[\w.@/-]+)[^|]*\| (?P<version>[\d.]+) \|", re.MULTILINE)


def _pinned() -> dict[str, str]:
    lock = (REPOSITORY / "requirements" / "dev.txt").read_text(encoding="utf-8")
    package = json.loads((REPOSITORY / "tests/e2e/npm/package.json").read_text(encoding="utf-8"))
    return {_plain(name): version for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE)} | {
        _plain(name): version for name, version in package["dependencies"].items()
    }


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.suffixes[0][1:])
def test_the_versions_on_the_page_are_those_of_the_tests(page: Path) -> None:
    """An upgrade of a client changes the page, too; at least eleven clients are named."""
    text = page.read_text(encoding="utf-8")
    pinned = _pinned()
    named = {row["name"]: row["version"] for row in ROW.finditer(text)}

    assert len(named) >= 11
    assert {name: pinned.get(_plain(name)) for name in named} == named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.suffixes[0][1:])
def test_each_program_on_the_page_has_its_answers(page: Path) -> None:
    """Who is named there is asked everything; where there is no test, words say why."""
    named = {row["name"] for row in ROW.finditer(page.read_text(encoding="utf-8"))}

    assert named <= set(CLIENTS)
    assert [question for question, cells in MATRIX.items() if tuple(cells) != CLIENTS] == []


def test_the_tests_that_are_named_are_there() -> None:
    """A renamed test changes the page, and one that is gone leaves a hole that somebody has to fill."""
    cells = [cell for answers in (*MATRIX.values(), DOORS) for cell in answers.values()]
    named = {test for cell in cells for test in named_in(cell)}
    there = {
        f"{path.stem}::{node.name}"
        for path in (REPOSITORY / "tests" / "e2e").glob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }

    assert named - there == set()
    assert [cell for cell in cells if not named_in(cell) and ("::" in cell or len(cell.split()) < 3)] == []
