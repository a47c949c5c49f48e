"""`postgate policy status` and `export`: what is in force, what waits, and the files of a bundle."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from proxy.storage.engines import create_engine
from tests.unit.cli.test_policy_life import STRICTER, Office

if TYPE_CHECKING:
    from pathlib import Path


def test_the_status_lists_what_is_in_force_and_what_waits(tmp_path: Path) -> None:
    """People by pseudonym only."""
    office = Office(tmp_path)
    office.put_into_force()
    office.write("other", STRICTER)
    office.activate()
    table = office.policy("status").output.splitlines()
    rows = json.loads(office.policy("status", "--json").output)

    assert [line.split()[1] for line in table[1:]] == ["waits", "in"]
    assert "Anna" not in "".join(table)
    assert rows["active"]["digest"] == rows["activations"][0]["digest"] == rows["waiting"][0]["from_digest"]
    assert len(rows["active"]["signed_by"]) == 2
    assert (rows["waiting"][0]["kind"], rows["waiting"][0]["needed"], rows["retired"]) == ("activation", 2, [])


def test_nothing_in_force_is_said(tmp_path: Path) -> None:
    """In both languages."""
    office = Office(tmp_path)

    assert office.policy("status").output.startswith("Nothing is in force.\n")
    assert office.policy("status", language="de").output.startswith("Nichts ist in Kraft.\n")


def test_the_files_of_a_bundle_can_be_written_again(tmp_path: Path) -> None:
    """They give the same bundle when they are proposed."""
    office = Office(tmp_path)
    office.put_into_force()
    digest = json.loads(office.policy("status", "--json").output)["active"]["digest"]
    out = tmp_path / "out"
    done = office.policy("export", digest[:10], "--out", str(out))
    again = office.policy("activate", "--policies", str(out / "policies"))

    assert (done.exit_code, done.output) == (0, f"{out}\n")
    assert (out / "policies" / "sample.yaml").read_bytes() == (office.policies / "sample.yaml").read_bytes()
    assert (out.stat().st_mode & 0o777) == 0o700
    assert (again.exit_code, again.stderr.splitlines()[-1]) == (
        1,
        "Exactly these policies are in force already.",
    )
    assert office.policy("export", digest[:10], "--out", str(out)).exit_code == 2
    assert office.policy("export", "ffff", "--out", str(tmp_path / "other")).exit_code == 2


def test_rows_that_nobody_signed_are_said(tmp_path: Path) -> None:
    """On standard error and in the JSON: somebody wrote past the gateway, or took a proposal a second time."""
    office = Office(tmp_path)
    office.put_into_force()
    assert json.loads(office.policy("status", "--json").stdout)["doubtful"] is False
    engine = create_engine(office.house.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER policy_activations_signed")
        connection.exec_driver_sql(
            "INSERT INTO policy_activations SELECT 2, proposal, digest, activated_at, NULL FROM policy_activations"
        )
    engine.dispose()
    told = office.policy("status")

    assert "activations that this gateway did not make" in told.stderr
    assert json.loads(office.policy("status", "--json").stdout)["doubtful"] is True
