"""
`postgate rules lint` and `rules test`: are recognizers and word lists right, and do their samples hold?

Exit code 0: everything holds; 1: there is a mistake; 2: the command line is wrong.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from proxy.cli.failures import language as spoken_language
from proxy.cli.problems import ordered, print_problems, problems_as_json
from proxy.loading.bundled import bundled
from proxy.loading.lexicons import load_lexicons
from proxy.loading.recognizers import load_recognizers
from proxy.loading.word_hits import word_search

if TYPE_CHECKING:
    from collections.abc import Callable

    from proxy.core.errors import Problem
    from proxy.core.model import Recognizer

_WIDTH = 170


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What a directory of rules holds."""

    recognizers: tuple[Recognizer, ...]
    lists: int
    problems: list[Problem]


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines."),
        click.option("--language", type=click.Choice(["de", "en"]), help="Language of the messages."),
        click.option(
            "--rules",
            "directory",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="Directory with recognizers/ and lexicons/; the installed one otherwise.",
        ),
    ):
        command = option(command)
    return command


def _read(directory: Path | None) -> _Read:
    root = bundled("rules") if directory is None else directory
    recognizers, problems = load_recognizers(root / "recognizers")
    lists, mistakes = load_lexicons(root / "lexicons", word_search)
    return _Read(recognizers=recognizers, lists=len(lists), problems=ordered((*problems, *mistakes)))


@click.command("lint")
@_options
def lint(*, directory: Path | None, language: str | None, as_json: bool) -> None:
    """List every mistake in recognizers and word lists; their samples are run."""
    found, language = _read(directory), language or spoken_language()
    if as_json:
        click.echo(json.dumps(problems_as_json(found.problems, language), ensure_ascii=False, indent=2))
    else:
        print_problems(found.problems, language)
        rules, lists, errors = len(found.recognizers), found.lists, len(found.problems)
        german = f"{rules} Regeln und {lists} Wortlisten ohne Fehler, {errors} Fehler"
        click.echo(german if language == "de" else f"{rules} rules and {lists} word lists are right, {errors} errors")
    sys.exit(any(not one.warning for one in found.problems))


@click.command("test")
@_options
def test(*, directory: Path | None, language: str | None, as_json: bool) -> None:
    """Run the samples of every rule and word list, and show which files hold."""
    found, language = _read(directory), language or spoken_language()
    broken = sorted({one.file for one in found.problems if not one.warning})
    if as_json:
        rules = [{"id": one.id, "entity": one.entity, "status": one.status} for one in found.recognizers]
        click.echo(json.dumps({"ok": not broken, "holding": rules, "broken": broken}, ensure_ascii=False, indent=2))
    else:
        headings = ("Regel", "Art", "Stand") if language == "de" else ("rule", "entity", "status")
        table = Table(*headings)
        for one in found.recognizers:
            table.add_row(one.id, one.entity, one.status)
        Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)
        print_problems(found.problems, language)
    sys.exit(bool(broken))
