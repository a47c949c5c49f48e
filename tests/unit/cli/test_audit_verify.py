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
