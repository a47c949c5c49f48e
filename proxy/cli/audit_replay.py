"""
`postgate audit replay`: make a recorded decision again, and say whether it is the same.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson
import sqlalchemy as sa

from proxy.assembly.backtesting import installation
from proxy.cli.failures import USAGE, explained
from proxy.cli.options import config_option, json_text, language_option
from proxy.core.errors import ConfigurationError, Localised, NotFound
from proxy.gate.redecide import recorded_post, redecide
from proxy.loading.files import ORGANISATION
from proxy.loading.package import packed_sources
from proxy.loading.policies import load
from proxy.storage.tables import posts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from proxy.assembly.backtesting import Installation
    from proxy.core.policy.bundle import PolicyBundle
    from proxy.gate.redecide import Redecided
    from proxy.loading.policies import BundleFiles

DIFFERS = 1
"""Exit code for a decision that would be another one today."""
_PURPOSE = "replay"
_EQUAL = Localised(
    de="Gleich: Die Entscheidung {record} wäre heute dieselbe.", en="Equal: the decision {record} would be the same."
)
_DIFFERS = Localised(
    de="Anders: Die Entscheidung {record} wäre heute eine andere:",
    en="Different: the decision {record} would be another one:",
)
_FIELD = Localised(de="  {field}: damals {then}, heute {now}", en="  {field}: then {then}, now {now}")
_UNCERTAIN = {
    "thread": Localised(
        de="Der Beitrag gehört zu anderen; deren Texte sind die von heute.",
        en="The post belongs to others; their texts are those of today.",
    ),
    "register": Localised(
        de="Das Register von damals ist nicht das von heute; verglichen wurde mit dem von heute.",
        en="The register of then is not the one of now; the post was compared with the one of now.",
    ),
}
"""By what could not be repeated as it was."""
_NO_BUNDLE = Localised(
    de="Die Richtlinien dieser Entscheidung ({digest}) sind hier nicht aufgehoben. Mit --policies den Ordner nennen, "
    "der sie enthält.",
    en="The policies of this decision ({digest}) are not kept here. Name the directory that has them with --policies.",
)
_NO_CONTENT = Localised(
    de="Dazu gibt es keine Entscheidung, oder ihr Inhalt ist gelöscht.",
    en="There is no decision of this id, or its content is erased.",
)
_OTHER_VERSION = Localised(
    de="Der Eintrag stammt von einer anderen Version, die hier nicht gelesen werden kann.",
    en="The record is of another version, which cannot be read here.",
)


class _NotPossible(Exception):
    """The decision cannot be made again; says why."""

    def __init__(self, why: Localised, **values: str) -> None:
        super().__init__(why.en)
        self.why = why
        self.values = values


@click.command("replay")
@config_option
@click.option(
    "--policies",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory with the policies of the decision, where the installation has not kept them.",
)
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON object.")
@language_option
@click.argument("name", metavar="ID")
def replay_command(*, config: Path, name: str, policies: Path | None, as_json: bool, language: str) -> None:
    """
    Make a decision again, with the policies, calendars and consents of its time and the detectors of today.

    ID is that of the record, the decision id that an author saw, or that of the post. No text is shown; that the
    content was opened becomes a record itself.
    Exit code 0: the same; 1: another one, with what differs; 2: it cannot be made again, or wrong use of the command.
    """
    try:
        with explained():
            made = asyncio.run(_replayed(config, name, policies))
    except _NotPossible as stop:
        click.echo(stop.why.pick(language).format(**stop.values), err=True)
        sys.exit(USAGE)
    if as_json:
        differences = [{"field": one.field, "then": one.then, "now": one.now} for one in made.differences]
        click.echo(
            orjson.dumps(
                {
                    "record": made.record,
                    "equal": made.equal,
                    "differences": differences,
                    "uncertain": list(made.uncertain),
                }
            )
        )
    else:
        _explain(made, language)
    if not made.equal:
        sys.exit(DIFFERS)


def _explain(made: Redecided, language: str) -> None:
    click.echo((_EQUAL if made.equal else _DIFFERS).pick(language).format(record=made.record))
    for one in made.differences:
        then, now = (json_text(value) for value in (one.then, one.now))
        click.echo(_FIELD.pick(language).format(field=one.field, then=then, now=now))
    for name in made.uncertain:
        click.echo(_UNCERTAIN[name].pick(language))


async def _replayed(config: Path, name: str, policies: Path | None) -> Redecided:
    async with installation(config, jobs=1) as house:
        try:
            recorded = await house.contents.one(name, by=house.operator, purpose=_PURPOSE)
        except NotFound:
            raise _NotPossible(_NO_CONTENT) from None
        leaf = json.loads(recorded.leaf)
        try:
            post = recorded_post(recorded, replaces=await _replaced(house, leaf["subject"]["post"]))
            digest, at = leaf["data"]["policy_digest"], datetime.fromisoformat(leaf["at"])
        except (LookupError, TypeError, ValueError):
            raise _NotPossible(_OTHER_VERSION) from None
        async for sources in _candidates(house, digest, policies):
            loaded = await asyncio.to_thread(load, sources, at.date(), kept=True)
            if loaded.bundle is not None and loaded.bundle.digest == digest:
                bundle: PolicyBundle = loaded.bundle
                break
        else:
            raise _NotPossible(_NO_BUNDLE, digest=digest)
        await house.scanner.load(bundle)
        thread = await house.threads.before(post)
        return await redecide(recorded, post, bundle, scanner=house.scanner, consents=house.consents, thread=thread)


async def _replaced(house: Installation, post: str) -> str | None:
    """Return the post that a redacted one replaced; rules that are being rolled out counted for both as for one."""
    query = sa.select(posts.c.replaces).where(posts.c.id == post)
    return await house.reads.run(lambda connection: connection.execute(query).scalar_one_or_none())


async def _candidates(house: Installation, digest: str, policies: Path | None) -> AsyncIterator[BundleFiles]:
    """Yield where the bundle may be: in the directory that was named, among those that are kept, in the files."""
    if policies is not None:
        profile = policies / ORGANISATION
        organisation = profile if profile.is_file() else house.sources.organisation
        yield replace(house.sources, directory=policies, organisation=organisation)
    try:
        package = await house.bundles.package(digest)
        yield packed_sources(package, fingerprint_key=house.sources.fingerprint_key)
    except (NotFound, ConfigurationError):
        pass
    yield house.sources
