"""
`postgate key`: the wrapping key, by which an erasure becomes final for copies of the database as well.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, TypeVar

import click
import orjson

from proxy.assembly.key_exchange import Standing, draw_key, exchange_keys, key_status, use_key
from proxy.cli.failures import FAILED, explained
from proxy.cli.options import config_option, language_option, print_table
from proxy.core.errors import Localised
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from proxy.storage.columns import instant
from proxy.storage.wrapping_keys import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from proxy.assembly.key_exchange import KeyRow
    from proxy.settings.model import Settings

Value = TypeVar("Value")
_DRAWN = Localised(
    de="Gezogen; der Schlüssel öffnet bisher nur. Seine Datei auf alle Knoten kopieren und diese neu starten,\n"
    "dann auf jedem Knoten: postgate key use {name}",
    en="Drawn; the key only opens yet. Copy its file to all nodes and restart them,\n"
    "then on each node: postgate key use {name}",
)
_USED = Localised(
    de="Nach dem Neustart verschließt dieser Knoten mit {name}. Wenn alle Knoten so weit sind: postgate key rotate",
    en="From its next start on this node wraps with {name}. When all nodes are: postgate key rotate",
)
_DONE = Localised(
    de="""\
Alles ist mit {current} verschlossen (neu: {rows}).
Ausgemustert: {retired}. Die Datenbank nimmt nichts mehr, was sie verschließen.
Jetzt die Datenbank sichern, dann diese Schlüssel überall vernichten, auch in den Sicherungen der Schlüssel:
ältere Sicherungen der Datenbank öffnet danach niemand mehr, und was gelöscht ist, ist auch dort tot.""",
    en="""\
Everything is wrapped with {current} (anew: {rows}).
Retired: {retired}. The database takes nothing more that they wrap.
Now back up the database, then destroy these keys everywhere, in the backups of keys as well:
nobody opens older backups of the database afterwards, and what is erased is dead there, too.""",
)
_STANDING = {
    Standing.CURRENT: Localised(de="gilt", en="current"),
    Standing.OPENS: Localised(de="öffnet noch", en="opens"),
    Standing.UNUSED: Localised(de="ungenutzt", en="unused"),
    Standing.MISSING: Localised(de="FEHLT", en="MISSING"),
    Standing.LEFT: Localised(de="verlassen", en="left"),
    Standing.RETIRED: Localised(de="ausgemustert", en="retired"),
}
_TITLES = ("kek_id", "state", "here", *(kind.value for kind in Kind), "oldest", "retired")
_UNSOUND = Localised(
    de="Ein Schlüssel fehlt, oder der geltende ist ausgemustert: aus der Sicherung der Schlüssel oder von einem "
    "anderen Knoten holen.",
    en="A key is missing, or the current one is retired: get it from the backup of the keys or from another node.",
)


@click.group()
def key() -> None:
    """Look at the wrapping key (kek), and exchange it so that erasures become final."""


@key.command("status")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a key, one a line.")
@language_option
def status_command(config: Path, *, as_json: bool, language: str) -> None:
    """
    Show what each wrapping key wraps: keys of posts, credentials, names, bundles. No key is ever shown.

    Exit code 0: shown; 1: shown, but a key is missing or the current one is retired, or the database does not answer;
    2: the configuration has mistakes.
    """
    with explained():
        status = key_status(load_settings(config, os.environ))
    if as_json:
        for row in status.rows:
            click.echo(orjson.dumps(_plain(row)))
    else:
        print_table(_TITLES, (_cells(row, language) for row in status.rows))
    if not status.sound:
        click.echo(_UNSOUND.pick(language), err=True)
        sys.exit(FAILED)


def _plain(row: KeyRow) -> dict[str, object]:
    return {
        "kek_id": row.kek_id,
        "state": row.standing.value,
        "here": row.here,
        **{kind.value: row.usage.live[kind] for kind in Kind},
        "oldest": None if row.usage.oldest is None else instant(row.usage.oldest),
        "retired_at": None if row.retired_at is None else instant(row.retired_at),
    }


def _cells(row: KeyRow, language: str) -> tuple[str, ...]:
    plain = _plain(row)
    yes = Localised(de="ja", en="yes") if row.here else Localised(de="nein", en="no")
    days = (str(plain[name] or "-")[:10] for name in ("oldest", "retired_at"))
    counts = (str(row.usage.live[kind]) for kind in Kind)
    return (row.kek_id, _STANDING[row.standing].pick(language), yes.pick(language), *counts, *days)


@key.command("draw")
@config_option
@language_option
def draw_command(config: Path, *, language: str) -> None:
    """
    Draw a wrapping key beside the current one, and print its name; it only opens until it is put into use.

    Exit code 0: drawn; 1: its file cannot be written; 2: the configuration has mistakes, or others set the keys.
    """
    name = _with_files(config, draw_key)
    click.echo(name)
    click.echo(_DRAWN.pick(language).format(name=name), err=True)


@key.command("use")
@config_option
@language_option
@click.argument("name", metavar="KEK_ID")
def use_command(config: Path, *, name: str, language: str) -> None:
    """
    Let this node wrap with a key that was drawn, from its next start on; the one of before stays to open.

    After a crash run it again. Exit code 0: done; 1: a file cannot be written; 2: the configuration has mistakes, there
    is no such key, or others set the keys.
    """
    _with_files(config, lambda settings: use_key(settings, name))
    click.echo(_USED.pick(language).format(name=name), err=True)


def _with_files(config: Path, work: Callable[[Settings], Value]) -> Value:
    with explained():
        settings = load_settings(config, os.environ)
        try:
            return work(settings)
        except OSError as error:
            raise click.FileError(str(settings.keys.directory), hint=type(error).__name__) from None


@key.command("rotate")
@config_option
@click.option("--reason", help="Why; recorded, and read by whoever gets a later export: no names.")
@language_option
def rotate_command(config: Path, *, reason: str | None, language: str) -> None:
    """
    Wrap everything with the current wrapping key, beside running nodes, and retire the others.

    After a crash run it again: it goes on. Exit code 0: the others are retired; 1: they are not, with the reason;
    2: the configuration has mistakes.
    """
    with explained():
        settings = load_settings(config, os.environ)
        done = asyncio.run(exchange_keys(settings, reason=reason, clock=SystemClock()))
    rows = ", ".join(f"{done.rows.get(kind, 0)} {kind.value}" for kind in Kind)
    click.echo(_DONE.pick(language).format(current=done.current, rows=rows, retired=", ".join(done.retired)))
