"""`postgate key`: what an operator sees and does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """Return an installation with an account and a token."""
    made = Installation(tmp_path).with_account()
    made.issue()
    return made


def _rows(house: Installation) -> dict[str, dict[str, object]]:
    lines = house.run("key", "status", "--json").stdout.splitlines()
    return {row["state"]: row for row in map(json.loads, lines)}


def _drawn(house: Installation) -> str:
    done = house.run("key", "draw")
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("language", "drawn", "used", "done"),
    [
        ("en", "only opens yet", "From its next start on", "back up the database"),
        ("de", "öffnet bisher nur", "Nach dem Neustart", "Datenbank sichern"),
    ],
)
def test_a_key_is_exchanged(house: Installation, language: str, drawn: str, used: str, done: str) -> None:
    """Step by step, each telling the next; tokens and accounts go on, and it is on record."""
    first = house.run("key", "draw", language=language)
    name = first.stdout.strip()
    second = house.run("key", "use", name, language=language)
    third = house.run("key", "rotate", "--reason", "once a month", language=language)
    rows = _rows(house)
    records = [
        json.loads(line) for line in house.run("audit", "query", "--code", "PG-409", "--json").stdout.splitlines()
    ]

    assert [one.exit_code for one in (first, second, third)] == [0, 0, 0], third.output
    assert drawn in first.stderr
    assert used in second.stderr
    assert name in second.stderr
    assert done in third.stdout
    assert "1 credentials, 1 names" in third.stdout
    assert rows["current"]["kek_id"] == name
    assert (rows["current"]["credentials"], rows["retired"]["credentials"]) == (1, 0)
    assert rows["retired"]["retired_at"] is not None
    assert {record["data"]["step"] for record in records} == {"begun", "wrapped", "retired"}
    assert house.run("audit", "verify").exit_code == 0
    assert house.run("audit", "fsck").exit_code == 0
    house.issue()


def test_no_key_is_shown(house: Installation) -> None:
    """Only names; the table says in words what each is for."""
    _drawn(house)
    keys = {file.read_text(encoding="ascii").strip() for file in house.keys.glob("kek*")}
    shown = house.run("key", "status", language="de").output + house.run("key", "status", "--json").output

    assert len(keys) == 2
    assert not any(key in shown for key in keys)
    assert "ungenutzt" in shown


def test_what_cannot_be_done_is_told(house: Installation) -> None:
    """Nothing to exchange: 1; no such key: 2."""
    nothing = house.run("key", "rotate", language="de")
    unknown = house.run("key", "use", "0" * 16)

    assert (nothing.exit_code, "nichts zu tauschen" in nothing.stderr) == (1, True)
    assert (unknown.exit_code, "[kek-unknown]" in unknown.stderr) == (2, True)


def test_a_missing_key_is_told(house: Installation) -> None:
    """With exit code 1, for whoever watches."""
    (house.keys / "kek").write_text("ef" * 32, encoding="ascii")
    done = house.run("key", "status")

    assert done.exit_code == 1
    assert "MISSING" in done.stdout
    assert "backup of the keys" in done.stderr


def test_whoever_still_has_the_old_key_is_told(house: Installation) -> None:
    """By every command that writes."""
    old = (house.keys / "kek").read_text(encoding="ascii")
    house.run("key", "use", _drawn(house))
    assert house.run("key", "rotate").exit_code == 0
    (house.keys / "kek").write_text(old, encoding="ascii")
    done = house.run("token", "list")

    assert done.exit_code == 2
    assert "[wrapping-key-retired]" in done.stderr
    assert house.run("key", "status").exit_code == 1


def test_a_directory_that_cannot_be_written_is_told(house: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, without a traceback."""

    def full(*_args: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("proxy.vault.private_files.tempfile.mkstemp", full)
    done = house.run("key", "draw")

    assert done.exit_code == 1
    assert "Could not open file" in done.stderr
