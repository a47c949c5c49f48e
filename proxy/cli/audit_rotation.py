"""
`postgate audit rotate-key`: another key for the checkpoints of the log.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import click

from proxy.assembly.key_rotation import rotate_key
from proxy.cli.failures import explained
from proxy.cli.options import config_option, language_option
from proxy.core.errors import Localised
from proxy.loading.settings_file import load_settings
from proxy.observability.system import SystemClock
from proxy.vault.key_change import OLD
from proxy.vault.keys import CHECKPOINT

if TYPE_CHECKING:
    from pathlib import Path

_DONE = Localised(
    de="""\
Beide Schlüssel haben den Prüfpunkt über {size} Einträge unterschrieben.
Der neue Prüfschlüssel steht auf der Standardausgabe: den Prüfern auf einem anderen Weg als dem Protokoll geben.
{file} auf alle anderen Knoten kopieren, audit.verifier_keys ersetzen, dann die Knoten starten.
{old} wird nicht mehr gebraucht.""",
    en="""\
Both keys signed the checkpoint over {size} records.
The new verifier key is on standard output: give it to the auditors on another way than the log.
Copy {file} to all other nodes, replace audit.verifier_keys, then start the nodes.
{old} is not needed any more.""",
)
_UNREACHED = Localised(
    de="Die Ablage {sink} hat ihn nicht genommen ({code}); der nächste Knoten, der startet, versucht es wieder.",
    en="The sink {sink} did not take it ({code}); the next node that starts tries again.",
)


@click.command("rotate-key")
@config_option
@click.option("--reason", help="Why; recorded, and read by whoever gets a later export: no names.")
@language_option
def rotate_key_command(config: Path, *, reason: str | None, language: str) -> None:
    """
    Replace the key that signs checkpoints, and print the new verifier key; stop all nodes first.

    One checkpoint is signed by both keys, so a log whose key was replaced still verifies with either. After a crash run
    it again. Exit code 0: replaced; 1: it could not be; 2: the configuration has mistakes.
    """
    with explained():
        settings = load_settings(config, os.environ)
        try:
            done = asyncio.run(rotate_key(settings, reason=reason, clock=SystemClock()))
        except OSError as error:
            raise click.FileError(str(settings.keys.directory), hint=type(error).__name__) from None
    click.echo(done.key)
    file, old = settings.keys.directory / CHECKPOINT, settings.keys.directory / OLD
    click.echo(_DONE.pick(language).format(size=done.size, file=file, old=old), err=True)
    for sink, code in done.unreached:
        click.echo(_UNREACHED.pick(language).format(sink=sink, code=code), err=True)
