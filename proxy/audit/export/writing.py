"""
Writing an export: one log up to a checkpoint, as files that anybody can check without us.

    MANIFEST                       signed: every other file with its hash
    checkpoint                     signed: size and root of the log
    key.vkey                       the key that signed the manifest; who checks gets it on another way
    handovers/1.tlog-proof ...     where the key was replaced: that each key handed over to the next (`handovers`)
    leaves.jsonl                   a record a line; the line without its line feed is the leaf
    records.html, records.csv      the same records, to be read by people
    schemas/PG-101.json ...        what a record of each code in it may hold, as JSON Schema
    tile/...                       the same leaves and the tree over them, as c2sp.org/tlog-tiles has them
    verify.py, README.txt, LIESMICH.txt
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files as resources
from itertools import chain
from typing import TYPE_CHECKING

import sqlalchemy as sa

from proxy.audit.export.handing_over import handover_path, handovers_to
from proxy.audit.export.manifest import MOST_BYTES, NAME, Listed, Manifest
from proxy.audit.export.page import page
from proxy.audit.export.table import csv_lines
from proxy.audit.export.tally import Tally, local
from proxy.audit.export.told import records_of
from proxy.audit.nodes import SqlNodes
from proxy.audit.tlog.notes import sign_note
from proxy.audit.tlog.paths import FULL_WIDTH, Bundle, Tile, bundles_between, tiles_between
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.tiles import write_bundle, write_tile
from proxy.storage.columns import instant
from proxy.storage.tables import audit_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, tzinfo

    from sqlalchemy.engine import Connection

    from proxy.audit.export.folder import Target
    from proxy.audit.signed import Signed
    from proxy.audit.tlog.keys import NoteSigner

CHECKPOINT, KEY, LEAVES, PAGE, TABLE = "checkpoint", "key.vkey", "leaves.jsonl", "records.html", "records.csv"
EXPLAINED = ("LIESMICH.txt", "README.txt", "verify.py")
"""Files that are the same in every export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who wants an export, and how."""

    by: str
    """A pseudonym."""
    at: datetime
    zone: tzinfo
    """For the times on the page, and where its days begin."""


def schema_of(code: str) -> str:
    """Return the path of the schema of a code."""
    return f"schemas/{code}.json"


def paths_of(size: int, handovers: int = 0) -> set[str]:
    """Return the paths of the files of an export of so many records, all but the manifest and the schemas."""
    proofs = (handover_path(number) for number in range(1, handovers + 1))
    places: Iterable[Tile | Bundle] = chain(tiles_between(0, size), bundles_between(0, size))
    return {CHECKPOINT, KEY, LEAVES, PAGE, TABLE, *EXPLAINED, *proofs, *(one.path() for one in places)}


def write_export(connection: Connection, target: Target, *, signed: Signed, signer: NoteSigner, asked: Asked) -> bytes:
    """
    Write the log up to a checkpoint, make it durable, and return the manifest.

    Args:
        connection: to the database of the log.
        target: an empty one.
        signed: the checkpoint.
        signer: the key of the log, under its origin.
        asked: who wants it.

    Raises:
        EvidenceRefused: `tile_missing`: the database has not all that the checkpoint covers; `key_unknown`: it does not
            show that the keys of before handed over to this one.
        OSError: a file cannot be written.
    """
    writing = _Writing(target)
    writing.put(CHECKPOINT, [signed.note.data()])
    writing.put(KEY, [f"{signer.key().text()}\n".encode()])
    for number, proof in enumerate(handovers_to(connection, signer.key()), start=1):
        writing.put(handover_path(number), [proof.data()])
    for name in EXPLAINED:
        writing.put(name, [explained(name)])
    size = signed.size
    writing.put(LEAVES, (leaf + b"\n" for leaf in _every_leaf(connection, signed)))
    _write_for_people(writing, connection, signed, asked)
    for bundle, leaves in zip(bundles_between(0, size), _leaves(connection, signed), strict=True):
        writing.put(bundle.path(), [write_bundle(leaves)])
    nodes = SqlNodes(connection, signed.log)
    for tile in tiles_between(0, size):
        writing.put(tile.path(), [write_tile(tile, nodes)])
    manifest = Manifest(
        origin=signed.checkpoint.origin,
        head=signed.checkpoint.head,
        at=instant(asked.at),
        by=asked.by,
        files=tuple(sorted(writing.listed, key=lambda one: one.path)),
    )
    data = sign_note(manifest.text(), [signer], most=MOST_BYTES).data()
    writing.put(NAME, [data])
    target.seal()
    return data


def _write_for_people(writing: _Writing, connection: Connection, signed: Signed, asked: Asked) -> None:
    """Write the records as table and page, and the schemas of their codes."""
    tally = Tally(zone=asked.zone)
    writing.put(TABLE, csv_lines(tally.through(records_of(_every_leaf(connection, signed)))))
    facts = {
        "origin": signed.checkpoint.origin,
        "size": str(signed.size),
        "root": signed.checkpoint.head.root.hex(),
        "at": local(instant(asked.at), asked.zone),
        "by": asked.by,
    }
    writing.put(PAGE, page(facts, tally, records_of(_every_leaf(connection, signed))))
    for code in sorted(tally.codes):
        writing.put(schema_of(code), [resources("proxy.audit").joinpath("schemas", f"{code}.json").read_bytes()])


def explained(name: str) -> bytes:
    """Return a file that is the same in every export."""
    return resources("proxy.audit.export").joinpath("outsider.py" if name == "verify.py" else name).read_bytes()


class _Writing:
    """Writes files and notes what is in them."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.listed: list[Listed] = []

    def put(self, path: str, pieces: Iterable[bytes]) -> None:
        digest, length = hashlib.sha256(), 0
        with self._target.create(path) as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                length += len(piece)
        self.listed.append(Listed(path=path, bytes=length, sha256=digest.hexdigest()))


def _every_leaf(connection: Connection, signed: Signed) -> Iterator[bytes]:
    for leaves in _leaves(connection, signed):
        yield from leaves


def _leaves(connection: Connection, signed: Signed) -> Iterator[list[bytes]]:
    """Yield the leaves below a checkpoint, as many at a time as a bundle holds."""
    records = audit_records.c
    for start in range(0, signed.size, FULL_WIDTH):
        end = min(start + FULL_WIDTH, signed.size)
        found = connection.scalars(
            sa.select(records.leaf)
            .where(records.log_id == signed.log, records.seq >= start, records.seq < end)
            .order_by(records.seq)
        ).all()
        if len(found) != end - start:
            raise EvidenceRefused("tile_missing", expected=f"{end - start} records from {start}", found=f"{len(found)}")
        yield [bytes(leaf) for leaf in found]
