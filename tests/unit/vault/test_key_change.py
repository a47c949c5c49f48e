"""The change of the key that signs checkpoints, step by step and after a crash between any two."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import ConfigurationError
from proxy.vault.kek import FileKek
from proxy.vault.key_change import NEXT, OLD, begin_change, finish_change, put_in_place
from proxy.vault.keys import CHECKPOINT, create_keys, load_key, load_keys

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Return the directory of an installation's keys."""
    create_keys(tmp_path / "keys", FileKek(tmp_path / "keys"))
    return tmp_path / "keys"


def test_a_change_ends_with_the_new_key_in_place(keys: Path) -> None:
    """The one of before stays beside it, for a person to remove; all for their owner alone; the others as they were."""
    before = load_keys(keys, FileKek(keys))
    change = begin_change(keys)
    assert load_keys(keys, FileKek(keys)) == before
    put_in_place(keys, change)
    finish_change(keys)
    after = load_keys(keys, FileKek(keys))

    assert change.old == before.checkpoint == load_key(keys / OLD)
    assert change.new == after.checkpoint != change.old
    assert (after.kek, after.pepper, after.fingerprint) == (before.kek, before.pepper, before.fingerprint)
    assert sorted(file.name for file in keys.iterdir()) == [
        CHECKPOINT, OLD, "fingerprint", "kek", "pepper",
    ]  # fmt: skip
    assert {stat.S_IMODE(file.stat().st_mode) for file in keys.iterdir()} == {0o600}


def test_a_change_that_was_begun_goes_on(keys: Path) -> None:
    """With the key that was drawn, before it is in place and after."""
    change = begin_change(keys)
    assert begin_change(keys) == change
    put_in_place(keys, change)
    assert begin_change(keys) == change
    put_in_place(keys, change)
    finish_change(keys)

    again = begin_change(keys)
    assert again.old == change.new
    assert again.new not in {change.old, change.new}


def test_a_crash_between_the_two_files_is_made_up_for(keys: Path) -> None:
    """`checkpoint.old` was written, `checkpoint` was not."""
    change = begin_change(keys)
    (keys / OLD).write_text((keys / CHECKPOINT).read_text(encoding="ascii"), encoding="ascii")
    (keys / OLD).chmod(0o600)

    assert begin_change(keys) == change


@pytest.mark.parametrize("name", [CHECKPOINT, NEXT])
def test_a_file_that_is_no_key_stops_the_change(keys: Path, name: str) -> None:
    """Nothing is replaced."""
    (keys / name).write_text("none\n", encoding="ascii")
    (keys / name).chmod(0o600)

    with pytest.raises(ConfigurationError):
        begin_change(keys)
    assert (keys / name).read_text(encoding="ascii") == "none\n"


def test_the_seeds_are_not_shown(keys: Path) -> None:
    """Not in a representation."""
    change = begin_change(keys)

    assert change.old.hex() not in repr(change)
    assert "=" not in repr(change)
