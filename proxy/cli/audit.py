"""
`postgate audit`: search the log (the search goes on record before anything is shown), and verify it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click
import orjson

from proxy.assembly.operations import reading
from proxy.audit.query import Filter, stored_log
from proxy.audit.verify import Broken, Verified, verify
from proxy.cli.audit_checkpoints import checkpoint_command, key_command
from proxy.cli.audit_contents import content_command, find_command
from proxy.cli.audit_exports import export_command, prove_command, verify_export_command, verify_proof_command
from proxy.cli.audit_orders import ORDERS
from proxy.cli.audit_replay import replay_command
from proxy.cli.audit_rotation import rotate_key_command
from proxy.cli.audit_times import Moment
from proxy.cli.failures import explained
from proxy.cli.options import carry_out, config_option, language_option, print_table
from proxy.cli.verifier_keys import key_option
from proxy.core.errors import Localised
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from proxy.storage.columns import instant

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from proxy.audit.query import Found
    from proxy.audit.tlog.keys import VerifierKey
    from proxy.audit.verify import LogHead

REFUSED = 1
"""Exit code of `verify` for a log that is not whole."""
_TITLES = ("seq", "at", "record", "decision", "account", "rules", "post")
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
_MORE = Localised(de="Es gibt mehr. Weiter mit: --cursor {cursor}", en="There is more. Go on with: --cursor {cursor}")


@click.group("audit")
def audit() -> None:
    """Search and verify the audit log."""


for command in (
    checkpoint_command,
    content_command,
    find_command,
    export_command,
    key_command,
    prove_command,
    replay_command,
    rotate_key_command,
    verify_export_command,
    verify_proof_command,
    *ORDERS,
):
    audit.add_command(command)


@audit.command("query")
@config_option
@click.option("--from", "since", type=Moment(), help="First moment.")
@click.option("--to", "until", type=Moment(), help="First moment that is too late.")
@click.option("--code", help="Record code, such as PG-101.")
@click.option("--platform", help="Platform, such as mastodon.")
@click.option("--account", help="Account id, such as mastodon:presse.")
@click.option("--decision", type=click.Choice(["allow", "redact", "hold", "block"]), help="Verdict.")
@click.option("--rule", help="Rule that matched, as policy/rule.")
@click.option("--post", help="Id of a post.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="Most records.")
@click.option("--oldest-first", is_flag=True, help="Oldest first instead of newest first.")
@click.option("--cursor", help="Go on where an earlier search with the same filter ended.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: the leaf with its place.")
@language_option
def query(
    config: Path,
    *,
    since: datetime | None,
    until: datetime | None,
    code: str | None,
    platform: str | None,
    account: str | None,
    decision: str | None,
    rule: str | None,
    post: str | None,
    limit: int,
    oldest_first: bool,
    cursor: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Show records. That you looked becomes a record itself, before anything is shown."""
    wanted = Filter(
        since=since,
        until=until,
        code=code,
        platform=platform,
        account=account,
        decision=decision,
        rule=rule,
        post=post,
        oldest_first=oldest_first,
    )
    page = carry_out(
        config, lambda opened: opened.searches.rows(wanted, by=opened.operator, limit=limit, cursor=cursor)
    )
    if as_json:
        for row in page.rows:
            click.echo(orjson.dumps({"seq": row.seq, "leaf_hash": row.leaf_hash, **orjson.loads(row.leaf)}))
    else:
        print_table(_TITLES, (_cells(row) for row in page.rows))
    if page.cursor is not None:
        click.echo(_MORE.pick(language).format(cursor=page.cursor), err=True)


def _cells(row: Found) -> tuple[str, ...]:
    return (
        str(row.seq),
        row.at[:19].replace("T", " "),
        f"{row.code} {row.type}",
        row.decision or "",
        row.account or "",
        " ".join(row.rules),
        (row.post or "")[:8],
    )


@audit.command("verify")
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
        click.echo(orjson.dumps({"origin": top.origin, "verified": isinstance(result, Verified)} | _plain(result)))
    else:
        _explain(top, result, language, signatures=_NOT_LOOKED_AT if key is None else _LOOKED_AT)
        if isinstance(result, Verified):
            click.echo((_ANCHORED if settings.audit.sinks else _UNANCHORED).pick(language))
    if isinstance(result, Broken):
        sys.exit(REFUSED)


def _plain(result: Verified | Broken) -> dict[str, object]:
    names = ("size", "chain_hash", "root", "checkpoints", "open_attempts", "reason", "seq", "record", "detail")
    return {name: getattr(result, name) for name in names if hasattr(result, name)}


def _explain(top: LogHead, result: Verified | Broken, language: str, *, signatures: Localised) -> None:
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
        click.echo(words.format(count=result.checkpoints, signatures=signatures.pick(language)))
    if result.open_attempts:
        click.echo(_OPEN.pick(language).format(count=result.open_attempts))
