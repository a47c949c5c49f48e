"""
`postgate policy diff`: what differs between two directories of policies, and whether it is stricter or weaker.
"""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from proxy.cli.failures import USAGE
from proxy.cli.failures import language as spoken_language
from proxy.cli.policy_changes import as_lines
from proxy.cli.problems import ordered, print_problems
from proxy.core.policy.diff import compare, only_stricter
from proxy.gate.policy_rows import change_rows
from proxy.loading.files import ORGANISATION
from proxy.loading.policies import Sources, load

if TYPE_CHECKING:
    from datetime import date

    from proxy.core.policy.bundle import PolicyBundle

DIFFERENT = 1
"""Exit code when there is a difference, as that of diff(1)."""
_KEY_BYTES = 32


class DiffTools(Protocol):
    """What this command finds in click's context object."""

    @property
    def lexicons(self) -> Path:
        """Return the directory of word lists."""
        ...

    @property
    def recognizers(self) -> Path | None:
        """Return the directory of recognizers, if there is one."""
        ...

    def today(self) -> date:
        """Return the date that expiries are compared with."""
        ...


@click.command("diff")
@click.option("--language", type=click.Choice(["de", "en"]), help="Language; that of the terminal by default.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of lines.")
@click.option(
    "--old-organisation",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The house's profile before; organisation.yaml in OLD by default.",
)
@click.option(
    "--new-organisation",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The house's profile after; organisation.yaml in NEW by default.",
)
@click.option(
    "--old-rules",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory with lexicons and recognizers before; that of the installation by default.",
)
@click.option(
    "--new-rules",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory with lexicons and recognizers after; that of the installation by default.",
)
@click.argument("old", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="OLD")
@click.argument("new", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="NEW")
@click.pass_obj
def diff(
    tools: DiffTools,
    *,
    language: str | None,
    as_json: bool,
    old_organisation: Path | None,
    new_organisation: Path | None,
    old_rules: Path | None,
    new_rules: Path | None,
    old: Path,
    new: Path,
) -> None:
    """
    Say what differs between two directories of policies, and whether it is stricter or weaker.

    What is not proven to be stricter is called unclear. Values of the house's lists are counted, never shown.

    Exit code 0: no difference; 1: there are differences; 2: mistakes in the files, or wrong use of the command.
    """
    spoken = language or spoken_language()
    # One key for both: entries of lists are compared by their fingerprints.
    key = secrets.token_bytes(_KEY_BYTES)
    before = _loaded(tools, _sources(tools, old, old_organisation, old_rules, key), spoken)
    after = _loaded(tools, _sources(tools, new, new_organisation, new_rules, key), spoken)
    if before is None or after is None:
        sys.exit(USAGE)
    changes = compare(before, after)
    if as_json:
        rows = {"only_stricter": only_stricter(changes), "changes": change_rows(changes)}
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for line in as_lines(changes, spoken):
            click.echo(line)
    sys.exit(DIFFERENT if changes else 0)


def _sources(tools: DiffTools, directory: Path, organisation: Path | None, rules: Path | None, key: bytes) -> Sources:
    beside = directory / ORGANISATION
    sources = Sources(
        directory=directory,
        organisation=beside if organisation is None and beside.is_file() else organisation,
        lexicons=tools.lexicons,
        recognizers=tools.recognizers,
        fingerprint_key=key,
    )
    return (
        sources if rules is None else replace(sources, lexicons=rules / "lexicons", recognizers=rules / "recognizers")
    )


def _loaded(tools: DiffTools, sources: Sources, language: str) -> PolicyBundle | None:
    loaded = load(sources, tools.today())
    if loaded.bundle is None:
        click.echo(f"{sources.directory}:", err=True)
        print_problems(ordered(loaded.errors), language)
    return loaded.bundle
