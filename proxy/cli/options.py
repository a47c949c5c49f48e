"""
What the operators' commands have in common: their options, and running a piece of work in an event loop.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from proxy.assembly.operations import Operations, operations
from proxy.cli.failures import FAILED, explained, language
from proxy.core.errors import Conflict, Localised

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

Value = TypeVar("Value")
_WIDTH = 120
"""Columns of a table that goes into a file or a pipe."""

config_option = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Settings of the gateway.",
)
language_option = click.option(
    "--language", type=click.Choice(["de", "en"]), default=language, help="Language of the output; default: LANG."
)
token_option = click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with your gateway token; POSTGATE_TOKEN, or a question, without it.",
)
_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_HARMLESS = frozenset("\n\t\u200d")
"""New lines, and what joins the parts of one emoji."""
_ASK = Localised(de="Gateway-Token", en="Gateway token")


def read_token(path: Path | None, language: str) -> str:
    """Return the gateway token of whoever runs the command; it never stands on the command line."""
    if path is not None:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    return os.environ.get("POSTGATE_TOKEN") or click.prompt(_ASK.pick(language), hide_input=True)


def carry_out(
    config: Path,
    work: Callable[[Operations], Awaitable[Value]],
    *,
    lost: Localised | None = None,
    restored: bool = False,
) -> Value:
    """
    Open the installation, do the work, close it; end the command with words when it cannot be done.

    Args:
        config: settings of the gateway.
        work: what to do.
        lost: what a conflict means here, such as "it exists already".
        restored: whether the log may be that of a restored backup.
    """

    async def run() -> Value:
        async with operations(config, restored=restored) as opened:
            return await work(opened)

    with explained():
        try:
            return asyncio.run(run())
        except Conflict:
            if lost is None:
                raise
            click.echo(lost.pick(language()), err=True)
            sys.exit(FAILED)


def plain(text: str) -> str:
    """
    Return what others wrote, for a terminal: signs that would steer it, or turn the text round, are spelled out.

    Who decides about a text by what the terminal shows has to see that text, and nothing that it draws over it.
    """
    return "".join(f"<U+{ord(sign):04X}>" if _steers(sign) else sign for sign in text)


def json_text(value: object, *, indent: int | None = None) -> str:
    """Return a value as JSON, for people and programs: signs that would steer a terminal are spelled as JSON spells."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return "".join(json.dumps(sign)[1:-1] if _steers(sign) else sign for sign in text)


def _steers(sign: str) -> bool:
    return sign not in _HARMLESS and unicodedata.category(sign) in _STEERING


def print_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns; a cell is cut only where the terminal ends."""
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title, justify="right" if title == "seq" else "left", no_wrap=title != "rules")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table, highlight=False)
