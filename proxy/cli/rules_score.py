"""
`postgate rules score`: how much the rules catch and how often they are wrong, on a corpus of invented posts.

Prints tables, and writes JSON or a page when asked. Texts of the locked part are never printed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from proxy.assembly.scoring import Scoring
from proxy.assembly.scoring import score as score_with
from proxy.cli.failures import explained
from proxy.cli.rules_mutate import show_mutations
from proxy.scoring.corpus import HOUSES, PUBLIC, SPLITS, read_corpus, read_public
from proxy.scoring.page import HEADINGS, as_json, cells, markdown, percent
from proxy.scoring.report import CHECKSUMMED, marked, report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.scoring.corpus import Example
    from proxy.scoring.judge import Outcome
    from proxy.scoring.report import Report

CORPUS = Path("tests/corpus")
_WIDTH = 170
"""Columns of a table that goes into a file or a pipe."""


def _chosen(corpus: Path, split: str, categories: tuple[str, ...]) -> tuple[Example, ...]:
    examples = read_corpus(corpus, split=split)
    known = {example.category for example in examples}
    if unknown := sorted(set(categories) - known):
        message = f"unknown: {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        raise click.BadParameter(message, param_hint="--category")
    return tuple(example for example in examples if not categories or example.category in categories)


@click.command("score")
@click.option(
    "--corpus",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=CORPUS,
    show_default=True,
    help="Directory with dev/, locked/ and organisations/.",
)
@click.option("--split", type=click.Choice([*SPLITS, "all"]), default="dev", show_default=True, help="Which part.")
@click.option("--category", "categories", multiple=True, help="Only this category; may be given several times.")
@click.option(
    "--policies",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory with de-bank/ and de-insurer/; that of the installation by default.",
)
@click.option("--no-ner", is_flag=True, help="Without language models.")
@click.option("--no-profile", is_flag=True, help="Without the profiles of the houses.")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Detection processes.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures here.")
@click.option(
    "--confusion", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write the tables as Markdown here."
)
@click.option(
    "--public",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Judge the lines of this text file, real public posts, with the policies of --house instead of a corpus.",
)
@click.option("--house", type=click.Choice(sorted(HOUSES)), default="bank", show_default=True, help="For --public.")
@click.option("--mutate", "mutation", is_flag=True, help="Disguise every post and print what is still caught.")
@click.option("--minutes", type=click.FloatRange(0.1), help="Go on disguising this long; one round by default.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the disguises.")
@click.option("--misses", is_flag=True, help="List what was decided wrongly; with the text for the dev part only.")
def score(
    *,
    corpus: Path,
    split: str,
    categories: tuple[str, ...],
    policies: Path | None,
    no_ner: bool,
    no_profile: bool,
    jobs: int,
    json_file: Path | None,
    page: Path | None,
    public: Path | None,
    house: str,
    mutation: bool,
    minutes: float | None,
    seed: int,
    misses: bool,
) -> None:
    """
    Judge a corpus with the real detectors and starter policies, and print how well they did.

    Exit code 0: figures were printed, whatever they are; 2: the corpus or the configuration has mistakes.
    """
    ner = () if no_ner else None
    profiles = None if no_profile else corpus / "organisations"
    scoring = Scoring(organisations=profiles, policies=policies, jobs=jobs, ner=ner)
    with explained():
        if public is None:
            examples = _chosen(corpus, split, categories)
        else:
            examples, split = read_public(public, organisation=house), PUBLIC
        if mutation:
            show_mutations(scoring, examples, seed=seed, minutes=minutes, misses=misses)
            return
        outcomes = asyncio.run(_run(scoring, examples))
    figures = report(outcomes)
    _print(figures, split)
    if misses:
        _print_misses(outcomes)
    if json_file is not None:
        json_file.write_text(json.dumps(as_json(figures, split), indent=2) + "\n", encoding="utf-8")
    if page is not None:
        page.write_text(markdown(figures, f"Split {split}: {figures.posts} posts"), encoding="utf-8")


async def _run(scoring: Scoring, examples: Sequence[Example]) -> list[Outcome]:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("posts", total=len(examples))
        return await score_with(scoring, examples, done=lambda: progress.advance(task))


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else _WIDTH)


def _print(figures: Report, split: str) -> None:
    console = _console()
    for title, rows in figures.groups:
        table = Table(title=f"{title} (split {split})", title_justify="left")
        for heading in (title, *HEADINGS):
            table.add_column(heading, overflow="fold")
        for one in rows:
            table.add_row(one.name, *cells(one))
        console.print(table, highlight=False)
    confusion = Table(title=f"expected, and what was decided (split {split})", title_justify="left")
    for heading in ("expected", *(str(got) for got, _ in figures.confusion[0][1])):
        confusion.add_column(heading)
    for expected, decisions in figures.confusion:
        confusion.add_row(str(expected), *(str(count) for _, count in decisions))
    console.print(confusion, highlight=False)
    for name, posts in figures.missing:
        click.echo(f"missing: {name} did not answer {posts} posts; no answer counts as allow")
    for bar in figures.bars:
        sign = "at least" if bar.at_least else "at most"
        state = "-     " if bar.share.value is None else "met   " if bar.met else "MISSED"
        click.echo(f"{state} {bar.name}: {percent(bar.share)}, goal {sign} {bar.goal:.1%}")


def _print_misses(outcomes: list[Outcome]) -> None:
    for one in outcomes:
        example = one.example
        lost = sorted({mark.entity for mark in example.marks if mark.entity in CHECKSUMMED and not marked(one, mark)})
        if one.stopped is example.leak and not lost:
            continue
        why = ", ".join(one.rules) or "-"
        evasion = f" evasion={','.join(example.evasion)}" if example.evasion else ""
        places = f" not found: {', '.join(lost)}" if lost else ""
        click.echo(
            f"{example.id} {example.category}: expected {example.expected}, got {one.verdict} ({why}){evasion}{places}"
        )
        if example.split == "dev":
            for part in example.parts:
                click.echo(f"    {part.kind}: {json.dumps(part.text, ensure_ascii=False)}")
            found = sorted({f"{found.entity}/{found.confidence}" for found in one.findings})
            click.echo(f"    findings: {', '.join(found) or '-'}")
