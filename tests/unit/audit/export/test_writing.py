from __future__ import annotations

import hashlib

import pytest

from proxy.audit.export.manifest import NAME, read_manifest
from proxy.audit.export.writing import LEAVES, paths_of, schema_of
from proxy.audit.tlog.notes import open_note, read_note
from proxy.audit.tlog.refusal import EvidenceRefused
from tests import outsider
from tests.exports import ASKED_BY, SIGNER, VKEY, export, fill
from tests.fakes.export_folder import MemoryFolder


def test_an_outsider_accepts_what_is_written(url: str) -> None:
    """Checkpoint, tiles and leaves, by a program that shares no code; on both databases."""
    size = fill(url, 70)
    folder = MemoryFolder()

    manifest = export(url, folder, size)

    assert folder.files[NAME] == manifest
    stated = outsider.checkpoint(folder.files["checkpoint"], VKEY)
    assert stated is not None
    _, stated_size, root = stated
    leaves = outsider.exported(folder.files, stated_size, root)
    assert leaves is not None
    assert b"".join(leaf + b"\n" for leaf in leaves) == folder.files[LEAVES]
    assert outsider.mth(leaves) == root
    assert len(leaves) == size == 280


def test_the_manifest_names_every_file(url: str) -> None:
    """With its hash and its length, and whoever asked."""
    size = fill(url, 3)
    folder = MemoryFolder()
    export(url, folder, size)

    said = read_manifest(open_note(read_note(folder.files[NAME]), [SIGNER.key()]).text)

    assert (said.by, said.head.size) == (ASKED_BY, size)
    schemas = {schema_of(code) for code in ("PG-101", "PG-102", "PG-103")}
    assert {one.path for one in said.files} == paths_of(size) | schemas == set(folder.files) - {NAME}
    for one in said.files:
        data = folder.files[one.path]
        assert (one.bytes, one.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_records_that_are_not_there_are_not_exported(url: str) -> None:
    """A checkpoint may not claim more than the database holds."""
    size = fill(url, 1)

    with pytest.raises(EvidenceRefused):
        export(url, MemoryFolder(), size + 1)
