"""
`postgate audit verify`: the check of the whole log.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click
import orjson

from proxy.assembly.operations import reading
from proxy.audit.query import stored_log
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
    de="Das Protokoll ist NICHT unversehrt: {reason}, Eintrag {seq} ({record}): {detail}",
    en="The log is NOT whole: {reason}, record {seq} ({record}): {detail}",
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
    Check the whole log, reading only: places, hashes, links, spelling, contents, tree, checkpoints, order of sending.

    Signatures of checkpoints are checked with the key that you give.
    Exit code 0: whole; 1: not whole, with reason and record; 2: the configuration has mistakes.
    """
    now = instant(SystemClock().now())

    def check(connection: Connection) -> tuple[LogHead, Verified | Broken]:
        log = stored_log(connection)
        return log.head, verify(log, now=now, keys=() if key is None else (key,))

    with explained():
        settings = load_settings(config, os.environ)
        with reading(settings) as reads:
            top, result = reads.run_blocking(check)
    if as_json:
        click.echo(
            orjson.dumps({"origin": top.origin, "verified": isinstance(result, Verified)} | plain_result(result))
        )
    else:
        explain_result(top, result, language, signatures=key is not None)
        if isinstance(result, Verified):
            click.echo((_ANCHORED if settings.audit.sinks else _UNANCHORED).pick(language))
    if isinstance(result, Broken):
        sys.exit(REFUSED)


def plain_result(result: Verified | Broken) -> dict[str, object]:
    """Return what was found as values."""
    names = ("size", "chain_hash", "root", "checkpoints", "open_attempts", "reason", "seq", "record", "detail")
    return {name: getattr(result, name) for name in names if hasattr(result, name)}


def explain_result(top: LogHead, result: Verified | Broken, language: str, *, signatures: bool) -> None:
    """Print what was found, and whether signatures of checkpoints were looked at."""
    if isinstance(result, Broken):
        words = _BROKEN.pick(language)
        click.echo(
            words.format(reason=result.reason, seq=result.seq, record=result.record or "-", detail=result.detail)
        )
        return
    click.echo(_VERIFIED.pick(language).format(size=result.size, origin=top.origin))
    click.echo(f"root {result.root}")
    click.echo(f"sha256 {result.chain_hash}")
    if result.checkpoints:
        words = _CHECKPOINTS.pick(language)
        looked_at = _LOOKED_AT if signatures else _NOT_LOOKED_AT
        click.echo(words.format(count=result.checkpoints, signatures=looked_at.pick(language)))
    if result.open_attempts:
        click.echo(_OPEN.pick(language).format(count=result.open_attempts))
