from __future__ import annotations

import hashlib
import io
import random
import re
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

import pytest

from proxy.audit.export.manifest import NAME, read_manifest
from proxy.audit.export.verifying import VerifiedExport
from proxy.audit.export.writing import CHECKPOINT, EXPLAINED, KEY, LEAVES, schema_of
from proxy.audit.signed import signer_of
from proxy.audit.tlog.notes import read_note, sign_note
from proxy.audit.verify import REASONS, Broken
from tests.exports import ASKED_BY, SIGNER, export, fill, record, verify_export
from tests.fakes.clock import START
from tests.fakes.export_folder import MemoryFolder
from tests.stores import ORIGIN, migrated
from tests.works import Sample, allowed, blocked

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of an export of five records: an open attempt is among them."""
    return _files(tmp_path_factory.mktemp("small"), posts=2, size=5)


def _files(directory: Path, *, posts: int, size: int | None = None) -> dict[str, bytes]:
    url = migrated(f"sqlite:///{directory}/log.db")
    whole = fill(url, posts)
    folder = MemoryFolder()
    export(url, folder, whole if size is None else size)
    return folder.files


def _reason(files: dict[str, bytes]) -> str:
    result = verify_export(MemoryFolder(files), key=SIGNER.key())
    assert isinstance(result, Broken), "an export that was changed was taken"
    assert result.reason in REASONS
    return result.reason


def _with_manifest(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files with a manifest that fits them, as only the holder of the key can make it."""
    text = read_note(files[NAME]).text
    head = [line for line in text.splitlines() if not line.startswith("file ")]
    rows = [
        f"file {hashlib.sha256(data).hexdigest()} {len(data)} {path}"
        for path, data in sorted(files.items())
        if path != NAME
    ]
    return files | {NAME: sign_note("".join(f"{line}\n" for line in (*head, *rows)), [SIGNER]).data()}


def test_a_whole_export_verifies(small: dict[str, bytes]) -> None:
    """It says what it is: which log, how far, when and for whom."""
    result = verify_export(MemoryFolder(small), key=SIGNER.key())

    assert isinstance(result, VerifiedExport)
    assert (result.origin, result.size, result.by) == (ORIGIN, 5, ASKED_BY)
    assert result.at == read_manifest(read_note(small[NAME]).text).at


@pytest.mark.parametrize("posts", [0, 1, 64, 70])
def test_exports_of_any_size_verify(tmp_path: Path, posts: int) -> None:
    """None, a few, exactly a bundle, and several tiles on two levels."""
    files = _files(tmp_path, posts=posts)

    result = verify_export(MemoryFolder(files), key=SIGNER.key())

    assert isinstance(result, VerifiedExport), result
    assert result.size == 4 * posts


def test_an_attempt_that_waits_to_be_settled_is_told_and_no_fault(tmp_path: Path) -> None:
    """Its sender crashed, and its lease was over when the log was exported: that is what the log says."""
    url = migrated(f"sqlite:///{tmp_path}/log.db")
    size = record(url, [allowed(Sample()), blocked(Sample(at=START + timedelta(hours=1)))])
    folder = MemoryFolder()
    export(url, folder, size)

    result = verify_export(folder, key=SIGNER.key())

    assert isinstance(result, VerifiedExport), result
    assert (result.size, result.open_attempts) == (size, 1)


def test_every_flipped_bit_is_found(small: dict[str, bytes]) -> None:
    """In every byte of what the log is checked by; of the long files that are only hashed, in every seventh."""
    for path, data in small.items():
        for place in range(0, len(data), 7 if path in EXPLAINED or path.startswith(("records.", "schemas/")) else 1):
            flipped = data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]
            assert _reason(small | {path: flipped}) in REASONS


def test_every_missing_renamed_added_cut_or_doubled_file_is_found(small: dict[str, bytes]) -> None:
    """And every line of the records that is deleted, swapped or doubled."""
    for path, data in small.items():
        without = {name: other for name, other in small.items() if name != path}
        assert _reason(without) == "file_missing"
        assert _reason(without | {f"{path}.old": data}) == "file_missing"
        assert _reason(small | {f"{path}.old": data}) == "file_extra"
        assert _reason(small | {path: data[:-1]})
        assert _reason(small | {path: data + data[-1:]})
    lines = small[LEAVES].splitlines(keepends=True)
    for place in range(len(lines)):
        for other in (
            [*lines[:place], *lines[place + 1 :]],
            [*lines[:place], lines[place], *lines[place:]],
            [lines[place], *lines[:place], *lines[place + 1 :]] if place else lines[::-1],
        ):
            assert _reason(small | {LEAVES: b"".join(other)}) == "file_changed"


class _Counted(io.BytesIO):
    """Counts what is read of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


class _Swollen(MemoryFolder):
    """A folder in which the records go on and on."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.records = _Counted(files[LEAVES] + bytes(2**23))

    def open(self, path: str) -> BinaryIO | None:
        return self.records if path == LEAVES else super().open(path)


def test_a_file_is_read_no_further_than_it_can_be_the_signed_one(small: dict[str, bytes]) -> None:
    """Whoever sends an export does not decide how long its check reads."""
    folder = _Swollen(small)

    result = verify_export(folder, key=SIGNER.key())

    assert isinstance(result, Broken)
    assert result.reason == "file_changed"
    assert folder.records.taken <= 2**21
    assert _reason(small | {NAME: bytes(2**26 + 1)}) == "file_changed"


def test_a_large_export_is_searched_as_well(tmp_path: Path) -> None:
    """Bytes of any file, drawn at random; the seed is printed."""
    files = _files(tmp_path, posts=150)
    seed = random.SystemRandom().randrange(2**32)
    print(f"changed bytes with seed {seed}")  # noqa: T201  pytest shows it when the test fails
    chance = random.Random(seed)
    for _ in range(150):
        path = chance.choice(sorted(files))
        place = chance.randrange(len(files[path]))
        data = bytearray(files[path])
        data[place] ^= 1 << chance.randrange(8)
        assert _reason(files | {path: bytes(data)})


def test_the_holder_of_the_key_cannot_sign_records_that_are_not_the_checkpoints(small: dict[str, bytes]) -> None:
    """A manifest that fits changed files is not enough: records, tiles and checkpoint must be one."""
    lines = small[LEAVES].splitlines(keepends=True)
    bundle = next(path for path in small if path.startswith("tile/entries/"))
    tile = next(path for path in small if path.startswith("tile/0/"))
    other = lines[0].replace(b'"n1"', b'"n2"')
    assert other != lines[0]

    assert _reason(_with_manifest(small | {LEAVES: b"".join(lines[:-1])})) == "leaf_hash_mismatch"
    assert _reason(_with_manifest(small | {LEAVES: small[LEAVES] + b"x"})) == "file_changed"
    assert _reason(_with_manifest(small | {LEAVES: other + b"".join(lines[1:])})) == "leaf_hash_mismatch"
    assert _reason(_with_manifest(small | {bundle: small[bundle][:-1]})) == "entry_truncated"
    assert _reason(_with_manifest(small | {tile: bytes(len(small[tile]))})) == "tile_mismatch"
    both = {LEAVES: other + b"".join(lines[1:]), bundle: small[bundle].replace(lines[0][:-1], other[:-1])}
    assert _reason(_with_manifest(small | both)) == "tile_mismatch"


def test_the_record_is_named(small: dict[str, bytes]) -> None:
    """The first one that does not hold, by its place."""
    lines = small[LEAVES].splitlines(keepends=True)
    swapped = _with_manifest(small | {LEAVES: b"".join([lines[0], lines[2], lines[1], *lines[3:]])})

    result = verify_export(MemoryFolder(swapped), key=SIGNER.key())

    assert isinstance(result, Broken)
    assert (result.reason, result.seq) == ("leaf_hash_mismatch", 1)


def test_another_key_or_a_second_signature_is_refused(small: dict[str, bytes]) -> None:
    """Whoever signed it must be the log's key, alone."""
    stranger = signer_of(ORIGIN, bytes(32))
    text = read_note(small[NAME]).text

    assert _reason(small | {NAME: sign_note(text, [stranger]).data()}) == "key_unknown"
    assert _reason(small | {NAME: sign_note(text, [SIGNER, stranger]).data()}) == "signature_invalid"
    assert _reason(_with_manifest(small | {KEY: f"{stranger.key().text()}\n".encode()})) == "key_unknown"
    other = signer_of("another.example", bytes(range(32)))
    result = verify_export(MemoryFolder(small | {NAME: sign_note(text, [other]).data()}), key=other.key())
    assert isinstance(result, Broken)
    assert result.reason == "origin_mismatch"


def test_a_checkpoint_of_another_state_is_refused(small: dict[str, bytes], tmp_path: Path) -> None:
    """Also when the same key signed it."""
    other = _files(tmp_path, posts=2, size=4)[CHECKPOINT]

    assert _reason(_with_manifest(small | {CHECKPOINT: other})) == "root_mismatch"


def test_the_schemas_are_those_of_the_records(small: dict[str, bytes]) -> None:
    """Also when a manifest names others, as only the holder of the key can make it."""
    path = schema_of("PG-101")
    without = {name: data for name, data in small.items() if name != path}

    assert _reason(_with_manifest(without)) == "file_missing"
    assert _reason(_with_manifest(small | {schema_of("PG-604"): b"{}"})) == "file_extra"
    assert _reason(_with_manifest(small | {"schemas/PG-999.json": b"{}"})) == "file_extra"
    assert _reason(small | {schema_of("PG-604"): b"{}"}) == "file_extra"


@pytest.mark.parametrize("size", [0, 1, 3, 255, 256, 257, 279, 280])
def test_an_export_continues_every_earlier_checkpoint(tmp_path: Path, size: int) -> None:
    """Wherever it ended: inside a bundle, at its end, at the end of the log."""
    url = migrated(f"sqlite:///{tmp_path}/log.db")
    whole = fill(url, 70)
    folder, earlier = MemoryFolder(), MemoryFolder()
    export(url, folder, whole)
    export(url, earlier, size)

    result = verify_export(folder, key=SIGNER.key(), after=earlier.files[CHECKPOINT])

    assert isinstance(result, VerifiedExport), result
    assert result.after == size


def test_an_export_that_does_not_continue_an_earlier_checkpoint_is_refused(
    small: dict[str, bytes], tmp_path: Path
) -> None:
    """The log was replaced, or cut off, or the checkpoint is none of this log."""

    def reason(after: bytes) -> str:
        result = verify_export(MemoryFolder(small), key=SIGNER.key(), after=after)
        assert isinstance(result, Broken)
        return result.reason

    (tmp_path / "other").mkdir()
    (tmp_path / "longer").mkdir()
    other = _files(tmp_path / "other", posts=1)[CHECKPOINT]
    longer = _files(tmp_path / "longer", posts=2)[CHECKPOINT]
    stranger = signer_of(ORIGIN, bytes(32))

    assert reason(other) == "consistency_invalid"
    assert reason(longer) == "consistency_invalid"
    assert reason(b"x") == "note_malformed"
    assert reason(sign_note(read_note(small[CHECKPOINT]).text, [stranger]).data()) == "key_unknown"


def test_the_manifest_is_read_in_its_one_spelling(small: dict[str, bytes]) -> None:
    """Read and written again, byte for byte."""
    text = read_note(small[NAME]).text

    assert read_manifest(text).text() == text
    assert len(re.findall("^file ", text, re.MULTILINE)) == len(small) - 1
