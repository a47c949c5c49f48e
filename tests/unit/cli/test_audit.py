from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from proxy.audit.signed import signer_of
from proxy.storage.engines import create_engine
from tests.installation import ORIGIN, Installation

if TYPE_CHECKING:
    from pathlib import Path


OTHER_VKEY = signer_of(ORIGIN, bytes(32)).key().text()


def _records(house: Installation, *words: str) -> list[dict[str, object]]:
    done = house.run("audit", "query", "--json", *words)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_search_is_on_record_before_it_is_shown(tmp_path: Path) -> None:
    """The next search finds it, with its filter and who asked, by pseudonym."""
    house = Installation(tmp_path).with_account()

    first = _records(house, "--code", "PG-407")
    second = _records(house, "--code", "PG-510")

    assert [record["code"] for record in first] == ["PG-407"]
    assert [record["data"] for record in second] == [
        {"filter": {"code": "PG-407", "oldest_first": False}, "returned": 1, "from_seq": 0, "to_seq": 0}
    ]
    actor = second[0]["actor"]
    assert isinstance(actor, dict)
    assert actor["kind"] == "operator"
    assert str(actor["ref"]).startswith("o_")


def test_a_line_is_the_leaf_with_its_place(tmp_path: Path) -> None:
    """Everything that was hashed, and the hash."""
    house = Installation(tmp_path).with_account()

    (record,) = _records(house)

    assert (record["seq"], record["type"], record["v"]) == (0, "account.added", 1)
    assert len(str(record["leaf_hash"])) == 64


def test_a_table_shows_what_matters(tmp_path: Path) -> None:
    """Newest first, one record a line; more is said on standard error."""
    house = Installation(tmp_path).with_account()
    house.issue()

    done = house.run("audit", "query", "--limit", "1")
    more = done.stderr.strip().split()[-1]
    rest = house.run("audit", "query", "--cursor", more)

    assert "PG-403 token.issued" in done.stdout
    assert "PG-407" not in done.stdout
    assert "PG-407 account.added" in rest.stdout


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--from", "2000-01-01"), 1),
        (("--to", "2000-01-01"), 0),
        (("--from", "2000-01-01T00:00:00+02:00", "--platform", "mastodon"), 1),
        (("--account", "mastodon:other"), 0),
        (("--oldest-first", "--limit", "100000"), 1),
    ],
)
def test_filters_are_options(tmp_path: Path, words: tuple[str, ...], count: int) -> None:
    """Times without zone are UTC."""
    assert len(_records(Installation(tmp_path).with_account(), *words)) == count


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--from", "yesterday"), 2), (("--limit", "0"), 2), (("--decision", "maybe"), 2), (("--cursor", "x"), 1)],
)
def test_mistakes_end_the_command(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    """Nothing is shown."""
    done = Installation(tmp_path).run("audit", "query", *words)

    assert done.exit_code == code
    assert done.stdout == ""


def test_without_a_record_nothing_is_shown(tmp_path: Path) -> None:
    """The database cannot be written: no results."""
    house = Installation(tmp_path).with_account()
    engine = create_engine(house.url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit_records BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    engine.dispose()

    done = house.run("audit", "query")

    assert done.exit_code == 1
    assert "PG-407" not in done.output


def test_a_whole_log_verifies(tmp_path: Path) -> None:
    """Exit code 0; size, name and hash are shown, and what the check cannot say."""
    house = Installation(tmp_path).with_account()
    (house.keys / "kek").unlink()  # an auditor has no keys

    done = house.run("audit", "verify")
    german = house.run("audit", "verify", "--language", "de")
    result = json.loads(house.run("audit", "verify", "--json").stdout)

    assert done.exit_code == 0
    assert f"The log is whole: 1 records of {ORIGIN}" in done.output
    assert "Not anchored" in done.output
    assert "1 checkpoints" not in done.output
    assert "Das Protokoll ist unversehrt: 1 Einträge" in german.output
    assert (result["verified"], result["size"], len(result["chain_hash"])) == (True, 1, 64)


@pytest.mark.parametrize(
    ("language", "unlooked", "looked", "elsewhere"),
    [
        ("en", "1 checkpoints fit it, signatures not checked", "signatures checked", "compare the newest one there"),
        (
            "de",
            "1 Prüfpunkte passen dazu, Signaturen nicht geprüft",
            "Signaturen geprüft",
            "Vergleichen Sie den neuesten",
        ),
    ],
)
def test_checkpoints_are_verified_with_the_key_of_the_log(
    tmp_path: Path, language: str, unlooked: str, looked: str, elsewhere: str
) -> None:
    """With another key they are refused; where they go elsewhere, that is said."""
    house = Installation(tmp_path).with_account()
    assert house.run("audit", "export", "--out", str(tmp_path / "out")).exit_code == 0
    key = house.run("audit", "key").stdout.strip()
    settings = house.config.read_text(encoding="utf-8")
    sinks = f"{{file: {{directory: {tmp_path}/share}}}}"
    house.config.write_text(
        settings.replace(f"audit: {{origin: {ORIGIN}}}", f"audit: {{origin: {ORIGIN}, sinks: [{sinks}]}}"),
        encoding="utf-8",
    )

    bare = house.run("audit", "verify", "--language", language)
    with_key = house.run("audit", "verify", "--key", key, "--language", language)
    with_another = house.run("audit", "verify", "--key", OTHER_VKEY, "--json")

    assert (bare.exit_code, with_key.exit_code, with_another.exit_code) == (0, 0, 1), bare.output + with_key.output
    assert unlooked in bare.output
    assert looked in with_key.output
    assert elsewhere in bare.output
    assert json.loads(with_another.stdout)["reason"] == "key_unknown"


def test_a_changed_record_is_refused(tmp_path: Path) -> None:
    """Exit code 1, with reason, place and record id; in both languages."""
    house = Installation(tmp_path).with_account()
    (record,) = _records(house)
    engine = create_engine(house.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_records_no_update")
        connection.exec_driver_sql(
            "UPDATE audit_records SET leaf = CAST(replace(CAST(leaf AS TEXT), 'presse', 'andere') AS BLOB)"
        )
    engine.dispose()

    done = house.run("audit", "verify")
    german = house.run("audit", "verify", "--language", "de")
    result = json.loads(house.run("audit", "verify", "--json").stdout)

    assert (done.exit_code, german.exit_code) == (1, 1)
    assert f"NOT whole: leaf_hash_mismatch, record 0 ({record['id']})" in done.output
    assert "NICHT unversehrt: leaf_hash_mismatch" in german.output
    assert (result["verified"], result["reason"], result["seq"]) == (False, "leaf_hash_mismatch", 0)


def test_a_database_without_a_log_is_no_whole_log(tmp_path: Path) -> None:
    """Nothing to verify is not verified."""
    assert Installation(tmp_path).run("audit", "verify").exit_code == 1
