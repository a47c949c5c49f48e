from __future__ import annotations

import errno
import os
import zipfile
from pathlib import Path

import pytest

from proxy.audit.export.folder import Archive, Directory
from tests.fakes.clock import START
from tests.fakes.export_folder import MemoryFolder


@pytest.fixture(params=["directory", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Directory | MemoryFolder:
    """Return an empty folder of each kind."""
    return Directory(tmp_path / "out") if request.param == "directory" else MemoryFolder()


def _put(folder: Directory | MemoryFolder, path: str, data: bytes) -> None:
    with folder.create(path) as file:
        file.write(data)


def test_what_is_written_is_there(folder: Directory | MemoryFolder) -> None:
    """Below directories too."""
    _put(folder, "a", b"1")
    _put(folder, "tile/0/x001/234.p/7", b"2")

    file = folder.open("tile/0/x001/234.p/7")
    assert file is not None
    with file:
        assert file.read() == b"2"
    assert folder.paths() == ["a", "tile/0/x001/234.p/7"]


def test_nothing_is_overwritten(folder: Directory | MemoryFolder) -> None:
    """A file is written once."""
    _put(folder, "a", b"1")
    with pytest.raises(FileExistsError):
        folder.create("a")


def test_what_is_not_there_is_none(folder: Directory | MemoryFolder) -> None:
    """No error."""
    assert folder.open("a") is None
    assert folder.paths() == []


def test_links_and_pipes_are_seen_and_not_followed(tmp_path: Path) -> None:
    """They lie there, but are no files of an export."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("real/file")
    (tmp_path / "directory").symlink_to("real")
    os.mkfifo(tmp_path / "pipe")
    folder = Directory(tmp_path)

    assert folder.paths() == ["directory", "link", "pipe", "real/file"]
    assert [folder.open(path) for path in ("link", "pipe", "real")] == [None] * 3


def test_a_directory_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """What is passed by unseen would count as not there."""
    (tmp_path / "file").write_bytes(b"x")

    with pytest.raises(NotADirectoryError):
        Directory(tmp_path / "file").paths()


def test_what_is_sealed_was_made_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file and every directory, the inner ones before the outer ones."""
    folder = Directory(tmp_path / "out")
    for path in ("a", "tile/0/000", "tile/1/000"):
        folder.create(path).close()
    synced: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().relative_to(tmp_path).as_posix())
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    folder.seal()

    below = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")]
    assert sorted(synced) == sorted([".", *below])
    assert len(below) == 7
    assert synced.index("out/tile/0/000") < synced.index("out/tile/0") < synced.index("out/tile") < synced.index("out")
    assert synced[-1] == "."


def test_what_cannot_be_made_durable_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that may be lost is none."""

    def fail(_handle: int) -> None:
        raise OSError(errno.EIO, "invented")

    folder = Directory(tmp_path / "out")
    folder.create("a").close()
    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(OSError, match="invented"):
        folder.seal()


def test_an_archive_holds_one_directory(tmp_path: Path) -> None:
    """With everything that was written, at the time that was given."""
    archive = Archive(tmp_path / "deep" / "out.zip", directory="out", at=START)
    for path, data in (("a", b"1"), ("tile/0/000", b"2" * 1000)):
        with archive.create(path) as file:
            file.write(data)
    archive.seal()

    with zipfile.ZipFile(tmp_path / "deep" / "out.zip") as read:
        assert read.testzip() is None
        assert {one.filename: read.read(one) for one in read.infolist()} == {
            "out/a": b"1",
            "out/tile/0/000": b"2" * 1000,
        }
        assert {one.date_time for one in read.infolist()} == {START.timetuple()[:6]}


def test_an_archive_overwrites_nothing_and_leaves_nothing_when_it_is_discarded(tmp_path: Path) -> None:
    """Like a directory."""
    file = tmp_path / "out.zip"
    archive = Archive(file, directory="out", at=START)
    with pytest.raises(FileExistsError):
        Archive(file, directory="out", at=START)
    archive.create("a").close()

    archive.discard()
    folder = Directory(tmp_path / "out")
    folder.create("a").close()
    folder.discard()

    assert list(tmp_path.iterdir()) == []
