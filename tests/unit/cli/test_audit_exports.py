"""The log in a form that others check without us."""

from __future__ import annotations

import json
import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests import outsider
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


@pytest.mark.parametrize(
    ("language", "unpack", "continues"),
    [
        ("en", "Unpack it first.", "It continues the earlier checkpoint of 1 records."),
        ("de", "Erst entpacken.", "mit 1 Einträgen fort"),
    ],
)
def test_a_packed_export_continues_an_earlier_checkpoint(
    house: Installation, tmp_path: Path, language: str, unpack: str, continues: str
) -> None:
    """And its page has the times of the zone that was asked for."""
    key = _key(house)
    house.run("audit", "export", "--out", str(tmp_path / "first"))
    written = house.run(
        "audit", "export", "--out", str(tmp_path / "out.zip"), "--zip", "--zone", "Asia/Tokyo", "--language", language
    )
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        archive.extractall(tmp_path)

    words = ("audit", "verify-export", str(tmp_path / "out"), "--key", key, "--language", language)
    checked = house.bare(*words, "--after", str(tmp_path / "first" / "checkpoint"))

    assert (written.exit_code, checked.exit_code) == (0, 0), written.output + checked.output
    assert f"{unpack} " in written.stdout
    assert str(tmp_path / "out") in written.stdout
    assert continues in checked.stdout
    assert "+09:00" in (tmp_path / "out" / "records.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Times that the key was replaced: 1."), ("de", "So oft wurde der Schlüssel ersetzt: 1.")],
)
def test_after_a_key_was_replaced_either_one_is_enough(
    house: Installation, tmp_path: Path, language: str, words: str
) -> None:
    """The one that signed is printed; a checkpoint of before is still continued."""
    before = _key(house)
    house.run("audit", "export", "--out", str(tmp_path / "first"))
    house.run("audit", "rotate-key", "--reason", "yearly")
    after = _key(house)
    written = house.run("audit", "export", "--out", str(tmp_path / "second"))
    earlier = ("--after", str(tmp_path / "first" / "checkpoint"), "--language", language)

    assert written.exit_code == 0, written.output
    for key in (before, after):
        checked = house.bare("audit", "verify-export", str(tmp_path / "second"), "--key", key, *earlier)
        assert checked.exit_code == 0, checked.output
        assert words in checked.stdout
        assert after in checked.stdout
        plain = house.bare("audit", "verify-export", str(tmp_path / "second"), "--key", key, "--json")
        assert (json.loads(plain.stdout)["key"], json.loads(plain.stdout)["handovers"]) == (after, 1)
    refused = house.bare("audit", "verify-export", str(tmp_path / "first"), "--key", after, "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["reason"]) == (1, "key_unknown")


def test_an_export_that_is_older_than_what_was_kept_is_refused(house: Installation, tmp_path: Path) -> None:
    """Exit code 1: the log was cut off, or replaced."""
    key = _key(house)
    house.run("audit", "export", "--out", str(tmp_path / "first"))
    house.run("audit", "export", "--out", str(tmp_path / "second"))

    checked = house.bare(
        "audit", "verify-export", str(tmp_path / "first"), "--key", key,
        "--after", str(tmp_path / "second" / "checkpoint"), "--json",
    )  # fmt: skip

    assert checked.exit_code == 1
    assert json.loads(checked.stdout)["reason"] == "consistency_invalid"


def test_a_zone_that_is_none_is_wrong_use(house: Installation, tmp_path: Path) -> None:
    """Exit code 2; nothing is written."""
    done = house.run("audit", "export", "--out", str(tmp_path / "out"), "--zone", "Europe/Nowhere")

    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_where_nothing_can_be_written_is_said(house: Installation, tmp_path: Path) -> None:
    """Exit code 1 with the place; nothing is recorded."""
    (tmp_path / "file").write_bytes(b"")

    written = house.run("audit", "export", "--out", str(tmp_path / "file" / "out"))

    assert written.exit_code == 1
    assert str(tmp_path / "file" / "out") in written.output
    assert house.run("audit", "query", "--code", "PG-511", "--json").stdout == ""


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


def test_an_export_that_cannot_be_read_is_said(house: Installation, tmp_path: Path) -> None:
    """Exit code 1 with the place: something lies deeper than a path can be long, where nobody can look."""
    house.run("audit", "export", "--out", str(tmp_path / "out"))
    at = os.open(tmp_path / "out", os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=at)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)

    checked = house.bare("audit", "verify-export", str(tmp_path / "out"), "--key", _key(house))

    assert checked.exit_code == 1
    assert "Could not open file" in checked.output
    assert str(tmp_path / "out") in checked.output


@pytest.mark.parametrize("key", ["", "x", "name+00000000+AAAA", "/dev/null"])
def test_what_is_no_key_is_a_mistake_of_the_caller(house: Installation, tmp_path: Path, key: str) -> None:
    """Exit code 2."""
    house.run("audit", "export", "--out", str(tmp_path / "out"))

    refused = house.bare("audit", "verify-export", str(tmp_path / "out"), "--key", key)

    assert refused.exit_code == 2
    assert "NAME+" in refused.output


def test_a_directory_that_exists_stays_as_it_is(house: Installation, tmp_path: Path) -> None:
    """Nothing is written, and nothing is recorded; the directory one stands in exists, too."""
    assert house.run("audit", "export", "--out", ".").exit_code == 1
    (tmp_path / "out").mkdir()

    written = house.run("audit", "export", "--out", str(tmp_path / "out"))

    assert written.exit_code == 1
    assert list((tmp_path / "out").iterdir()) == []
    assert house.run("audit", "query", "--code", "PG-511", "--json").stdout == ""


@pytest.mark.parametrize(
    ("language", "holds", "fails"), [("en", "The proof holds", "NOT hold"), ("de", "gilt:", "NICHT")]
)
def test_a_record_is_proven_with_nothing_but_the_key(
    house: Installation, tmp_path: Path, language: str, holds: str, fails: str
) -> None:
    """By its place or its id; the record is shown, an outsider agrees, and one changed sign is refused."""
    key = _key(house)
    record = json.loads(house.run("audit", "query", "--code", "PG-407", "--json").stdout)
    by_place, by_id = tmp_path / "0.tlog-proof", tmp_path / "id.tlog-proof"

    first = house.run("audit", "prove", "0", "--out", str(by_place), "--language", language)
    second = house.run("audit", "prove", record["id"], "--out", str(by_id))
    checked = house.bare("audit", "verify-proof", str(by_place), "--key", key, "--language", language)
    again = house.bare("audit", "verify-proof", str(by_id), "--key", key)

    assert [one.exit_code for one in (first, second, checked, again)] == [0] * 4, first.output + checked.output
    assert holds in checked.stdout
    leaf = checked.stdout.splitlines()[1]
    assert again.stdout.splitlines()[1] == leaf
    assert json.loads(leaf)["id"] == record["id"]
    assert outsider.proven(by_place.read_bytes(), leaf.encode(), key)
    assert house.run("audit", "query", "--code", "PG-510", "--json").stdout.count(f'{{"record":"{record["id"]}"}}') == 1
    data = by_place.read_bytes()
    by_place.write_bytes(data.replace(b"index 0", b"index 1"))
    changed = house.bare("audit", "verify-proof", str(by_place), "--key", key, "--language", language)
    assert changed.exit_code == 1
    assert fails in changed.stdout


@pytest.mark.parametrize("record", ["99", "none", "-1", "1e0"])
def test_what_is_not_in_the_log_is_not_proven(house: Installation, tmp_path: Path, record: str) -> None:
    """Exit code 1, no file, no record."""
    done = house.run("audit", "prove", "--out", str(tmp_path / "x"), "--", record)

    assert done.exit_code in {1, 2}
    assert not (tmp_path / "x").exists()


def test_a_file_that_exists_is_not_overwritten(house: Installation, tmp_path: Path) -> None:
    """It may be an earlier proof."""
    (tmp_path / "x").write_bytes(b"earlier")

    assert house.run("audit", "prove", "0", "--out", str(tmp_path / "x")).exit_code == 1
    assert (tmp_path / "x").read_bytes() == b"earlier"
