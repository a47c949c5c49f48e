"""The folder of a build: who builds, and what is done already."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proxy.register.job import begun, code_digest, folder_of
from proxy.register.refusals import RegisterRefused
from tests.registers import NOW, write_customers

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

WHAT = {"sources": ["a"]}
LATER = NOW + timedelta(hours=3)


def _broken_off(out: Path, what: dict[str, list[str]] = WHAT) -> None:
    """Begin a build that leaves something behind, as a killed one does."""
    with pytest.raises(KeyboardInterrupt), begun(out, what, NOW) as job:
        (job.folder / "rows").write_text("done", encoding="ascii")
        raise KeyboardInterrupt


def test_a_build_that_ends_leaves_nothing(tmp_path: Path) -> None:
    """But what it built; the folder is ours alone while it is there."""
    with begun(tmp_path / "register", WHAT, NOW) as job:
        assert job.folder.parent == folder_of(tmp_path / "register")
        assert job.folder.parent.stat().st_mode & 0o077 == 0
        assert (job.built_at, job.predecessor, job.continued) == ("2026-11-30T02:00:00Z", None, False)

    assert list(tmp_path.iterdir()) == []


def test_a_build_that_broke_off_goes_on_as_it_began(tmp_path: Path) -> None:
    """With the time and the predecessor of then: the same file comes out."""
    header = write_customers(tmp_path / "register")
    _broken_off(tmp_path / "register")
    write_customers(tmp_path / "register", built_at="2026-11-30T02:01:00Z")

    with begun(tmp_path / "register", WHAT, LATER) as job:
        assert (job.built_at, job.predecessor, job.continued) == ("2026-11-30T02:00:00Z", header.version, True)
        assert (job.folder / "rows").is_file()


@pytest.mark.parametrize(("what", "now"), [({"sources": ["b"]}, LATER), (WHAT, NOW + timedelta(days=1))])
def test_another_build_begins_anew(tmp_path: Path, what: dict[str, list[str]], now: datetime) -> None:
    """Other sources, or a day later; what was left is gone."""
    _broken_off(tmp_path / "register")

    with begun(tmp_path / "register", what, now) as job:
        assert not job.continued
        assert [path.name for path in job.folder.iterdir()] == ["job.json"]
        assert len([path for path in job.folder.parent.iterdir() if path.is_dir()]) == 1


def test_a_journal_that_is_not_whole_is_none(tmp_path: Path) -> None:
    """The build begins anew."""
    _broken_off(tmp_path / "register")
    (journal,) = folder_of(tmp_path / "register").rglob("job.json")
    journal.write_text("{", encoding="ascii")

    with begun(tmp_path / "register", WHAT, LATER) as job:
        assert not job.continued


def test_two_builds_of_one_target_do_not_run_at_once(tmp_path: Path) -> None:
    """The second is refused, and the first does not lose its folder."""
    with begun(tmp_path / "register", WHAT, NOW) as job:
        with pytest.raises(RegisterRefused) as refused, begun(tmp_path / "register", WHAT, NOW):
            pass
        assert refused.value.why == "running"
        assert job.folder.is_dir()


@pytest.mark.parametrize(("why", "kept"), [("no-entries", False), ("worker", True)])
def test_what_the_same_command_would_not_change_leaves_nothing(tmp_path: Path, why: str, kept: bool) -> None:
    """What it can go on from stays."""
    with pytest.raises(RegisterRefused), begun(tmp_path / "register", WHAT, NOW):
        raise RegisterRefused(why, source="a")

    assert folder_of(tmp_path / "register").exists() is kept


def test_a_target_beside_which_nothing_can_be_written_is_refused(tmp_path: Path) -> None:
    """Before anything is read."""
    with pytest.raises(RegisterRefused) as refused, begun(tmp_path / "nowhere" / "register", WHAT, NOW):
        pass

    assert refused.value.why == "disk"


def test_a_target_that_is_no_register_has_no_version(tmp_path: Path) -> None:
    """It is replaced all the same."""
    (tmp_path / "register").write_bytes(b"hello")

    with begun(tmp_path / "register", WHAT, NOW) as job:
        assert job.predecessor is None


def test_other_code_is_another_build() -> None:
    """What an older version left may lack digests that this one makes."""
    assert len(code_digest()) == 64
