"""
`postgate consent`: the register of customers who agreed to be named.

One person adds, another one approves with the evidence at hand; taking a consent back needs one. Names are read from
files or options, kept as keyed fingerprints only and never shown.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from proxy.cli.consent_files import ALL, LARGEST_FILE, PLATFORMS, ZONE, read_row, read_table
from proxy.cli.failures import FAILED
from proxy.cli.options import carry_out, config_option, language_option, plain, read_token, token_option
from proxy.core.detection.spellings import name_prints
from proxy.core.errors import Localised
from proxy.core.policy.consent import TOPICS
from proxy.gate.consent_register import REASONS, ConsentDraft
from proxy.gate.consent_store import Standing
from proxy.observability.system import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from proxy.assembly.operations import Operations
    from proxy.gate.consent_store import KeptConsent

_ADDED = Localised(
    de="Eingetragen, zählt noch nicht: {id}\nEine andere Person gibt frei: postgate consent approve {id}",
    en="Added, does not count yet: {id}\nAnother person approves: postgate consent approve {id}",
)
_IMPORTED = Localised(
    de="Eingetragen, zählen noch nicht: {count}\nEine andere Person gibt frei: postgate consent approve --file DATEI",
    en="Added, do not count yet: {count}\nAnother person approves: postgate consent approve --file FILE",
)
_APPROVED = Localised(
    de="Freigegeben: {count}. Zählt auf allen Knoten sofort, in seiner Zeit.",
    en="Approved: {count}. Counts on all nodes at once, in its time.",
)
_REVOKED = Localised(
    de="Widerrufen: {id}. Zählt auf allen Knoten ab sofort nicht mehr, auch für geplante Beiträge.",
    en="Revoked: {id}. Counts no more on any node from now on, for scheduled posts either.",
)
_ROW = Localised(de="Zeile {row}, {column}: {says}", en="Row {row}, {column}: {says}")
_WHOLE_ROW = Localised(de="Zeile {row}: {says}", en="Row {row}: {says}")
_OPTION = Localised(de="--{column}: {says}", en="--{column}: {says}")
_NOTHING = Localised(de="Nichts geändert: {count} Fehler.", en="Nothing was changed: {count} mistakes.")
_KNOWN = Localised(
    de="Diese Einwilligung ist schon eingetragen und wartet oder zählt.",
    en="This consent is added already, and waits or counts.",
)
_NOT_THERE = Localised(de="Keine wartende Einwilligung sagt genau das.", en="No consent that waits says exactly this.")
_WHICH = Localised(
    de="Entweder eine Kennung mit --name, oder --file nennen.", en="Give either an id with --name, or --file."
)
_CONFIRM = Localised(de="Freigeben?", en="Approve?")
_SHOWN = Localised(
    de=(
        "{id}  {standing}  {evidence}  {owner}\n"
        "    {from}..{until}, Schreibweisen: {spellings}\n"
        "    Plattformen: {platforms}; Themen: {topics}"
    ),
    en=(
        "{id}  {standing}  {evidence}  {owner}\n"
        "    {from}..{until}, spellings: {spellings}\n"
        "    platforms: {platforms}; topics: {topics}"
    ),
)
_LIVING = frozenset({Standing.WAITING, Standing.TO_COME, Standing.IN_FORCE, Standing.DOUBTFUL})

_table_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group("consent")
def consent() -> None:
    """Keep the register of customers who agreed to be named."""


@consent.command("add")
@config_option
@click.option("--name", "names", multiple=True, required=True, help="A spelling of the customer's name; repeat it.")
@click.option("--evidence", required=True, help="Reference of what the customer signed; no name.")
@click.option("--owner", required=True, help="The role that answers for it, such as marketing.")
@click.option(
    "--topic", "topics", multiple=True, type=click.Choice([*TOPICS, ALL]), help="What may be spoken of besides."
)
@click.option(
    "--platform",
    "platforms",
    multiple=True,
    required=True,
    type=click.Choice([*PLATFORMS, ALL]),
    help="Where it counts.",
)
@click.option("--from", "since", default="", help="First day, such as 2026-12-01; today by default.")
@click.option("--until", required=True, help="Last day, such as 2027-11-30; at most five years ahead.")
@token_option
@language_option
def add(
    *,
    config: Path,
    names: tuple[str, ...],
    evidence: str,
    owner: str,
    topics: tuple[str, ...],
    platforms: tuple[str, ...],
    since: str,
    until: str,
    token_file: Path | None,
    language: str,
) -> None:
    """
    Add a consent; it counts once another person has approved it.

    Exit code 0: added; 1: refused; 2: wrong use of the command.
    """
    token, today = read_token(token_file, language), _today()
    cells = {
        "names": "|".join(name.replace("|", " ") for name in names),
        "evidence": evidence,
        "owner": owner,
        "topics": "|".join(topics),
        "platforms": "|".join(platforms),
        "from": since or today.isoformat(),
        "until": until,
    }

    async def work(opened: Operations) -> KeptConsent:
        draft, mistakes = read_row(cells, key=opened.sources.fingerprint_key, today=today)
        by = await opened.people.person(token)
        said = _OPTION.pick(language)
        _refuse([said.format(column=one.column, says=one.says.pick(language)) for one in mistakes], language)
        return (await opened.consents.add([] if draft is None else [draft], by=by))[0]

    click.echo(_ADDED.pick(language).format(id=carry_out(config, work).consent.id))


@consent.command("import")
@config_option
@click.option("--dry-run", is_flag=True, help="Only say what is wrong with the table.")
@token_option
@language_option
@_table_argument
def import_table(*, config: Path, file: Path, dry_run: bool, token_file: Path | None, language: str) -> None:
    """
    Add the consents of a CSV table, all of them or none.

    Its first line names the columns names, evidence, owner, topics, platforms, from and until, between commas or
    semicolons; several values of a cell stand between |. Mistakes are told by row and column, never by value.

    Exit code 0: added, or nothing is wrong; 1: mistakes, or refused; 2: wrong use of the command.
    """
    token, text = read_token(token_file, language), _text(file)

    async def work(opened: Operations) -> int:
        by = await opened.people.person(token)
        drafts = _read(text, opened, language)
        living = {_draft_of(kept) for kept, standing in await opened.consents.all() if standing in _LIVING}
        _refuse([_row(number, _KNOWN, language) for number, draft in drafts if draft in living], language)
        return 0 if dry_run else len(await opened.consents.add([draft for _, draft in drafts], by=by))

    added = carry_out(config, work)
    if not dry_run:
        click.echo(_IMPORTED.pick(language).format(count=added))


@consent.command("approve")
@config_option
@click.option("--name", "names", multiple=True, help="A spelling as it stands in the evidence; all of them.")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The table that was imported; what waits and says exactly the same is approved.",
)
@click.option("--yes", is_flag=True, help="Do not ask; for scripts of people who have read the evidence.")
@token_option
@language_option
@click.argument("consent_id", metavar="[ID]", required=False)
def approve(
    *,
    config: Path,
    consent_id: str | None,
    names: tuple[str, ...],
    file: Path | None,
    yes: bool,
    token_file: Path | None,
    language: str,
) -> None:
    """
    Approve a consent that another person added, with the evidence at hand.

    The register shows no names: give them as you read them. They have to be the ones that were added.

    Exit code 0: approved; 1: refused, or not confirmed; 2: wrong use of the command.
    """
    if (consent_id is None) == (file is None) or (consent_id is None) == bool(names):
        raise click.UsageError(_WHICH.pick(language))
    token, text = read_token(token_file, language), "" if file is None else _text(file)

    async def work(opened: Operations) -> int:
        by = await opened.people.person(token)
        if consent_id is not None:
            prints = frozenset[str]().union(*(name_prints(opened.sources.fingerprint_key, one) for one in names))
            wanted = [(await opened.consents.waiting(consent_id), prints)]
        else:
            wanted = await _imported(text, opened, language)
        _print([(kept, Standing.WAITING) for kept, _ in wanted], language)
        if not yes:
            await asyncio.to_thread(click.confirm, _CONFIRM.pick(language), abort=True)
        return len(await opened.consents.approve([(kept.consent.id, given) for kept, given in wanted], by=by))

    click.echo(_APPROVED.pick(language).format(count=carry_out(config, work)))


@consent.command("list")
@config_option
@click.option("--all", "everything", is_flag=True, help="Those that are over, lapsed or revoked too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@language_option
def list_consents(*, config: Path, everything: bool, as_json: bool, language: str) -> None:
    """List consents by their evidence; names are not kept, only how many spellings there are."""
    found = carry_out(config, lambda opened: opened.consents.all())
    shown = [(kept, standing) for kept, standing in found if everything or standing in _LIVING]
    if as_json:
        for kept, standing in shown:
            click.echo(orjson.dumps(_plain(kept, standing)))
    else:
        _print(shown, language)


@consent.command("revoke")
@config_option
@click.option("--reason", type=click.Choice(REASONS), required=True, help="Why it counts no more.")
@token_option
@language_option
@click.argument("consent_id", metavar="ID")
def revoke(*, config: Path, consent_id: str, reason: str, token_file: Path | None, language: str) -> None:
    """
    Let a consent count no more, at once and for good.

    Exit code 0: revoked; 1: refused; 2: wrong use of the command.
    """
    token = read_token(token_file, language)

    async def work(opened: Operations) -> KeptConsent:
        return await opened.consents.revoke(consent_id, reason=reason, by=await opened.people.person(token))

    click.echo(_REVOKED.pick(language).format(id=carry_out(config, work).consent.id))


def _today() -> date:
    return SystemClock().now().astimezone(ZONE).date()


def _text(file: Path) -> str:
    with file.open(encoding="utf-8", errors="replace", newline="") as stream:
        return stream.read(LARGEST_FILE)


def _read(text: str, opened: Operations, language: str) -> Sequence[tuple[int, ConsentDraft]]:
    """Return the consents of a table; end the command where anything in it is wrong."""
    drafts, mistakes = read_table(text, key=opened.sources.fingerprint_key, today=_today())
    _refuse([_row(one.row, one.says, language, one.column) for one in mistakes], language)
    return drafts


async def _imported(text: str, opened: Operations, language: str) -> list[tuple[KeptConsent, frozenset[str]]]:
    """Return what waits for each row of a table; end the command where nothing does."""
    drafts = _read(text, opened, language)
    waiting = {_draft_of(kept): kept for kept, standing in await opened.consents.all() if standing is Standing.WAITING}
    _refuse([_row(number, _NOT_THERE, language) for number, draft in drafts if draft not in waiting], language)
    return [(waiting[draft], draft.names) for _, draft in drafts]


def _draft_of(kept: KeptConsent) -> ConsentDraft:
    consent = kept.consent
    return ConsentDraft(
        names=consent.names,
        evidence=kept.evidence,
        owner=kept.owner,
        topics=consent.topics,
        platforms=consent.platforms,
        since=consent.since,
        until=consent.until,
    )


def _row(number: int, says: Localised, language: str, column: str = "") -> str:
    text = _ROW if column else _WHOLE_ROW
    return text.pick(language).format(row=number, column=column, says=says.pick(language))


def _refuse(lines: Sequence[str], language: str) -> None:
    """End the command where something is wrong."""
    if lines:
        for line in lines:
            click.echo(line, err=True)
        click.echo(_NOTHING.pick(language).format(count=len(lines)), err=True)
        sys.exit(FAILED)


def _print(found: Iterable[tuple[KeptConsent, Standing]], language: str) -> None:
    for kept, standing in found:
        row = {
            name: (", ".join(value) or "-") if isinstance(value, list) else value
            for name, value in _plain(kept, standing).items()
        }
        click.echo(plain(_SHOWN.pick(language).format(**row)))


def _plain(kept: KeptConsent, standing: Standing) -> dict[str, object]:
    consent = kept.consent
    return {
        "id": consent.id,
        "standing": standing.value,
        "evidence": kept.evidence,
        "owner": kept.owner,
        "topics": sorted(consent.topics),
        "platforms": sorted(consent.platforms),
        "from": _day(consent.since),
        "until": _day(consent.until - timedelta(microseconds=1)),
        "spellings": len(consent.names),
    }


def _day(moment: datetime) -> str:
    return moment.astimezone(ZONE).date().isoformat()
