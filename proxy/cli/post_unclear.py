"""
`postgate post unclear` and `postgate post settle`: posts that may have been published, and what a person found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from proxy.cli.gateway import address_option, asked, client_of
from proxy.cli.options import json_text, language_option, print_table, token_option

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_TITLES = ("account", "status", "decision", "sent at", "attempts", "overdue")


@click.command("unclear")
@address_option
@token_option
@click.option("--json", "as_json", is_flag=True, help="Rows as JSON.")
@language_option
def unclear(*, address: str, token_file: Path | None, as_json: bool, language: str) -> None:
    """
    List posts that may have been published, and those that are not and wait for a person.

    The token needs the scope `deliver`.
    """
    client = client_of(address, token_file, language)
    with asked(language):
        rows = client.unclear()
    _show(rows, as_json=as_json)


@click.command("settle")
@click.argument("decision", metavar="DECISION")
@click.option("--published", "platform_id", metavar="ID", help="It is on the platform, under this id.")
@click.option("--absent", is_flag=True, help="It is not on the platform.")
@click.option("--resend", "then", flag_value="resend", help="With --absent: decide it again, and send it.")
@click.option("--close", "then", flag_value="close", help="With --absent: it stays unsent.")
@address_option
@token_option
@click.option("--json", "as_json", is_flag=True, help="The row as JSON.")
@language_option
def settle(
    decision: str,
    *,
    platform_id: str | None,
    absent: bool,
    then: str | None,
    address: str,
    token_file: Path | None,
    as_json: bool,
    language: str,
) -> None:
    """
    Say what you found on the platform about an unclear post; what you say is on record with you.

    Without --resend or --close a post that is not there waits. The token needs the scope `deliver`.
    """
    if absent == (platform_id is not None) or (then is not None and not absent):
        raise click.UsageError("say --published ID, or --absent, perhaps with --resend or --close")
    client = client_of(address, token_file, language)
    with asked(language):
        row = client.settle(decision, platform_id=platform_id, then=then)
    _show((row,), as_json=as_json)


def _show(rows: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json_text(list(rows)))
        return
    print_table(_TITLES, (_cells(row) for row in rows))


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("account", "status", "decision_id", "sent_at", "attempts")
    return (*(str(row.get(name, "")) for name in names), "!" if row.get("overdue") else "")
