"""
`postgate audit content` and `find`: open what was recorded of a post, or look for words, within a case.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

import click
import orjson

from proxy.audit.content_search import CONTENT, Sought
from proxy.audit.logs import place_of
from proxy.audit.orders.records import PERSON
from proxy.audit.orders.refusals import OrderRefused
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
from proxy.gate.work import Actor

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from proxy.assembly.operations import Operations
    from proxy.audit.content_search import Looked

_FOUND = Localised(de="{hits} Treffer in {count} Inhalten.", en="{hits} hits in {count} contents.")
_TITLES = ("seq", "at", "record", "post", "parts")
_case_option = click.option("--case", "case", required=True, help="Id of a confirmed case (postgate audit case).")


@click.command("content")
@config_option
@_case_option
@token_option
@language_option
@click.argument("name", metavar="ID")
def content_command(*, config: Path, name: str, case: str, token_file: Path | None, language: str) -> None:
    """
    Print what was recorded of a post, as JSON: its texts, where something was found. For holders of the scope content.

    ID is that of the decision's record, the decision id that an author saw, or that of the post. That you looked
    becomes a record itself, before it is shown.
    Exit code 0: shown; 1: refused, erased, or not there; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> bytes:
        by = await opened.people.person(token)
        if by.kind != PERSON or CONTENT not in by.scopes:
            raise OrderRefused(why="no-content")
        order = await opened.desk.case(case)
        actor = Actor(kind=by.kind, ref=by.ref)
        return (await opened.contents.one(name, by=actor, purpose="content", case=order)).content

    click.echo(json_text(json.loads(carry_out(config, work)), indent=2))


@click.command("find")
@config_option
@click.option("--from", "since", type=Moment(), required=True, help="First moment.")
@click.option("--to", "until", type=Moment(), required=True, help="First moment that is too late; at most 31 days.")
@_case_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@token_option
@language_option
@click.option(
    "--words-file",
    type=click.File("r", encoding="utf-8"),
    default="-",
    help="File with the words; standard input by default, so that they stand on no command line.",
)
def find_command(
    *,
    config: Path,
    since: datetime,
    until: datetime,
    case: str,
    as_json: bool,
    token_file: Path | None,
    language: str,
    words_file: TextIO,
) -> None:
    """
    Look for words in what was recorded of posts, and say where they stand. For holders of the scope content.

    No text is shown. The search becomes a record itself, before anything is opened; the words are sealed in it.
    Exit code 0: looked; 1: refused, or too much to look at; 2: wrong use of the command.
    """
    sought = Sought(words=words_file.read().strip(), since=since, until=until)
    token = read_token(token_file, language)

    async def work(opened: Operations) -> Looked:
        by = await opened.people.person(token)
        return await opened.content_search.find(sought, case=case, by=by)

    looked = carry_out(config, work)
    if as_json:
        hits = [
            {
                "log": hit.log,
                "seq": hit.seq,
                "record": hit.record,
                "post": hit.post,
                "at": hit.at,
                "parts": list(hit.parts),
            }
            for hit in looked.hits
        ]
        click.echo(orjson.dumps({"looked_at": looked.looked_at, "hits": hits}))
        return
    rows = [
        (place_of(hit.log, hit.seq), hit.at[:19].replace("T", " "), hit.record, hit.post, " ".join(hit.parts))
        for hit in looked.hits
    ]
    if rows:
        print_table(_TITLES, rows)
    click.echo(_FOUND.pick(language).format(hits=len(rows), count=looked.looked_at))
