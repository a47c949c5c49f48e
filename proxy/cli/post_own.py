"""
`postgate post status`, `list`, `withdraw`, `recall` and `appeal`: authors look after posts of their own.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from proxy.cli.failures import FAILED
from proxy.cli.gateway import WAITS, address_option, asked, client_of
from proxy.cli.options import json_text, language_option, plain, print_table, token_option
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from proxy.client.api import Client, PostResult

_TITLES = ("target", "status", "decision", "at", "platform id")
_WITHDRAWN, _RECALLED = "withdrawn", "recalled"
_STATUS = Localised(de="Stand: {status}, Konto {target}", en="Status: {status}, account {target}")
_NEXT = {
    "author": Localised(de="Am Zug sind Sie: {message}", en="Your turn: {message}"),
    "reviewer": Localised(de="Am Zug ist die Prüfung: {message}", en="The reviewers' turn: {message}"),
    "gateway": Localised(de="Am Zug ist das Gateway: {message}", en="The gateway's turn: {message}"),
    "operator": Localised(de="Am Zug ist der Betrieb: {message}", en="The operators' turn: {message}"),
}
_UNTIL = Localised(de="  bis oder nicht vor {until}", en="  by, or not before, {until}")
_EXPIRES = Localised(de="  danach nicht mehr: {expires_at}", en="  not any more after {expires_at}")
_RULE = Localised(de="Regel {rule}: {message}", en="Rule {rule}: {message}")
_REMEDY = Localised(de="  So ginge es: {remedy}", en="  What would pass: {remedy}")
_GONE = Localised(de="(gilt nicht mehr)", en="(not in force any more)")
_REVIEWER = Localised(de="Aus der Prüfung ({verdict}): {comment}", en="From the review ({verdict}): {comment}")
_REMARK = Localised(de="  zu Zeichen {start} bis {end}: {text}", en="  on characters {start} to {end}: {text}")
_SUGGESTED = Localised(de="  Vorschlag: {text}", en="  suggested: {text}")
_APPEAL = Localised(de="Einspruch: {appeal}", en="Appeal: {appeal}")
_MAY_APPEAL = Localised(
    de="Einspruch ist möglich: postgate post appeal {name}", en="You may appeal: postgate post appeal {name}"
)
_APPEAL_OF = Localised(de="Ein Einspruch gegen {appeal_of}", en="An appeal against {appeal_of}")

_BACK_TITLES = ("target", "result", "decision", "was", "reason", "platform id")
_BACK = frozenset({"withdrawn", "recalled", "gone_already", "not_published"})
_STILL_THERE = "refused"

_id_argument = click.argument("decision", metavar="DECISION")
_all_option = click.option(
    "--all", "everything", is_flag=True, help="All posts of the request that asked for it: every account, every part."
)
_json_option = click.option("--json", "as_json", is_flag=True, help="As JSON.")


@click.command("status")
@_id_argument
@address_option
@token_option
@_json_option
@language_option
def status(decision: str, *, address: str, token_file: Path | None, as_json: bool, language: str) -> None:
    """Say where a post of your own is: why, who acts next by when, and what would let it out."""
    client = client_of(address, token_file, language)
    with asked(language):
        told = client.status(decision)
    if as_json:
        click.echo(json_text(told))
        return
    for line in _lines(told, name=decision, language=language):
        click.echo(plain(line))


@click.command("list")
@click.option("--account", required=True, metavar="ACCOUNT", help="Such as mastodon:presse.")
@address_option
@token_option
@_json_option
@language_option
def waiting(account: str, *, address: str, token_file: Path | None, as_json: bool, language: str) -> None:
    """List what of your own posts waits for an account: for a person, a time, or the platform."""
    client = client_of(address, token_file, language)
    with asked(language):
        rows = client.waiting(account)
    _show(rows, as_json=as_json)


@click.command("withdraw")
@_id_argument
@_all_option
@address_option
@token_option
@_json_option
@language_option
def withdraw(
    decision: str, *, everything: bool, address: str, token_file: Path | None, as_json: bool, language: str
) -> None:
    """
    Take a post of your own back that has not been sent; one that was published is recalled instead.

    Exit code 0: it is withdrawn or recalled; 3: it is not known what became of it, ask again; 1: anything else.
    """
    client = client_of(address, token_file, language)
    (_take_all_back if everything else _take_back)(client, decision, as_json=as_json, language=language)


@click.command("recall")
@_id_argument
@_all_option
@address_option
@token_option
@_json_option
@language_option
def recall(
    decision: str, *, everything: bool, address: str, token_file: Path | None, as_json: bool, language: str
) -> None:
    """
    Take a published post of your own back: the platform is asked to delete it; its records stay.

    With --all everything that was posted with it is taken back, in one action. Exit code 0: it is recalled, was
    withdrawn before it was sent, or never was on the platform; 3: it is not known what became of it, ask again; 1:
    anything else.
    """
    client = client_of(address, token_file, language)
    (_take_all_back if everything else _take_back)(client, decision, as_json=as_json, language=language)


@click.command("appeal")
@_id_argument
@click.option("--reason", metavar="TEXT", help="What you say for it, to those who decide; it stays in the house.")
@address_option
@token_option
@_json_option
@language_option
def appeal(
    decision: str, *, reason: str | None, address: str, token_file: Path | None, as_json: bool, language: str
) -> None:
    """
    Appeal against the block of a post of your own, once: people look at the same post, and at what you say for it.

    Exit code 3: a person has to decide; 1: the gateway refused.
    """
    client = client_of(address, token_file, language)
    with asked(language):
        row = client.appeal(decision, reason=reason or None)
    _show((row,), as_json=as_json)
    sys.exit(WAITS)


def _take_back(client: Client, decision: str, *, as_json: bool, language: str) -> None:
    with asked(language):
        row = client.take_back(decision)
    _show((row,), as_json=as_json)
    if row.status not in {_WITHDRAWN, _RECALLED}:
        sys.exit(WAITS if row.status == "recalling" else FAILED)


def _take_all_back(client: Client, decision: str, *, as_json: bool, language: str) -> None:
    with asked(language):
        rows = client.take_all_back(decision)
    if as_json:
        click.echo(json_text([asdict(row) for row in rows]))
    else:
        print_table(
            _BACK_TITLES,
            (
                (row.target, row.result, row.decision_id, row.status, row.reason or "", row.platform_id or "")
                for row in rows
            ),
        )
    results = {row.result for row in rows}
    if not results <= _BACK:
        sys.exit(WAITS if results - _BACK - {_STILL_THERE} else FAILED)


def _show(rows: Iterable[PostResult], *, as_json: bool) -> None:
    if as_json:
        click.echo(json_text([asdict(row) for row in rows]))
        return
    print_table(
        _TITLES,
        ((row.target, row.status, row.decision_id or "", row.send_at or "", row.platform_id or "") for row in rows),
    )


def _lines(told: Mapping[str, Any], *, name: str, language: str) -> Iterator[str]:
    """Return what is said of a post, line by line."""
    yield _STATUS.pick(language).format(**told["post"])
    following = told.get("next")
    if following is not None:
        text = _NEXT.get(following["role"])
        message = following["message"][language]
        yield message if text is None else text.pick(language).format(message=message)
        yield from _times(following, language)
    for rule in told.get("rules", ()):
        message = _GONE.pick(language) if rule["message"] is None else rule["message"][language]
        yield _RULE.pick(language).format(rule=rule["rule"], message=message)
        if rule.get("remedy") is not None:
            yield _REMEDY.pick(language).format(remedy=rule["remedy"][language])
    for one in told.get("reviewers", ()):
        yield from _reviewer(one, language)
    if told.get("appeal") is not None:
        yield _APPEAL.pick(language).format(appeal=told["appeal"])
    if told.get("appeal_of") is not None:
        yield _APPEAL_OF.pick(language).format(appeal_of=told["appeal_of"])
    if told.get("may_appeal"):
        yield _MAY_APPEAL.pick(language).format(name=name)


def _times(following: Mapping[str, Any], language: str) -> Iterator[str]:
    if following.get("until") is not None:
        yield _UNTIL.pick(language).format(until=following["until"])
    if following.get("expires_at") is not None:
        yield _EXPIRES.pick(language).format(expires_at=following["expires_at"])


def _reviewer(one: Mapping[str, Any], language: str) -> Iterator[str]:
    reason = one.get("reason")
    words = [] if reason is None else [reason[language]]
    words += [] if one.get("comment") is None else [one["comment"]]
    yield _REVIEWER.pick(language).format(verdict=one["verdict"], comment=". ".join(words))
    for _part, start, end, text in one.get("remarks", ()):
        yield _REMARK.pick(language).format(start=start, end=end, text=text)
    for _part, text in one.get("suggestion", ()):
        yield _SUGGESTED.pick(language).format(text=text)
