"""
`postgate audit export`, `prove`, `verify-export`, `verify-proof`: the log, or one record of it, for others to check.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import orjson

from proxy.audit.export.folder import Directory
from proxy.audit.export.verifying import VerifiedExport, verify_exports
from proxy.audit.logs import related
from proxy.audit.tlog.checkpoints import read_checkpoint
from proxy.audit.tlog.proof_files import read_proof_file, verify_proof_file
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.verify import Broken
from proxy.cli.audit_verify import INCOMPLETE, LOST
from proxy.cli.failures import explained
from proxy.cli.options import carry_out, config_option, language_option
from proxy.cli.verifier_keys import key_option, keys_option
from proxy.core.errors import Localised

if TYPE_CHECKING:
    from proxy.audit.tlog.keys import VerifierKey

HERE = "Europe/Berlin"
"""Time zone of the page when none is named."""
REFUSED = 1
"""Exit code for an export or a proof that does not hold."""
_EXPORTED = Localised(
    de="{size} Einträge von {origin} in {folder}\nSHA-256 von MANIFEST: {digest}",
    en="{size} records of {origin} in {folder}\nSHA-256 of MANIFEST: {digest}",
)
_CHECK = Localised(
    de="Prüfen mit: postgate audit verify-export {folder} --key VKEY",
    en="Check it with: postgate audit verify-export {folder} --key VKEY",
)
_EARLIER = Localised(
    de="Frühere Protokolle sind eigene Auszüge, zuletzt: --log {log}",
    en="Earlier logs are exports of their own, the last of them: --log {log}",
)
_UNPACK = Localised(de="Erst entpacken. ", en="Unpack it first. ")
_CONTINUES = Localised(
    de="Er führt den früheren Prüfpunkt mit {after} Einträgen fort.",
    en="It continues the earlier checkpoint of {after} records.",
)
_BEGINS = Localised(
    de="Davor liegt ein früheres Protokoll, das hier nicht geprüft wurde: {before}. Seinen Auszug davor nennen.",
    en="Before it lies an earlier log, which was not checked here: {before}. Name its export before this one.",
)
_VERIFIED = Localised(
    de="Der Auszug ist unversehrt: {size} Einträge von {origin}, erstellt {at} für {by}",
    en="The export is whole: {size} records of {origin}, made {at} for {by}",
)
_REPLACED = Localised(
    de="So oft wurde der Schlüssel ersetzt: {count}. Unterzeichnet hat dieser; vergleichen Sie ihn: {key}",
    en="Times that the key was replaced: {count}. This one signed; compare it: {key}",
)
_OPEN = Localised(
    de="Sendeversuche ohne Ergebnis, als der Auszug erstellt wurde: {count}",
    en="Attempts without outcome when it was made: {count}",
)
_BROKEN = Localised(
    de="Der Auszug ist NICHT unversehrt: {reason}, Eintrag {seq} ({record}): {detail}",
    en="The export is NOT whole: {reason}, record {seq} ({record}): {detail}",
)

_PROVEN = Localised(
    de="Eintrag {seq} von {size} steht in {file}\nPrüfen mit: postgate audit verify-proof {file} --key VKEY",
    en="Record {seq} of {size} is in {file}\nCheck it with: postgate audit verify-proof {file} --key VKEY",
)
_HOLDS = Localised(
    de="Der Nachweis gilt: Eintrag {seq} von {size} des Protokolls {origin}:",
    en="The proof holds: record {seq} of {size} in the log {origin}:",
)
_FAILS = Localised(de="Der Nachweis gilt NICHT: {reason}. {remedy}", en="The proof does NOT hold: {reason}. {remedy}")


class Zone(click.ParamType[ZoneInfo]):
    """A time zone by its name, such as Europe/Berlin."""

    name = "zone"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        """Read the name."""
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail("expected a time zone such as Europe/Berlin", param, ctx)


@click.command("export")
@config_option
@click.option(
    "--out", "place", type=click.Path(path_type=Path), required=True, help="New directory or file; it must not exist."
)
@click.option("--log", type=click.IntRange(1), help="Number of a log; without it the open one.")
@click.option("--zip", "zipped", is_flag=True, help="One zip file around the directory; --out names the file.")
@click.option("--zone", type=Zone(), default=HERE, show_default=True, help="Time zone of the page for people.")
@click.option("--purpose", help="Why; recorded, and read by whoever gets a later export: no names.")
@language_option
def export_command(
    config: Path, *, place: Path, log: int | None, zipped: bool, zone: ZoneInfo, purpose: str | None, language: str
) -> None:
    """
    Write one log as a whole into a directory, signed, for somebody who reads it or checks it elsewhere.

    `records.html` in it is a page for people, German and English, and `records.csv` a table.

    Texts of posts and names of people are not in it, but ids of accounts and what operators wrote as a purpose or a
    reason. That it was exported becomes a record itself, before the directory is there.
    Exit code 0: written; 1: it could not be; 2: the configuration has mistakes.
    """
    try:
        made = carry_out(
            config,
            lambda opened: opened.exports.write(
                place, by=opened.operator, log=log, purpose=purpose, zipped=zipped, zone=zone
            ),
        )
    except OSError as error:
        raise click.FileError(str(place), hint=type(error).__name__) from None
    words = _EXPORTED.pick(language)
    click.echo(words.format(size=made.size, origin=made.origin, folder=place, digest=made.manifest_sha256))
    if made.log > 1:
        click.echo(_EARLIER.pick(language).format(log=made.log - 1))
    unpack = _UNPACK.pick(language) if zipped else ""
    click.echo(unpack + _CHECK.pick(language).format(folder=place.with_suffix("") if zipped else place))


@click.command("verify-export")
@click.argument(
    "folders",
    metavar="FOLDER...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@keys_option
@click.option(
    "--after",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An earlier checkpoint of one of the logs; its export must continue it.",
)
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON object.")
@language_option
def verify_export_command(
    folders: tuple[Path, ...], *, keys: tuple[VerifierKey, ...], after: Path | None, as_json: bool, language: str
) -> None:
    """
    Check an export, or those of several logs in their order; needs no settings, no database and no network.

    One key is enough where it was replaced: an export carries how each handed over to the next.
    Each log must begin where the one before ended. What began in an earlier log that is not given is not checked.
    With an earlier checkpoint that you kept, also that the log has only grown since.

    Exit code 0: whole; 1: not whole, with reason and record, or not to be read; 2: the key is none; 3: whole as far as
    it goes, but the log before is not given, or a backup was restored and records are missing.
    """
    try:
        with explained():
            earlier = None if after is None else after.read_bytes()
            result = verify_exports([Directory(folder) for folder in folders], keys=keys, after=earlier)
    except OSError as error:
        raise click.FileError(", ".join(map(str, folders)), hint=type(error).__name__) from None
    if as_json:
        click.echo(orjson.dumps(_plain(result)))
    elif isinstance(result, Broken):
        click.echo(_BROKEN.pick(language).format(**asdict(result) | {"record": result.record or "-"}))
    else:
        for one in result:
            _explain(one, language)
    if code := _code_of(result):
        sys.exit(code)


def _plain(result: tuple[VerifiedExport, ...] | Broken) -> dict[str, object]:
    """Return what was found as values: of the last log, and of all before it where there are several."""
    if isinstance(result, Broken):
        return {"verified": False} | asdict(result)
    *earlier, last = map(asdict, result)
    return {"verified": True} | last | ({"earlier_logs": earlier} if earlier else {})


def _code_of(result: tuple[VerifiedExport, ...] | Broken) -> int:
    if isinstance(result, Broken):
        return REFUSED
    return INCOMPLETE if any(one.before or one.lost for one in result) else 0


def _explain(one: VerifiedExport, language: str) -> None:
    click.echo(_VERIFIED.pick(language).format(size=one.size, origin=one.origin, at=one.at, by=one.by))
    click.echo(f"root {one.root}")
    if one.handovers:
        click.echo(_REPLACED.pick(language).format(count=one.handovers, key=one.key))
    if one.before is not None:
        click.echo(_BEGINS.pick(language).format(before=one.before))
    if one.after is not None:
        click.echo(_CONTINUES.pick(language).format(after=one.after))
    if one.open_attempts:
        click.echo(_OPEN.pick(language).format(count=one.open_attempts))
    if one.lost is not None:
        click.echo(LOST.pick(language).format(origin=one.lost.origin, size=one.lost.size))


@click.command("prove")
@config_option
@click.argument("record")
@click.option(
    "--out", "file", type=click.Path(path_type=Path), required=True, help="New file (.tlog-proof); it must not exist."
)
@language_option
def prove_command(config: Path, *, record: str, file: Path, language: str) -> None:
    """
    Write the proof that a record, named by its id or its place, is in the log; the record is in the file.

    That you looked becomes a record itself, before the file is there.
    Exit code 0: written; 1: it could not be; 2: the configuration has mistakes.
    """
    made = carry_out(config, lambda opened: opened.exports.prove(record, by=opened.operator))
    try:
        with file.open("xb") as opened:
            opened.write(made.data())
    except OSError as error:
        raise click.FileError(str(file), hint=type(error).__name__) from None
    size = read_checkpoint(made.note.text).head.size
    click.echo(_PROVEN.pick(language).format(seq=made.index, size=size, file=file))


@click.command("verify-proof")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@key_option(required=True)
@language_option
def verify_proof_command(file: Path, *, key: VerifierKey, language: str) -> None:
    """
    Check the proof of a record and print the record; needs no settings, no database and no network.

    Exit code 0: it holds; 1: it does not, with the reason; 2: the key is none.
    """
    try:
        proof = read_proof_file(file.read_bytes())
        origin = read_checkpoint(proof.note.text).origin
        if related(key.name, origin):
            key = key.named(origin)
        checkpoint = verify_proof_file(proof, proof.extra, origin=key.name, keys=[key])
    except EvidenceRefused as refused:
        remedy = EvidenceRefused.REASONS[refused.reason]
        click.echo(_FAILS.pick(language).format(reason=refused.reason, remedy=remedy))
        sys.exit(REFUSED)
    click.echo(_HOLDS.pick(language).format(seq=proof.index, size=checkpoint.head.size, origin=checkpoint.origin))
    click.echo(proof.extra)
