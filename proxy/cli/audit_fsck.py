"""
`postgate audit fsck`: the log, and the rows beside it that must fit it, checked on the database itself.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import click
import orjson

from proxy.assembly.operations import reading
from proxy.audit.fsck import CHECKS, misfits, one_moment
from proxy.audit.rebuild import rebuild_nodes
from proxy.audit.stored_logs import stored_logs
from proxy.audit.verify import Broken, verify
from proxy.cli.audit_verify import REFUSED, code_of, explain_result, plain_result
from proxy.cli.failures import explained
from proxy.cli.options import config_option, language_option
from proxy.cli.verifier_keys import key_option
from proxy.core.errors import Localised
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from proxy.storage.columns import instant
from proxy.storage.engines import create_engine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from proxy.audit.fsck import Misfit
    from proxy.audit.tlog.keys import VerifierKey
    from proxy.audit.verify import LogHead, Verified
    from proxy.settings.model import Settings

_MOST_SHOWN = 100
_GRACE = timedelta(days=1)
"""Expired keys are destroyed once a day."""
_REBUILT = Localised(de="Ergänzte Knoten des Baums: {count}", en="Nodes of the tree that were put back: {count}")
_FIT = Localised(
    de="Beiträge, Sendeversuche, Freigaben, Bilder und Schlüssel passen dazu.",
    en="Posts, attempts, reviews, images and keys fit it.",
)
_MORE = Localised(de="... und {count} weitere", en="... and {count} more")


@click.command("fsck")
@config_option
@key_option(required=False)
@click.option("--rebuild-nodes", is_flag=True, help="First put back nodes of the tree that are missing.")
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON object.")
@language_option
def fsck_command(config: Path, *, key: VerifierKey | None, rebuild_nodes: bool, as_json: bool, language: str) -> None:
    """
    Check the log as `verify` does, and what must fit it: states of posts, attempts, reviews, images, keys.

    Only reads, unless nodes are put back; no record and no row that is there is ever changed. Needs no keys and no
    principal, and leaves no record. The gateway may run meanwhile: all is read from one moment.
    Exit code 0: everything fits; 1: something does not; 2: the configuration has mistakes; 3: everything fits, but a
    backup was restored and records are missing.
    """
    now = SystemClock().now()
    found: list[Misfit] = []

    def check(connection: Connection) -> tuple[LogHead, tuple[Verified, ...] | Broken]:
        with one_moment(connection):
            logs = stored_logs(connection)
            result = verify(logs, now=instant(now), keys=() if key is None else (key,))
            found.extend(misfits(connection, overdue=now - _GRACE))
            return logs[-1].head, result

    with explained():
        settings = load_settings(config, os.environ)
        rebuilt = _rebuild(settings) if rebuild_nodes else None
        with reading(settings) as reads:
            top, result = reads.run_blocking(check)
    if as_json:
        click.echo(orjson.dumps({"origin": top.origin, **_plain(result, found), "rebuilt_nodes": rebuilt}))
    else:
        if rebuilt is not None:
            click.echo(_REBUILT.pick(language).format(count=rebuilt))
        explain_result(result, language, signatures=key is not None)
        _explain(found, language)
    if code := REFUSED if found else code_of(result):
        sys.exit(code)


def _rebuild(settings: Settings) -> int:
    engine = create_engine(settings.database.url)
    try:
        return rebuild_nodes(engine)
    finally:
        engine.dispose()


def _plain(result: tuple[Verified, ...] | Broken, found: Iterable[Misfit]) -> dict[str, object]:
    misfits = [{"check": one.check, "id": one.id, "detail": one.detail} for one in found]
    return plain_result(result) | {"misfits": misfits}


def _explain(found: list[Misfit], language: str) -> None:
    if not found:
        click.echo(_FIT.pick(language))
        return
    for check, count in sorted(Counter(one.check for one in found).items()):
        click.echo(f"{check} {count}: {CHECKS[check].pick(language)}")
    for one in found[:_MOST_SHOWN]:
        click.echo(f"  {one.check} {one.id}" + (f": {one.detail}" if one.detail else ""))
    if len(found) > _MOST_SHOWN:
        click.echo(_MORE.pick(language).format(count=len(found) - _MOST_SHOWN))
