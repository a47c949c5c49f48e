"""
`postgate post`: post through a gateway's own API, or ask what would become of a post.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from proxy.cli.failures import FAILED
from proxy.cli.gateway import WAITS, address_option, client_of, told_refusal
from proxy.cli.options import json_text, language_option, print_table, token_option
from proxy.cli.post_own import appeal, recall, status, waiting, withdraw
from proxy.cli.post_unclear import settle, unclear
from proxy.client.api import Client, PostResult, Refused, Unreachable
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from proxy.client.api import CheckResult

SEND = "send"
_WAITING = frozenset({"held", "queued", "unknown", "in_progress"})
_TITLES = ("target", "part", "status", "verdict", "decision", "platform id", "rules")
_UNREACHABLE = Localised(
    de="Keine Antwort des Gateways. Ob etwas gesendet wurde, ist nicht bekannt; derselbe Befehl mit --key {key} sendet "
    "nichts doppelt.",
    en="No answer of the gateway. Whether anything was sent is not known; the same command with --key {key} sends "
    "nothing twice.",
)
_NOT_KEPT = Localised(
    de="Das Bild {name} darf nicht hinaus (Entscheidung {id}). Es wurde nichts veröffentlicht.",
    en="The image {name} may not go out (decision {id}). Nothing was published.",
)
_NO_ANSWER = Localised(
    de="Keine Antwort des Gateways. Nichts darf als erlaubt gelten.",
    en="No answer of the gateway. Nothing may be taken for allowed.",
)


class PostGroup(click.Group):
    """A group whose commands follow `postgate post`; anything else there is a text to post."""

    default = SEND
    """The command that is meant where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take `send` for the command where none is named."""
        named = bool(args) and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else [SEND, *args])


@click.group("post", cls=PostGroup)
def post() -> None:
    """
    Post through a gateway, and look after posts of one's own.

    `postgate post TEXT --to ACCOUNT` is `postgate post send TEXT --to ACCOUNT`; write `send` for a text that is the
    name of another command.
    """


@post.command(SEND)
@click.argument("text", metavar="TEXT|-")
@click.option(
    "--to", "targets", multiple=True, required=True, metavar="ACCOUNT", help="Such as mastodon:presse. Repeatable."
)
@click.option("--thread", multiple=True, metavar="TEXT", help="A post that follows as an answer. Repeatable.")
@click.option(
    "--image",
    "images",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An image of the first post: png, jpeg, gif or webp. Repeatable.",
)
@click.option("--alt", "alts", multiple=True, metavar="TEXT", help="What an image shows, in the order of the images.")
@click.option("--all-or-nothing", is_flag=True, help="Send nothing unless the posts for all accounts are allowed.")
@click.option("--at", "moment", metavar="TIME", help="When to send it: ISO 8601 with an offset.")
@click.option("--key", help="Idempotency key; the same command with the same key posts once.")
@click.option("--check", "ask", is_flag=True, help="Only ask what would become of it.")
@address_option
@token_option
@click.option("--json", "as_json", is_flag=True, help="Rows as JSON.")
@language_option
def send(
    text: str,
    *,
    targets: tuple[str, ...],
    thread: tuple[str, ...],
    images: tuple[Path, ...],
    alts: tuple[str, ...],
    all_or_nothing: bool,
    moment: str | None,
    key: str | None,
    ask: bool,
    address: str,
    token_file: Path | None,
    as_json: bool,
    language: str,
) -> None:
    """
    Post TEXT through a gateway; `-` reads it from standard input.

    Exit code 0: everything is published or waits for its time, or with --check allowed; 1: something is not, or the
    gateway refused; 2: a mistake in the command line; 3: a person has to decide, or it is not known what became of it.
    """
    text = _read(sys.stdin) if text == "-" else text
    client = client_of(address, token_file, language)
    try:
        send_at = None if moment is None else _time(moment)
        pictures = _pictures(images, alts)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    try:
        media = _uploaded(client, pictures, language)
        results: Sequence[PostResult | CheckResult] = (
            client.check(text, to=targets, thread=thread, media=media)
            if ask
            else client.post(
                text, to=targets, thread=thread, media=media, all_or_nothing=all_or_nothing, send_at=send_at, key=key
            )
        )
    except (Refused, Unreachable) as error:
        sys.exit(_failed(error, language))
    _show(results, language=language, as_json=as_json)
    sys.exit(exit_code(results))


for _command in (status, waiting, withdraw, recall, appeal, unclear, settle):
    post.add_command(_command)


def _failed(error: Refused | Unreachable, language: str) -> int:
    """Say why there is no answer to read, and return the exit code."""
    if isinstance(error, Refused):
        return told_refusal(error, language)
    told = _NO_ANSWER if error.key is None else _UNREACHABLE
    click.echo(told.pick(language).format(key=error.key), err=True)
    return FAILED if error.key is None else WAITS


def exit_code(results: Sequence[PostResult | CheckResult]) -> int:
    """Return 0 when everything is out, waits for its time or is allowed; 3 when somebody must decide; otherwise 1."""
    said = {one.status if isinstance(one, PostResult) else one.verdict for one in results}
    if said <= {"published", "scheduled"} or said <= {"allow"}:
        return 0
    return WAITS if said & _WAITING else FAILED


def _time(moment: str) -> datetime:
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        read = None
    if read is None or read.utcoffset() is None:
        raise ValueError("--at takes a time with an offset, such as 2026-12-01T09:00+01:00")
    return read


def _read(stream: TextIO) -> str:
    return stream.read().removesuffix("\n")


def _pictures(images: tuple[Path, ...], alts: tuple[str, ...]) -> list[tuple[Path, str]]:
    if len(alts) > len(images):
        raise ValueError("each --alt belongs to an --image")
    return list(zip(images, (*alts, *([""] * (len(images) - len(alts)))), strict=True))


def _uploaded(client: Client, images: Iterable[tuple[Path, str]], language: str) -> list[dict[str, str]]:
    """Return images as a post names them; one that may not pass ends the command before anything is posted."""
    media: list[dict[str, str]] = []
    for path, alt in images:
        kept = client.upload(path.read_bytes(), name=path.name, alt=alt)
        if kept.id is None:
            message = " ".join(words.de if language == "de" else words.en for words in (*kept.messages, *kept.remedies))
            click.echo(_NOT_KEPT.pick(language).format(name=path.name, id=kept.decision_id), err=True)
            click.echo(message, err=True)
            sys.exit(FAILED)
        media.append({"id": kept.id})
    return media


def _show(results: Sequence[PostResult | CheckResult], *, language: str, as_json: bool) -> None:
    if as_json:
        click.echo(json_text([asdict(one) for one in results]))
        return
    print_table(_TITLES, (_cells(one) for one in results))
    for words in dict.fromkeys(words for one in results for words in (*one.messages, *one.remedies)):
        click.echo(words.de if language == "de" else words.en, err=True)


def _cells(one: PostResult | CheckResult) -> tuple[str, ...]:
    if isinstance(one, PostResult):
        return (
            one.target,
            str(one.part),
            one.status,
            one.verdict or "",
            one.decision_id or "",
            one.platform_id or "",
            ", ".join(one.rules),
        )
    return (one.target, str(one.part), "", one.verdict, one.check_id or "", "", ", ".join(one.rules))
