"""Another key for the checkpoints, as an operator replaces it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("language", "said", "unreached"),
    [
        ("en", "Both keys signed the checkpoint over 2 records", "The sink away did not take it (unreachable)"),
        ("de", "Beide Schlüssel haben den Prüfpunkt über 2 Einträge", "Die Ablage away hat ihn nicht genommen"),
    ],
)
def test_the_new_key_is_printed_and_either_verifies(tmp_path: Path, language: str, said: str, unreached: str) -> None:
    """Alone on standard output, as `postgate audit key` prints it; who did it, and why, is on record."""
    house = Installation(tmp_path).with_account()
    text = house.config.read_text(encoding="utf-8")
    sink = f"sinks: [{{name: away, file: {{directory: {tmp_path}/away}}}}]"
    house.config.write_text(text.replace("audit: {", f"audit: {{{sink}, "), encoding="utf-8")
    before = house.run("audit", "key").stdout
    done = house.run("audit", "rotate-key", "--reason", "once a year", language=language)
    after = house.run("audit", "key").stdout
    records = house.run("audit", "query", "--code", "PG-503", "--json").stdout

    assert done.exit_code == 0, done.output
    assert done.stdout == after != before
    assert said in done.stderr
    assert unreached in done.stderr
    assert before.strip() in records
    assert '"reason":"once a year"' in records
    for key in (before, after):
        verified = house.run("audit", "verify", "--key", key.strip())
        assert verified.exit_code == 0, verified.output
        assert "1 checkpoints fit it, signatures checked" in verified.stdout


def test_without_a_key_nothing_is_replaced(tmp_path: Path) -> None:
    """Exit code 2, with the name of the file."""
    house = Installation(tmp_path).with_account()
    (house.keys / "checkpoint").unlink()
    done = house.run("audit", "rotate-key")

    assert done.exit_code == 2
    assert "checkpoint" in done.stderr
    assert sorted(file.name for file in house.keys.iterdir()) == ["fingerprint", "kek", "pepper"]


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, without a traceback."""

    def full(*_args: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    house = Installation(tmp_path).with_account()
    monkeypatch.setattr("proxy.vault.private_files.tempfile.mkstemp", full)
    done = house.run("audit", "rotate-key")

    assert done.exit_code == 1
    assert "Could not open file" in done.stderr
    assert "OSError" in done.stderr
