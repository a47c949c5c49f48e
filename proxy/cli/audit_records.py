"""
`postgate audit query` and `show`: records for people; that somebody looked goes on record before anything is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import click
import orjson

from proxy.audit.catalogue import RECORDS
from proxy.audit.logs import place_of
from proxy.audit.query import Filter
from proxy.audit.tlog.checkpoints import read_checkpoint
from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.spelling import write_base64
from proxy.cli.audit_times import Moment
from proxy.cli.options import carry_out, config_option, json_text, language_option, print_table
from proxy.core.errors import Localised
from proxy.gate.replay import record_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from proxy.audit.query import Found
    from proxy.audit.tlog.proof_files import ProofFile

_TITLES = ("seq", "at", "record", "decision", "account", "rules", "post")
_OUTCOMES = ("published", "rejected", "not_sent", "unknown", "absent", "undetermined")
_MORE = Localised(de="Es gibt mehr. Weiter mit: --cursor {cursor}", en="There is more. Go on with: --cursor {cursor}")
_SHOWN = Localised(
    de="Eintrag {seq} von {size} des Protokolls {origin}", en="Record {seq} of {size} in the log {origin}"
)
_PROOF = Localised(
    de="Nachweis bis zur Wurzel, von unten nach oben, {count} Hashes:",
    en="Proof up to the root, from below, {count} hashes:",
)
_CHECKPOINT = Localised(de="Prüfpunkt:", en="Checkpoint:")
_KEEP = Localised(
    de="Als Datei, die andere prüfen können: postgate audit prove {record} --out FILE",
    en="As a file that others can check: postgate audit prove {record} --out FILE",
)


class _Wanted(TypedDict):
    """The options of a search, called like the fields of the filter."""

    since: datetime | None
    until: datetime | None
    code: str | None
    platform: str | None
    account: str | None
    decision: str | None
    rule: str | None
    policy_digest: str | None
    entity: str | None
    outcome: str | None
    post: str | None
    oldest_first: bool


@click.command("query")
@config_option
@click.option("--from", "since", type=Moment(), help="First moment.")
@click.option("--to", "until", type=Moment(), help="First moment that is too late.")
@click.option("--code", help="Record code, such as PG-101.")
@click.option("--platform", help="Platform, such as mastodon.")
@click.option("--account", help="Account id, such as mastodon:presse.")
@click.option("--decision", type=click.Choice(["allow", "redact", "hold", "block"]), help="Verdict.")
@click.option("--rule", help="Rule that matched, as policy/rule.")
@click.option("--policy-digest", help="Policies in force, by their digest.")
@click.option("--entity", help="Type of a finding, such as IBAN_CODE.")
@click.option("--outcome", type=click.Choice(_OUTCOMES), help="What became of an attempt to send.")
@click.option("--post", help="Id of a post.")
@click.option("--id", "record", help="Id of a record, or of a decision as its author sees it (d-...).")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="Most records.")
@click.option("--oldest-first", is_flag=True, help="Oldest first instead of newest first.")
@click.option("--cursor", help="Go on where an earlier search with the same filter ended.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: the leaf with its place.")
@language_option
def query_command(
    config: Path,
    *,
    record: str | None,
    limit: int,
    cursor: str | None,
    as_json: bool,
    language: str,
    **options: Unpack[_Wanted],
) -> None:
    """
    Show records. That you looked becomes a record itself, before anything is shown.

    Exit code 0: shown, also when there are none; 1: it could not be; 2: the configuration has mistakes.
    """
    wanted = Filter(record=None if record is None else record_of(record), **options)
    page = carry_out(
        config, lambda opened: opened.searches.rows(wanted, by=opened.operator, limit=limit, cursor=cursor)
    )
    if as_json:
        for row in page.rows:
            click.echo(
                orjson.dumps({"log": row.log, "seq": row.seq, "leaf_hash": row.leaf_hash, **orjson.loads(row.leaf)})
            )
    else:
        print_table(_TITLES, (_cells(row) for row in page.rows))
    if page.cursor is not None:
        click.echo(_MORE.pick(language).format(cursor=page.cursor), err=True)


def _cells(row: Found) -> tuple[str, ...]:
    return (
        place_of(row.log, row.seq),
        row.at[:19].replace("T", " "),
        f"{row.code} {row.type}",
        row.decision or "",
        row.account or "",
        " ".join(row.rules),
        (row.post or "")[:8],
    )


@click.command("show")
@config_option
@click.argument("record")
@click.option("--json", "as_json", is_flag=True, help="Record, proof and checkpoint as one JSON object.")
@language_option
def show_command(config: Path, *, record: str, as_json: bool, language: str) -> None:
    """
    Show one record, named by its id, its place or a decision id (d-...), with the proof that it is in the log.

    The log is signed as far as it goes, and the proof leads to that checkpoint.
    That you looked becomes a record itself, before anything is shown.
    Exit code 0: shown; 1: it could not be; 2: the configuration has mistakes.
    """
    made = carry_out(config, lambda opened: opened.exports.prove(record_of(record), by=opened.operator))
    if as_json:
        click.echo(orjson.dumps(_plain(made)))
        return
    head = read_checkpoint(made.note.text)
    click.echo(_SHOWN.pick(language).format(seq=made.index, size=head.head.size, origin=head.origin))
    leaf = orjson.loads(made.extra)
    click.echo(f"{leaf['code']} {leaf['type']}: {RECORDS[leaf['code']].says.pick(language)}")
    click.echo(json_text(leaf, indent=1))
    click.echo(f"leaf hash {leaf_hash(made.extra).hex()}")
    click.echo(_PROOF.pick(language).format(count=len(made.hashes)))
    for one in made.hashes:
        click.echo(f" {one.hex()}")
    click.echo(f"{_CHECKPOINT.pick(language)}\n{made.note.data().decode()}")
    click.echo(_KEEP.pick(language).format(record=leaf["id"]))


def _plain(made: ProofFile) -> dict[str, object]:
    """Return what is shown as values; hashes of the proof are spelled as in proof files."""
    head = read_checkpoint(made.note.text)
    return {
        "origin": head.origin,
        "seq": made.index,
        "size": head.head.size,
        "root": head.head.root.hex(),
        "leaf_hash": leaf_hash(made.extra).hex(),
        "proof": [write_base64(one) for one in made.hashes],
        "checkpoint": made.note.data().decode(),
        "record": orjson.loads(made.extra),
    }
