from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from proxy.audit.export.folder import Directory
from tests.fakes.export_folder import MemoryFolder

if TYPE_CHECKING:
    from pathlib import Path

    from proxy.audit.export.folder import Folder


@pytest.fixture(params=["directory", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Folder:
    """Return an empty folder of each kind."""
    return Directory(tmp_path / "out") if request.param == "directory" else MemoryFolder()


def _put(folder: Folder, path: str, data: bytes) -> None:
    with folder.create(path) as file:
        file.write(data)


def test_what_is_written_is_there(folder: Folder) -> None:
    """Below directories too."""
    _put(folder, "a", b"1")
    _put(folder, "tile/0/x001/234.p/7", b"2")

    file = folder.open("tile/0/x001/234.p/7")
    assert file is not None
    with file:
        assert file.read() == b"2"
    assert folder.paths() == ["a", "tile/0/x001/234.p/7"]


def test_nothing_is_overwritten(folder: Folder) -> None:
    """A file is written once."""
    _put(folder, "a", b"1")
    with pytest.raises(FileExistsError):
        folder.create("a")


def test_what_is_not_there_is_none(folder: Folder) -> None:
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
