"""
`postgate account`: the platform accounts of the house.

Credentials come from a file or standard input, never from the command line, where other users could read them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click

from proxy.cli.options import carry_out, config_option, language_option, print_table
from proxy.core.errors import Localised
from proxy.platforms.bluesky.logins import CREDENTIAL as BLUESKY
from proxy.platforms.linkedin.credentials import CREDENTIAL as LINKEDIN
from proxy.settings.model import Platform
from proxy.vault.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

_ADDED = Localised(de="Angelegt: {id}", en="Added: {id}")
_REMOVED = Localised(
    de="Entfernt: {id}. Die Zugangsdaten sind gelöscht, die Token widerrufen.",
    en="Removed: {id}. Its credential is destroyed, its tokens are revoked.",
)
_EXISTS = Localised(de="Ein Konto mit dieser Kennung gibt es schon.", en="There is an account of this id already.")
_MISSING = Localised(de="Es gibt kein Konto mit dieser Kennung.", en="There is no account of this id.")
_LONGEST = 16_384
_SHAPES = {
    "bluesky": (BLUESKY, "the account's DID, a space, an app password"),
    "linkedin": (LINKEDIN, "the account's URNs such as urn:li:organization:5583111, a space, an access token"),
}


@click.group("account")
def account() -> None:
    """Add, list and remove platform accounts."""


@account.command("add")
@config_option
@click.argument("account_id", metavar="ID")
@click.option("--platform", type=click.Choice(get_args(Platform)), required=True, help="The account's platform.")
@click.option("--door", required=True, help="Name of the door whose platform it is on.")
@click.option(
    "--credential-file",
    type=click.File("r", encoding="utf-8"),
    required=True,
    help="File with the platform's access token; - for standard input.",
)
@language_option
def add(config: Path, account_id: str, platform: str, door: str, *, credential_file: TextIO, language: str) -> None:
    """Add an account; its credential is kept encrypted."""
    if not account_id.startswith(f"{platform}:") or len(account_id) <= len(platform) + 1:
        raise click.BadParameter(f"expected {platform}:NAME", param_hint="ID")
    credential = Secret(credential_file.read(_LONGEST).strip())
    if not credential.reveal():
        raise click.BadParameter("it is empty", param_hint="--credential-file")
    shape, expected = _SHAPES.get(platform, (None, ""))
    if shape is not None and not shape.fullmatch(credential.reveal()):
        raise click.BadParameter(f"expected {expected}", param_hint="--credential-file")
    carry_out(
        config,
        lambda opened: opened.accounts.add(
            account_id, platform=platform, door=door, credential=credential, by=opened.operator
        ),
        lost=_EXISTS,
    )
    click.echo(_ADDED.pick(language).format(id=account_id))


@account.command("list")
@config_option
def list_accounts(config: Path) -> None:
    """List accounts, without credentials."""
    rows = carry_out(config, lambda opened: opened.accounts.rows())
    print_table(
        ("id", "platform", "door", "added"),
        ((row.id, row.platform, row.door, row.created_at.strftime("%Y-%m-%d")) for row in rows),
    )


@account.command("remove")
@config_option
@click.argument("account_id", metavar="ID")
@click.option("--reason", help="A word or two for the record; no names.")
@language_option
def remove(config: Path, account_id: str, reason: str | None, language: str) -> None:
    """Remove an account: its credential is destroyed, its tokens are revoked."""
    carry_out(
        config,
        lambda opened: opened.accounts.remove(account_id, by=opened.operator, reason=reason),
        lost=_MISSING,
    )
    click.echo(_REMOVED.pick(language).format(id=account_id))
