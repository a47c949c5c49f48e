"""`postgate register`: keys, and looking at a register, checking it, comparing two."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from proxy.cli.main import main
from proxy.core.detection.register.kinds import Kind
from proxy.core.detection.register.table import Shared
from proxy.register.writing import public_key
from proxy.vault.key_references import read_key
from tests.registers import KEY, OTHER_KEY, PUBLIC_KEY, write_customers

if TYPE_CHECKING:
    from pathlib import Path

KEYS = {"KEY": KEY.hex(), "OTHER": OTHER_KEY.hex()}
VALUES = [(Kind.WORD, "meier", Shared.ONE), (Kind.WORD, "gross", Shared.FEW)]


def _run(*words: object, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["register", *map(str, words)], env={"LANG": language, **KEYS})


def _verify(file: Path, *more: object, key: str = "env:KEY", language: str = "en") -> Result:
    return _run(
        "verify", file, "--key", key, "--signed-by", PUBLIC_KEY.hex(), *more, "--language", language, language=language
    )


def test_a_key_is_drawn_once(tmp_path: Path) -> None:
    """Its name is printed, never the key; a second time nothing is written over."""
    first, second = (_run("key", "--out", tmp_path / "key") for _ in range(2))
    key = read_key(f"file:{tmp_path / 'key'}", {})

    assert (first.exit_code, second.exit_code) == (0, 2)
    assert re.fullmatch(r"[0-9a-f]{16}\n", first.output)
    assert first.output.strip() not in key.hex()
    assert "exists already" in second.output


@pytest.mark.parametrize(("language", "words"), [("en", "Public key"), ("de", "Öffentlicher Schlüssel")])
def test_a_signing_key_shows_its_public_half(tmp_path: Path, language: str, words: str) -> None:
    """On standard output alone, for scripts."""
    done = _run("signing-key", "--out", tmp_path / "key", "--language", language)

    assert done.exit_code == 0
    assert words in done.stderr
    assert done.stdout.strip() == public_key(read_key(f"file:{tmp_path / 'key'}", {})).hex()


@pytest.mark.parametrize("command", ["key", "signing-key"])
def test_a_key_that_cannot_be_written_is_told(tmp_path: Path, command: str) -> None:
    """With the file."""
    done = _run(command, "--out", tmp_path / "nowhere" / "key")

    assert done.exit_code == 1
    assert "nowhere" in done.output


def test_a_register_says_what_it_is(tmp_path: Path) -> None:
    """In lines or as JSON."""
    header = write_customers(tmp_path / "register", VALUES, counts={"word": 2})

    lines, plain = _run("info", tmp_path / "register"), _run("info", "--json", tmp_path / "register")

    assert f"version: {header.version}\n" in lines.output
    assert "counts: word 2\n" in lines.output
    assert "predecessor: -\n" in lines.output
    assert json.loads(plain.output)["version"] == header.version
    assert json.loads(plain.output)["keys"] == 2


@pytest.mark.parametrize(("language", "words"), [("en", "Sound: version"), ("de", "In Ordnung: Version")])
def test_a_sound_register_is_called_so(tmp_path: Path, language: str, words: str) -> None:
    """With its version."""
    header = write_customers(tmp_path / "register", VALUES, built_at="2020-01-01T00:00:00Z")
    done = _verify(tmp_path / "register", language=language)

    assert done.exit_code == 0
    assert words in done.output
    assert header.version in done.output


@pytest.mark.parametrize(
    ("more", "key", "code", "words"),
    [
        (("--max-age", "3d"), "env:KEY", 1, "[too-old]"),
        (("--max-age", "36h"), "env:KEY", 1, "[too-old]"),
        ((), "env:OTHER", 1, "[other-key]"),
        ((), "env:NONE", 2, "key-variable"),
        ((), "KEY", 2, "file:PATH or env:NAME"),
        (("--max-age", "soon"), "env:KEY", 2, "36h or 3d"),
        (("--signed-by", "abc"), "env:KEY", 2, "64 hexadecimal digits"),
        (("--signed-by", "0" * 64), "env:KEY", 1, "[signature]"),
    ],
)
def test_a_register_that_is_not_to_be_relied_on(
    tmp_path: Path, more: tuple[str, ...], key: str, code: int, words: str
) -> None:
    """With the reason, and never with a key."""
    write_customers(tmp_path / "register", VALUES, built_at="2020-01-01T00:00:00Z")
    done = _verify(tmp_path / "register", *more, key=key)

    assert done.exit_code == code
    assert words in done.output
    assert KEY.hex() not in done.output


@pytest.mark.parametrize("command", ["info", "diff"])
def test_what_is_no_register_is_told(tmp_path: Path, command: str) -> None:
    """In the language of the reader."""
    (tmp_path / "register").write_bytes(b"hello")
    files = [tmp_path / "register"] * (2 if command == "diff" else 1)
    done = _run(command, *files, "--language", "de")

    assert done.exit_code == 1
    assert "kein Register" in done.output


def test_two_registers_are_compared(tmp_path: Path) -> None:
    """By counts alone."""
    first = write_customers(tmp_path / "first", VALUES)
    second = write_customers(tmp_path / "second", [*VALUES[1:], (Kind.WORD, "klein", Shared.ONE)])

    words = _run("diff", tmp_path / "first", tmp_path / "second")
    plain = _run("diff", "--json", tmp_path / "first", tmp_path / "second")

    assert (words.exit_code, plain.exit_code) == (0, 0)
    assert words.output.startswith(f"{first.version} -> {second.version}: 1 keys new, 1 gone, 0 of another")
    assert json.loads(plain.output) == {
        "before": first.version,
        "after": second.version,
        "added": 1,
        "removed": 1,
        "shared_otherwise": 0,
    }
