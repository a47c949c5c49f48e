"""
`postgate review delegate`, `delegations` and `undelegate`: who stands in for whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from proxy.cli.audit_times import Moment
from proxy.cli.options import (
    carry_out,
    config_option,
    json_text,
    language_option,
    print_table,
    read_token,
    token_option,
)
from proxy.core.errors import Localised
from proxy.gate.review_rows import delegation_row

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from proxy.assembly.operations import Operations
    from proxy.gate.review_ports import Delegation

_PERSON = 10
"""Characters of a pseudonym that the table shows; `--json` has all."""
_BEGUN = Localised(
    de="{deputy} vertritt Sie von {since} bis {until} UTC. Kennung: {id}",
    en="{deputy} stands in for you from {since} to {until} UTC. Id: {id}",
)
_ENDED = Localised(de="Beendet: {id}", en="Ended: {id}")
_TITLES = Localised(
    de="Kennung|wer|vertreten von|Warteschlange|von (UTC)|bis (UTC)",
    en="id|who|stood in for by|queue|from (UTC)|to (UTC)",
)


@click.command("delegate")
@config_option
@click.option("--until", type=Moment(), required=True, help="When it ends; at most 92 days after it begins.")
@click.option("--since", type=Moment(), help="When it begins; now by default.")
@click.option("--queue", help="For one queue; for all of yours by default.")
@token_option
@language_option
@click.argument("deputy", metavar="PSEUDONYM")
def delegate_command(
    *,
    config: Path,
    deputy: str,
    until: datetime,
    since: datetime | None,
    queue: str | None,
    token_file: Path | None,
    language: str,
) -> None:
    """
    Let another person stand in for you. PSEUDONYM is theirs (postgate token list).

    They need a token of their own, with the scope review or deputy. Never for a post of yours or of theirs.
    Exit code 0: they stand in; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> Delegation:
        by = await opened.people.person(token)
        return await opened.review.delegating.begin(deputy, until=until, since=since, queue=queue, by=by)

    begun = carry_out(config, work)
    words = _BEGUN.pick(language)
    click.echo(words.format(deputy=begun.deputy, since=_minute(begun.since), until=_minute(begun.until), id=begun.id))


@click.command("undelegate")
@config_option
@token_option
@language_option
@click.argument("name", metavar="ID")
def undelegate_command(*, config: Path, name: str, token_file: Path | None, language: str) -> None:
    """
    End a delegation of yours before its time.

    Exit code 0: ended; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> Delegation:
        return await opened.review.delegating.end(name, by=await opened.people.person(token))

    click.echo(_ENDED.pick(language).format(id=carry_out(config, work).id))


@click.command("delegations")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@token_option
@language_option
def delegations_command(*, config: Path, as_json: bool, token_file: Path | None, language: str) -> None:
    """
    List who stands in for you, and for whom you stand in.

    Exit code 0: listed; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> tuple[Delegation, ...]:
        return await opened.review.delegating.all(by=await opened.people.person(token))

    found = carry_out(config, work)
    if as_json:
        click.echo(json_text({"delegations": [delegation_row(one) for one in found]}))
        return
    cells = (
        (one.id, one.person[:_PERSON], one.deputy[:_PERSON], one.queue or "*", _minute(one.since), _minute(one.until))
        for one in found
    )
    print_table(_TITLES.pick(language).split("|"), cells)


DELEGATIONS = (delegate_command, undelegate_command, delegations_command)
"""Commands of the group `review` about standing in."""


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
