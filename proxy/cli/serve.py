"""
`postgate serve` and `postgate init`: run a node, and prepare what it needs the first time.
"""

from __future__ import annotations

import asyncio
import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
import uvloop

from proxy.assembly.node import build
from proxy.assembly.store import prepare
from proxy.cli.failures import explained
from proxy.loading.settings_file import load_settings
from proxy.observability.bridge import capture_libraries
from proxy.web.server import ensure_file_descriptors

if TYPE_CHECKING:
    from proxy.settings.model import Settings

_COLLECT_AFTER = (20_000, 20, 20)
"""Allocations between two rounds of the garbage collector; a request makes few cycles."""

config_option = click.option(
    "--config",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Settings file of the node.",
)


@click.command()
@config_option
def init(config: Path) -> None:
    """Create the keys and the database of a new installation; what exists stays as it is."""
    with explained():
        settings = load_settings(config, os.environ)
        prepare(settings)
    click.echo(f"keys in {settings.keys.directory}, database ready; next: postgate account add, postgate token issue")


@click.command()
@config_option
@click.option(
    "--trust-database",
    is_flag=True,
    help="Start although no checkpoint outside the database says how far the log had come; goes on record.",
)
def serve(config: Path, *, trust_database: bool) -> None:
    """
    Run a node until SIGTERM or SIGINT; SIGHUP reads the policies again.

    An installation without keys and database is prepared first. Exit code 0: stopped in order; 1: something was cut
    off, or the log is not fit to go on; 2: the configuration has mistakes, all of which are listed.
    """
    with explained():
        settings = load_settings(config, os.environ)
        if is_new(settings):
            prepare(settings)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            clean = runner.run(_run(settings, trust_database=trust_database))
    raise SystemExit(0 if clean else 1)


def is_new(settings: Settings) -> bool:
    """Return whether neither keys nor an embedded database exist: then creating them loses nothing."""
    kept = settings.database.url.removeprefix("sqlite:///")
    embedded = kept != settings.database.url
    return embedded and not Path(kept).exists() and not settings.keys.directory.exists()


async def _run(settings: Settings, *, trust_database: bool) -> bool:
    ensure_file_descriptors(settings.limits)
    node = build(settings, trust_database=trust_database)
    restore = capture_libraries(node.log)
    try:
        await node.start()
        _settle_memory()
        return await node.serve_until_signal()
    finally:
        restore()


def _settle_memory() -> None:
    """Take what the start left behind out of the garbage collector's rounds: it stays until the end anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
