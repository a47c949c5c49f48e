"""
How the commands show mistakes and warnings in files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from proxy.core.errors import Problem


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by place."""
    return sorted(problems, key=lambda one: (one.file, one.line, one.column, one.code))


def problems_as_json(problems: Sequence[Problem], language: str) -> dict[str, object]:
    """Return problems as plain values, and whether none of them is an error."""
    return {
        "ok": all(one.warning for one in problems),
        "problems": [
            {
                "file": one.file,
                "line": one.line,
                "column": one.column,
                "code": one.code,
                "warning": one.warning,
                "message": one.message.pick(language),
                "remedy": one.remedy.pick(language),
            }
            for one in problems
        ],
    }


def print_problems(problems: Iterable[Problem], language: str) -> None:
    """Write one line for each problem to the error output."""
    words = {"de": ("Fehler", "Warnung"), "en": ("error", "warning")}[language]
    for one in problems:
        click.echo(f"{words[one.warning]}: {one.render(language)}", err=True)
