"""
What the commands have in common that ask a running gateway over its API.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from proxy.cli.failures import FAILED
from proxy.cli.options import read_token
from proxy.client.api import Client, Refused, Unreachable
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAITS = 3
"""Exit code while a person, or whoever looks what became of it, has to decide."""
UNCLEAR = "OutcomeUnknown"
"""Code of a refusal after which a post may be published."""
_REFUSED = Localised(de="Abgelehnt ({code}): {message}", en="Refused ({code}): {message}")
_NO_ANSWER = Localised(
    de="Keine Antwort des Gateways. Was geschehen ist, ist nicht bekannt; derselbe Befehl schadet nicht.",
    en="No answer of the gateway. What happened is not known; the same command does no harm.",
)

address_option = click.option(
    "--address",
    default="http://127.0.0.1:9041",
    envvar="POSTGATE_ADDRESS",
    show_default=True,
    help="Of the gateway's API; POSTGATE_ADDRESS.",
)


def client_of(address: str, token_file: Path | None, language: str) -> Client:
    """
    Return a client.

    Raises:
        UsageError: the address is none that a token may be sent to.
    """
    try:
        return Client(address, read_token(token_file, language))
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@contextmanager
def asked(language: str) -> Iterator[None]:
    """Ask a gateway; a refusal ends the command with its words, and so does silence."""
    try:
        yield
    except Refused as refused:
        sys.exit(told_refusal(refused, language))
    except Unreachable:
        click.echo(_NO_ANSWER.pick(language), err=True)
        sys.exit(FAILED)


def told_refusal(refused: Refused, language: str) -> int:
    """Say the words of a refusal, and return the exit code."""
    message = refused.message.de if language == "de" else refused.message.en
    click.echo(_REFUSED.pick(language).format(code=refused.code, message=message), err=True)
    return WAITS if refused.code == UNCLEAR else FAILED
