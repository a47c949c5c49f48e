from __future__ import annotations

import pickle
import stat
from typing import TYPE_CHECKING

import pytest

from proxy.core.errors import ConfigurationError
from proxy.vault.kek import FileKek
from proxy.vault.keys import CHECKPOINT, NAMES, Keys, create_keys, load_credentials, load_key, load_keys

if TYPE_CHECKING:
    from pathlib import Path


def test_keys_are_created_for_their_owner_alone(tmp_path: Path) -> None:
    """One file each, 0600, in a folder that is 0700; all different."""
    create_keys(tmp_path / "keys", FileKek(tmp_path / "keys"))

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "keys").iterdir()}
    keys = load_keys(tmp_path / "keys", FileKek(tmp_path / "keys"))
    assert modes == dict.fromkeys((*NAMES, "kek", CHECKPOINT), 0o600)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert keys.checkpoint is not None
    assert len({keys.kek, keys.pepper, keys.fingerprint, keys.checkpoint}) == 4
    assert {len(keys.kek), len(keys.pepper), len(keys.fingerprint), len(keys.checkpoint)} == {32}


def test_keys_that_exist_stay(tmp_path: Path) -> None:
    """Creating again changes nothing: a new key would open nothing that is sealed."""
    create_keys(tmp_path, FileKek(tmp_path))
    before = load_keys(tmp_path, FileKek(tmp_path))

    create_keys(tmp_path, FileKek(tmp_path))

    assert load_keys(tmp_path, FileKek(tmp_path)) == before


def test_the_key_for_checkpoints_may_be_missing(tmp_path: Path) -> None:
    """An installation of an earlier version goes on without; creating keys again adds it and leaves the others."""
    create_keys(tmp_path, FileKek(tmp_path))
    (tmp_path / CHECKPOINT).unlink()
    before = load_keys(tmp_path, FileKek(tmp_path))

    create_keys(tmp_path, FileKek(tmp_path))
    after = load_keys(tmp_path, FileKek(tmp_path))

    assert before.checkpoint is None
    assert after.checkpoint is not None
    assert (after.kek, after.pepper, after.fingerprint) == (before.kek, before.pepper, before.fingerprint)


@pytest.mark.parametrize("spoil", ["exposed", "dangling", "unreadable"])
def test_a_key_for_checkpoints_that_is_there_must_be_fit(tmp_path: Path, spoil: str) -> None:
    """Only the absence of the file is taken for an old installation."""
    create_keys(tmp_path, FileKek(tmp_path))
    file = tmp_path / CHECKPOINT
    if spoil == "exposed":
        file.chmod(0o644)
    elif spoil == "dangling":
        file.unlink()
        file.symlink_to(tmp_path / "nowhere")
    else:
        file.write_text("no key", encoding="ascii")

    with pytest.raises(ConfigurationError) as caught:
        load_keys(tmp_path, FileKek(tmp_path))

    assert [problem.file for problem in caught.value.problems] == [str(file)]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o610, 0o602])
def test_a_key_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    """Group and others have no right at all; the remedy is named in both languages."""
    create_keys(tmp_path, FileKek(tmp_path))
    (tmp_path / "kek").chmod(mode)

    with pytest.raises(ConfigurationError) as caught:
        load_keys(tmp_path, FileKek(tmp_path))

    assert [problem.code for problem in caught.value.problems] == ["key-exposed"]
    assert "chmod 600" in caught.value.render("de")
    assert "chmod 600" in caught.value.render("en")


@pytest.mark.parametrize("text", ["", "xyz", "ab" * 31, "ab" * 33, "zz" * 32, "é" * 64])
def test_what_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    """Too short, too long, not hexadecimal; the error does not repeat it."""
    create_keys(tmp_path, FileKek(tmp_path))
    (tmp_path / "pepper").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError) as caught:
        load_keys(tmp_path, FileKek(tmp_path))

    assert [problem.code for problem in caught.value.problems] == ["key-unreadable"]
    assert "ab" * 31 not in caught.value.render("en")


def test_all_mistakes_come_together(tmp_path: Path) -> None:
    """Nobody repairs one file only to hear of the next."""
    with pytest.raises(ConfigurationError) as caught:
        load_keys(tmp_path, FileKek(tmp_path))

    assert [problem.code for problem in caught.value.problems] == ["key-missing"] * 3


def test_a_link_is_no_key_file(tmp_path: Path) -> None:
    """Somebody else could swap what it points to."""
    create_keys(tmp_path, FileKek(tmp_path))
    (tmp_path / "elsewhere").write_bytes((tmp_path / "kek").read_bytes())
    (tmp_path / "kek").unlink()
    (tmp_path / "kek").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ConfigurationError):
        load_keys(tmp_path, FileKek(tmp_path))


def test_keys_are_not_shown() -> None:
    """No representation, no pickle; the id of a key says nothing about it."""
    keys = Keys(kek=b"k" * 32, pepper=b"p" * 32, fingerprint=b"f" * 32)

    assert repr(keys) == "Keys()"
    assert len(keys.kek_id()) == 16
    assert keys.kek.hex()[:16] != keys.kek_id()
    with pytest.raises(TypeError):
        pickle.dumps(keys)


def test_a_shared_key_and_an_access_key_are_read_from_files_of_ours(tmp_path: Path) -> None:
    """Each in a file that nobody else may read."""
    key, access = tmp_path / "hook", tmp_path / "access"
    key.write_text("ab" * 32 + "\n", encoding="ascii")
    access.write_text("INVENTED\nsecret/of+a=test\n", encoding="ascii")
    for file in (key, access):
        file.chmod(0o600)

    assert load_key(key) == b"\xab" * 32
    assert load_credentials(access) == ("INVENTED", "secret/of+a=test")


@pytest.mark.parametrize(
    ("text", "mode", "key_code", "access_code"),
    [
        ("", 0o600, "key-unreadable", "credentials-unreadable"),
        ("one two three", 0o600, "key-unreadable", "credentials-unreadable"),
        ("schlüssel geheim", 0o600, "key-unreadable", "credentials-unreadable"),
        ("INVENTED secret", 0o644, "key-exposed", "key-exposed"),
        (None, 0o600, "key-missing", "key-missing"),
    ],
)
def test_other_files_are_named_without_what_is_in_them(
    tmp_path: Path, text: str | None, mode: int, key_code: str, access_code: str
) -> None:
    """Missing, readable by others, or of another form."""
    file = tmp_path / "file"
    if text is not None:
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)

    for load, code in ((load_key, key_code), (load_credentials, access_code)):
        with pytest.raises(ConfigurationError) as refused:
            load(file)
        assert [problem.code for problem in refused.value.problems] == [code]
        assert "INVENTED" not in refused.value.render("en")
