"""Where checkpoints are handed to."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from proxy.audit.signed import Signed, read_signed, signer_of
from proxy.audit.sinks.file_drop import FileDrop
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.core.errors import AuditBroken
from tests import outsider
from tests.checkpoints import ANOTHER, SIGNER, TRUST, note_of
from tests.stores import ORIGIN

if TYPE_CHECKING:
    from pathlib import Path


def _signed(size: int) -> Signed:
    return read_signed(note_of(size), origin=ORIGIN)


@pytest.fixture
def drop(tmp_path: Path) -> FileDrop:
    """Return a file drop in an empty directory."""
    return FileDrop(tmp_path, name="file", trust=TRUST)


def _newest(drop: FileDrop) -> tuple[int, str | None]:
    found = drop.newest()
    return 0 if found.newest is None else found.newest.size, found.problem


def _files(directory: Path) -> list[str]:
    return sorted(str(file.relative_to(directory)) for file in directory.rglob("*") if file.is_file())


def test_every_checkpoint_becomes_a_file_that_auditors_read(drop: FileDrop, tmp_path: Path) -> None:
    """Its name sorts by size; the newest is there once more under one name; anybody with the key verifies it."""
    for size in (8, 900):
        drop.publish(_signed(size))

    assert _files(tmp_path) == ["checkpoint", "checkpoints/00000000000000000008", "checkpoints/00000000000000000900"]
    stated = outsider.checkpoint((tmp_path / "checkpoint").read_bytes(), SIGNER.key().text())
    assert stated is not None
    assert stated[:2] == (ORIGIN, 900)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.rglob("*")} == {0o644, 0o755}


def test_handing_over_again_changes_nothing(drop: FileDrop, tmp_path: Path) -> None:
    """After an error nobody knows how far it came."""
    drop.publish(_signed(8))
    (tmp_path / "checkpoint").unlink()

    drop.publish(_signed(8))

    assert len(_files(tmp_path)) == 2


def test_a_slow_node_takes_nothing_back(drop: FileDrop, tmp_path: Path) -> None:
    """An earlier checkpoint gets its file and does not become the newest."""
    drop.publish(_signed(9))
    drop.publish(_signed(8))

    assert _newest(drop) == (9, None)
    assert (tmp_path / "checkpoint").read_bytes() == note_of(9).data()


@pytest.mark.parametrize("forged", [note_of(99, signer=ANOTHER).data(), b"garbage"])
def test_a_forged_newest_is_written_over(drop: FileDrop, tmp_path: Path, forged: bytes) -> None:
    """It is no checkpoint of ours, and stops none."""
    (tmp_path / "checkpoint").write_bytes(forged)
    drop.publish(_signed(8))

    assert (tmp_path / "checkpoint").read_bytes() == note_of(8).data()


def test_so_many_forged_files_that_ours_is_not_reached_are_told(
    drop: FileDrop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody wants it hidden."""
    monkeypatch.setattr("proxy.audit.sinks.file_drop._MOST_LOOKED_AT", 3)
    drop.publish(_signed(8))
    (tmp_path / "checkpoint").unlink()
    for size in range(90, 94):
        (tmp_path / "checkpoints" / f"{size:020d}").write_bytes(b"garbage")

    assert _newest(drop) == (0, "hidden")


def test_a_file_is_never_overwritten(drop: FileDrop, tmp_path: Path) -> None:
    """Another checkpoint of the same size is the evidence that auditors look for."""
    drop.publish(_signed(8))
    other = note_of(8, signer=ANOTHER)

    with pytest.raises(AuditBroken, match="two of size 8"):
        drop.publish(read_signed(other, origin=ORIGIN))
    assert (tmp_path / "checkpoints" / f"{8:020d}").read_bytes() == note_of(8).data()


def test_the_newest_is_the_largest_of_all(drop: FileDrop, tmp_path: Path) -> None:
    """None at first; taking `checkpoint` back, or away, hides nothing; other files are left alone."""
    assert _newest(drop) == (0, None)
    drop.publish(_signed(8))
    drop.publish(_signed(12))
    (tmp_path / "checkpoint").write_bytes(note_of(8).data())
    (tmp_path / "checkpoints" / "read me").write_text("of the share's owner", encoding="utf-8")
    (tmp_path / "checkpoints" / ("٩" * 20)).write_text("digits of another script", encoding="utf-8")

    assert _newest(drop) == (12, None)
    (tmp_path / "checkpoint").unlink()
    assert _newest(drop) == (12, None)


def test_the_newest_alone_counts_too(drop: FileDrop, tmp_path: Path) -> None:
    """Older files may be moved away by their owner."""
    (tmp_path / "checkpoint").write_bytes(note_of(12).data())

    assert _newest(drop) == (12, None)


def test_a_share_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """Otherwise checkpoints would pile up on our own disk, and nobody would know."""
    drop = FileDrop(tmp_path / "share", name="file", trust=TRUST)

    with pytest.raises(FileNotFoundError):
        drop.publish(_signed(8))
    with pytest.raises(FileNotFoundError):
        drop.newest()
    assert not (tmp_path / "share").exists()


def test_checkpoints_of_another_log_are_refused(drop: FileDrop, tmp_path: Path) -> None:
    """Two installations do not share a directory: ours has its file, and `checkpoint` stays as it is."""
    note = note_of(3, origin="other.example", signer=signer_of("other.example", bytes(32)))
    (tmp_path / "checkpoint").write_bytes(note.data())

    with pytest.raises(EvidenceRefused) as refused:
        drop.publish(_signed(8))

    assert refused.value.reason == "key_unknown"
    assert _newest(drop) == (8, "key_unknown")
    assert (tmp_path / "checkpoint").read_bytes() == note.data()


FORGED = note_of(900, signer=ANOTHER).data()


@pytest.mark.parametrize(
    ("file", "data", "problem"),
    [
        ("checkpoint", b"", "note_malformed"),
        ("checkpoint", b"\xff" * 100, "note_malformed"),
        ("checkpoint", FORGED, "key_unknown"),
        ("checkpoint", note_of(12).data().replace(b"\n12\n", b"\n99\n"), "signature_invalid"),
        ("checkpoints/00000000000000000900", FORGED, "key_unknown"),
        ("checkpoints/00000000000000000900", note_of(8).data(), "misplaced"),
        ("checkpoints/00000000000000000900", b"garbage", "note_malformed"),
    ],
)
def test_what_no_key_of_ours_signed_does_not_count(
    drop: FileDrop, tmp_path: Path, file: str, data: bytes, problem: str
) -> None:
    """Nor an older one under the name of a later one; it is told, and hides nothing that we signed."""
    drop.publish(_signed(8))
    drop.publish(_signed(12))
    (tmp_path / file).write_bytes(data)

    assert _newest(drop) == (12, problem)


def test_a_file_that_cannot_be_read_hides_nothing(drop: FileDrop, tmp_path: Path) -> None:
    """A folder in the place of a file is one for everybody, also for root."""
    drop.publish(_signed(8))
    (tmp_path / "checkpoints" / f"{900:020d}").mkdir()

    assert _newest(drop) == (8, "audit_broken")


def test_each_log_has_a_folder_of_its_own(drop: FileDrop, tmp_path: Path) -> None:
    """A later log counts more than any size of an earlier one; a forged later one hides nothing."""
    signer = SIGNER.named(ORIGIN.removesuffix("1") + "2")
    later = read_signed(note_of(3, origin=signer.name, signer=signer), origin=ORIGIN)
    drop.publish(_signed(9))
    drop.publish(later)
    drop.publish(_signed(12))
    (tmp_path / "checkpoints-3").mkdir()
    (tmp_path / "checkpoints-3" / f"{3:020d}").write_bytes(later.note.data())

    assert (tmp_path / "checkpoint").read_bytes() == later.note.data()
    assert (tmp_path / "checkpoints-2" / f"{3:020d}").read_bytes() == later.note.data()
    assert (tmp_path / "checkpoints" / f"{12:020d}").exists()
    (tmp_path / "checkpoint").unlink()
    found = drop.newest()
    assert found.newest is not None
    assert (found.newest.place, found.problem) == ((2, 3), "misplaced")
