from __future__ import annotations

from typing import TYPE_CHECKING

from proxy.cli.problems import ordered, print_problems, problems_as_json
from proxy.core.errors import Localised, Problem

if TYPE_CHECKING:
    import pytest


def _problem(line: int, *, warning: bool = False) -> Problem:
    words = Localised(de="Etwas ist falsch.", en="Something is wrong.")
    return Problem(file="a.yaml", line=line, column=1, code="x", message=words, remedy=words, warning=warning)


def test_problems_come_by_place() -> None:
    """Whatever order they were found in."""
    assert [one.line for one in ordered((_problem(3), _problem(1)))] == [1, 3]


def test_warnings_alone_are_fine() -> None:
    """`ok` is about errors."""
    assert problems_as_json([_problem(1, warning=True)], "de")["ok"]
    assert not problems_as_json([_problem(1)], "de")["ok"]


def test_lines_say_error_or_warning(capsys: pytest.CaptureFixture[str]) -> None:
    """In the reader's language, on the error output."""
    print_problems((_problem(1), _problem(2, warning=True)), "de")

    assert capsys.readouterr().err.splitlines()[0].startswith("Fehler: ")
    assert not capsys.readouterr().out
