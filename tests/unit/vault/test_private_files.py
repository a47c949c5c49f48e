"""Files that are ours alone, replaced as a whole."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from proxy.vault.private_files import sync_directory, write_private

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_ours_alone_and_replaced_as_a_whole(tmp_path: Path) -> None:
    """Nothing else stays in the directory."""
    file = tmp_path / "key"
    file.write_text("something longer than what comes", encoding="ascii")
    file.chmod(0o644)
    write_private(file, "ab")

    assert file.read_text(encoding="ascii") == "ab\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_when_it_cannot_be_written_the_old_one_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, for example."""
    file = tmp_path / "key"
    write_private(file, "old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("proxy.vault.private_files.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(file, "new")
    with pytest.raises(OSError, match="No space"):
        sync_directory(tmp_path)

    assert file.read_text(encoding="ascii") == "old\n"
