"""
Checking an export without us: no network, no database, no configuration, no clock.

First which key of the log signs it: one that was given, or that a given one handed over to, or that handed over to a
given one (`handovers`). Then that its files are those that were signed; then that the records are those of the tree,
the tree that of the checkpoint, each record in its form, and all of them in the only order allowed. The first thing
that does not hold ends the check.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO

from proxy.audit.catalogue import RECORDS
from proxy.audit.export.handing_over import handover_path
from proxy.audit.export.manifest import MOST_BYTES as LONGEST_MANIFEST
from proxy.audit.export.manifest import NAME, Listed, Manifest, named_origin, read_manifest
from proxy.audit.export.writing import CHECKPOINT, KEY, LEAVES, paths_of, schema_of
from proxy.audit.handovers import Handover, Handovers, one_chain, read_handover
from proxy.audit.key_chain import ROTATED
from proxy.audit.openings import OPENED, End
from proxy.audit.records import Order, Refused, read_leaf
from proxy.audit.succession import Succession
from proxy.audit.tlog.checkpoints import open_checkpoint, read_checkpoint
from proxy.audit.tlog.hashes import leaf_hash
from proxy.audit.tlog.notes import MOST_BYTES, open_note, read_note
from proxy.audit.tlog.paths import FULL_WIDTH, TILE_LEVELS, Bundle, Tile, bundles_between
from proxy.audit.tlog.proof_files import MOST_BYTES as LONGEST_PROOF
from proxy.audit.tlog.proof_files import read_proof_file
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.audit.tlog.tiles import read_bundle
from proxy.audit.tlog.trees import Frontier, grow
from proxy.audit.verify import Broken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proxy.audit.export.folder import Folder
    from proxy.audit.tlog.keys import VerifierKey
    from proxy.audit.tlog.notes import Note
    from proxy.audit.tlog.trees import TreeHead

_HANDOVERS = "handovers/"
_PIECE = 2**20
_SCHEMAS = frozenset(map(schema_of, RECORDS))
_LONGEST_BUNDLE = FULL_WIDTH * 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedExport:
    """The export is whole."""

    origin: str
    size: int
    root: str
    """In hexadecimal."""
    at: str
    """When it was made."""
    by: str
    """Pseudonym of who asked for it."""
    key: str
    """Verifier key that signed it, as its line; with `handovers` it may be another one than was given."""
    open_attempts: int
    """Attempts without outcome when it was made, whether or not their lease was over."""
    handovers: int = 0
    """How often the key was replaced before."""
    after: int | None = None
    """Records of the earlier checkpoint that it continues, if one was given."""
    before: str | None = None
    """The log before, where this one goes on after another one that is not at hand."""
    lost: End | None = None
    """After a restored backup: how far this log, or a later one, had come of which the rest is lost."""


def verify_exports(
    folders: Sequence[Folder], *, keys: Sequence[VerifierKey], after: bytes | None = None
) -> tuple[VerifiedExport, ...] | Broken:
    """
    Check exports of logs that follow each other; of one log, or of several in their order.

    Args:
        folders: as they were received.
        keys: of a log, from somewhere else than the export; one is enough where the key was replaced.
        after: an earlier checkpoint of one of the logs; its export must continue it.

    Raises:
        OSError: a directory of it cannot be read.
    """
    rules = _Rules()
    found: list[VerifiedExport] = []
    readings = [_Reading(folder, number, after, rules) for number, folder in enumerate(folders, start=1)]
    try:
        for reading in readings:
            reading.read_handovers()
        rules.handovers = Handovers(one_chain([one.handovers for one in readings]), keys)
        for reading in readings:
            found.append(reading.all())
        rules.require_continued(after)
    except Refused as refused:
        reason, detail = refused.reason, refused.detail
    except EvidenceRefused as refused:
        reason, detail = refused.reason, f"{refused.diagnostics()}"
    else:
        return tuple(replace(one, lost=rules.succession.lost.get(one.origin)) for one in found)
    return Broken(reason=reason, seq=reading.seq, record=reading.record, detail=detail, log=reading.number)


class _Rules:
    """What goes on from one export to the next."""

    def __init__(self) -> None:
        self.order = Order()
        self.succession = Succession()
        self.handovers = Handovers((), ())
        self.continued = False
        """Whether a log continues the earlier checkpoint."""
        self._log = 0
        self._first = 1

    def add(self, seq: int, record: str, leaf: dict[str, object]) -> None:
        """Take the next record."""
        if seq == 0:
            self._begin(leaf)
        self.succession.add(seq, leaf)
        self.order.add(record, leaf)
        if leaf["code"] == ROTATED:
            self.handovers.check(leaf)

    def _begin(self, leaf: dict[str, object]) -> None:
        """Take the first record of a log: the first log at hand may be one that goes on after another one."""
        if self._log == 0 and leaf["code"] == OPENED:
            self._first, self.order, self.succession = 2, Order(partial=True), Succession(first=2)
        self._log = self._log + 1 if self._log else self._first
        self.succession.begin(self._log)

    def begins_later(self) -> bool:
        """Return whether this is the first log at hand, and not log 1."""
        return self._log == self._first > 1

    def require_continued(self, after: bytes | None) -> None:
        if after is not None and not self.continued:
            raise Refused("origin_mismatch", "the earlier checkpoint is of none of these logs")


@dataclass(slots=True)
class _Reading:
    folder: Folder
    number: int
    """Which of those that were given."""
    after: bytes | None
    rules: _Rules
    seq: int = -1
    """The record that is looked at; -1 before the first and after the last."""
    record: str = ""
    rows: dict[int, _TileRow] = field(default_factory=dict)
    """By level of tiles."""
    schemas: set[str] = field(default_factory=set)
    """Paths of those that are there."""
    handovers: list[Handover] = field(default_factory=list)

    def read_handovers(self) -> None:
        count = sum(path.startswith(_HANDOVERS) for path in self.folder.paths())
        for number in range(1, count + 1):
            proof = read_proof_file(self._bytes(handover_path(number), LONGEST_PROOF))
            self.handovers.append(read_handover(proof))

    def all(self) -> VerifiedExport:
        manifest, key = self._manifest()
        earlier = self._earlier(manifest)
        self._check_files(manifest)
        note = read_note(self._bytes(CHECKPOINT, MOST_BYTES))
        head = self._head(note, manifest)
        if self._bytes(KEY, MOST_BYTES) != f"{key.text()}\n".encode():
            raise Refused("key_unknown", f"{KEY} holds another key")
        heads = [*([] if earlier is None else [earlier]), *self.rules.handovers.heads(manifest.origin)]
        open_attempts = self._check_records(head, heads)
        end = End(origin=manifest.origin, size=head.size, root=head.root.hex())
        self.rules.succession.close(end, note=note.data(), closed=True)
        opening = self.rules.succession.opening
        return VerifiedExport(
            origin=manifest.origin,
            size=head.size,
            root=end.root,
            at=manifest.at,
            by=manifest.by,
            key=key.text(),
            handovers=len(self.handovers),
            open_attempts=open_attempts,
            after=None if earlier is None else earlier.size,
            before=opening.before.origin if opening is not None and self.rules.begins_later() else None,
        )

    def _earlier(self, manifest: Manifest) -> TreeHead | None:
        if self.after is None:
            return None
        note = read_note(self.after)
        if read_checkpoint(note.text).origin != manifest.origin:
            return None
        size = read_checkpoint(note.text).head.size
        keys = self.rules.handovers.at(manifest.origin, size)
        earlier = open_checkpoint(note, origin=manifest.origin, keys=keys).head
        if earlier.size > manifest.head.size:
            raise Refused("consistency_invalid", f"the earlier checkpoint has {earlier.size} records, the export fewer")
        self.rules.continued = True
        return earlier

    def _manifest(self) -> tuple[Manifest, VerifierKey]:
        """Return the manifest, and the key that signed it alone."""
        note = read_note(self._bytes(NAME, LONGEST_MANIFEST), most=LONGEST_MANIFEST)
        opened = open_note(note, self.rules.handovers.after(len(self.handovers), named_origin(note.text)))
        if len(note.signatures) != 1:
            raise Refused("signature_invalid", "the manifest has a second signature")
        manifest = read_manifest(opened.text)
        if manifest.origin != opened.keys[0].name:
            raise Refused("origin_mismatch", "the manifest names another log than its key")
        return manifest, opened.keys[0]

    def _head(self, note: Note, manifest: Manifest) -> TreeHead:
        """Return what the checkpoint states, which the key of its day signed alone, or two that handed over."""
        handovers, origin = self.rules.handovers, manifest.origin
        keys = handovers.at(origin, manifest.head.size)
        head = open_checkpoint(note, origin=origin, keys=keys).head
        if head != manifest.head:
            raise Refused("root_mismatch", "the checkpoint is not the one that the manifest names")
        opened, signatures = open_note(note, keys), 2 if head in handovers.heads(origin) else 1
        if len(opened.keys) != signatures or opened.strangers:
            raise Refused("signature_invalid", "the checkpoint has other signatures than those of its day")
        return head

    def _check_files(self, manifest: Manifest) -> None:
        listed, there = {one.path for one in manifest.files}, set(self.folder.paths()) - {NAME}
        wanted = paths_of(manifest.head.size, len(self.handovers))
        missing = sorted(wanted - (listed & there) | (listed - there))
        if missing:
            raise Refused("file_missing", f"{missing[0]} is missing")
        self.schemas = there & _SCHEMAS
        extra = (there - listed) | (there - wanted - _SCHEMAS)
        if extra:
            raise Refused("file_extra", f"{len(extra)} files that do not belong here")
        for one in manifest.files:
            self._check_file(one)

    def _check_file(self, one: Listed) -> None:
        digest, length = hashlib.sha256(), 0
        with self._open(one.path) as file:
            while length <= one.bytes and (piece := file.read(_PIECE)):
                digest.update(piece)
                length += len(piece)
        if (digest.hexdigest(), length) != (one.sha256, one.bytes):
            raise Refused("file_changed", f"{one.path} is not the file that was signed")

    def _check_schemas(self, codes: set[str]) -> None:
        """Check that the schemas are those of the codes that there are."""
        wanted = {schema_of(code) for code in codes}
        missing = sorted(wanted - self.schemas)
        if missing:
            raise Refused("file_missing", f"{missing[0]} is missing")
        if self.schemas - wanted:
            raise Refused("file_extra", f"{min(self.schemas - wanted)}, and no record of it")

    def _check_records(self, head: TreeHead, passed: list[TreeHead]) -> int:
        """Check all records up to a head, and that they pass through the other heads on the way."""
        if any(one.size > head.size for one in passed):
            raise Refused("consistency_invalid", "a key handed over after the last record")
        frontier, codes = Frontier(), set[str]()
        with self._open(LEAVES) as lines:
            for bundle in bundles_between(0, head.size):
                leaves = read_bundle(bundle, self._bytes(bundle.path(), _LONGEST_BUNDLE))
                for leaf in leaves:
                    self.seq, self.record = self.seq + 1, ""
                    if lines.readline() != leaf + b"\n":
                        raise Refused("leaf_hash_mismatch", f"the line of {LEAVES} is not the leaf of the tree")
                    said = read_leaf(leaf)
                    self.record = str(said.get("id"))
                    self.rules.add(self.seq, self.record, said)
                    codes.add(str(said["code"]))
                hashes = [leaf_hash(leaf) for leaf in leaves]
                for one in passed:
                    if frontier.size <= one.size <= frontier.size + len(hashes):
                        _require_continued(one, grow(frontier, hashes[: one.size - frontier.size]).frontier)
                frontier = self._grow(frontier, bundle, hashes)
            self.seq, self.record = -1, ""
            if lines.read(1):
                raise Refused("file_changed", f"{LEAVES} goes on after the last record")
        for row in self.rows.values():
            row.end(self)
        if frontier.head() != head:
            raise Refused("root_mismatch", "the records have another root than the checkpoint")
        self._check_schemas(codes)
        # Not an end of the order: a log is exported while attempts run, or wait to be settled.
        return self.rules.order.open_attempts()

    def _grow(self, frontier: Frontier, bundle: Bundle, hashes: list[bytes]) -> Frontier:
        self.compare(Tile(level=0, index=bundle.index, width=bundle.width), hashes)
        grown = grow(frontier, hashes)
        for place, whole in grown.nodes:
            level, rest = divmod(place.level, TILE_LEVELS)
            if rest == 0:
                self.rows.setdefault(level, _TileRow(level)).add(whole, self)
        return grown.frontier

    def compare(self, tile: Tile, hashes: list[bytes]) -> None:
        if self._bytes(tile.path(), _PIECE) != b"".join(hashes):
            raise Refused("tile_mismatch", f"{tile.path()} does not hold the hashes of its leaves")

    def _bytes(self, path: str, most: int) -> bytes:
        with self._open(path) as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise Refused("file_changed", f"{path} is longer than such a file can be")
        return data

    def _open(self, path: str) -> BinaryIO:
        file = self.folder.open(path)
        if file is None:
            raise Refused("file_missing", f"{path} is missing")
        return file


def _require_continued(earlier: TreeHead, frontier: Frontier) -> None:
    if frontier.head() != earlier:
        raise Refused("consistency_invalid", f"the first {earlier.size} records are not those of a checkpoint before")


class _TileRow:
    """The tiles of one level, as their hashes come in from left to right."""

    def __init__(self, level: int) -> None:
        self._level = level
        self._index = 0
        self._hashes: list[bytes] = []

    def add(self, whole: bytes, reading: _Reading) -> None:
        self._hashes.append(whole)
        if len(self._hashes) == FULL_WIDTH:
            self.end(reading)

    def end(self, reading: _Reading) -> None:
        if self._hashes:
            reading.compare(Tile(level=self._level, index=self._index, width=len(self._hashes)), self._hashes)
            self._index += 1
            self._hashes.clear()
