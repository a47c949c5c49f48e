"""
`postgate review`: what waits for people, what they see of it, what they say.

Whoever reviews is known by a gateway token of their own (`postgate token issue --scope review`). It is read from
`POSTGATE_TOKEN`, from a file, or asked for; it never stands on the command line, where others see it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from proxy.cli.options import (
    carry_out,
    config_option,
    json_text,
    language_option,
    plain,
    print_table,
    read_token,
    token_option,
)
from proxy.cli.review_delegations import DELEGATIONS
from proxy.cli.review_false_alarms import false_alarms_command
from proxy.cli.review_page import page
from proxy.cli.review_votes import VOTES
from proxy.core.errors import Localised
from proxy.gate.review_looking import Purpose
from proxy.gate.review_rows import review_row, shown_row

if TYPE_CHECKING:
    from proxy.assembly.operations import Operations
    from proxy.gate.ports import SpooledMedia
    from proxy.gate.review_ports import AskedReview
    from proxy.gate.review_shown import ShownReview

_NOTHING = Localised(de="Nichts wartet auf Sie.", en="Nothing waits for you.")
_TITLES = Localised(
    de="Prüfung|Warteschlange|Stufe|fällig (UTC)|Konto|Regeln", en="review|queue|stage|due (UTC)|account|rules"
)
_COVERED = Localised(
    de="Verdeckt: {count}. Aufdecken wird vermerkt: postgate review reveal {id} --purpose decision",
    en="Covered: {count}. Uncovering goes on record: postgate review reveal {id} --purpose decision",
)
_SAVED = Localised(de="Gespeichert: {out} ({mime})", en="Saved: {out} ({mime})")
_THERE = Localised(de="Diese Datei gibt es schon; es wurde nichts geholt.", en="This file exists; nothing was fetched.")
_purpose_option = click.option(
    "--purpose", type=click.Choice([one.value for one in Purpose]), required=True, help="What for; for the record."
)
_case_option = click.option("--case", help="Number of the case, if there is one.")
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document.")


@click.group("review")
def review() -> None:
    """See and decide what waits for people."""


@review.command("list")
@config_option
@click.option("--queue", help="Of one queue only.")
@_json_option
@token_option
@language_option
def list_command(*, config: Path, queue: str | None, as_json: bool, token_file: Path | None, language: str) -> None:
    """
    List what you may decide now, what is due first before the rest; nothing of your own.

    Exit code 0: listed; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> tuple[AskedReview, ...]:
        return await opened.review.reviewing.mine(by=await opened.people.person(token), queue=queue)

    found = carry_out(config, work)
    if as_json:
        click.echo(json_text({"reviews": [review_row(one) for one in found]}))
    elif found:
        print_table(_TITLES.pick(language).split("|"), (_cells(one) for one in found))
    else:
        click.echo(_NOTHING.pick(language))


@review.command("show")
@config_option
@_json_option
@token_option
@language_option
@click.argument("name", metavar="ID")
def show_command(*, config: Path, name: str, as_json: bool, token_file: Path | None, language: str) -> None:
    """
    Show a review with the text of its post, what was found covered. That you looked goes on record before.

    Exit code 0: shown; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> ShownReview:
        return await opened.review.looking.show(name, by=await opened.people.person(token))

    _print(carry_out(config, work), language, as_json=as_json)


@review.command("reveal")
@config_option
@_purpose_option
@_case_option
@_json_option
@token_option
@language_option
@click.argument("name", metavar="ID")
def reveal_command(
    *,
    config: Path,
    name: str,
    purpose: str,
    case: str | None,
    as_json: bool,
    token_file: Path | None,
    language: str,
) -> None:
    """
    Show a review with its text in clear. What for goes on record before.

    Exit code 0: shown; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> ShownReview:
        by = await opened.people.person(token)
        return await opened.review.looking.reveal(name, by=by, purpose=Purpose(purpose), case=case)

    _print(carry_out(config, work), language, as_json=as_json)


@review.command("image")
@config_option
@_purpose_option
@_case_option
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A file that does not exist yet."
)
@token_option
@language_option
@click.argument("name", metavar="ID")
@click.argument("number", type=click.IntRange(min=0))
def image_command(
    *,
    config: Path,
    name: str,
    number: int,
    purpose: str,
    case: str | None,
    out: Path,
    token_file: Path | None,
    language: str,
) -> None:
    """
    Save an image of a review's post, by its NUMBER in `show`. What for goes on record before.

    Exit code 0: saved, for nobody else to read; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)
    if out.exists():
        raise click.UsageError(_THERE.pick(language))

    async def work(opened: Operations) -> SpooledMedia:
        by = await opened.people.person(token)
        return await opened.review.looking.image(name, number, by=by, purpose=Purpose(purpose), case=case)

    kept = carry_out(config, work)
    out.touch(mode=0o600, exist_ok=False)
    out.write_bytes(kept.data)
    click.echo(_SAVED.pick(language).format(out=out, mime=kept.mime))


for command in (*VOTES, *DELEGATIONS, false_alarms_command):
    review.add_command(command)


def _cells(one: AskedReview) -> tuple[str, ...]:
    due = f"{one.due_at:%Y-%m-%d %H:%M}"
    return (one.id, one.queue, f"{one.stage}/{one.stages}", due, one.account, ", ".join(one.rules))


def _print(shown: ShownReview, language: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json_text(shown_row(shown)))
        return
    for line in page(shown, language):
        click.echo(plain(line))
    if shown.covered and not shown.revealed:
        click.echo("\n" + _COVERED.pick(language).format(count=shown.covered, id=shown.review.id), err=True)
