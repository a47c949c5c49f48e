"""
`postgate register build`: from the exports of the house to a signed file, with a report that holds no value.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from proxy.cli.failures import explained
from proxy.cli.options import language_option, plain
from proxy.cli.register_texts import BUILT, CONTINUED, MANY, MANY_OF, REASONS, ROWS
from proxy.core.errors import Localised
from proxy.loading.register_mapping import load_mapping
from proxy.observability.system import SystemClock
from proxy.register.build import Order, build
from proxy.register.exports import Source
from proxy.register.refusals import RegisterRefused
from proxy.register.restricted import build_restricted
from proxy.vault.key_references import read_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from proxy.core.detection.register.layout import Layout
    from proxy.register.build import Progress as Told
    from proxy.register.tally import Tally

__all__ = ["build_command"]

_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)%")
_NO_PERCENT = Localised(de="Erwartet wird ein Anteil wie 0.1%.", en="Expected is a share such as 0.1%.")
_STEPS = {
    "look": Localised(de="Quellen ansehen", en="look at sources"),
    "read": Localised(de="lesen", en="read"),
    "merge": Localised(de="zusammenführen", en="merge"),
    "write": Localised(de="schreiben", en="write"),
}


@click.command("build")
@click.option(
    "--source",
    "sources",
    multiple=True,
    required=True,
    metavar="[NAME=]FILE",
    help="Export of the house; with the name of its source in the mapping where that has several.",
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="YAML: how the sources are written, and what their columns mean.",
)
@click.option("--key", required=True, metavar="KEYREF", help="Key of the digests: file:PATH or env:NAME.")
@click.option("--sign-with", required=True, metavar="KEYREF", help="Signing key: file:PATH or env:NAME.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The register; one that is there serves until it is replaced as a whole.",
)
@click.option("--restricted", is_flag=True, help="Build restricted lists: columns term, from, until.")
@click.option(
    "--bad-rows", default="0.1%", show_default=True, metavar="SHARE", help="Build nothing when more rows are bad."
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=os.cpu_count() or 1, show_default="processors", help="Processes."
)
@language_option
def build_command(
    *,
    sources: tuple[str, ...],
    mapping: Path,
    key: str,
    sign_with: str,
    out: Path,
    restricted: bool,
    bad_rows: str,
    jobs: int,
    language: str,
) -> None:
    """
    Build a register out of the house's own exports, inside the house; only the finished file leaves the machine.

    A build that was broken off goes on with the same command. Exit code 0: built; 1: not built, the file of before
    serves on; 2: the mapping, a key or an option has mistakes.
    """
    most_bad = _share(bad_rows, language)
    with explained(), _counted(language):
        order = Order(
            sources=_sources(sources, load_mapping(mapping, restricted=restricted)),
            key=read_key(key, os.environ),
            seed=read_key(sign_with, os.environ),
            out=out.absolute(),
            now=SystemClock().now(),
            most_bad=most_bad,
            jobs=jobs,
        )
        with _bar(language) as told:
            built = (build_restricted if restricted else build)(order, told)
    _report(built.tallies, language)
    for name, count in built.many.items():
        if count:
            click.echo(MANY.pick(language).format(count=count, kind=MANY_OF[name].pick(language)))
    if built.continued:
        click.echo(CONTINUED.pick(language))
    header = built.header
    click.echo(BUILT.pick(language).format(version=header.version, records=header.records, keys=header.keys))


@contextmanager
def _counted(language: str) -> Iterator[None]:
    """Show what was counted also where it is the reason why nothing is built."""
    try:
        yield
    except RegisterRefused as refused:
        _report(refused.tallies, language)
        raise


def _share(text: str, language: str) -> float:
    if not (found := _PERCENT.fullmatch(text)):
        raise click.BadParameter(_NO_PERCENT.pick(language), param_hint="--bad-rows")
    return float(found[1]) / 100


def _sources(given: Sequence[str], layouts: Sequence[Layout]) -> tuple[Source, ...]:
    """Find the layout of each file."""
    known = {layout.name: layout for layout in layouts}
    names = ", ".join(known)
    found = []
    for text in given:
        name, sign, path = text.partition("=")
        if sign and name in known:
            found.append(Source(layout=known[name], path=Path(path)))
        elif len(layouts) == 1 and not (sign and not Path(text).exists()):
            found.append(Source(layout=layouts[0], path=Path(text)))
        else:
            raise RegisterRefused("unknown-source", source=name, columns=names)
    if missing := [name for name in known if all(source.layout.name != name for source in found)]:
        raise RegisterRefused("missing-source", columns=", ".join(missing))
    return tuple(found)


@contextmanager
def _bar(language: str) -> Iterator[Told]:
    """Show how far the build is, on a terminal only."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks = {step: progress.add_task(words.pick(language), start=False) for step, words in _STEPS.items()}

        def told(step: str, done: int, total: int) -> None:
            progress.start_task(tasks[step])
            progress.update(tasks[step], completed=done, total=total)

        yield told


def _report(tallies: Sequence[tuple[str, Tally]], language: str) -> None:
    for source, tally in tallies:
        click.echo(ROWS.pick(language).format(source=plain(source), rows=tally.rows, bad=tally.bad_rows))
        for reason, count in sorted(tally.reasons.items()):
            places = tally.places[reason]
            more = " ..." if count > len(places) else ""
            click.echo(f"  {REASONS[reason].pick(language)}: {count} ({', '.join(map(str, places))}{more})")
