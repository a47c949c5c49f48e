"""A note in a file: whole or not there, readable by whom it is meant for, never half replaced."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from proxy.audit.note_files import FOR_READERS, read_note_file, write_note_file
from proxy.audit.tlog.notes import MOST_BYTES
from proxy.audit.tlog.refusal import EvidenceRefused
from proxy.core.errors import AuditBroken
from tests.checkpoints import note_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_note_comes_back_as_it_was(tmp_path: Path) -> None:
    """The folder is made for the owner alone; nothing else is left in it."""
    file = tmp_path / "state" / "last-checkpoint"
    write_note_file(file, note_of(1))
    write_note_file(file, note_of(2))

    assert read_note_file(file) == note_of(2)
    assert [one.name for one in file.parent.iterdir()] == ["last-checkpoint"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_others_may_read_what_is_meant_for_them(tmp_path: Path) -> None:
    """Whatever the process's mask is."""
    before = os.umask(0o077)
    try:
        write_note_file(tmp_path / "checkpoint", note_of(1), mode=FOR_READERS)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "checkpoint").stat().st_mode) == 0o644


def test_a_file_stays_with_its_owner(tmp_path: Path) -> None:
    """Rights and owner are those of before, also when another user's command writes; a new one is the folder's."""
    file, new = tmp_path / "last-checkpoint", tmp_path / "state" / "last-checkpoint"
    write_note_file(file, note_of(1))
    file.chmod(0o640)
    new.parent.mkdir()
    wanted = (os.geteuid(), os.getegid())
    if os.geteuid() == 0:  # only root can give files away
        wanted = (1234, 5678)
        os.chown(file, *wanted)
        os.chown(new.parent, *wanted)

    write_note_file(file, note_of(2))
    write_note_file(new, note_of(2))

    assert [(one.stat().st_uid, one.stat().st_gid) for one in (file, new)] == [wanted, wanted]
    assert [stat.S_IMODE(one.stat().st_mode) for one in (file, new)] == [0o640, 0o600]


def test_no_file_is_no_note(tmp_path: Path) -> None:
    """Neither is a folder that is not there."""
    assert read_note_file(tmp_path / "nowhere" / "checkpoint") is None


def test_a_write_that_fails_changes_nothing(tmp_path: Path) -> None:
    """A folder stands where the file would: the note cannot replace it, and nothing is left beside it."""
    (tmp_path / "checkpoint" / "inside").mkdir(parents=True)

    with pytest.raises(OSError, match=r"."):
        write_note_file(tmp_path / "checkpoint", note_of(1))

    assert [one.name for one in tmp_path.iterdir()] == ["checkpoint"]


def test_what_cannot_be_read_is_no_missing_file(tmp_path: Path) -> None:
    """Otherwise making the file unreadable would switch the check off."""
    (tmp_path / "checkpoint").mkdir()

    with pytest.raises(AuditBroken, match="IsADirectoryError"):
        read_note_file(tmp_path / "checkpoint")


@pytest.mark.parametrize("data", [b"", note_of(1).data()[:-1], note_of(1).data() + b"x", b"x" * (MOST_BYTES + 1)])
def test_what_is_no_note_is_refused(tmp_path: Path, data: bytes) -> None:
    """Cut off, added to, too large."""
    (tmp_path / "checkpoint").write_bytes(data)

    with pytest.raises(EvidenceRefused) as refused:
        read_note_file(tmp_path / "checkpoint")

    assert refused.value.reason == "note_malformed"
