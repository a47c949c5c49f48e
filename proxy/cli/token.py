"""
`postgate token`: who may post through the gateway, to which account, until when.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from proxy.cli.options import carry_out, config_option, language_option, print_table
from proxy.core.errors import Localised
from proxy.identity.office import OF_SERVICES

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from proxy.identity.office import TokenRow

_ONCE = Localised(
    de="Nur jetzt sichtbar. Gültig bis {until}, Kennung {id}.",
    en="Shown only now. Valid until {until}, id {id}.",
)
_REVOKED = Localised(de="Widerrufen: {id}", en="Revoked: {id}")
_NO_ACCOUNT = Localised(
    de="Es gibt kein Konto mit dieser Kennung, oder der Name gehört schon zu einer anderen Art von Nutzer.",
    en="There is no account of this id, or the name belongs to another kind of user already.",
)
_REVOKED_BEFORE = Localised(de="Dieses Token ist schon widerrufen.", en="This token is revoked already.")
_ACCOUNT = Localised(
    de="--account gehört zu --scope post, und nur dazu.", en="--account goes with --scope post, and with it only."
)
_PEOPLE = Localised(
    de="Richtlinien unterschreiben und Aufträge erteilen nur Menschen: --kind employee.",
    en="Only people sign policies and give orders: --kind employee.",
)
_SCOPES = (
    *("post", "submit", "check", "policy", "policy-hard", "audit", "privacy", "legal", "content", "deliver"),
    *("review", "deputy"),
)
_OF_A_QUEUE = re.compile(r"review:[a-z0-9][a-z0-9-]{0,63}")
_TITLES = ("id", "token", "principal", "for", "expires", "revoked")


class Scope(click.ParamType[str]):
    """A scope: one of the list, or `review:QUEUE`."""

    name = "scope"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return a scope, or end the command with the list."""
        said = str(value)
        if said not in _SCOPES and not _OF_A_QUEUE.fullmatch(said):
            self.fail(f"{said!r} is none of {', '.join(_SCOPES)}, review:QUEUE", param, ctx)
        return said

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002  click's signature
        """Return the list for the help."""
        return f"[{'|'.join(_SCOPES)}|review:QUEUE]"


@click.group("token")
def token() -> None:
    """Issue, list and revoke gateway tokens."""


@token.command("issue")
@config_option
@click.option("--principal", required=True, help="Name of the person or service; kept sealed, in no record.")
@click.option("--account", help="Account id, such as mastodon:presse; for the scope post.")
@click.option(
    "--scope",
    "scopes",
    type=Scope(),
    multiple=True,
    default=["post"],
    show_default=True,
    help=(
        "What it allows: to post; over the API, to post to every account that its holder has a token for, to ask what "
        "the gate would say; to propose and approve policies, to sign what weakens a hard rule; to read the log, "
        "to order erasures and cases, to order holds, to open contents within a case; to review held posts of every "
        "queue (review) or of one (review:legal), to stand in for reviewers (deputy); to settle posts that may have "
        "been published (deliver). Repeatable."
    ),
)
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True, help="Days until it expires.")
@click.option(
    "--kind",
    type=click.Choice(["employee", "service"]),
    default="employee",
    show_default=True,
    help="Whether a person or a program holds it.",
)
@language_option
def issue(
    config: Path, *, principal: str, account: str | None, scopes: tuple[str, ...], days: int, kind: str, language: str
) -> None:
    """Issue a token; standard output holds the token and nothing else."""
    if ("post" in scopes) != (account is not None):
        raise click.UsageError(_ACCOUNT.pick(language))
    if kind != "employee" and not set(scopes) <= OF_SERVICES:
        raise click.UsageError(_PEOPLE.pick(language))
    issued = carry_out(
        config,
        lambda opened: opened.tokens.issue(
            principal, kind=kind, account=account, life=timedelta(days=days), by=opened.operator, scopes=scopes
        ),
        lost=_NO_ACCOUNT,
    )
    click.echo(issued.token)
    click.echo(_ONCE.pick(language).format(until=_day(issued.expires_at), id=issued.id), err=True)


@token.command("list")
@config_option
def list_tokens(config: Path) -> None:
    """List tokens by their first characters; people only by pseudonym."""
    rows = carry_out(config, lambda opened: opened.tokens.rows())
    print_table(_TITLES, (_cells(row) for row in rows))


def _cells(row: TokenRow) -> tuple[str, ...]:
    return (
        row.id,
        f"{row.prefix}...",
        row.principal,
        row.account or " ".join(row.scopes),
        _day(row.expires_at),
        "" if row.revoked_at is None else _day(row.revoked_at),
    )


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


@token.command("revoke")
@config_option
@click.argument("token_id", metavar="ID")
@click.option("--reason", help="A word or two for the record; no names.")
@language_option
def revoke(config: Path, token_id: str, reason: str | None, language: str) -> None:
    """Revoke a token; it is dead on the next request."""
    carry_out(
        config,
        lambda opened: opened.tokens.revoke(token_id, by=opened.operator, reason=reason),
        lost=_REVOKED_BEFORE,
    )
    click.echo(_REVOKED.pick(language).format(id=token_id))
