"""
`postgate audit key` and `postgate audit checkpoint`: what an auditor needs to check the log without us.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from proxy.assembly.operations import reading
from proxy.audit.checkpointing import last_note
from proxy.audit.signed import signer_of
from proxy.cli.failures import FAILED, explained
from proxy.cli.options import config_option, language_option
from proxy.core.errors import Localised
from proxy.loading.settings_file import load_settings
from proxy.vault.keys import CHECKPOINT, load_checkpoint

if TYPE_CHECKING:
    from pathlib import Path

_NO_KEY = Localised(
    de="Es gibt keinen Schlüssel für Prüfpunkte: {file} fehlt. Anlegen mit: postgate init",
    en="There is no key for checkpoints: {file} is missing. Create it with: postgate init",
)
_NONE_YET = Localised(
    de="Für dieses Protokoll wurde noch kein Prüfpunkt unterschrieben.",
    en="No checkpoint was signed for this log yet.",
)


@click.command("key")
@config_option
@language_option
def key_command(config: Path, language: str) -> None:
    """
    Print the verifier key: the line with which anybody checks the checkpoints of this log.

    Hand it to auditors on another way than the log. Exit code 0: printed; 1: there is no key; 2: the configuration has
    mistakes.
    """
    with explained():
        settings = load_settings(config, os.environ)
        seed = load_checkpoint(settings.keys.directory)
    if seed is None:
        click.echo(_NO_KEY.pick(language).format(file=settings.keys.directory / CHECKPOINT), err=True)
        sys.exit(FAILED)
    click.echo(signer_of(settings.audit.origin, seed).key().text())


@click.command("checkpoint")
@config_option
@language_option
def checkpoint_command(config: Path, language: str) -> None:
    """
    Print the newest checkpoint in the database, byte for byte; needs no keys.

    Exit code 0: printed; 1: none was signed yet; 2: the configuration has mistakes.
    """
    with explained(), reading(load_settings(config, os.environ)) as reads:
        note = reads.run_blocking(last_note)
    if note is None:
        click.echo(_NONE_YET.pick(language), err=True)
        sys.exit(FAILED)
    click.echo(note.data(), nl=False)
