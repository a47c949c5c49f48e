"""
`postgate policy backtest`: which posts would be decided otherwise under other policies.

Posts come from JSON lines, or from the log of an installation. Of their texts only masked snippets are shown.
"""

from __future__ import annotations

import asyncio
import codecs
import secrets
import sys
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Protocol

import click
from rich.console import Console
from rich.progress import Progress

from proxy.assembly.backtesting import Installation, installation
from proxy.cli.audit_times import Moment
from proxy.cli.check import question_of, read_row
from proxy.cli.failures import FAILED, USAGE, explained
from proxy.cli.failures import language as spoken_language
from proxy.cli.policy_backtest_page import Page, print_json, print_page
from proxy.cli.problems import ordered, print_problems
from proxy.core.policy.backtest import tally
from proxy.gate.backtest import Sample, backtest
from proxy.gate.check import post_of
from proxy.gate.recorded import sample_of
from proxy.loading.files import ORGANISATION
from proxy.loading.policies import Sources, load

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from datetime import date
    from typing import BinaryIO

    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.backtest import Rescanner

_KEY_BYTES = 32
_IN_FLIGHT_PER_WORKER = 32
_PURPOSE = "policy backtest"


class BacktestTools(Protocol):
    """What this command finds in click's context object."""

    @property
    def policies(self) -> Path:
        """Return the directory of policies when the command line names none."""
        ...

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

    def make_scanner(self, fingerprint_key: bytes, *, jobs: int) -> AbstractAsyncContextManager[Rescanner]:
        """Start the detectors with a fingerprint key; they stop when the context ends."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What one call of the command is about."""

    tools: BacktestTools
    against: Path
    against_rules: Path | None
    policies: Path | None
    organisation: Path | None
    posts: BinaryIO | None
    config: Path | None
    since: datetime | None
    until: datetime | None
    days: float | None
    jobs: int
    language: str


class _Mistakes(Exception):
    """Policies that cannot be loaded; they have been listed."""


@click.command("backtest")
@click.option(
    "--against",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Directory of the new policies.",
)
@click.option(
    "--against-rules",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory with lexicons and recognizers for the new policies; those of the old ones by default.",
)
@click.option(
    "--policies",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory of the old policies; that of the installation by default.",
)
@click.option(
    "--organisation",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The house's profile; organisation.yaml in the policy directory by default.",
)
@click.option("--posts", type=click.File("rb"), help='JSON lines as for check, with an optional "at"; - reads them.')
@click.option(
    "--config", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Settings: take recorded posts."
)
@click.option("--from", "since", type=Moment(), help="With --config: first moment.")
@click.option("--to", "until", type=Moment(), help="With --config: first moment that is too late.")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), help="Over how many days the posts were spread.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
@click.option(
    "--list", "most", type=click.IntRange(0), default=20, show_default=True, help="Most posts that are listed."
)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Detection processes.")
@click.option("--language", type=click.Choice(["de", "en"]), help="Language; that of the terminal by default.")
@click.pass_obj
def backtest_command(
    tools: BacktestTools, /, *, as_json: bool, most: int, language: str | None, **options: object
) -> None:
    """
    Decide posts again under old and new policies, and say what would change; nothing is sent.

    Posts come from --posts, or with --config from the log; that they are opened becomes a record. Of their texts only
    masked snippets are shown. What a redacted text would get is not looked at; every calendar counts as running.

    Exit code 0: every post was decided; 1: some could not be read; 2: mistakes in the files, or wrong use.
    """
    wanted = _Wanted(tools=tools, language=language or spoken_language(), **options)  # type: ignore[arg-type]
    if (wanted.posts is None) == (wanted.config is None):
        raise click.UsageError("exactly one of --posts and --config")
    if wanted.config is None and (wanted.since or wanted.until):
        raise click.UsageError("--from and --to go with --config")
    with explained():
        try:
            page = asyncio.run(_run(wanted))
        except _Mistakes:
            sys.exit(USAGE)
    if as_json:
        print_json(page)
    else:
        print_page(page, wanted.language, most=most)
    if page.unreadable:
        sys.exit(FAILED)


@dataclass(slots=True)
class _Unread:
    """How many posts could not be read."""

    count: int = 0


async def _run(wanted: _Wanted) -> Page:
    unread = _Unread()
    async with _opened(wanted, unread) as (scanner, (old, new), samples):
        for bundle in (old, new):
            await scanner.load(bundle)
        begun = monotonic()
        steps, changed = [], []
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Beiträge" if wanted.language == "de" else "Posts", total=None)
            width = wanted.jobs * _IN_FLIGHT_PER_WORKER
            async with aclosing(backtest(samples, scanner=scanner, old=old, new=new, width=width)) as replayed:
                async for one in replayed:
                    steps.append(one.step)
                    if one.step.changed:
                        changed.append(one)
                    progress.advance(task)
        seconds = monotonic() - begun
    return Page(
        tally=tally(steps, days=wanted.days),
        changed=tuple(changed),
        unreadable=unread.count,
        seconds=seconds,
    )


@asynccontextmanager
async def _opened(
    wanted: _Wanted, unread: _Unread
) -> AsyncIterator[tuple[Rescanner, tuple[PolicyBundle, PolicyBundle], AsyncIterable[Sample]]]:
    """Start the detectors, load both bundles, and open the posts."""
    if wanted.config is not None:
        async with installation(wanted.config, jobs=wanted.jobs) as opened:
            yield (
                opened.scanner,
                await asyncio.to_thread(_bundles, wanted, opened.sources),
                _recorded(wanted, opened, unread),
            )
    elif wanted.posts is not None:
        tools = wanted.tools
        sources = Sources(
            directory=tools.policies,
            organisation=None,
            lexicons=tools.lexicons,
            recognizers=tools.recognizers,
            fingerprint_key=secrets.token_bytes(_KEY_BYTES),
        )
        bundles = await asyncio.to_thread(_bundles, wanted, sources)
        async with tools.make_scanner(sources.fingerprint_key, jobs=wanted.jobs) as scanner:
            yield scanner, bundles, _lines(wanted.posts, unread)


def _bundles(wanted: _Wanted, sources: Sources) -> tuple[PolicyBundle, PolicyBundle]:
    old = _of(sources, wanted.policies or sources.directory, wanted.organisation)
    new = _of(old, wanted.against, None)
    if wanted.against_rules is not None:
        rules = wanted.against_rules
        new = replace(new, lexicons=rules / "lexicons", recognizers=rules / "recognizers")
    before, after = _loaded(wanted, old), _loaded(wanted, new)
    if before is None or after is None:
        raise _Mistakes
    return before, after


def _of(sources: Sources, directory: Path, organisation: Path | None) -> Sources:
    """Return sources of another directory; a profile that lies in it counts, unless another one is named."""
    beside = directory / ORGANISATION
    named = organisation or (beside if beside.is_file() else sources.organisation)
    return replace(sources, directory=directory, organisation=named)


def _loaded(wanted: _Wanted, sources: Sources) -> PolicyBundle | None:
    loaded = load(sources, wanted.tools.today())
    if loaded.bundle is None:
        click.echo(f"{sources.directory}:", err=True)
        print_problems(ordered(loaded.errors), wanted.language)
    return loaded.bundle


async def _lines(source: BinaryIO, unread: _Unread) -> AsyncGenerator[Sample]:
    number = 0
    while line := await asyncio.to_thread(source.readline):
        number += 1
        text = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        if not text.strip():
            continue
        try:
            sample = read_sample(text)
        except ValueError as problem:
            click.echo(f"line {number}: {problem}", err=True)
            unread.count += 1
        else:
            yield sample


def read_sample(line: bytes) -> Sample:
    """
    Read one line of a file of posts.

    Raises:
        ValueError: it is none; the message does not repeat the line.
    """
    row = read_row(line)
    moment = row.pop("at", None)
    if moment is not None and not isinstance(moment, str):
        message = 'something else than a time as "at"'
        raise ValueError(message)
    try:
        at = None if moment is None else datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if moment is not None and (at is None or at.tzinfo is None):
        message = 'no time with zone as "at"'
        raise ValueError(message)
    return Sample(post=post_of(question_of(row)), at=at)


async def _recorded(wanted: _Wanted, opened: Installation, unread: _Unread) -> AsyncGenerator[Sample]:
    records = opened.contents.decided(since=wanted.since, until=wanted.until, by=opened.operator, purpose=_PURPOSE)
    async with aclosing(records) as found:
        async for record in found:
            try:
                sample = sample_of(record)
            except (LookupError, TypeError, ValueError):
                unread.count += 1
                continue
            if sample is not None:
                yield sample
