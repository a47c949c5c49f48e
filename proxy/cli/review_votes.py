"""
`postgate review approve`, `reject`, `return` and `judge`: what people say about a post.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import click

from proxy.cli.failures import FAILED
from proxy.cli.options import carry_out, config_option, language_option, read_token, token_option
from proxy.core.errors import Localised
from proxy.gate.review_refusals import ReviewRefused
from proxy.gate.review_words import REASONS, Remark, Said, Suggestion
from proxy.gate.reviewing import Ballot, Judgement, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.assembly.operations import Operations
    from proxy.gate.reviewing import OfMany, Voted

_STATES = {
    "approved": Localised(
        de="Freigegeben: {id}. Er wird vor dem Senden noch einmal geprüft.",
        en="Approved: {id}. It is checked once more before it is sent.",
    ),
    "held": Localised(
        de="Stufe {stage} von {stages} freigegeben: {id}. Jetzt ist die nächste Person gefragt.",
        en="Stage {stage} of {stages} approved: {id}. The next person is asked now.",
    ),
    "rejected": Localised(de="Nicht freigegeben: {id}.", en="Not approved: {id}."),
}
_JUDGED = Localised(de="Bewertet: {id}", en="Judged: {id}")
_PLACE = re.compile(r"(\d{1,6}):(\d{1,6})-(\d{1,6})=(.+)", re.DOTALL)
_PART = re.compile(r"(\d{1,6})=(.+)", re.DOTALL)
_reasons = click.Choice(sorted(REASONS))
_comment_option = click.option("--comment", help="Words for its author; sealed with the post.")


@click.command("approve")
@config_option
@click.option("--reason", type=_reasons, help="One word for the record.")
@_comment_option
@click.option("--false-alarm", is_flag=True, help="The rules should not have matched: a draft test for their author.")
@token_option
@language_option
@click.argument("names", metavar="ID...", nargs=-1, required=True)
def approve_command(
    *,
    config: Path,
    names: tuple[str, ...],
    reason: str | None,
    comment: str | None,
    false_alarm: bool,
    token_file: Path | None,
    language: str,
) -> None:
    """
    Approve a post at the stage its review is at; several IDs where one word will do, each its own record.

    Exit code 0: approved; 1: refused, at least one of them; 2: wrong use of the command.
    """
    said = Said(comment=comment)
    ballot = Ballot(verdict=Verdict.APPROVE, reason=reason, said=said, false_alarm=false_alarm)
    _decide(config, names, ballot, token=read_token(token_file, language), language=language)


@click.command("reject")
@config_option
@click.option("--reason", type=_reasons, required=True, help="One word for the record and its author.")
@_comment_option
@token_option
@language_option
@click.argument("names", metavar="ID...", nargs=-1, required=True)
def reject_command(
    *, config: Path, names: tuple[str, ...], reason: str, comment: str | None, token_file: Path | None, language: str
) -> None:
    """
    Reject a post for good; several IDs where one word will do, each its own record.

    Exit code 0: rejected; 1: refused, at least one of them; 2: wrong use of the command.
    """
    ballot = Ballot(verdict=Verdict.REJECT, reason=reason, said=Said(comment=comment))
    _decide(config, names, ballot, token=read_token(token_file, language), language=language)


@click.command("return")
@config_option
@click.option("--reason", type=_reasons, required=True, help="One word for the record and its author.")
@_comment_option
@click.option(
    "--remark", "remarks", multiple=True, metavar="PART:START-END=TEXT", help="Comment on a place. Repeatable."
)
@click.option("--suggest", "suggested", multiple=True, metavar="PART=TEXT", help="How a part could read. Repeatable.")
@token_option
@language_option
@click.argument("name", metavar="ID")
def return_command(
    *,
    config: Path,
    name: str,
    reason: str,
    comment: str | None,
    remarks: tuple[str, ...],
    suggested: tuple[str, ...],
    token_file: Path | None,
    language: str,
) -> None:
    """
    Send a post back to its author, with words: a comment, remarks on places, or how it could read.

    Exit code 0: sent back; 1: refused; 2: wrong use of the command.
    """
    said = Said(
        comment=comment,
        remarks=tuple(_remark(one) for one in remarks),
        suggestion=tuple(_suggestion(one) for one in suggested),
    )
    ballot = Ballot(verdict=Verdict.RETURN, reason=reason, said=said)
    _decide(config, (name,), ballot, token=read_token(token_file, language), language=language)


@click.command("judge")
@config_option
@click.option("--reason", type=_reasons, help="One word for the record.")
@token_option
@language_option
@click.argument("name", metavar="ID")
@click.argument("judgement", type=click.Choice([one.value for one in Judgement]))
def judge_command(
    *, config: Path, name: str, judgement: str, reason: str | None, token_file: Path | None, language: str
) -> None:
    """
    Say of a sample whether it was rightly allowed, or a rule should have matched.

    Exit code 0: judged; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> str:
        by = await opened.people.person(token)
        return await opened.review.reviewing.judge(name, Judgement(judgement), by=by, reason=reason)

    click.echo(_JUDGED.pick(language).format(id=carry_out(config, work)))


VOTES = (approve_command, reject_command, return_command, judge_command)
"""Commands of the group `review` by which people decide."""


def _decide(config: Path, names: tuple[str, ...], ballot: Ballot, *, token: str, language: str) -> None:
    if len(names) == 1:
        _tell(carry_out(config, lambda opened: _one(opened, names[0], ballot, token)), language)
        return
    done = carry_out(config, lambda opened: _many(opened, names, ballot, token))
    for one in done:
        if one.voted is not None:
            _tell(one.voted, language)
        else:
            words = ReviewRefused.REASONS[one.why or "closed"].pick(language)
            click.echo(f"{one.review}: {words}", err=True)
    if any(one.voted is None for one in done):
        sys.exit(FAILED)


async def _one(opened: Operations, name: str, ballot: Ballot, token: str) -> Voted:
    return await opened.review.reviewing.vote(name, ballot, by=await opened.people.person(token))


async def _many(opened: Operations, names: tuple[str, ...], ballot: Ballot, token: str) -> tuple[OfMany, ...]:
    return await opened.review.reviewing.vote_on(names, ballot, by=await opened.people.person(token))


def _tell(voted: Voted, language: str) -> None:
    text = _STATES[voted.state].pick(language)
    click.echo(text.format(id=voted.review, stage=voted.stage, stages=voted.stages))


def _remark(written: str) -> Remark:
    match = _PLACE.fullmatch(written)
    if match is None:
        raise click.UsageError("--remark takes PART:START-END=TEXT, such as 0:4-10='Who is that?'")
    part, start, end = map(int, match.groups()[:3])
    return Remark(part=part, start=start, end=end, text=match[4])


def _suggestion(written: str) -> Suggestion:
    match = _PART.fullmatch(written)
    if match is None:
        raise click.UsageError("--suggest takes PART=TEXT, such as 0='Somebody writes.'")
    return Suggestion(part=int(match[1]), text=match[2])
