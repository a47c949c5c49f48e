"""
`postgate policy status` and `export`: what is in force, what waits for signatures, and the files of a bundle.

People are shown by their pseudonyms.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from proxy.cli.options import carry_out, config_option, json_text, language_option, print_table
from proxy.core.errors import Localised
from proxy.gate.policy_rows import status_rows
from proxy.loading.files import ORGANISATION
from proxy.loading.package import unpack

if TYPE_CHECKING:
    from datetime import datetime

    from proxy.assembly.operations import Operations
    from proxy.gate.policy_store import Proposal

_SHORT = 12
"""Characters of a digest that tables show."""
_PERSON = 10
"""Characters of a pseudonym that tables show; `--json` has all."""
_DOUBTFUL = Localised(
    de="Achtung: Der Speicher hat Aktivierungen, die nicht von diesem Gateway stammen oder nicht zählen.",
    en="Note: the store has activations that this gateway did not make or that do not count.",
)
_NOTHING = Localised(de="Nichts ist in Kraft.", en="Nothing is in force.")
_UNKNOWN = Localised(
    de="Es gibt nur den Anfang von genau einem Regelwerk anzugeben; dieser passt auf {count}.",
    en="Give the beginning of exactly one bundle; this one fits {count}.",
)


@click.command("status")
@config_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
@language_option
def status(*, config: Path, as_json: bool, language: str) -> None:
    """
    Say which policies are in force, which wait for signatures, and which were in force before.

    People are shown by their pseudonyms.

    Exit code 0: shown; 1: the database does not answer; 2: wrong use of the command.
    """
    told = carry_out(config, lambda opened: opened.policies.status())
    if told.doubtful:
        click.echo(_DOUBTFUL.pick(language), err=True)
    active, waiting, earlier, retired = told.active, told.waiting, told.activations, told.retired
    if as_json:
        click.echo(json_text(status_rows(told), indent=2))
        return
    if active is None:
        click.echo(_NOTHING.pick(language))
    german = language == "de"
    titles = ("Regelwerk", "Stand", "seit (UTC)", "bis (UTC)", "Vorschlag", "unterschrieben von") if german else (
        "bundle", "state", "since (UTC)", "until (UTC)", "proposal", "signed by"
    )  # fmt: skip
    states = ("in Kraft", "wartet", "früher", "ausgemustert") if german else ("in force", "waits", "earlier", "retired")
    rows_of_table = [_cells(one, states[1]) for one in waiting]
    for activation in earlier:
        in_force = active is not None and activation.number == active.number
        state = states[0] if in_force else states[3] if activation.digest in retired else states[2]
        since, until = activation.activated_at, activation.until
        rows_of_table.append(_cells(activation.proposal, state, since=since, until=until))
    print_table(titles, rows_of_table)


@click.command("export")
@config_option
@language_option
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Directory that does not exist yet."
)
@click.argument("digest", metavar="DIGEST")
def export(*, config: Path, digest: str, out: Path, language: str) -> None:
    """
    Write the files of a bundle that is kept into a directory, to read or to change them. DIGEST may be its beginning.

    The house's profile is among them, with what the house keeps to itself.

    Exit code 0: written; 1: there is no such bundle; 2: wrong use of the command.
    """

    async def work(opened: Operations) -> dict[str, bytes]:
        return unpack(await opened.policies.package(await whole_digest(opened, digest, language)))

    files = carry_out(config, work)
    try:
        out.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise click.UsageError(f"{out}: exists already") from None
    for name, content in files.items():
        path = out / ("policies/" + name if name == ORGANISATION else name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    click.echo(str(out))


STATUS = (status, export)
"""Commands of the group `policy` that only tell."""


async def whole_digest(opened: Operations, digest: str, language: str) -> str:
    """
    Return the digest of the one bundle that begins like this.

    Raises:
        click.UsageError: there is none, or more than one.
    """
    found = sorted(one for one in await opened.policies.digests() if one.startswith(digest))
    if len(found) != 1:
        raise click.UsageError(_UNKNOWN.pick(language).format(count=len(found)))
    return found[0]


def _cells(
    proposal: Proposal, state: str, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[str, ...]:
    return (
        proposal.digest[:_SHORT],
        state,
        "" if since is None else minute(since),
        minute(until) if until is not None else minute(proposal.expires_at) if since is None else "",
        proposal.id,
        " ".join(signature.person[:_PERSON] for signature in proposal.signatures),
    )


def minute(moment: datetime) -> str:
    """Return a moment as tables show it."""
    return moment.strftime("%Y-%m-%d %H:%M")
