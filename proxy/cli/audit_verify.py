"""
`postgate audit verify`: the check of the whole log.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
import orjson

from proxy.assembly.operations import reading
from proxy.audit.logs import place_of
from proxy.audit.stored_logs import stored_logs
from proxy.audit.verify import Broken, Verified, verify
from proxy.cli.failures import explained
from proxy.cli.options import config_option, language_option
from proxy.cli.verifier_keys import key_option
from proxy.core.errors import Localised
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from proxy.storage.columns import instant

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from proxy.audit.tlog.keys import VerifierKey
    from proxy.audit.verify import LogHead

REFUSED = 1
"""Exit code of `verify` for a log that is not whole."""
INCOMPLETE = 3
"""Exit code of `verify` for a log that is whole as far as it goes, and lost records: a backup was restored."""
_VERIFIED = Localised(
    de="Das Protokoll ist unversehrt: {size} Einträge von {origin}",
    en="The log is whole: {size} records of {origin}",
)
_CHECKPOINTS = Localised(
    de="{count} Prüfpunkte passen dazu, Signaturen {signatures}",
    en="{count} checkpoints fit it, signatures {signatures}",
)
_LOOKED_AT = Localised(de="geprüft", en="checked")
_NOT_LOOKED_AT = Localised(de="nicht geprüft: ohne --key", en="not checked: without --key")
_OPEN = Localised(de="Laufende Sendeversuche: {count}", en="Attempts still running: {count}")
_BROKEN = Localised(
    de="Das Protokoll ist NICHT unversehrt: {reason}, Eintrag {place} ({record}): {detail}",
    en="The log is NOT whole: {reason}, record {place} ({record}): {detail}",
)
LOST = Localised(
    de="Es FEHLEN Einträge: Hier wurde eine Sicherung zurückgespielt. {origin} hatte {size} Einträge. "
    "Wer das angeordnet hat, steht im ersten Eintrag des nächsten Protokolls (PG-501).",
    en="Records are MISSING: a backup was restored here. {origin} had {size} records. "
    "Who ordered that stands in the first record of the next log (PG-501).",
)
_UNANCHORED = Localised(
    de="Nicht außerhalb der Datenbank verankert: Wer die Datenbank besitzt, könnte das ganze Protokoll ersetzen.",
    en="Not anchored outside the database: whoever holds the database could replace the whole log.",
)
_ANCHORED = Localised(
    de="Prüfpunkte gehen auch an Orte außerhalb der Datenbank (audit.sinks): Vergleichen Sie den neuesten dort.",
    en="Checkpoints also go to places outside the database (audit.sinks): compare the newest one there.",
)


@click.command("verify")
@config_option
@key_option(required=False)
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON object.")
@language_option
def verify_command(config: Path, *, key: VerifierKey | None, as_json: bool, language: str) -> None:
    """
    Check all logs, reading only: places, hashes, links, spelling, contents, tree, checkpoints, order of sending.

    Signatures of checkpoints are checked with the key that you give.
    Exit code 0: whole; 1: not whole, with reason and record; 2: the configuration has mistakes; 3: whole as far as it
    goes, but a backup was restored and records are missing.
    """
    now = instant(SystemClock().now())

    def check(connection: Connection) -> tuple[LogHead, tuple[Verified, ...] | Broken]:
        logs = stored_logs(connection)
        return logs[-1].head, verify(logs, now=now, keys=() if key is None else (key,))

    with explained():
        settings = load_settings(config, os.environ)
        with reading(settings) as reads:
            top, result = reads.run_blocking(check)
    if as_json:
        click.echo(orjson.dumps({"origin": top.origin} | plain_result(result)))
    else:
        explain_result(result, language, signatures=key is not None)
        if not isinstance(result, Broken):
            click.echo((_ANCHORED if settings.audit.sinks else _UNANCHORED).pick(language))
    if code := code_of(result):
        sys.exit(code)


def code_of(result: tuple[Verified, ...] | Broken) -> int:
    """Return the exit code that a result has."""
    if isinstance(result, Broken):
        return REFUSED
    return INCOMPLETE if any(one.lost is not None for one in result) else 0


def plain_result(result: tuple[Verified, ...] | Broken) -> dict[str, object]:
    """Return what was found as values: of the open log, and of all logs where there are several."""
    if isinstance(result, Broken):
        return {"verified": False} | asdict(result)
    *closed, last = ({name: value for name, value in asdict(one).items() if name != "erased"} for one in result)
    return {"verified": True} | last | ({"closed_logs": closed} if closed else {})


def explain_result(result: tuple[Verified, ...] | Broken, language: str, *, signatures: bool) -> None:
    """Print what was found, and whether signatures of checkpoints were looked at."""
    if isinstance(result, Broken):
        words, place = _BROKEN.pick(language), place_of(result.log, result.seq)
        click.echo(words.format(reason=result.reason, place=place, record=result.record or "-", detail=result.detail))
        return
    for one in result:
        _explain(one, language, signatures=signatures)


def _explain(one: Verified, language: str, *, signatures: bool) -> None:
    click.echo(_VERIFIED.pick(language).format(size=one.size, origin=one.origin))
    click.echo(f"root {one.root}")
    click.echo(f"sha256 {one.chain_hash}")
    if one.checkpoints:
        looked_at = _LOOKED_AT if signatures else _NOT_LOOKED_AT
        click.echo(_CHECKPOINTS.pick(language).format(count=one.checkpoints, signatures=looked_at.pick(language)))
    if one.open_attempts:
        click.echo(_OPEN.pick(language).format(count=one.open_attempts))
    if one.lost is not None:
        click.echo(LOST.pick(language).format(origin=one.lost.origin, size=one.lost.size))
