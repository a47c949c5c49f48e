"""The log in a form that others check without us."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.installation import Installation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Installation:
    """Return an installation whose log has a few records."""
    return Installation(tmp_path).with_account()


def _key(house: Installation) -> str:
    return house.run("audit", "key").stdout.strip()


@pytest.mark.parametrize(("language", "words"), [("en", "The export is whole"), ("de", "Der Auszug ist unversehrt")])
def test_an_export_verifies_with_nothing_but_the_key(
    house: Installation, tmp_path: Path, language: str, words: str
) -> None:
    """And leaves a record behind."""
    key = _key(house)

    written = house.run(
        "audit", "export", "--out", str(tmp_path / "out"), "--purpose", "yearly", "--language", language
    )
    checked = house.bare("audit", "verify-export", str(tmp_path / "out"), "--key", key, "--language", language)
    file = tmp_path / "vkey"
    file.write_text(f"{key}\n", encoding="utf-8")
    plain = house.bare("audit", "verify-export", str(tmp_path / "out"), "--key", str(file), "--json")
    found = house.run("audit", "query", "--code", "PG-511", "--json")

    assert (written.exit_code, checked.exit_code, plain.exit_code) == (0, 0, 0), written.output + checked.output
    assert words in checked.stdout
    result = json.loads(plain.stdout)
    assert (result["verified"], result["size"]) == (True, 1)
    record = json.loads(found.stdout)
    assert record["data"]["manifest_sha256"] in written.stdout
    assert record["data"]["purpose"] == "yearly"
    assert record["seq"] == 1


@pytest.mark.parametrize(("language", "words"), [("en", "NOT whole: file_changed"), ("de", "NICHT unversehrt")])
def test_a_changed_export_is_refused(house: Installation, tmp_path: Path, language: str, words: str) -> None:
    """Exit code 1, with the reason."""
    house.run("audit", "export", "--out", str(tmp_path / "out"))
    with (tmp_path / "out" / "leaves.jsonl").open("ab") as leaves:
        leaves.write(b"{}\n")

    checked = house.bare("audit", "verify-export", str(tmp_path / "out"), "--key", _key(house), "--language", language)
    plain = house.bare("audit", "verify-export", str(tmp_path / "out"), "--key", _key(house), "--json")

    assert (checked.exit_code, plain.exit_code) == (1, 1)
    assert words in checked.stdout
    assert json.loads(plain.stdout)["reason"] == "file_changed"


@pytest.mark.parametrize("key", ["", "x", "name+00000000+AAAA", "/dev/null"])
def test_what_is_no_key_is_a_mistake_of_the_caller(house: Installation, tmp_path: Path, key: str) -> None:
    """Exit code 2."""
    house.run("audit", "export", "--out", str(tmp_path / "out"))

    refused = house.bare("audit", "verify-export", str(tmp_path / "out"), "--key", key)

    assert refused.exit_code == 2
    assert "NAME+" in refused.output


def test_a_directory_that_exists_stays_as_it_is(house: Installation, tmp_path: Path) -> None:
    """Nothing is written, and nothing is recorded."""
    (tmp_path / "out").mkdir()

    written = house.run("audit", "export", "--out", str(tmp_path / "out"))

    assert written.exit_code == 1
    assert list((tmp_path / "out").iterdir()) == []
    assert house.run("audit", "query", "--code", "PG-511", "--json").stdout == ""
