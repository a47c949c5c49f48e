"""
`postgate register`: build the register of customers where the data is, look at it, check it, compare two.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from proxy.cli.failures import FAILED, explained
from proxy.cli.options import language_option
from proxy.cli.register_build import build_command
from proxy.cli.register_texts import DIFFERENCE, SIGNING_KEY, SOUND
from proxy.core.detection.register.digests import key_id
from proxy.core.detection.register.table import BrokenRegister
from proxy.core.errors import Localised
from proxy.observability.system import SystemClock
from proxy.register.comparing import compare
from proxy.register.files import opened, verify
from proxy.register.refusals import BROKEN
from proxy.register.writing import public_key
from proxy.vault.key_references import draw_key, read_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proxy.core.detection.register.table import Header

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_AGE = re.compile(r"([1-9][0-9]{0,4})([hd])")
_HOURS = {"h": 1, "d": 24}
_NO_KEY = Localised(
    de="Erwartet werden 64 hexadezimale Zeichen, wie postgate register signing-key sie ausgibt.",
    en="Expected are 64 hexadecimal digits, as postgate register signing-key prints them.",
)
_NO_AGE = Localised(de="Erwartet wird eine Dauer wie 36h oder 3d.", en="Expected is a time such as 36h or 3d.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group()
def register() -> None:
    """Build, check and compare registers of customers; nothing shows who is in them."""


register.add_command(build_command)


@register.command("key")
@click.option("--out", type=_NEW, required=True, help="New file, readable by you alone.")
def key_command(out: Path) -> None:
    """
    Draw the key that digests are taken with, for the builder and the gateway.

    Whoever has it and a register can try out who is in it. Exit code 0: drawn; 2: the file exists or cannot be written.
    """
    with _writable(out):
        drawn = draw_key(out)
    click.echo(key_id(drawn))


@register.command("signing-key")
@click.option("--out", type=_NEW, required=True, help="New file, readable by you alone; it stays with the builder.")
@language_option
def signing_key_command(out: Path, *, language: str) -> None:
    """
    Draw the key that registers are signed with, and print the public half.

    Exit code 0: drawn; 2: the file exists or cannot be written.
    """
    with _writable(out):
        drawn = draw_key(out)
    click.echo(SIGNING_KEY.pick(language), err=True)
    click.echo(public_key(drawn).hex())


@contextmanager
def _writable(out: Path) -> Iterator[None]:
    with explained():
        try:
            yield
        except OSError as error:
            raise click.FileError(str(out), hint=type(error).__name__) from None


@register.command("info")
@json_option
@language_option
@click.argument("file", type=_FILE)
def info_command(file: Path, *, as_json: bool, language: str) -> None:
    """
    Show what a register says of itself; nothing is checked.

    Exit code 0: shown; 1: the file is no register.
    """
    with _told(language), opened(file) as (_, header, _, _):
        plain = _plain(header)
    if as_json:
        click.echo(orjson.dumps(plain))
        return
    for name, value in plain.items():
        shown = ", ".join(f"{kind} {count}" for kind, count in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name}: {'-' if shown is None else shown}")


def _plain(header: Header) -> dict[str, object]:
    return {"version": header.version, **asdict(header)}


@register.command("verify")
@click.option("--key", required=True, metavar="KEYREF", help="Key of the digests: file:PATH or env:NAME.")
@click.option("--signed-by", required=True, metavar="PUBLIC_KEY", help="Public key of the builder, 64 hex digits.")
@click.option("--max-age", metavar="TIME", help="Refuse older files, such as 36h or 3d.")
@language_option
@click.argument("file", type=_FILE)
def verify_command(file: Path, *, key: str, signed_by: str, max_age: str | None, language: str) -> None:
    """
    Check a register from the first byte to the last, as a gateway does before it uses it.

    Exit code 0: sound; 1: not to be relied on, with the reason; 2: a key is missing.
    """
    public, age = _public(signed_by, language), _age(max_age, language)
    with explained():
        name = key_id(read_key(key, os.environ))
    with _told(language):
        header = verify(file, key_id=name, public_key=public, now=SystemClock().now(), max_age=age)
    click.echo(SOUND.pick(language).format(version=header.version, built_at=header.built_at))


def _public(text: str, language: str) -> bytes:
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise click.BadParameter(_NO_KEY.pick(language), param_hint="--signed-by")
    return bytes.fromhex(text)


def _age(text: str | None, language: str) -> timedelta | None:
    if text is None:
        return None
    if not (found := _AGE.fullmatch(text)):
        raise click.BadParameter(_NO_AGE.pick(language), param_hint="--max-age")
    return timedelta(hours=int(found[1]) * _HOURS[found[2]])


@register.command("diff")
@json_option
@language_option
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
def diff_command(before: Path, after: Path, *, as_json: bool, language: str) -> None:
    """
    Count what two registers of one key have and have not in common; neither is checked.

    Exit code 0: counted; 1: one of the files is no register, or they were built with different keys.
    """
    with _told(language):
        found = compare(before, after)
    counts = {"added": found.added, "removed": found.removed, "shared_otherwise": found.shared_otherwise}
    versions = {"before": found.before.version, "after": found.after.version}
    if as_json:
        click.echo(orjson.dumps(versions | counts))
    else:
        click.echo(DIFFERENCE.pick(language).format(**versions, **counts))


@contextmanager
def _told(language: str) -> Iterator[None]:
    """Turn what is wrong with a file into words."""
    try:
        yield
    except BrokenRegister as broken:
        click.echo(f"{BROKEN[broken.code].pick(language)} [{broken.code}]", err=True)
        sys.exit(FAILED)
